"""Practice: one rehearsal, from the first word to the debrief.

    >>> practice = Practice.start("jones-deal", seed=1)
    >>> practice.say("What, if anything, worries you about this one?")
    >>> "".join(practice.reply())
    >>> practice.finish().scorecard.level

The manager's words are saved before anything else can fail. A reply that was cut off is completed on the next call.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .director import State, direct, epilogue, hear, record, tellable, trace
from .director import start as begin
from .errors import ScenarioError, TranscriptError
from .scenario import Scenario
from .scenario.library import Library
from .scoring.debrief import Debrief, practice_json
from .scoring.nudges import NO_MORE, nudge
from .scoring.score import Practised, score
from .talk.transcript import Speaker, Transcript, Turn, check_words
from .voice import Cue, LineVoice, Voice, Wording

if TYPE_CHECKING:
    from .engine import Engine
    from .store import Challenge, Session, Store

__all__ = ["Debrief", "Practice", "check_fits", "practice_json"]


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return uuid.uuid4().hex[:12]


class Practice:
    """One rehearsal. Nothing is saved without a store."""

    def __init__(
        self,
        scenario: Scenario,
        engine: Engine,
        *,
        seed: int = 0,
        voice: Voice | None = None,
        store: Store | None = None,
        session_id: str | None = None,
        turns: tuple[Turn, ...] = (),
        ended_at: datetime | None = None,
        nudged: Iterable[tuple[int, str]] = (),
        challenges: Iterable[Challenge] = (),
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self.scenario = scenario
        self.seed = seed
        self.session_id = session_id
        self.ended_at = ended_at
        self._engine = engine
        self._voice: Voice = voice or LineVoice(engine.knowledge)
        self._store = store
        self._turns = list(turns)
        self._nudged = list(nudged)
        self._challenges = tuple(challenges)
        self._clock = clock
        self._folded: list[tuple[Turn, State]] = []

    @classmethod
    def start(
        cls,
        scenario: str = "jones-deal",
        *,
        variant: str = "base",
        seed: int = 0,
        engine: Engine | None = None,
        voice: Voice | None = None,
        store: Store | None = None,
        clock: Callable[[], datetime] = _now,
        new_id: Callable[[], str] = _new_id,
    ) -> Practice:
        """Start a rehearsal. With a store, each turn is saved. Raises ScenarioError."""
        engine = engine or _default_engine()
        loaded = engine.library.scenario(scenario, variant, seed)
        practice = cls(loaded, engine, seed=seed, voice=voice, store=store, clock=clock)
        if store is not None:
            practice.session_id = new_id()
            store.create(practice._fresh_session(practice.session_id))
        return practice

    @classmethod
    def resume(
        cls,
        session: str | Session,
        store: Store,
        *,
        engine: Engine | None = None,
        voice: Voice | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> Practice:
        """Resume a saved rehearsal, or open a finished one, by its id or as a loaded session.

        Raises StoreError or ScenarioError.
        """
        engine = engine or _default_engine()
        saved = store.load(session) if isinstance(session, str) else session
        scenario = _scenario_of(saved, engine.library)
        if saved.ended_at is None:
            check_fits(saved, scenario)
        return cls(
            scenario,
            engine,
            seed=saved.seed,
            voice=voice,
            store=store,
            session_id=saved.id,
            turns=saved.turns,
            ended_at=saved.ended_at,
            nudged=[(nudge.turn, nudge.text) for nudge in saved.nudges],
            challenges=saved.challenges,
            clock=clock,
        )

    @classmethod
    def retry(
        cls,
        session_id: str,
        turn: int,
        store: Store,
        *,
        engine: Engine | None = None,
        voice: Voice | None = None,
        clock: Callable[[], datetime] = _now,
        new_id: Callable[[], str] = _new_id,
    ) -> Practice:
        """Practise an ended rehearsal again from manager turn `turn`: a new session, in which that turn is to come.

        It has what was said before, with its codes, replies, hints and corrected codes. Its parent is the first
        session, even for a retry of a retry, and stays as it is. With an id that has been used for the same retry, as
        by a double click, this opens that one. Raises StoreError, ScenarioError if the scenario no longer fits, or
        TranscriptError if the session is in progress or `turn` isn't the manager's.
        """
        engine = engine or _default_engine()
        saved = store.load(session_id)
        if saved.ended_at is None:
            raise TranscriptError(f"session {saved.id} is still in progress; end it before you retry it")
        if not (0 <= turn < len(saved.turns) and saved.turns[turn].is_manager):
            raise TranscriptError(f"session {saved.id}: turn {turn} isn't yours; choose one of your own to retry")
        saved = replace(saved, turns=saved.turns[:turn])
        scenario = _scenario_of(saved, engine.library)
        check_fits(saved, scenario)
        anew = cls(scenario, engine, seed=saved.seed, voice=voice, clock=clock)
        branch = replace(
            anew._fresh_session(new_id()),
            turns=saved.turns,
            nudges=tuple(nudge for nudge in saved.nudges if nudge.turn <= turn),
            parent=saved.parent or saved.id,
            from_turn=turn,
            challenges=tuple(challenge for challenge in saved.challenges if challenge.turn < turn),
        )
        return cls.resume(store.branch(branch), store, engine=engine, voice=voice, clock=clock)

    @property
    def transcript(self) -> Transcript:
        """The conversation so far."""
        return Transcript(tuple(self._turns), manager=self.scenario.manager.name, rep=self.scenario.rep.name)

    @property
    def state(self) -> State:
        """The rep's current state."""
        return self._state_after(len(self._turns))

    @property
    def waiting(self) -> bool:
        """Whether the manager has spoken and the reply is pending."""
        return bool(self._turns) and self._turns[-1].is_manager

    def say(self, text: str, turn_id: str | None = None) -> Turn:
        """Accept a manager's turn and save it. Sending the same `turn_id` again does nothing.

        Raises TranscriptError for an empty or overlong turn, an ended session, or a turn before the reply.
        """
        if self.ended_at is not None:
            raise TranscriptError("this session has ended; start a new one")
        words = check_words(text)
        index = len(self._turns)
        turn = Turn(index, Speaker.MANAGER, words)
        if self._store is not None and self.session_id is not None:
            if self.waiting and not self._store.holds(self.session_id, turn_id):
                raise self._unanswered()
            turn = self._store.append(self.session_id, turn, turn_id=turn_id, at=self._clock())
            if turn.index < index:
                return self._turns[turn.index]
        if self.waiting:
            raise self._unanswered()
        self._turns.append(turn)
        return turn

    def _unanswered(self) -> TranscriptError:
        return TranscriptError(f"{self.scenario.rep.name} has not answered yet; ask for the reply first")

    def reply(self) -> Iterator[str]:
        """Yield the rep's reply sentence by sentence. It is saved whole even if the caller stops early."""
        cue = self.cue()

        def keep(wording: Wording) -> None:
            answer = Turn(len(self._turns), Speaker.REP, wording.text, direction=cue.direction, said=wording.said)
            if self._store is not None and self.session_id is not None:
                answer = self._store.append(self.session_id, answer, turn_id=None, at=self._clock())
            self._turns.append(answer)

        yield from self._voice.stream(cue, keep)

    def cue(self) -> Cue:
        """The voice's input for the pending reply. Raises TranscriptError when there is none."""
        if not self.waiting:
            raise TranscriptError("there is nothing to reply to; say something first")
        turn = self._coded()
        state = hear(self._state_after(len(self._turns) - 1), turn)
        direction = direct(self.scenario, state, turn)
        return Cue(
            self.scenario,
            direction,
            released=frozenset((*state.facts, *(fact for fact, _ in direction.releases))),
            heard=turn.text,
            used=tuple(line for spoken in self._turns if spoken.said for line in spoken.said.lines),
            seed=self.seed,
            before=tuple((spoken.is_manager, spoken.text) for spoken in self._turns[:-1]),
            spent=sum(spoken.said.tokens_in + spoken.said.tokens_out for spoken in self._turns if spoken.said),
            tellable=tellable(self.scenario, state),
            likely=_likely(turn),
            told=frozenset(
                spoken.direction.entry
                for spoken in self._turns
                if spoken.direction and spoken.direction.entry and spoken.direction.act in ("entry", "more")
            ),
            plan=_plan(self.scenario, state),
            spoken=state.spoken,
            steps=_nameable(self.scenario, state),
            openness=state.openness,
        )

    def hint(self) -> str:
        """A nudge that was not given before, saved: where to go, then how, then a question. It never gives away a fact.

        Where there is none it is `NO_MORE`, which isn't saved.
        """
        here = len(self._turns)
        text = nudge(
            self.scenario, self.state, [text for _, text in self._nudged], sum(turn == here for turn, _ in self._nudged)
        )
        if text == NO_MORE:
            return text
        self._nudged.append((here, text))
        if self._store is not None and self.session_id is not None:
            from .store import Nudge

            self._store.nudge(self.session_id, Nudge(here, text, self._clock()))
        return text

    def finish(self, self_rating: int | None = None) -> Debrief:
        """End the rehearsal, score it and save the scorecard. If it has ended, return its debrief."""
        if self.waiting and self.ended_at is None:
            for _ in self.reply():
                pass
        debrief = self.debrief()
        if self.ended_at is None:
            self.ended_at = self._clock()
            if self._store is not None and self.session_id is not None:
                self._store.finish(self.session_id, debrief.scorecard.as_json(), self.ended_at, self_rating)
        return debrief

    def debrief(self) -> Debrief:
        """The debrief of the conversation so far, with the manager's word on the codes. The session continues.

        The states are those of the codes as they were read, because the rep reacted to those.
        """
        states = tuple(trace(self.scenario, self._turns))
        state = self.state
        transcript = self._corrected()
        card = score(
            transcript,
            reader=self._engine.reader,
            knowledge=self._engine.knowledge,
            practised=Practised(self.scenario, state),
        )
        return Debrief(self.scenario, transcript, state, states, card, epilogue(self.scenario, state))

    def warm(self) -> None:
        """Load everything the first reply would otherwise wait for."""
        self._engine.warm(self.scenario)
        self._voice.warm(self.scenario)

    def _corrected(self) -> Transcript:
        """The conversation with the codes as the manager corrected them."""
        if not self._challenges:
            return self.transcript
        from .scoring.challenges import with_challenges  # loads the store, which whoever has challenges has loaded

        right = frozenset(step.id for step in self.scenario.steps if step.instructed)
        return replace(self.transcript, turns=with_challenges(self._turns, self._challenges, right))

    def _state_after(self, turns: int) -> State:
        """The state after that many turns. Each turn is folded only once, for speed."""
        folded = []
        for pair, now in zip(self._folded, self._turns[:turns], strict=False):
            if pair[0] is not now:  # the turn has been coded since
                break
            folded.append(pair)
        state = folded[-1][1] if folded else begin(self.scenario)
        for turn in self._turns[len(folded) : turns]:
            state = hear(state, turn) if turn.is_manager else record(state, turn.direction, turn.said)
            folded.append((turn, state))
        self._folded = folded  # a new list: another thread may be reading the old one
        return state

    def _coded(self) -> Turn:
        """The last manager turn with its units and touches. A turn is coded only once."""
        turn = self._turns[-1]
        if turn.reader is not None:
            return turn
        turn = self._engine.coded(self.scenario, turn, self._turns[:-1])
        if self._store is not None and self.session_id is not None:
            self._store.annotate(self.session_id, turn.index, turn.units, turn.touches, str(turn.reader))
        self._turns[-1] = turn
        return turn

    def _fresh_session(self, session_id: str) -> Session:
        from .store import Session

        return Session(
            id=session_id,
            scenario=self.scenario.id,
            scenario_version=self.scenario.version,
            scenario_digest=self.scenario.digest,
            variant=self.scenario.variant,
            seed=self.seed,
            voice=self._voice.name,
            manager=self.scenario.manager.name,
            rep=self.scenario.rep.name,
            started_at=self._clock(),
            ended_at=None,
            title=self.scenario.title,
            turns=(),
            nudges=(),
            scorecard=None,
            self_rating=None,
        )


def _plan(scenario: Scenario, state: State) -> tuple[tuple[str, bool], ...]:
    """The steps that the rep has taken on, and whether a day was named.

    One of the manager's counts once its facts are out: its title may name them.
    """
    return tuple(
        (name, step.committed)
        for name, step in state.steps.items()
        if step.author == "rep" or (step.accepted and state.knows(scenario.step(name).about))
    )


def _nameable(scenario: Scenario, state: State) -> tuple[str, ...]:
    """Ids of the steps whose title names nothing that isn't out."""
    return tuple(step.id for step in scenario.steps if state.knows((*step.needs, *step.about)))


def _likely(turn: Turn) -> tuple[str, ...]:
    """Ids of the entries that a turn is probably about, likeliest first within each unit."""
    found = [
        label
        for touch in turn.touches
        for label in ((f"entry:{touch.entry}",) if touch.entry else ()) + tuple(label for label, _ in touch.others)
    ]
    return tuple(dict.fromkeys(label.removeprefix("entry:") for label in found if label.startswith("entry:")))


def _scenario_of(saved: Session, library: Library) -> Scenario:
    """The scenario of a session as it is now. Raises ScenarioError, in the same words if it or its variant is gone."""
    try:
        return library.scenario(saved.scenario, saved.variant)
    except ScenarioError:
        there = saved.scenario in library.scenario_ids()
        if there and saved.variant in library.scenario(saved.scenario).variant_ids:
            raise  # it is there and can't be read
        raise _changed(saved) from None


def check_fits(saved: Session, scenario: Scenario) -> None:
    """Raises ScenarioError if the scenario has lost something that came up in the session."""
    if scenario.digest == saved.scenario_digest:
        return
    known = {
        "facts": {fact.id for fact in scenario.facts},
        "insights": {insight.id for insight in scenario.insights},
        "steps": {step.id for step in scenario.steps},
        "entries": {entry.id for entry in scenario.entries},
    }
    for direction in (turn.direction for turn in saved.turns if turn.direction):
        named = {
            "facts": {*(fact for fact, _ in direction.releases), direction.topic, direction.hint},
            "insights": {direction.insight},
            "steps": {direction.step, direction.commits, *direction.told_steps},
            "entries": {direction.entry},
        }
        if any(ids - known[kind] - {None} for kind, ids in named.items()):
            raise _changed(saved)


def _changed(saved: Session) -> ScenarioError:
    return ScenarioError(
        f"{saved.scenario}: the scenario has changed since session {saved.id} began and no longer fits; "
        "start a new session"
    )


def _default_engine() -> Engine:
    from .engine import default_engine

    return default_engine()
