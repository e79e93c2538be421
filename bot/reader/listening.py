"""Cues for listening: reflections, affirmations, collaboration, and small talk."""

from __future__ import annotations

from ..talk.codebook import Code
from .cue import FIRM, LEAN, STRONG, cues

_FINE = (
    r"(?:good|great|nice|sharp|smart|excellent|lovely|brilliant|clever|solid|strong|impressive|fantastic|terrific|"
    r"super|"
    r"fine|real|top|superb|wonderful|cracking|outstanding|classy|spot on|quality)"
)
_THING = (
    r"(?:call|catch|thinking|question|job|work|idea|instincts?|point|spot|observation|one|stuff|move|effort|eye|read|"
    r"thought|start|piece|detail|trick|marks|way|attitude|attention|progress|knack|preparation|prep|listening|"
    r"decision)"
)
_ACHIEVED = (
    r"(?:handled|did|managed|spotted|caught|worked|held|kept|built|stayed|asked|earned|showed|planned|prepared|stuck|"
    r"turned|landed|got|made|read|listened|doubled|cleaned|walked|went|put|found|won|noticed|thought|opened|picked)"
)

LISTENING_RULES = (
    *cues(
        Code.REFLECTION, FIRM,
        r"\b(?:it |that |this )?(?:sounds|feels|seems|looks) (?:like|as if|as though|to me like) (?:you|it|they|he|"
        r"she|there|that|this|the|part)\b",
        r"\bin other words\b|\b(?:what )?(?:i'm|i am|i) hear(?:ing)?(?: is| you| that)\b|\bif i(?:'m)? (?:hear|"
        r"heard|hearing|understand|understood)\b",
        r"\byou're (?:saying|telling me|worried|feeling|thinking|wondering|hoping|torn|stuck|frustrated|tired|proud|"
        r"excited|"
        r"concerned|nervous|not sure|unsure|confident|trying|afraid|uneasy|anxious|disappointed|caught|starting|"
        r"keen|pleased)\b",
        r"^(?:so )?you (?:feel|felt|seem|sound|want|wanted|think|thought|believe|see|sense|figured|hope|hoped|like|"
        r"care|wish|"
        r"would like|would rather|were|had|put it|prepare|lost|walked)\b",
        r"^(?:so )?you'd (?:rather|like|sooner|drop|love|prefer)\b",
        r"\bpart of you\b",
        r"\blet me (?:see|check|make sure) (?:if )?i\b",
        r"^so (?:you|he|she|they|it's|it|there|the|nobody|no one|what you're saying|most|when)\b",
        r"\bthat (?:stung|must have|must be|can't have been|worries you|bothers you|hurts?)\b|\bhurts\b",
        r"\bon (?:the )?one hand\b|\btorn\b",
        r"^(?:it's|there's) .{0,60}\bthat(?:'s)? \w+|\bwhat you(?:'re| really| want)\b",
        r"^(?:they|he|she|nobody|the \w+) (?:\w+ )?(?:felt|took|liked|want|wanted|dried|never|let|feel)\b",
        r"^(?:so|and) (?:that|it)\b|^so,",
    ),
    *cues(
        Code.AFFIRMATION, FIRM,
        rf"\b{_FINE} (?:\w+ )?{_THING}\b",
        r"\bwell (?:done|spotted|played|handled|said|judged|put)\b",
        r"\bi (?:really |do |truly |just )*(?:love|like|appreciate|admire|respect|value|rate) (?:that|how|the way|"
        r"your|the fact|it when|you)\b",
        r"\b(?:i'm |i am )?(?:glad|proud|pleased|impressed|delighted) (?:you|of|that you|by|with|to see)\b",
        rf"\byou(?:'ve)? {_ACHIEVED}\b.*\b(?:well|great|good|nicely|brilliantly|hard|calm|patiently|properly|nerve|"
        rf"shows?|sheer|promises|first time|out loud|courage|cool)\b",
        r"\bthat(?:'s| is| was| took) (?:a )?(?:really |very |such a )?(?:great|good|smart|sharp|clever|excellent|"
        r"brilliant|courage|"
        r"honest|thoughtful|impressive|guts|discipline|patience|brave|nerve|classy)\b",
        r"\b(?:thank you|thanks|appreciate you) for (?:being|telling|sharing|saying|trusting|your honesty|putting|"
        r"owning)\b",
        r"\b(?:credit to|good on|fair play to|hats off|top marks|full marks|kudos|bravo|chapeau)\b|"
        r"\bthats? how it's done\b",
        r"\b(?:spot on|the best (?:one )?i've|better than (?:you|anybody|anyone|most)|a real knack|"
        r"you've got what it takes|it shows|is obvious)\b",
        r"\b(?:took|takes|took some) (?:guts|courage|nerve|something|discipline|patience|skill)\b|\ba brave one\b",
        r"\bthe way you\b|\bwhat i (?:admire|like|love)\b",
        r"^(?:love|loving|like) (?:it|that|this)\b|^(?:excellent|smart|brilliant|superb|impressive|bravo|"
        r"lovely)[., !]*(?:really|stuff|work)?",
        r"\byou (?:never|always|think about|could have)\b.*\b(?:and you didn't|competition|before anything|honest|"
        r"promises)\b",
    ),
    *cues(
        Code.COLLABORATION, STRONG,
        r"\b(?:can|could|may|might) i (?:just |maybe |perhaps )?(?:offer|share|suggest|make (?:a|an)|give you (?:a|"
        r"an|some|my)|say (?:something|what)|add|raise|float|"
        r"throw|mention|ask you (?:something|a)|push|challenge|play|tell you what i)",
        r"\b(?:mind|ok|okay|alright|all right|fine|happy) (?:with you )?(?:if i\b|if we\b|for me to\b)|"
        r"\bif you(?:'d| would) like to hear\b",
        r"\b(?:it(?:'s| is)|that's) (?:really |entirely |completely |totally )?(?:your (?:call|decision|choice|deal|"
        r"plan|account|pick)|up to you|for you to)\b",
        r"^(?:totally |entirely )?(?:your|ur) (?:call|decision|choice|pick)\b|\bup to you\b|\byours to\b",
        r"\byou(?:'re| are) the one who (?:decides|knows)|\byou (?:decide|choose|tell me|pick)\b|\bonly you can\b|"
        r"\bfor you to (?:judge|decide|say)\b",
        r"\bwould it (?:help|be useful|be helpful|be ok|be okay|be all right|be alright) (?:if|to)\b|"
        r"\bopen to (?:some|a|an|it|hearing)\b",
        r"\b(?:let me know|shout) if (?:i|you|there)\b.*\b(?:help|need|support|want|stuck|do)\b|\bshout if\b",
        r"\bi'm here (?:if|to|when|whenever)\b|\blean on me\b|\bhappy to (?:be|help|listen|work|practise|read)\b|"
        r"\bi'm around\b",
        r"\blet's (?:work|think|figure|look at|explore|talk|see|sort|put) (?:\w+ )*(?:together|through|heads)\b",
        r"\b(?:work|figure|think|crack) (?:this|it|that|us)? ?(?:out |through )?(?:together|between us)\b|"
        r"\bbetween us\b",
        r"\bhow (?:do|would) you want (?:to use|me to)\b",
        r"\b(?:whatever|whichever|take whatever|what feels?|do what) (?:\w+ ){0,2}(?:you |feels|suits|think)\b|"
        r"\bi(?:'ll| will) go with your\b",
        r"\b(?:you|you're) (?:know|closer)\b.{0,40}\b(?:better than (?:i|me)|than i am)\b|\bi trust you\b|"
        r"\byour way\b",
        r"\bno pressure\b|\bthat's fine too\b|\bfeel free\b|\bstop me if\b|\bno right way\b|\bsecond pair of eyes\b|"
        r"\bsounding board\b",
        r"\b(?:anything i can|if i can|and i'll) (?:do to )?(?:help|support|back)\b|\byou run it\b|"
        r"\bif you'd (?:rather|like|prefer)\b",
        r"\b(?:the (?:3|three|two|2) of us|we) (?:can|could) (?:put|work|look|figure|think)\b.*\b(?:together|"
        r"strategy|through)?\b",
        r"\bwould you (?:rather|prefer|like)\b.*\bor\b|\bdo you want my (?:view|take)\b",
        r"\bi have (?:an idea|a thought|a suggestion) if\b|\bif you(?:'re| are) open\b",
    ),
    *cues(
        Code.OTHER, STRONG,
        r"^(?:hi|hiya|hello|hey|good (?:morning|afternoon|evening)|morning|thanks|thank you|thx|cheers|bye|goodbye|"
        r"talk (?:soon|later|to you)|"
        r"speak (?:soon|later|\w+day)|see you|take care|got it|gotcha|okay|ok|right|sure|mhm|mm+|uh[ -]huh|yeah|yep|"
        r"great|good|perfect|fine|cool|could be|maybe|perhaps|true|indeed|of course|"
        r"alright|all right|i see|hm+|no worries|no problem|nice|wow|exactly|makes sense|fair enough|really|oh dear|"
        r"have a (?:good|great|nice|safe))"
        r"(?:\b[ ,.!?]*(?:mike|there|everyone|then|again|man|so much|a lot|yeah|cool|right|ok|okay|morning|"
        r"everybody|all))*[.!? ,]*$",
        r"^(?:thanks?|thank you|cheers) (?:you )?(?:again |so much )?for (?:calling|ringing|returning|your time|"
        r"the call|coming|making|taking|"
        r"joining|getting|hopping|picking|meeting|jumping)\b",
        r"^(?:bye|speak soon|safe journey|have a|catch you|good luck|take care|happy birthday)\b|\blet you (?:go|"
        r"get on)\b",
        r"^(?:i(?:'d| would) like|i want(?:ed)?|let's|i thought we(?:'d| could)?|today i(?:'d| want)|can we|"
        r"shall we) (?:to )?(?:talk about|go over|"
        r"discuss|start with|use this|spend|touch base|catch up|wrap|say same time|come to|do this)",
    ),
    *cues(
        Code.OTHER, FIRM,
        r"^(?:i'll |we'll |let's )?(?:talk|speak|chat|catch up|touch base|see|meet|call|ring)(?: to| with)?(?: you)?"
        r"(?: again)?(?: on| in| next| this)? (?:soon|later|tomorrow|then|week|\w+day|month|january|february|march|"
        r"april|may|june|july|august|september|october|november|december)\W*$",
        r"\bif you have a (?:few |couple of )?(?:minutes?|moment|second)\b|\b(?:have|"
        r"got) (?:you got )?(?:\w+ )?(?:ten|five|a few|a couple of|a) (?:minutes?|moment|mins?|sec\w*)\b",
        r"\b(?:we're|we are) out of time\b|\bhello\b.*\bthanks for\b|\bminutes\b.*\bagenda\b|\b(?:today is about|"
        r"next item|moving on|one more topic|back to the)\b",
        r"\b(?:can you hear|you there|on mute|other phone|wrong window|my screen|hang on|hold on|one moment|one sec|"
        r"at the door|ring you back|didn't catch)\b",
        r"^how(?:'s| is| was| are) (?:you|things|the (?:weekend|family|kids|knee|holiday|weather))\b|"
        r"\byou all right\b|\bgood to (?:see|hear|catch|have)\b",
        r"\blet me know how it goes\b|\bin the diary\b",
        r"^(?:hi|hello|hey|morning|good morning)\b",
    ),
    *cues(
        Code.OTHER, LEAN,
        r"\b(?:is|was|what i|thing is|i mean,? it's|um|uh|and|but|so)[ ,.]*$",
        r"^\W*(?:test|asdf|qwe\w*|blah)",
    ),
)  # fmt: skip
