"""What the rep does in one reply, as an instruction for a model that plays the part.

The director has decided it. Only a beat that tells something insists on its words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..knowledge import SpokenLine
from ..scenario import EntryLevel
from .words import Cue


class Stance(StrEnum):
    """How the rep meets the manager's words."""

    ANSWER = "answer"
    TELL = "tell"
    HOLD_BACK = "hold_back"
    GIVE_WAY = "give_way"


_TELLS = re.compile(r"fact/[^/]+/(?:lines|closed\d+)$|insight/[^/]+/lines$|step/[^/]+/(?:lines|commit)$")
"""The pools whose lines contain something that the debrief will report as said."""
_HOLDS_BACK = {
    "hint": "What was asked may lead to something that you aren't ready to talk about ($topic). If it does, let it "
    "show that there is more to it without saying what, and turn the talk in your own way. No more of it than this:",
    "evade": "If $manager is after something that is not in what you know, turn it aside, like this:",
    "feeling_closed": "You don't go into how you feel about it. Turn it aside, like this:",
    "no_step_yet": "You have no idea of your own yet what to do, and you don't make one up. Say so, like this:",
    "no_more_steps": "Nothing more comes to you than the steps you have named, and you don't make one up. Like this:",
    "soon": "You have no step to put a day to. Say no more about when than this:",
    "yours_now": "$manager has taken the plan over, so you offer none. Like this:",
    "sunny": "You give the good news, as you would to anybody who checks. It comes to this:",
    "the_lot": "You bring nothing new up by yourself. If what was asked isn't in what you know, it comes to this:",
}
_GIVES_WAY = {
    "comply": "You have been told what to do. Say that you will, and drop it.",
    "told": "You have been told what to do. Say that you will, and drop it.",
    "agree": "You have been told what $manager thinks. Agree, and drop it.",
    "leave_it": "You have been told what not to do. Say that you won't, and drop it.",
    "on_my_list": "You have been told to do what was your own idea. Say that you have it, and drop it.",
    "hand_over": "$manager takes it out of your hands. Let it go.",
    "defend": "You have been blamed. Defend yourself in a few words, and close up.",
    "confirm": "$manager has said it already. Say that it is so, and add nothing.",
}
_SHORTLY = "One short sentence or two: no fact, idea, reason, question or plan of your own. It comes to this:"
_TELL = (
    "$manager has earned this, so you tell it now: all of it, with every name, number and day, and nothing more. Fit "
    "how it begins, and its he and she, to what was said. Where it isn't quite what was asked, answer that as well:"
)
_ANSWER = "Answer $manager."
_PERHAPS = "If this answers what was asked, it is your answer; if not, find it in what you know:"
_REACTS = "Take what was said as you would. For the tone, not the words:"


@dataclass(frozen=True, slots=True)
class Beat:
    """A stance, its instruction, and the lines that must be conveyed in the reply."""

    stance: Stance
    text: str
    must: tuple[str, ...] = ()


def beat_of(cue: Cue, draft: Sequence[SpokenLine]) -> Beat:
    """The beat of a reply, from its direction and the authored lines that would word it."""
    act = cue.direction.act
    line = " ".join(spoken.line.text for spoken in draft)
    must = tuple(spoken.line.text for spoken in draft if _counts(cue, spoken) or _is_kept(cue, spoken))
    if must:
        stance, words = Stance.TELL, [_TELL, line]
    elif act in _GIVES_WAY:
        stance, words = Stance.GIVE_WAY, [f"{_GIVES_WAY[act]} {_SHORTLY}", line]
    elif act in _HOLDS_BACK:
        stance, words = Stance.HOLD_BACK, [_HOLDS_BACK[act], line, "Anything else that was asked you answer."]
    elif any(spoken.pool.startswith(("entry/", "fact/", "insight/", "step/")) for spoken in draft):
        stance, words = Stance.ANSWER, [f"{_ANSWER} {_PERHAPS}", line]
    elif act in ("unknown", "unclear", "which", "part_unclear", "already"):
        stance, words = Stance.ANSWER, [_ANSWER]
    else:
        stance, words = Stance.ANSWER, [f"{_ANSWER} {_REACTS}", line]
    text = "\n".join(words).replace("$manager", cue.scenario.manager.name).replace("$topic", _topic(cue))
    return Beat(stance, text, must)


def _topic(cue: Cue) -> str:
    """The safe name of what he won't go into."""
    if cue.direction.hint:
        return cue.scenario.fact(cue.direction.hint).topic
    return cue.scenario.entry(cue.direction.entry).about if cue.direction.entry else "it"


def _counts(cue: Cue, spoken: SpokenLine) -> bool:
    """Whether a line holds something that the debrief will report as said."""
    return bool(_TELLS.match(spoken.pool)) and (bool(cue.direction.releases) or "/closed" not in spoken.pool)


def _is_kept(cue: Cue, spoken: SpokenLine) -> bool:
    """Whether a line tells an entry that isn't told to anybody."""
    kind, name, *_ = spoken.pool.split("/")
    if kind != "entry" or not spoken.pool.endswith("/says"):
        return False
    return name not in cue.tellable and cue.scenario.entry(name).level is not EntryLevel.PUBLIC
