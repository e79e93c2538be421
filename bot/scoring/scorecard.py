"""Criteria, levels and the scorecard: pure, from measures and thresholds, every claim with its quote."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ..talk.codebook import Code, Flag, Focus, Unit
from ..talk.transcript import Turn
from .measures import Measures

BELOW, BASIC, PROFICIENT, NOT_SCORED = "below", "basic", "proficient", "not_scored"
MAX_EVIDENCE = 6
REACHED = frozenset({BASIC, PROFICIENT})
_SCORED_AS = {BELOW: 0, BASIC: 1, PROFICIENT: 2, NOT_SCORED: 0}


@dataclass(frozen=True, slots=True)
class Threshold:
    """One criterion of the thresholds file."""

    id: str
    title: str
    measure: str
    basic: float
    proficient: float
    kind: str
    at_most: bool
    source: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The thresholds file: criteria in order, and the least counts for scoring at all."""

    criteria: tuple[Threshold, ...]
    needs: Mapping[str, int]

    def get(self, criterion: str) -> Threshold:
        """The threshold of a criterion; KeyError when there is none."""
        return {entry.id: entry for entry in self.criteria}[criterion]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote: an exact substring of the turn, with the code of its unit."""

    turn: int
    quote: str
    code: str

    def as_json(self) -> dict[str, Any]:
        """turn, quote, code."""
        return {"turn": self.turn, "quote": self.quote, "code": self.code}


@dataclass(frozen=True, slots=True)
class Criterion:
    """A level with the value that decided, why, and the quotes behind it."""

    id: str
    level: str
    value: float | int | None
    why: str
    evidence: tuple[Evidence, ...]
    decides: bool = False

    def as_json(self) -> dict[str, Any]:
        """The public shape."""
        value = round(self.value, 4) if isinstance(self.value, float) else self.value
        return {
            "id": self.id,
            "level": self.level,
            "value": value,
            "why": self.why,
            "evidence": [entry.as_json() for entry in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A pushing unit with a question to try instead, and the guidance behind it."""

    turn: int
    quote: str
    try_instead: str
    source: str

    def as_json(self) -> dict[str, Any]:
        """turn, quote, try_instead, source."""
        return {"turn": self.turn, "quote": self.quote, "try_instead": self.try_instead, "source": self.source}


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Measures, criteria, the overall level with its sentence, feedback and provenance."""

    measures: Measures
    criteria: tuple[Criterion, ...]
    level: str
    score: int | None
    sentence: str
    feedback: tuple[Suggestion, ...] = ()
    provenance: tuple[tuple[str, str], ...] = ()

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion with this id; KeyError when there is none."""
        return {entry.id: entry for entry in self.criteria}[criterion_id]

    def as_json(self) -> dict[str, Any]:
        """The public shape of a scorecard."""
        return {
            "measures": self.measures.as_json(),
            "criteria": [entry.as_json() for entry in self.criteria],
            "overall": {"level": self.level, "score": self.score, "sentence": self.sentence},
            "feedback": [entry.as_json() for entry in self.feedback],
            "provenance": dict(self.provenance),
        }


def judge(
    measures: Measures,
    turns: Sequence[Turn],
    thresholds: Thresholds,
    practice: bool,
    directive_ok: bool = False,
    cited: bool = True,
) -> tuple[tuple[Criterion, ...], str, int | None, str]:
    """Criteria, overall level, score (0 to 100 or None) and the one sentence on top; quotes only where `cited`."""
    deciding = _deciding(thresholds, practice, directive_ok)
    criteria = tuple(
        _criterion(entry, measures, turns if cited else (), thresholds, entry in deciding or entry.kind in _ALWAYS)
        for entry in thresholds.criteria
        if (practice or entry.kind != "practice") and (directive_ok or entry.kind != "directive")
    )
    by_id = {criterion.id: criterion for criterion in criteria}
    if measures.manager_turns < thresholds.needs["manager_turns"]:
        counted, least = _count(measures.manager_turns, "coded manager turn"), thresholds.needs["manager_turns"]
        return criteria, NOT_SCORED, None, f"Not scored: {counted}, and {least} are needed."
    required = deciding
    levels = [by_id[entry.id].level for entry in required]
    well = by_id["one_at_a_time"].level == PROFICIENT
    if all(level == PROFICIENT for level in levels) and well:
        level = "coaching_well"
    elif REACHED.issuperset(levels):
        level = "coaching"
    elif all(by_id[name].level not in REACHED for name in (_TELLING_WHERE_RIGHT if directive_ok else _TELLING)):
        level = "telling"
    else:
        level = "mixed"
    if measures.takeovers and not directive_ok and level.startswith("coaching"):
        level = "mixed"
    score = _score([*required, thresholds.get("one_at_a_time")], by_id)
    return criteria, level, score, _sentence(level, measures, by_id, [entry.id for entry in required])


_ALWAYS = ("cap", "well")
_TELLING = ("balance", "ownership")
_TELLING_WHERE_RIGHT = ("view_asked", "debrief")
"""Below basic in both of these it was telling; where direction is right, telling without asking is what is left."""


def _deciding(thresholds: Thresholds, practice: bool, directive_ok: bool) -> list[Threshold]:
    """The criteria that the level is made of: a scenario in which direction is right has its own."""
    if directive_ok:
        return [entry for entry in thresholds.criteria if entry.kind == "directive" or entry.id == "balance"]
    kinds = ("required", "practice") if practice else ("required",)
    return [entry for entry in thresholds.criteria if entry.kind in kinds]


def _criterion(
    entry: Threshold, measures: Measures, turns: Sequence[Turn], thresholds: Thresholds, decides: bool
) -> Criterion:
    value = getattr(measures, entry.measure)
    level, why = _level(entry, value, measures, thresholds)
    return Criterion(entry.id, level, value, why, _evidence(entry.id, turns), decides)


def _level(entry: Threshold, value: float | None, measures: Measures, thresholds: Thresholds) -> tuple[str, str]:
    needed = thresholds.needs["genuine_questions"]
    if entry.id in ("exploring", "inspection", "listening") and measures.genuine_questions < needed:
        return NOT_SCORED, f"{_count(measures.genuine_questions, 'genuine question')}; {needed} are needed to say."
    if entry.id == "balance" and value is None:
        counted, least = measures.asks_and_pushes, thresholds.needs["asks_and_pushes"]
        return NOT_SCORED, f"{_count(counted, 'unit')} that asks or pushes; {least} are needed to say."
    if value is None and entry.id == "ownership":
        return BELOW, "No next step was voiced by anybody."
    if value is None:
        return NOT_SCORED, "There was nothing to count."
    reached = _reached(entry, value)
    if entry.id == "ownership":
        if reached == PROFICIENT and measures.rep_owned_steps < thresholds.needs["proficient_steps"]:
            reached = BASIC
        own = _count(measures.rep_owned_steps, "next step")
        return reached, f"{own} of the rep's own, {_percent(value)} of all next steps."
    return reached, _why(entry, value, measures)


def _reached(entry: Threshold, value: float) -> str:
    for level, limit in ((PROFICIENT, entry.proficient), (BASIC, entry.basic)):
        if value <= limit if entry.at_most else value >= limit:
            return level
    return BELOW


def _why(entry: Threshold, value: float, measures: Measures) -> str:
    questions = measures.genuine_questions
    said = {
        "exploring": f"{round(value * questions)} of {questions} genuine questions explored or looked for action.",
        "inspection": f"{round(value * questions)} of {questions} genuine questions asked for status.",
        "balance": f"{_percent(value)} of what moved the conversation was asking or listening, the rest pushing.",
        "discovery": f"{_percent(value)} of what there was to find came out because you asked.",
        "instruction": _INSTRUCTED[min(2, int(value))],
        "view_asked": f"{_count(int(value), 'question')} asked what the rep sees, thinks or would do.",
        "debrief": f"{_count(int(value), 'question')} of that kind came after the instruction.",
        "one_at_a_time": f"{_percent(value)} of the turns with a question stacked two or more.",
        "no_takeover": "You left it with the rep." if not value else f"You took over {_count(int(value), 'time')}.",
        "listening": f"{value:.1f} reflections for every genuine question.",
        "affirming": f"{_count(int(value), 'time')} you named something that the rep did.",
        "forward": f"{_percent(value)} of what you said about time looked forward.",
        "airtime": f"{_percent(value)} of the words were yours; the longest turn had {measures.longest_turn}.",
    }
    return said[entry.id]


_INSTRUCTED = (
    "The instruction was never given.",
    "The instruction was given without its reason.",
    "The instruction was given with its reason.",
)


def _evidence(criterion: str, turns: Sequence[Turn]) -> tuple[Evidence, ...]:
    wanted = _WANTED.get(criterion)
    if wanted is None:
        return ()
    found = (
        Evidence(turn.index, unit.text, str(unit.code))
        for turn in turns
        if turn.is_manager
        for unit in turn.units
        if wanted(unit)
    )
    return tuple(islice(found, MAX_EVIDENCE))


_WANTED: Mapping[str, Callable[[Unit], bool]] = {
    "exploring": lambda unit: unit.exploring,
    "inspection": lambda unit: unit.genuine and unit.focus is Focus.STATUS,
    "ownership": lambda unit: unit.focus is Focus.ACTION or unit.code in (Code.DIRECTIVE, Code.TAKEOVER),
    "balance": lambda unit: unit.pushing,
    "discovery": lambda unit: unit.exploring,
    "instruction": lambda unit: Flag.INSTRUCTED in unit.flags,
    "view_asked": lambda unit: unit.exploring,
    "debrief": lambda unit: unit.exploring,
    "one_at_a_time": lambda unit: Flag.STACKED in unit.flags,
    "no_takeover": lambda unit: unit.code is Code.TAKEOVER,
    "listening": lambda unit: unit.code is Code.REFLECTION,
    "affirming": lambda unit: unit.code is Code.AFFIRMATION and Flag.SPECIFIC in unit.flags,
    "forward": lambda unit: Flag.NEXT in unit.flags and unit.code is not Code.OTHER,
}


def _score(entries: Sequence[Threshold], by_id: Mapping[str, Criterion]) -> int:
    """Mean over the deciding criteria of how far each is on its way: 50 at basic, 80 at proficient, 100 at the end."""
    return round(sum(_progress(entry, by_id[entry.id]) for entry in entries) / len(entries))


def _progress(entry: Threshold, criterion: Criterion) -> float:
    if criterion.level == NOT_SCORED or criterion.value is None:
        return 0.0
    value, basic, proficient = float(criterion.value), entry.basic, entry.proficient
    if entry.at_most:  # turned round, so that more is better on a scale that ends at 1
        value, basic, proficient = 1 - value, 1 - basic, 1 - proficient
    if value < basic:
        return 50 * value / basic
    if value < proficient:
        return 50 + 30 * (value - basic) / (proficient - basic)
    return 100.0 if proficient >= 1 else 80 + 20 * min(1.0, (value - proficient) / (1 - proficient))


def _sentence(level: str, measures: Measures, by_id: Mapping[str, Criterion], required: Sequence[str]) -> str:
    opening = {"coaching_well": "Coaching well", "coaching": "Coaching", "mixed": "Mixed", "telling": "Telling"}[level]
    weakest = min(required, key=lambda name: (_SCORED_AS[by_id[name].level], required.index(name)))
    if level == "telling" and "debrief" in required:
        return f"{opening}: what had to be done was said, and little was asked before or after."
    if level == "telling":
        pushes = measures.directiveness or 0
        pushed = (
            f"{_percent(pushes)} of what you said pushed" if pushes else "the questions checked and did not explore"
        )
        whose = "the plan is not the rep's" if measures.rep_owned_steps else "no next step is the rep's"
        return f"{opening}: {pushed}, and {whose}."
    if level == "coaching_well":
        return f"{opening}: the rep found it and owns it, and you asked one thing at a time."
    if measures.takeovers and level == "mixed" and all(by_id[name].level in REACHED for name in required):
        return f"{opening}: the questions were good, but you took over {_count(measures.takeovers, 'time')}."
    if level == "coaching" and by_id[weakest].level == PROFICIENT:
        return f"{opening}: everything but one question at a time is there."
    why = by_id[weakest].why.rstrip(".")
    reasons = _NEARLY if level == "coaching" else _REASONS
    return f"{opening}: {reasons[weakest]} ({why[:1].lower()}{why[1:]})."


_NEARLY = {
    "instruction": "the instruction lacked its reason",
    "view_asked": "more of the rep's own view could be asked for",
    "debrief": "a longer debrief would teach more",
    "exploring": "more of the questions could explore",
    "inspection": "fewer checks would leave more room",
    "ownership": "more of the plan could be the rep's",
    "balance": "a little less telling would do",
    "discovery": "there was more to find",
}
_REASONS = {
    "instruction": "the clear instruction that was needed never came",
    "view_asked": "the rep's own view was hardly asked for",
    "debrief": "there was no debrief after the instruction",
    "exploring": "too few of the questions explored",
    "inspection": "checking rather than exploring",
    "ownership": "the next steps are not yet the rep's",
    "balance": "telling still outweighs asking",
    "discovery": "much of it never came to the table",
}


def _percent(value: float) -> str:
    return f"{round(100 * value)}%"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
