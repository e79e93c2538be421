"""The focus of a question: status, action or explore."""

from __future__ import annotations

import re

from ..talk.codebook import Focus
from .cue import plain

_DONE = (
    r"(?:signed|gone|come|arrived|in yet|sent|back|reply|replied|respond|responded|answer|closed|updated|done|ready|"
    r"booked|paid|"
    r"logged|finished|seen|landed)"
)
_STATUS = re.compile(
    "|".join(
        (
            (
                r"\b(?:any|the) (?:movement|update|updates|news|progress|word|latest|status|state of play)\b|"
                r"\bup to date\b|\bcatch me up\b"
            ),
            r"\bwhere (?:are (?:we|you|things)|do (?:we|you|things) stand)\b(?! (?:heading|going|losing|stuck))",
            r"\bwhere (?:is|are|does) (?:it|this|that|the \w+|we|things)\b.{0,20}\b(?:at|stand|now|up to)\W*$",
            (
                r"\bstatus\b|\bon track\b|\bwhat stage\b|\bforecast\b(?!.*\b(?:matter|feel|think))|\bclose date\b|"
                r"\bpercent\b|\bquota\b|\bcommit number\b"
            ),
            (
                r"\bwhen (?:do|does|will|is|are|can|did) (?!you\b).{0,40}\b(?:close|closing|sign|signed|land|come in|"
                r"arrive|due|expect|have|get|"
                r"ship|start|decide|deciding|book|run out|end)\b|\bwhen(?:'s| is) the\b|\bwhen (?:did|were|was)\b"
            ),
            (
                r"\bwhat(?:'s| is| was) (?:the|your|our|their) (?:\w+ )?(?:amount|value|number|numbers|budget|"
                r"size|date|"
                r"total|percentage|probability|win rate|"
                r"quota|coverage|pipeline number|split|spend)\b|\bhow (?:many|much)\b"
            ),
            (
                r"\bhave (?:we|you|they) (?:heard|got|had|sent|received|signed|booked|updated|closed|logged)\b|"
                r"\bwhat have (?:we|you) (?:heard|had)\b"
            ),
            rf"\b(?:has|have|did|is|was) (?:the|that|he|she|it|they|your)\b.{{0,40}}\b{_DONE}\b",
            r"\bdid you (?:send|get|update|log|fill|call|hear|submit|finish|book|enter|forget)\b",
            (
                r"\bhow(?:'s| is| are) (?:it|things|the \w+(?: \w+)?|that|your \w+|we|next \w+) (?:going|looking|"
                r"coming|"
                r"doing|shaping|tracking)\b"
            ),
            (
                r"\bwill (?:it|they|he|she|this|the \w+) (?:close|sign|land|come in|happen)\b|\bhow (?:long|soon|far|"
                r"old)\b|\byet\b"
            ),
            (
                r"^(?:so )?(?:who|which) (?:\w+ )?(?:signs|owns|is|are|was|were|has|have|'s)\b(?!.*\b(?:first|think|"
                r"reckon|might|could)\b)|^who's\b"
            ),
            r"\bare we (?:ok|okay|good|still|on)\b|^(?:is|are) (?:it|they|we) (?:in|still|on)\b",
        )
    )
)
_ACTION = re.compile(
    "|".join(
        (
            (
                r"\bwhat (?:else )?(?:will|could|can|are|would|should|might) (?:you|we|it take to) (?:do|try|going to|"
                r"need to do|ask|say|"
                r"actually|stop|practise)\b(?!.*\b(?:look back|differently then)\b)"
            ),
            (
                r"\bnext (?:steps?|move)\b|\bwhat(?:'s| is) (?:your )?(?:next|the plan|plan)\b|\bwhat happens next\b|"
                r"\bby when\b|\bfrom here\b|\bwhat now\b"
            ),
            (
                r"\bhow (?:will|could|would|might|can|are|should) (?:you|we) (?:\w+ )?(?:go|find|get|tackle|approach|"
                r"handle|learn|check|test|start|do|make|raise|"
                r"begin|bring|open|use|prepare|move|follow|going|play|want to|like to)\b"
            ),
            (
                r"\bwhat do you (?:suggest|propose|want to do|plan|need from|need to)\b|\bwhen (?:will|would|can|"
                r"could) you\b"
            ),
            (
                r"\bwhich (?:one )?.{0,30}\bfirst\b|\bwhere (?:will|would|could|do) you (?:start|begin)\b|\boptions\b|"
                r"\bwho (?:will|could|would|might|can) (?:you|help)\b"
            ),
            r"\bhow can i help\b|\bwhat(?:'s| is) (?:the|your|one) (?:first|smallest|one|next) (?:step|thing|move)\b",
            r"\bwhat would (?:help (?:you|here|most|us)\b|it take\b)|\bwhat (?:help|support) \b|\bwhat would help\W*$",
        )
    )
)
_LEADS_TO_ACTION = re.compile(
    r"\b(?:have you|did you|ever) (?:ever )?(?:thought|think|considered|tried|looked|asked)\b|\bwhy (?:don't|not)\b|"
    r"\b(?:what|how) about\b|"
    r"\bwhat if\b|\bshould(?:n't)? (?:you|we)\b|\b(?:would|wouldn't|might|could|is) (?:it|there|that|"
    r"a \w+) (?:not )?(?:be|help|make|better)\b"
)


def focus_of(text: str, leaning: Focus) -> Focus:
    """Status, action or explore. If no rule matches, `leaning`, which comes from the head."""
    said = plain(text)
    if _ACTION.search(said) or _LEADS_TO_ACTION.search(said):
        return Focus.ACTION
    if _STATUS.search(said):
        return Focus.STATUS
    return leaning
