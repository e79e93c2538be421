"""Cues for questions: open, closed and leading."""

from __future__ import annotations

from ..talk.codebook import Code
from .cue import FIRM, LEAN, STRONG, cues

TELL_ME = (
    r"(?:tell me|tell us|walk me|talk me|talk (?:a bit |a little )?(?:more )?about|describe|explain|"
    r"help me (?:understand|see)|"
    r"share|take me (?:through|back)|run me through|bring me up|catch me up|fill me in|unpack|paint me|update me|"
    r"give me (?:a sense|a feel|an idea|the latest|your (?:view|take|read))|show me how|elaborate|expand|think of|"
    r"imagine|"
    r"picture|go back to)"
)
_AUX = r"(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|may|might|am)"
_NOT = (
    r"(?:don't|didn't|doesn't|isn't|aren't|wasn't|weren't|haven't|hasn't|hadn't|can't|couldn't|won't|wouldn't|"
    r"shouldn't)"
)
_SPECULATES = r"(?:do you (?:think|reckon|suppose|suspect|imagine)|would you say|might|could|are you thinking)"
_FIGURE = (
    r"(?:close date|amount|value|status|number|forecast|stage|date|size|budget|total|percentage|name|deadline|"
    r"probability|coverage|split|spend|drive time|discount|win rate|quota|target|price|score|count|term|deposit|"
    r"margin)"
)

ASKING_RULES = (
    *cues(
        Code.OPEN_QUESTION, STRONG,
        rf"^(?:(?:can|could|would|will) you |i(?:'d| would) (?:like|love) you to |please |let's hear |"
        rf"hang on,? )?{TELL_ME}\b",
        r"^(?:say (?:a bit |a little )?more|go on|keep going|and then what|such as|like what|in what way|how so|"
        r"how come|what else|meaning)\b",
        r"\bi(?:'m| am)? (?:just )?(?:wonder|wondering|curious)\b(?! (?:if|whether) you(?:'ve|'d)? (?:could|can|"
        r"have|should|considered|thought))",
        r"\bi(?:'d| would) (?:love|like|be interested) (?:to (?:hear|understand|know|see)|in (?:how|what|why|your))\b",
        r"^any (?:ideas?|thoughts?|sense|theories|clue)\b(?!.*\bi could\b)",
        r"^(?:can|could) you say (?:how|what|why|more)\b",
    ),
    *cues(
        Code.OPEN_QUESTION, FIRM,
        r"^(?:what|how|why)(?:'s|'re|'d|'ll)?\b(?! (?:many|much|long|often|soon|big|far|old|large|time|date|day|"
        r"month|percent|stage"
        r"|number|about|if you|if we)\b)",
        r"^why\b(?! (?:don't|didn't|not|wouldn't|can't))",
        rf"\b(?:who|which|when|where)\b.*\b{_SPECULATES}\b",
        r"^what,? if anything\b",
        r"\b(?:what|how|why)(?:'s|'d|'re)? (?:do|does|did|would|could|will|might|is|are|was|were|has|have|made|"
        r"makes|else|happened|else)\b",
        r"\b(?:what|how|why) (?:do|did|would|could|might|will|are|were) (?:you|we|they|he|she)\b",
        r"\bwhat(?:'s| is| was)? (?:behind|going on|driving|underneath|stopping|keeping|getting|making|different|"
        r"your (?:view|read|take|gut|sense|thinking))\b",
        r"\bwhat do you (?:think|make|reckon|see|notice|know|want|need)\b",
        r"^(?:if|when|given|imagine|suppose|leaving|of all|after|before|with)\b.*\b(?:what|how|why|where|"
        r"which)\b.{0,12}\b(?:will|would|do|did|could|might|were|are|is|now)\b",
        r"\band why\b|\bwhy(?: is| was)? that\b|\bwhy or why not\b",
        r"^where (?:do|would|could|did|will|might) (?:you|we)\b",
    ),
    *cues(
        Code.CLOSED_QUESTION, FIRM,
        rf"^{_AUX} (?:you|we|they|he|she|it|that|this|there|any\w*|some\w*|the|your|their|our|i|his|her|these|those|"
        rf"all|every\w*)\b"
        r"(?! (?:please |just )?(?:tell me|say|walk|describe|explain))",
        rf"^(?:{_AUX}) (?!you|we|they|he|she|it|that|this|there)[a-z]+\b",
        rf"^(?:who|when|where|which|whose)\b(?!.*\b{_SPECULATES}\b)",
        r"^(?:what|how|which) (?:many|much|long|often|soon|big|far|old|time|date|day|month|percent|stage|number|"
        r"share|discount|probability|price)\b",
        rf"^what(?:'s| is| was|s) (?:the|your|our|their|his|her) (?:\w+ )?{_FIGURE}\b",
        r"^any (?:movement|news|update|updates|progress|word|luck|change|reply|feedback)\b",
        r"^(?:by when|when by|who exactly|which one|how many|since when)\b",
    ),
    *cues(
        Code.CLOSED_QUESTION, STRONG,
        r"^(?:does that|does it|do you follow|make sense|that make sense|ok|okay|got it|got that|clear|agreed|deal|"
        r"sound good|"
        r"(?:are )?you with me|understood|see what i mean|is that (?:fair|right|clear))\b.{0,14}\?$",
        r"\b(?:does|did|do) (?:that|i) (?:make sense|get that right|sound right|sound fair)\b|\b(?:did|"
        r"have) i (?:get|got) that\b",
        r"\b(?:or (?:not|is (?:he|she|it)|are (?:they|we|you)|just|was it|did (?:he|she|they|you)))\b.*$",
        r"\bon a scale\b|\bone to ten\b",
        rf"^{_AUX} (?:you|we|they|he|she|it)\b.*\bor\b",
    ),
    *cues(
        Code.LEADING_QUESTION, STRONG,
        rf"^{_NOT} (?:you|we|it|that|he|she|they|this|there|the|a|an|i)\b",
        r"\b(?:have you |did you |ever )(?:ever )?(?:thought|think|thinking|considered|occur)\b(?: (?:about|of|to|"
        r"how))?",
        r"^have you (?:tried|looked|asked)\b(?! so far)|^did it (?:not )?occur\b",
        r"\bwhy (?:don't|didn't|wouldn't|not|can't|couldn't|haven't) (?:you|we|just|try|call|ask|go|get|send|use|"
        r"offer|give|bring|"
        r"simply|start|take|put|turn|\w+)\b(?! (?:think|know|want))",
        r"(?<!tell you )\bwhat (?:about|if (?:you|we))\b(?! (?:the \w+ |that |it |this |the \w+ \w+ )?(?:worries|"
        r"concerns|bothers|excites|makes|surprises|do you|would "
        r"you|was|is|are))",
        r"\b(?:how|hows|how's) about\b",
        r"\bwouldn't (?:it|that|a|the|you|he|she|they)\b",
        r"\bwhat's (?:stopping|keeping|to stop) you\b|\bany reason (?:you|not|we)\b",
        r"\b(?:do|don't) you (?:not |honestly |really )?(?:think|believe|feel) (?:you|we|it|that|it'd|maybe you|"
        r"perhaps you|a) ?(?:should|ought|need|could|"
        r"might want|gave|were|was|would|be|might|thank|handwritten)?\b",
        r"^should(?:n't)? (?:you|we)\b|\b(?:should you|is it|do you|would it|could you) not\b",
        r"\bwould(?:n't)? it (?:not )?(?:be|make) (?:better|sense|an idea|smart|worth|wiser|easier|simpler)\b",
        r"\b(?:might|could|would) (?:it help to|there be)\b|\bbe an idea to\b|\bwould you consider\b",
        r"\b(?:what would happen if|suppose|how would you feel about|what would it hurt)\b(?: you\b| \w+ing\b)?",
        r"^surely\b",
    ),
    *cues(
        Code.LEADING_QUESTION, FIRM,
        rf"(?:,|\s)\s*(?:{_NOT} (?:you|we|it|they|he|she)|right|correct|don't you think|do you not|am i right|"
        rf"isn't that right|surely)\s*\?*$",
        r"\b(?:not|n't)\b.*[, ](?:are|is|do|did|have|has|would|will|was|were|can|could) (?:you|it|they|he|she|that|"
        r"we)\s*[?.]*$",
        r"^(?:so basically you|you did|you have|you've|you will|you are going to|you're going to|"
        r"so you just)\b.*\b(?:right|didn't you|"
        r"haven't you|won't you|aren't you)?\?$",
        r"\bis it possible (?:that )?you (?:should|need|didn't|haven't)\b|\bmaybe you (?:should|could|need)\b.*\?$",
        r"\b(?:honestly|really|seriously|possibly)\b.*\?$",
        r"^i wonder (?:if|whether) (?:you(?:'ve|'d)?|it)\b",
    ),
    *cues(
        Code.CLOSED_QUESTION, LEAN,
        r"^(?:so )?(?:you|he|she|they)(?:'ll|'re|'ve)? .{0,60}\bor\b.*\?*$",
        r"^(?:who|which)\b.{0,30}$",
    ),
)  # fmt: skip
