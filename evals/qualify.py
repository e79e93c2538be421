"""Qualification: tests whether a scenario separates coaches from other managers.

Every simulated manager plays every variant with three seeds. A scenario qualifies if coaches find the facts and reach
their level, no one else does, the ranking holds with a margin, and a question about one fact doesn't bring out another.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.engine import Engine
from bot.practice import Debrief, Practice
from bot.scenario import Scenario
from bot.scenario.library import Library
from bot.settings import Settings, settings
from bot.talk.direction import Source

from .coaches import asked_about
from .pools import ctrl_c_held
from .simulate import RepMove, moment_of, person, persons, simulate

SEEDS = (0, 1, 2)
MARGIN = 5.0
"""Minimum gap in mean score between an ordinary coach and managers who don't coach."""
RANK = {"not_scored": 0, "telling": 0, "mixed": 1, "coaching": 2, "coaching_well": 3}


@dataclass(frozen=True, slots=True)
class Expected:
    """The expected result of a manager: levels from `least` to `most`, elicited shares within bounds (0 to 1)."""

    least: str = "telling"
    most: str = "coaching_well"
    share_least: float = 0.0
    share_most: float = 1.0


_NO_BETTER = Expected(most="mixed")
# Coaches ask in their own words, so even a skilled one doesn't get everything: half is what scoring calls proficient.
EXPECTED: dict[str, Expected] = {
    "skilled-coach": Expected(least="coaching", share_least=0.5),
    "ordinary-coach": Expected(least="mixed", share_least=0.4),
    "teller": Expected(most="telling", share_most=0.2),
    "polite-teller": Expected(most="telling", share_most=0.2),
    "inspector": _NO_BETTER,
    "spammer": _NO_BETTER,
    "leading-questioner": _NO_BETTER,
    "flatterer": _NO_BETTER,
    "rambler": _NO_BETTER,
    "silent": _NO_BETTER,
    "role-breaker": Expected(most="mixed", share_most=0.0),
}
EXPECTED_WHERE_DIRECTION_IS_RIGHT: dict[str, Expected] = {
    **EXPECTED,
    "instructor": Expected(least="coaching"),
    "skilled-coach": Expected(most="mixed", share_least=0.5),
    "ordinary-coach": _NO_BETTER,
}
"""There the instructor ranks first. A coach who never gives the order hasn't done what was needed."""


@dataclass(frozen=True, slots=True)
class Played:
    """A manager's result in one variant with one seed."""

    manager: str
    variant: str
    seed: int
    level: str
    score: int
    elicited: tuple[str, ...]
    missed: tuple[str, ...]
    share: float
    steps: int
    unmapped: tuple[str, ...]
    opened_at: tuple[tuple[int, str], ...]
    shut_at: tuple[tuple[int, str], ...]
    weakest: str
    asked: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """Each fact asked about, the question, and the facts that came out."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A manager with an unexpected result: where, and why."""

    manager: str
    variant: str
    seed: int | None
    turn: int | None
    why: str

    def __str__(self) -> str:
        seed = f", seed {self.seed}" if self.seed is not None else ""
        turn = f", turn {self.turn}" if self.turn is not None else ""
        return f"{self.manager} in {self.variant}{seed}{turn}: {self.why}"


@dataclass(frozen=True, slots=True)
class Qualification:
    """All conversations, failures, and unanswered questions, most frequent first."""

    scenario: str
    played: tuple[Played, ...]
    failures: tuple[Failure, ...]
    unmapped: tuple[tuple[str, int], ...]

    @property
    def passed(self) -> bool:
        """Whether every manager did as expected, in the right order."""
        return not self.failures

    def as_json(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "scenario": self.scenario,
            "passed": self.passed,
            "failures": [str(failure) for failure in self.failures],
            "managers": [
                {"id": one.manager, "variant": one.variant, "seed": one.seed, "level": one.level, "score": one.score,
                 "elicited": list(one.elicited), "steps": one.steps}
                for one in self.played
            ],
            "unmapped": [{"text": text, "times": times} for text, times in self.unmapped],
        }  # fmt: skip


def expected_in(scenario: Scenario) -> dict[str, Expected]:
    """The managers who play a scenario, and their expected results."""
    return expected_where(scenario.directive_ok)


def expected_where(directive_ok: bool) -> dict[str, Expected]:
    """The same, given only whether direction is right in the scenario."""
    return EXPECTED_WHERE_DIRECTION_IS_RIGHT if directive_ok else EXPECTED


def qualify(
    scenario_id: str,
    data: Path | None = None,
    seeds: Sequence[int] = SEEDS,
    heard: Callable[[int, int], None] = lambda done, of: None,
    workers: int | None = None,
    variants: Sequence[str] | None = None,
) -> Qualification:
    """Play every manager in these variants (default: all), calling `heard(done, of)`.

    Raises ScenarioError if the scenario doesn't load.
    """
    scenario = Library(data).scenario(scenario_id)
    wanted = expected_in(scenario)
    variants = scenario.variant_ids if variants is None else variants
    jobs = [(variant, manager, seed) for variant in variants for manager in wanted for seed in seeds]
    workers = workers or min(4, os.cpu_count() or 1)
    played: list[Played] = []
    for one in _all(scenario_id, data, jobs, workers):
        played.append(one)
        heard(len(played), len(jobs))
    counts: dict[str, int] = {}
    for one in played:
        for text in one.unmapped:
            counts[text] = counts.get(text, 0) + 1
    unmapped = tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
    return Qualification(scenario_id, tuple(played), tuple(failures(scenario, played)), unmapped)


def failures(scenario: Scenario, played: Sequence[Played]) -> Iterable[Failure]:
    """Managers with unexpected results or ranking."""
    wanted = expected_in(scenario)
    for one in played:
        yield from _wrong(one, wanted[one.manager])
    for variant in dict.fromkeys(one.variant for one in played):
        means = {
            manager: sum(one.score for one in played if one.manager == manager and one.variant == variant)
            / max(1, sum(one.manager == manager and one.variant == variant for one in played))
            for manager in wanted
        }
        yield from out_of_order(variant, means, scenario.directive_ok)
        yield from _mixed_up(variant, [one for one in played if one.variant == variant])


def out_of_order(variant: str, means: Mapping[str, float], directive_ok: bool) -> Iterable[Failure]:
    """Managers whose mean score is too close to the top manager's. Empty if the top manager didn't play."""
    best = "instructor" if directive_ok else "ordinary-coach"
    above = {"skilled-coach", "ordinary-coach"} if not directive_ok else {"instructor"}
    if best not in means:
        return
    if not directive_ok and means.get("skilled-coach", means[best]) < means[best] - MARGIN:
        why = f"scores {means['skilled-coach']:.0f} on average, less than the ordinary coach"
        yield Failure("skilled-coach", variant, None, None, why)
    for manager, mean in means.items():
        if manager not in above and mean > means[best] - MARGIN:
            why = f"scores {mean:.0f} on average and the {best} {means[best]:.0f}; must trail by {MARGIN:.0f}"
            yield Failure(manager, variant, None, None, why)


def _mixed_up(variant: str, played: Sequence[Played]) -> Iterable[Failure]:
    """Facts that never come out when the skilled coach asks about them, while another one does more than once."""
    asked = [question for one in played if one.manager == "skilled-coach" for question in one.asked]
    for fact in dict.fromkeys(about for about, _, _ in asked):
        came = [others for about, _, others in asked if about == fact]
        counts = Counter(other for others in came for other in others)
        other, times = counts.most_common(1)[0] if counts else ("", 0)
        if times > 1 and fact not in counts:
            words = next(words for about, words, others in asked if about == fact and other in others)
            why = f'asked about {fact!r} {len(came)} times, as in "{words}", and got {other!r} instead; '
            why += "are their asks mixed up?"
            yield Failure("skilled-coach", variant, None, None, why)


def _wrong(one: Played, wanted: Expected) -> Iterable[Failure]:
    def failed(why: str, turn: int | None = None) -> Failure:
        return Failure(one.manager, one.variant, one.seed, turn, why)

    if RANK[one.level] < RANK[wanted.least]:
        turn, words = one.shut_at[0] if one.shut_at and not one.missed else (None, "")
        came = f'; first got nothing for "{words}"' if words else ""
        if one.missed and one.share >= wanted.share_least:
            came = f"; {_never_got(one)}"
        yield failed(f"{one.level}, but should be at least {wanted.least}: {one.weakest}{came}", turn)
    if RANK[one.level] > RANK[wanted.most]:
        yield failed(f"{one.level}, but should be at most {wanted.most}: {one.weakest}")
    if one.share < wanted.share_least:
        yield failed(f"{one.share:.0%} of the facts, but should get {wanted.share_least:.0%}; {_never_got(one)}")
    if one.share > wanted.share_most:
        turn, words = one.opened_at[0]
        yield failed(f'{one.share:.0%} of the facts, but at most {wanted.share_most:.0%}; first with "{words}"', turn)


def _never_got(one: Played) -> str:
    """The facts that a manager missed, each with the questions that were to bring it out."""
    told = []
    for fact in one.missed:
        words = dict.fromkeys(f'"{words}"' for about, words, _ in one.asked if about == fact)
        told.append(f"{fact!r} (asked {' and '.join(words)})" if words else f"{fact!r} (never asked about it)")
    return f"never got {', '.join(told)}"


def _all(scenario_id: str, data: Path | None, jobs: Sequence[tuple[str, str, int]], workers: int) -> Iterable[Played]:
    if workers == 1:
        engine = _engine(data)
        yield from (play_one(engine, scenario_id, *job) for job in jobs)
        return
    _engine(data).warm(Library(data).scenario(scenario_id))  # so that workers find cached vectors
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(scenario_id, data))
    try:
        with ctrl_c_held():  # a pool starts its processes when it is given work
            found = pool.map(_job, jobs, chunksize=3)
        yield from found
    finally:
        pool.shutdown(cancel_futures=True)


_HERE: dict[str, Any] = {}
"""A worker process's engine and scenario."""


def _begin(scenario_id: str, data: Path | None) -> None:
    _HERE.update(engine=_engine(data), scenario=scenario_id)


def _job(job: tuple[str, str, int]) -> Played:
    return play_one(_HERE["engine"], _HERE["scenario"], *job)


def _engine(data: Path | None) -> Engine:
    from bot.engine import make_engine

    config: Settings = settings()
    return make_engine(config.model_copy(update={"data": data, "reader": "packaged"}))


def play_one(engine: Engine, scenario_id: str, variant: str, manager: str, seed: int) -> Played:
    """Play one conversation, and extract what qualification needs."""
    practice = Practice.start(scenario_id, variant=variant, seed=seed, engine=engine)
    return _seen(manager, seed, simulate(person(manager), practice))


def _seen(manager: str, seed: int, debrief: Debrief) -> Played:
    scenario, card = debrief.scenario, debrief.scorecard
    plain = {fact.id for fact in scenario.facts if not fact.feeling}
    elicited = tuple(fact for fact in debrief.facts(Source.ELICITED) if fact in plain)
    turns = debrief.transcript.turns
    pairs = [(turns[place - 1], turn) for place, turn in enumerate(turns) if not turn.is_manager and turn.direction]
    came = [
        (asked.index, asked.text)
        for asked, turn in pairs
        if turn.direction and any(how is Source.ELICITED for _, how in turn.direction.releases)
    ]
    questions = [
        (*about, tuple(found for found, how in turn.direction.releases if how is Source.ELICITED))
        for asked, turn in pairs
        if turn.direction and (about := asked_about(scenario, asked.text))
    ]
    shut = [(asked.index, asked.text) for asked, turn in pairs if moment_of(turn) is RepMove.SHUT]
    return Played(
        manager,
        scenario.variant,
        seed,
        card.level,
        card.score or 0,
        elicited,
        tuple(fact for fact in debrief.missed if fact in plain),
        len(elicited) / len(plain) if plain else 0.0,
        sum(step.author == "rep" for step in debrief.state.steps.values()),
        debrief.state.unmapped,
        tuple(came),
        tuple(shut),
        card.sentence,
        tuple(questions),
    )


def table(found: Qualification) -> str:
    """A table with a row per manager: levels and facts over all variants and seeds."""
    rows = [f"{'manager':<20} {'level':<28} {'facts':>6} {'steps':>6} {'score':>6}"]
    for one in persons():
        here = [entry for entry in found.played if entry.manager == one.id]
        if not here:
            continue
        levels = ", ".join(sorted({entry.level for entry in here}, key=lambda level: -RANK[level]))
        share = sum(entry.share for entry in here) / len(here)
        steps = sum(entry.steps for entry in here) / len(here)
        score = sum(entry.score for entry in here) / len(here)
        rows.append(f"{one.id:<20} {levels:<28} {share:>6.0%} {steps:>6.1f} {score:>6.0f}")
    return "\n".join(rows)
