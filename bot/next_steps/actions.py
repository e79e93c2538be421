"""The verbs of next steps, and the words between subject and verb that keep or cancel a step."""

from __future__ import annotations

from ..text.forbidding import forbids
from ..text.words import WORD, word_set

ACTIONS = word_set("""
    add agree answer arrange ask attend block book bring build buy call cancel change chase check clean close collect
    come contact copy count cut deliver demo dial dig do draft drive drop eat email explain fill film find finish fix
    fly follow forward get give go grade hand have hold introduce invite join keep learn leave let list look make map
    mark measure meet message move name offer open organise organize pass phone pick plan practise prepare present
    price print pull push put raise read rebuild record redo reprice request resend research reserve review revisit
    rewrite ring run schedule see send set share show sit sort speak start stop suggest take talk tell test text tie
    tidy time train translate try turn type update visit walk work write
    swap set use brief split log post apologise confirm approach nudge pause park switch replace shorten trim reply
    respond report shadow skip grab propose sketch warn wrap load teach listen quote pitch step spend""")
VERB = "(?:" + "|".join(sorted(ACTIONS, reverse=True)) + ")"
ADVERB = (
    r"(?:(?:just|also|probably|definitely|then|maybe|perhaps|still|even|simply|certainly|really|first|actually|"
    r"personally|happily|gladly|quickly|always|at least|try to|try and)\s+){0,3}"
)
NO_STEP = (
    r"(?!(?:be(?!\s+(?:there|at|in|on|round|over|back|\w+ing))|have\s+to|have\s+(?:had|been)|never|not|admit|think|know|"
    r"need|want|miss|lose\s+(?:him|her|them|my|it|this|that)|feel|regret|believe|survive|live|remember|guess|bet|"
    r"understand|hate|like|love|die|end\s+up|hear|look\s+(?:like|a|an|silly|stupid|bad|weak|needy|right)|"
    r"leave\s+(?:it|that)|see(?=\s*(?:how|what|if|whether|about|$|[.,!?]))|go\s+from|go\s+(?:mad|under|for)|"
    r"say(?!\s+[\"“'])|tell\s+you\s+(?:what|that|this|one|something|the|straight|honestly|now)|"
    r"give\s+you\s+(?:that|this)|take\s+(?:your\s+word|the\s+blame|that\s+as)|get\s+(?:fired|sacked|there|nowhere)|"
    r"ask\s+you|wait(?!\s+for)|imagine|finally|have(?=\s*(?:$|[.,!?]))|hope|wish|suppose|seem)\b)"
)
_NAMES_NOTHING = word_set("take leave let have look listen wait stop hold say tell give show try come go")
"""Verbs that name nothing to do by themselves: "Leave Linda out of it", "I'll take nine", "Tell me"."""
_NAMING = ACTIONS - _NAMES_NOTHING
_TIMES = word_set("monday tuesday wednesday thursday friday saturday sunday today tonight tomorrow noon by before")
_LEAST_WORDS = 3


def assigns(words: str) -> bool:
    """Whether an order or a takeover names something to do, rather than forbids it or asks to be told something."""
    said = _words(words)
    if forbids(words):
        return False
    return not _NAMING.isdisjoint(said) or (len(said) >= _LEAST_WORDS and not _TIMES.isdisjoint(said))


def _words(text: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in WORD.findall(text)]
