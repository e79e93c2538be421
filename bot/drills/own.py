"""Drills from one's own talks: what was told there, what the rep let slip, and the steps that got no day. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ..scoring.challenges import with_challenges
from ..store.session import Session
from ..talk.codebook import LISTENING
from ..talk.direction import Source
from ..talk.transcript import Turn
from ..text.tokens import stems
from .item import DrillItem, DrillKind, DrillMoment
from .kept import OWN

MOST_EACH = 6
"""Items that one talk gives. The rest of it is in its debrief."""
_FEWEST_WORDS = 3
"""A telling line of fewer words holds nothing to ask about."""
_STANDS_IN = re.compile(r"\bdo (?:that|this|it|so)\b", re.IGNORECASE)
_FEWEST_SAID = 8
"""What the rep says in fewer words holds too little to hand back."""


def own_items(sessions: Iterable[Session]) -> tuple[DrillItem, ...]:
    """The items of ended talks, in their order. A retry gives none: its first go has.

    Only words whose code is sure are told to be telling, and a code that the manager corrected counts as corrected.
    """
    ended = (saved for saved in sessions if saved.ended_at is not None and saved.parent is None)
    return tuple(item for saved in ended for item in _of(saved))


def _of(saved: Session) -> list[DrillItem]:
    try:
        turns = with_challenges(saved.turns, saved.challenges)
    except ValueError:  # a challenge of words that aren't there any more says nothing
        turns = saved.turns
    found = [*_tellings(saved, turns), *_let_slip(saved, turns), *_undated(saved, turns)]
    return found[:MOST_EACH]


def _tellings(saved: Session, turns: Sequence[Turn]) -> Iterator[DrillItem]:
    """Each line that surely pushed, to ask instead; what was said before it, to hand back."""
    for turn in turns:
        if not turn.is_manager:
            continue
        pushed = [unit for unit in turn.claimed if unit.pushing and _says_something(unit.text)]
        if not pushed:
            continue
        unit, says = pushed[0], _said_before(turns, turn.index)
        moment = DrillMoment(saved.scenario, saved.variant, session=saved.id, turn=turn.index)
        name = f"{OWN}:{saved.id}:{turn.index}"
        yield DrillItem(
            f"{name}:{unit.start}", DrillKind.ASK_INSTEAD, says, words=unit.text, rep=saved.rep, moment=moment
        )
        if len(says.split()) >= _FEWEST_SAID and not any(unit.code in LISTENING for unit in turn.units):
            yield DrillItem(f"{name}:back", DrillKind.HAND_IT_BACK, says, rep=saved.rep, moment=moment)


def _says_something(words: str) -> bool:
    """Whether a line can be asked about by itself: "Can you do that?" can't."""
    return len(words.split()) >= _FEWEST_WORDS and not (_STANDS_IN.search(words) and not stems(words))


def _let_slip(saved: Session, turns: Sequence[Turn]) -> Iterator[DrillItem]:
    """What the rep hinted at and was never brought to tell."""
    known = {
        fact for turn in turns if turn.direction for fact, how in turn.direction.releases if how is not Source.TOLD
    }
    for turn in turns:
        hint = turn.direction.hint if turn.direction else None
        if hint and hint not in known:
            known.add(hint)
            moment = DrillMoment(saved.scenario, saved.variant, hint, session=saved.id, turn=turn.index + 1)
            name = f"{OWN}:{saved.id}:{turn.index}:hint"
            yield DrillItem(name, DrillKind.ONE_QUESTION, turn.text, rep=saved.rep, moment=moment)


def _undated(saved: Session, turns: Sequence[Turn]) -> Iterator[DrillItem]:
    """The steps that the rep came up with and for which no day was named."""
    named = {turn.direction.commits for turn in turns if turn.direction}
    for turn in turns:
        step = turn.direction.step if turn.direction else None
        if step and step not in named:
            moment = DrillMoment(saved.scenario, saved.variant, step=step, session=saved.id, turn=turn.index + 1)
            name = f"{OWN}:{saved.id}:{turn.index}:day"
            yield DrillItem(name, DrillKind.WHEN, turn.text, rep=saved.rep, moment=moment)


def _said_before(turns: Sequence[Turn], index: int) -> str:
    before = turns[index - 1] if index else None
    return before.text if before is not None and not before.is_manager else ""
