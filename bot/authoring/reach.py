"""Checks that every fact, insight, step and epilogue can be reached in a practice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..director.state import EFFECTS
from ..scenario import AskKind, Epilogue, Insight, Scenario, Step, StepEnd, When
from ..scenario.checks import conditions_of
from .finding import Finding, Weight

PERFECT_TURNS = 20
"""Perfect turns (one reflection and one open question each). A practice of twelve minutes has about this many."""
EARLY_TURNS = 5
"""A gate that takes more perfect turns than this leaves no time to ask behind it: few turns are perfect."""

_COUNTS = (
    "openness_at_least",
    "ownership_at_least",
    "rep_steps_at_least",
    "committed_at_least",
    "told_steps_at_least",
    "takeovers_at_least",
    "elicited_at_least",
)


def reach(scenario: Scenario) -> Iterator[Finding]:
    """Everything that no practice can reach."""
    most = highest_openness(scenario.rep.openness)
    had = reachable(scenario, most)
    yield from _gates(scenario, most, had)
    yield from _open_to_all(scenario)
    yield from _needs(scenario, had)
    yield from _instructed(scenario)
    yield from _impossible(scenario, most, had)
    yield from _never_told(scenario)


def highest_openness(start: float, turns: int = PERFECT_TURNS) -> float:
    """The rep's openness after this many perfect turns."""
    openness = start
    for _ in range(turns):
        for rule in ("reflection", "open_question"):
            openness += EFFECTS[rule].gain * (1 - openness)
    return openness


def reachable(scenario: Scenario, most: float) -> frozenset[str]:
    """Ids of the facts, insights and steps that can be reached, through gates up to `most` or given by others."""
    facts = {fact.id for fact in scenario.facts if fact.opens.openness <= most}
    facts |= {closed.gives for fact in scenario.facts for closed in fact.closed if closed.gives}
    had = set(facts)
    while True:
        fresh: set[str] = set()
        for entry in _entries(scenario):
            if had.issuperset(entry.needs):
                fresh |= {_key(entry), *entry.gives}
        if fresh <= had:
            return frozenset(had)
        had |= fresh


def _entries(scenario: Scenario) -> list[Insight | Step]:
    return [*scenario.insights, *scenario.steps]


def _key(entry: Insight | Step) -> str:
    # A step may have the same id as a fact or insight.
    return f"step {entry.id}" if isinstance(entry, Step) else entry.id


def _gates(scenario: Scenario, most: float, had: frozenset[str]) -> Iterator[Finding]:
    given = {fact for entry in _entries(scenario) if _key(entry) in had for fact in entry.gives}
    start = scenario.rep.openness
    for i, fact in enumerate(scenario.facts):
        if fact.opens.openness > most and fact.id not in given:
            yield Finding(
                ("facts", i, "opens", "openness"),
                f"{fact.opens.openness:g} is never reached: the rep starts at {start:g} and gets to {most:.3f} in "
                f"{PERFECT_TURNS} perfect turns; set it lower, or let an insight or a step give {fact.id!r}",
            )
        elif fact.opens.openness > (early := highest_openness(start, EARLY_TURNS)):
            yield Finding(
                ("facts", i, "opens", "openness"),
                f"{fact.opens.openness:g} is more than a good coach gets to in time ({early:.2f} after {EARLY_TURNS} "
                "perfect turns); about 0.5 is the highest that works well",
                Weight.ADVICE,
            )
    first = [fact.opens.openness for fact in scenario.facts if not fact.feeling]
    if not first or min(first) > start:
        lowest = f"the lowest gate is {min(first):g}" if first else "all facts are feelings"
        yield Finding(
            ("rep", "openness"),
            f"{start:g} opens nothing at the start ({lowest}); lower one of them to {start:g} or less",
        )


def _open_to_all(scenario: Scenario) -> Iterator[Finding]:
    """Facts that open to anything, where they are half of what there is to find."""
    plain = [i for i, fact in enumerate(scenario.facts) if not fact.feeling]
    anyhow = [i for i in plain if scenario.facts[i].opens.ask is AskKind.ANY]
    if anyhow and 2 * len(anyhow) >= len(plain):
        said = (
            f"{len(anyhow)} of {len(plain)} facts open to anything that is said, so that asking makes no difference; "
            "set 'ask: open' on most"
        )
        yield Finding(("facts", anyhow[0], "opens"), said, Weight.ADVICE)


def _needs(scenario: Scenario, had: frozenset[str]) -> Iterator[Finding]:
    givers: dict[str, list[str]] = {}
    for entry in _entries(scenario):
        for given in entry.gives:
            givers.setdefault(given, []).append(entry.id)
    fields: tuple[tuple[str, Sequence[Insight | Step]], ...] = (
        ("insights", scenario.insights),
        ("steps", scenario.steps),
    )
    for field, entries in fields:
        for i, entry in enumerate(entries):
            for j, need in enumerate(entry.needs):
                if need in had:
                    continue
                said = f"{need!r} can never be reached, so {entry.id!r} can't either"
                if entry.id in _behind(scenario, need, givers):
                    said = f"{need!r} comes only with {entry.id!r}, which needs it: this is circular"
                yield Finding((field, i, "needs", j), f"{said}; remove it, or let {need!r} open by itself")


def _behind(scenario: Scenario, need: str, givers: Mapping[str, list[str]]) -> set[str]:
    """The insights and steps that must come before `need`."""
    insights = {insight.id: insight for insight in scenario.insights}
    entries: dict[str, Insight | Step] = {**{step.id: step for step in scenario.steps}, **insights}
    behind: set[str] = set()
    waiting = [need]
    while waiting:
        wanted = waiting.pop()
        for giver in (*givers.get(wanted, ()), *((wanted,) if wanted in insights else ())):
            if giver not in behind:
                behind.add(giver)
                waiting += entries[giver].needs
    return behind


def _instructed(scenario: Scenario) -> Iterator[Finding]:
    ordered = [i for i, step in enumerate(scenario.steps) if step.instructed]
    if scenario.directive_ok and not ordered:
        yield Finding(
            ("directive_ok",),
            "is true, but the manager has no step to order; set 'instructed: true' on one, or directive_ok to false",
        )
    for i in ordered if not scenario.directive_ok else ():
        yield Finding(
            ("steps", i, "instructed"),
            "is true but directive_ok isn't, so an order would count against the manager; set directive_ok to true, or "
            "remove this",
        )


def _impossible(scenario: Scenario, most: float, had: frozenset[str]) -> Iterator[Finding]:
    steps = sum(f"step {step.id}" in had for step in scenario.steps)
    facts = sum(fact.id in had for fact in scenario.facts)
    limits: dict[str, tuple[float, str]] = {
        "rep_steps_at_least": (steps, f"the rep can come up with {steps} steps"),
        "committed_at_least": (steps, f"the rep can come up with {steps} steps"),
        "told_steps_at_least": (len(scenario.steps), f"there are {len(scenario.steps)} steps"),
        "elicited_at_least": (facts, f"{facts} facts can come out"),
        "openness_at_least": (most, f"the rep reaches at most {most:.3f}"),
    }
    for place, when in conditions_of(scenario):
        for name, (limit, why) in limits.items():
            wanted = getattr(when, name)
            if wanted is not None and wanted > limit:
                yield Finding((*place, name), f"{wanted:g} can't be reached: {why}; lower it")
        yield from _together(when, place, len(scenario.steps))
        for name in ("elicited", "insights", "named"):
            for j, wanted in enumerate(getattr(when, name)):
                if (f"step {wanted}" if name == "named" else wanted) not in had:
                    yield Finding((*place, name, j), f"{wanted!r} can't be reached; remove it, or make it reachable")


def _together(when: When, place: tuple[str | int, ...], steps: int) -> Iterator[Finding]:
    """Conditions that can each be met, but not together."""
    own, told = max(when.rep_steps_at_least or 0, when.committed_at_least or 0), when.told_steps_at_least or 0
    if own <= steps and told <= steps < own + told:
        yield Finding(
            place, f"needs {own} steps from the rep and {told} from the manager, but there are only {steps} in all"
        )
    ends = [(wanted, name) for name in StepEnd for wanted in getattr(when, name)]
    for wanted, name in ends:
        others = [other for step, other in ends if step == wanted and other != name]
        if others and name < min(others):
            yield Finding(place, f"needs {wanted!r} to be both {name} and {others[0]}, but a step ends in one way")
    least, most = when.ownership_at_least, when.ownership_at_most
    if least is not None and most is not None and least > most:
        yield Finding(place, f"needs an ownership of at least {least:g} and at most {most:g}; swap the two")


def _never_told(scenario: Scenario) -> Iterator[Finding]:
    for j, later in enumerate(scenario.epilogues):
        above = next((entry for entry in scenario.epilogues[:j] if follows(entry, later)), None)
        if above is not None:
            yield Finding(
                ("epilogues", j),
                f"{later.id!r} is never shown: whenever it applies, {above.id!r} above it also applies; move it up",
            )


def follows(earlier: Epilogue, later: Epilogue) -> bool:
    """Whether the conditions of `earlier` hold whenever those of `later` do."""
    first, second = _floors(earlier.when), _floors(later.when)
    if any(second.get(name, 0) < floor for name, floor in first.items()):
        return False
    most = earlier.when.ownership_at_most
    if most is not None and most < 1 and (later.when.ownership_at_most is None or later.when.ownership_at_most > most):
        return False
    return all(
        set(getattr(earlier.when, name)) <= set(getattr(later.when, name))
        for name in ("elicited", "insights", *StepEnd)
    )


def _floors(when: When) -> dict[str, float]:
    """The lowest value of each count. One count can raise another: a committed step is also a step."""
    floors = {name: getattr(when, name) or 0 for name in _COUNTS}
    floors["rep_steps_at_least"] = max(floors["rep_steps_at_least"], floors["committed_at_least"])
    floors["elicited_at_least"] = max(floors["elicited_at_least"], len(set(when.elicited)))
    floors["rep_steps_at_least"] = max(floors["rep_steps_at_least"], len(set(when.named)))
    floors["told_steps_at_least"] = max(floors["told_steps_at_least"], len(set(when.told)))
    return floors
