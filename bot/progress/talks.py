"""Ended sessions as progress counts them: read a few at a time, and never twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ..director import fold
from ..errors import AskwellError
from ..practice import check_fits
from ..scenario.library import Library
from ..scoring.challenges import with_challenges
from ..scoring.score import Practised, judged
from ..store import Session, SessionHead, Store
from ..talk.transcript import Turn

_PARSED = (int, float)


@dataclass(frozen=True, slots=True)
class Mark:
    """One criterion in one talk: its level, and the value that decided it."""

    level: str
    value: float | None


@dataclass(frozen=True, slots=True)
class EndedTalk:
    """An ended session, its score as the debrief has it now.

    Shares run from 0 to 1 and `score` from 0 to 100; each is None where there was too little to count. `reader` and
    `rubric` say who coded the words and what judged them. `corrected` says that the manager corrected a code;
    `as_it_was` that the scenario has changed since, so that the corrections could not be counted.
    """

    head: SessionHead
    level: str
    score: int | None
    ask_share: float | None
    directiveness: float | None
    takeovers: int
    marks: Mapping[str, Mark]
    reader: str
    rubric: str
    corrected: bool = False
    as_it_was: bool = False

    @property
    def id(self) -> str:
        """The session's id."""
        return self.head.id

    @property
    def ended_at(self) -> datetime:
        """When it ended; an open session is no talk."""
        return self.head.ended_at or self.head.started_at

    @property
    def scored(self) -> bool:
        """Whether enough was said to score it."""
        return self.score is not None


@dataclass
class TalkBook:
    """The talks of a store. What an ended session's words count for never changes but by a correction.

    So each is read once, and again when its corrections have changed; ids are random and never used twice. Kept for
    as long as the process runs, it makes a page of 5,000 sessions quick.
    """

    store: Store
    library: Library
    _talks: dict[str, EndedTalk | None] = field(default_factory=dict)
    _turns: dict[str, tuple[Turn, ...]] = field(default_factory=dict)
    _corrected: dict[str, tuple[int, str]] = field(default_factory=dict)

    def talks(self, heads: Iterable[SessionHead]) -> tuple[EndedTalk, ...]:
        """The talks of those sessions that have ended and can be read, in the order given. Raises StoreError."""
        ended = [head for head in heads if head.ended_at is not None]
        self._forget_what_was_corrected()
        unknown = [head for head in ended if head.id not in self._talks]
        cards = self.store.many.scorecards([head.id for head in unknown]) if unknown else {}
        for head in unknown:
            self._talks[head.id] = self._talk(head, cards.get(head.id))
        return tuple(
            found if found.head == head else _again(found, head)
            for head in ended
            if (found := self._talks[head.id]) is not None
        )

    def turns(self, ids: Iterable[str]) -> dict[str, tuple[Turn, ...]]:
        """What the manager said in these sessions, by id, with the codes as the manager corrected them.

        Raises StoreError. A session that cannot be read, or isn't there any more, is left out.
        """
        wanted = list(dict.fromkeys(ids))
        self._forget_what_was_corrected()
        unknown = [name for name in wanted if name not in self._turns]
        found = self.store.many.manager_turns(unknown) if unknown else {}
        for name, spoken in found.items():
            self._turns[name] = self._as_corrected(name, spoken) if name in self._corrected else spoken
        return {name: self._turns[name] for name in wanted if name in self._turns}

    def _forget_what_was_corrected(self) -> None:
        now = self.store.many.corrections()
        for name in {*now, *self._corrected}:
            if now.get(name) != self._corrected.get(name):
                self._talks.pop(name, None)
                self._turns.pop(name, None)
        self._corrected = now

    def _talk(self, head: SessionHead, card: Mapping[str, Any] | None) -> EndedTalk | None:
        if card is None:
            return None
        anew, as_it_was = None, False
        if head.id in self._corrected:
            anew = self._counted_anew(head.id)
            as_it_was = anew is None
        try:
            return _read(head, anew or card, head.id in self._corrected, as_it_was)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None

    def _counted_anew(self, session_id: str) -> Mapping[str, Any] | None:
        """The scorecard with the manager's corrections, as the debrief has it. None where the scenario is another."""
        try:
            saved = self.store.load(session_id)
            scenario = self.library.scenario(saved.scenario, saved.variant)
            check_fits(saved, scenario)
        except AskwellError:
            return None
        right = frozenset(step.id for step in scenario.steps if step.instructed)
        turns = with_challenges(saved.turns, saved.challenges, right)
        return judged(turns, Practised(scenario, fold(scenario, saved.turns))).as_json()

    def _as_corrected(self, session_id: str, spoken: tuple[Turn, ...]) -> tuple[Turn, ...]:
        try:
            saved = self.store.load(session_id)
        except AskwellError:
            return spoken
        turns = with_challenges(saved.turns, saved.challenges, self._right(saved))
        return tuple(turn for turn in turns if turn.is_manager)

    def _right(self, saved: Session) -> frozenset[str]:
        try:
            scenario = self.library.scenario(saved.scenario, saved.variant)
        except AskwellError:
            return frozenset()
        return frozenset(step.id for step in scenario.steps if step.instructed)


def _again(talk: EndedTalk, head: SessionHead) -> EndedTalk:
    """The same talk, rated since."""
    return replace(talk, head=head)


def _read(head: SessionHead, card: Mapping[str, Any], corrected: bool, as_it_was: bool) -> EndedTalk:
    """Raises KeyError, TypeError, ValueError or AttributeError for a scorecard that is damaged."""
    measures, overall, provenance = card["measures"], card["overall"], card["provenance"]
    score = overall["score"]
    return EndedTalk(
        head=head,
        level=str(overall["level"]),
        score=None if score is None else int(score),
        ask_share=_number(measures.get("ask_share")),
        directiveness=_number(measures.get("directiveness")),
        takeovers=int(measures["takeovers"]),
        marks={str(one["id"]): Mark(str(one["level"]), _number(one["value"])) for one in card["criteria"]},
        reader=str(provenance.get("reader", "")),
        rubric=str(provenance.get("rubric", "")),
        corrected=corrected,
        as_it_was=as_it_was,
    )


def _number(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, _PARSED):
        raise ValueError(f"{value!r} is not a number")
    return float(value)
