"""Records for the tests of reports: conversations that were really played, and made-up ones for the statistics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set

from bot.engine import Engine
from bot.practice import Debrief, Practice
from bot.scenario import Scenario
from bot.scoring.score import RUBRIC
from bot.talk.transcript import Turn
from bot.voice import Voice
from evals.benches.voice import secrets
from evals.qualify import EXPECTED
from evals.records import Record, ReplyRecord
from evals.reports.definitions import GIVING
from evals.simulate import person, simulate

RUN = 5
LEVELS = {"skilled-coach": ("coaching_well", 95), "ordinary-coach": ("coaching", 70)}
WORDS = ("What worries you?", "The contract, to be honest.") * 4


def made(manager: str = "teller", seed: int = 0, scenario: str = "jones-deal", **changed: object) -> Record:
    """A record as a manager is expected to come out, with what is to be otherwise."""
    level, score = LEVELS.get(manager, ("telling", 10))
    share = 0.9 if manager in LEVELS else 0.0
    voice = str(changed.get("voice", "lines"))
    plain: dict[str, object] = {
        "key": f"{scenario}/base/{manager}/{seed}/{voice}",
        "scenario": scenario,
        "variant": "base",
        "manager": manager,
        "seed": seed,
        "voice": voice,
        "digest": "d1",
        "reader": "linear-1",
        "rubric": RUBRIC,
        "level": level,
        "score": score,
        "criteria": {"balance": "proficient" if manager in LEVELS else "below", "no_takeover": "proficient"},
        "measures": {"facts_elicited_share": share, "takeovers": 0},
        "of": 10,
        "facts": {f"f{number}": "elicited" for number in range(round(10 * share))},
        "rep_steps": 2 if manager in LEVELS else 0,
        "openness": (0.3, 0.4, 0.5, 0.55, 0.6),
        "replies": tuple(ReplyRecord(words=20, act="release" if share else "agree", withheld=False) for _ in range(4)),
        "said": WORDS,
        "seconds": 0.5,
    }
    return Record.model_validate({**plain, **changed})


def matrix(seeds: Iterable[int] = range(3), managers: Sequence[str] = tuple(EXPECTED)) -> list[Record]:
    """Every manager with every seed, each as expected."""
    return [made(manager, seed) for manager in managers for seed in seeds]


def played(
    engine: Engine,
    scenario: str,
    managers: Sequence[str],
    seeds: Iterable[int] = (0,),
    variant: str = "base",
    voice: Voice | None = None,
) -> list[Record]:
    """What comes of really playing these managers."""
    return [
        _record(engine, seed, manager, Practice.start(scenario, variant=variant, seed=seed, engine=engine, voice=voice))
        for manager in managers
        for seed in seeds
    ]


def _record(engine: Engine, seed: int, manager: str, practice: Practice) -> Record:
    debrief = simulate(person(manager), practice)
    scenario, card, turns = debrief.scenario, debrief.scorecard, debrief.transcript.turns
    states = [state for turn, state in zip(turns, debrief.states, strict=True) if not turn.is_manager]
    voice = "lines"
    return Record(
        key=f"{scenario.id}/{scenario.variant}/{manager}/{seed}/{voice}",
        scenario=scenario.id,
        variant=scenario.variant,
        manager=manager,
        seed=seed,
        voice=voice,
        digest=scenario.digest,
        reader=engine.reader.id,
        rubric=RUBRIC,
        level=card.level,
        score=card.score,
        criteria={criterion.id: criterion.level for criterion in card.criteria},
        measures=card.measures.as_json(),
        of=sum(not fact.feeling for fact in scenario.facts),
        facts={fact: str(how) for fact, how in debrief.state.facts.items()},
        rep_steps=sum(step.author == "rep" for step in debrief.state.steps.values()),
        manager_steps=sum(step.author == "manager" for step in debrief.state.steps.values()),
        openness=(scenario.rep.openness, *(round(state.openness, 4) for state in states)),
        replies=tuple(_replies(debrief)),
        said=tuple(turn.text for turn in turns),
    )


def _replies(debrief: Debrief) -> Iterable[ReplyRecord]:
    scenario, turns = debrief.scenario, debrief.transcript.turns
    held, before = secrets(scenario), set()
    for place, turn in enumerate(turns):
        if turn.is_manager or turn.direction is None:
            continue
        asked, out = turns[place - 1], set(debrief.states[place].facts)
        gave = bool(turn.direction.releases) or turn.direction.act in GIVING
        yield ReplyRecord(
            words=len(turn.text.split()),
            act=turn.direction.act,
            withheld=any(unit.genuine for unit in asked.units) and not gave,
            repeats=turn.text in before,
            leaks=tuple(_leaks(scenario, held, turn, turns[:place], out)),
        )
        before.add(turn.text)


def _leaks(
    scenario: Scenario, held: Mapping[str, Set[tuple[str, ...]]], turn: Turn, earlier: Sequence[Turn], out: set[str]
) -> Iterable[str]:
    """As evals.benches.voice.Watched does: runs that only an unreleased fact holds and that nobody has said."""
    stated = set().union(*(_runs(one.text) for one in earlier if one.is_manager))
    may = set().union(stated, *(held[fact] for fact in held if fact in out))
    for fact in scenario.facts:
        if fact.id not in out and _runs(turn.text) & (held[fact.id] - may):
            yield fact.id


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", re.sub(r"['’]", "", text.lower()))
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}
