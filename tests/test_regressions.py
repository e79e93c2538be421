"""Regressions, planted one at a time: each is caught by a comparison; runs that were only run again raise no alarm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from eval_records import played

import bot.practice
import bot.scoring.score
from bot.engine import Engine
from bot.scenario import Scenario
from bot.scoring.scorecard import Thresholds
from bot.talk.codebook import Code, Unit
from bot.talk.direction import Direction, ReplyPart, Source
from bot.voice import Cue, LineVoice
from bot.voice.words import Keep, Wording
from evals.records import Record
from evals.reports.compare import Comparison, compare_runs
from evals.reports.recorded import RecordedRun

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

MANAGERS = ("skilled-coach", "ordinary-coach", "teller", "polite-teller", "inspector", "rambler", "flatterer")
SEEDS = (0, 1)
OBEYS = ("comply", "agree", "told")


def run(records: list[Record]) -> RecordedRun:
    return RecordedRun(Path("run"), {record.key: record for record in records})


@pytest.fixture(scope="module")
def plain(engine: Engine) -> RecordedRun:
    return run(played(engine, "jones-deal", MANAGERS, SEEDS))


def found(plain: RecordedRun, engine: Engine, voice: LineVoice | None = None) -> Comparison:
    return compare_runs(plain, run(played(engine, "jones-deal", MANAGERS, SEEDS, voice=voice)))


def regressions(comparison: Comparison) -> set[str]:
    return {one.name for one in comparison.regressions}


def waiting(scenario: Scenario, out: frozenset[str]) -> str | None:
    """A fact that is not out yet."""
    return next((fact.id for fact in scenario.facts if fact.id not in out and not fact.feeling), None)


class TalkativeVoice(LineVoice):
    """Tells a fact that is not out to whoever gives orders."""

    def stream(self, cue: Cue, keep: Keep) -> Iterator[str]:
        wording = self.speak(cue)
        secret = waiting(cue.scenario, cue.released)
        if cue.direction.act in OBEYS and secret is not None:
            wording = Wording(f"{wording.text} {cue.scenario.fact(secret).text}", wording.said)
        keep(wording)
        yield wording.text


@pytest.mark.nightly
def test_a_voice_that_tells_what_is_not_out_is_caught(plain: RecordedRun, engine: Engine):
    assert "leaks" in regressions(found(plain, engine, TalkativeVoice(engine.knowledge)))


def test_a_director_that_gives_facts_to_whoever_orders_is_caught(
    plain: RecordedRun, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    direct = bot.practice.direct

    def leaky(scenario: Scenario, state: object, turn: object) -> Direction:
        direction = direct(scenario, state, turn)  # type: ignore[arg-type]
        secret = waiting(scenario, frozenset(state.facts))  # type: ignore[attr-defined]
        if direction.act not in OBEYS or secret is None:
            return direction
        parts = (*direction.parts, ReplyPart(f"fact/{secret}/lines"))
        return replace(direction, parts=parts, releases=((secret, Source.DONATED),))

    monkeypatch.setattr(bot.practice, "direct", leaky)

    assert "donated_share_tellers" in regressions(found(plain, engine))


class BlindReader:
    """Takes every takeover for something else."""

    def __init__(self, engine: Engine, taken_for: Code) -> None:
        self._reader, self._taken_for, self.id = engine.reader, taken_for, engine.reader.id

    def read(self, text: str, context: str = "") -> tuple[Unit, ...]:
        units = self._reader.read(text, context)
        return tuple(replace(unit, code=self._taken_for) if unit.code is Code.TAKEOVER else unit for unit in units)


@pytest.mark.parametrize(
    "taken_for",
    [
        pytest.param(Code.INFORMATION, marks=pytest.mark.nightly),
        pytest.param(Code.DIRECTIVE, marks=pytest.mark.nightly),
        pytest.param(Code.OTHER, marks=pytest.mark.nightly),
    ],
)
def test_a_reader_that_misses_takeovers_is_caught(plain: RecordedRun, engine: Engine, home: Path, taken_for: Code):
    blind = Engine(engine.library, engine.embedder, home / "cache")
    blind.reader = BlindReader(engine, taken_for)

    assert "credited" in regressions(found(plain, blind))


def kinder(criterion: str, basic: float) -> Callable[[], Thresholds]:
    """The thresholds with one that is reached sooner."""
    shipped = bot.scoring.score.thresholds()
    criteria = tuple(replace(entry, basic=basic) if entry.id == criterion else entry for entry in shipped.criteria)
    return lambda: Thresholds(criteria, shipped.needs)


@pytest.mark.parametrize(
    ("criterion", "basic"),
    [
        ("balance", 0.05),
        pytest.param("discovery", 0.0, marks=pytest.mark.nightly),
        pytest.param("inspection", 0.95, marks=pytest.mark.nightly),
    ],
)
def test_a_threshold_that_favours_tellers_is_caught(
    plain: RecordedRun, engine: Engine, monkeypatch: pytest.MonkeyPatch, criterion: str, basic: float
):
    monkeypatch.setattr(bot.scoring.score, "thresholds", kinder(criterion, basic))

    assert "credited" in regressions(found(plain, engine))


@pytest.mark.parametrize("times", [2, pytest.param(10, marks=pytest.mark.nightly)])
def test_runs_of_the_same_raise_no_alarm(plain: RecordedRun, engine: Engine, times: int):
    again = [found(plain, engine) for _ in range(times)]

    assert [regressions(one) for one in again] == [set()] * times
    assert {str(difference.finding) for one in again for difference in one.differences} == {"no difference shown"}
