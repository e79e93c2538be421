"""Turns measures into criteria, levels and a scorecard. Pure functions; every claim comes with its quote."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ..talk.codebook import Code, Flag, Focus, Unit
from ..talk.transcript import Turn
from .measures import Measures

BELOW, BASIC, PROFICIENT, NOT_SCORED = "below", "basic", "proficient", "not_scored"
MAX_EVIDENCE = 6
_MODEL_READER = re.compile(r"^model-(.+)-reader-\d+$")
_PACKAGED = {"encoder": "the packaged reader", "rules": "the rules reader"}
"""The readers that come with Askwell, by how their ids begin."""
_REACHED = frozenset({BASIC, PROFICIENT})
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
    """The thresholds file: criteria in order, and the minimum counts for scoring anything."""

    criteria: tuple[Threshold, ...]
    needs: Mapping[str, int]

    def get(self, criterion: str) -> Threshold:
        """The threshold of a criterion. Raises KeyError for an unknown id."""
        return {entry.id: entry for entry in self.criteria}[criterion]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote, exactly as it stands in the turn, with the code of its unit."""

    turn: int
    quote: str
    code: str

    def as_json(self) -> dict[str, Any]:
        """turn, quote, code."""
        return {"turn": self.turn, "quote": self.quote, "code": self.code}


@dataclass(frozen=True, slots=True)
class Criterion:
    """A level, the value that decided it, the reason in words, and the quotes behind it."""

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
    """A unit that pushed, a question to try instead, and the guidance behind it."""

    turn: int
    quote: str
    try_instead: str
    source: str

    def as_json(self) -> dict[str, Any]:
        """turn, quote, try_instead, source."""
        return {"turn": self.turn, "quote": self.quote, "try_instead": self.try_instead, "source": self.source}


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Measures, criteria, overall level and sentence, feedback, and provenance."""

    measures: Measures
    criteria: tuple[Criterion, ...]
    level: str
    score: int | None
    sentence: str
    feedback: tuple[Suggestion, ...] = ()
    provenance: tuple[tuple[str, str], ...] = ()

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion with this id. Raises KeyError for an unknown id."""
        return {entry.id: entry for entry in self.criteria}[criterion_id]

    @property
    def coded_by(self) -> str:
        """Who coded the manager's words: the packaged reader, a model by its name, or both; empty if nobody did."""
        readers = filter(None, dict(self.provenance).get("reader", "").split(","))
        names = [_MODEL_READER.sub(r"\1", reader) for reader in readers]
        return " and ".join(dict.fromkeys(_PACKAGED.get(name.partition("-")[0], name) for name in names))

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
    """Criteria, overall level, score (0 to 100, or None) and the summary sentence. Quotes only if `cited`."""
    deciding = _deciding(thresholds, practice, directive_ok)
    criteria = tuple(
        _criterion(entry, measures, turns if cited else (), thresholds, entry in deciding or entry.kind in _ALWAYS)
        for entry in thresholds.criteria
        if (practice or entry.kind != "practice") and (directive_ok or entry.kind != "directive")
    )
    by_id = {criterion.id: criterion for criterion in criteria}
    if measures.manager_turns < thresholds.needs["manager_turns"]:
        counted, least = _count(measures.manager_turns, "manager turn"), thresholds.needs["manager_turns"]
        return criteria, NOT_SCORED, None, f"Not scored: {counted}; scoring needs at least {least}."
    required = deciding
    levels = [by_id[entry.id].level for entry in required]
    well = by_id["one_at_a_time"].level == PROFICIENT and (not practice or _came_of_it(measures, by_id))
    if all(level == PROFICIENT for level in levels) and well:
        level = "coaching_well"
    elif _REACHED.issuperset(levels):
        level = "coaching"
    elif all(by_id[name].level not in _REACHED for name in (_TELLING_WHERE_RIGHT if directive_ok else _TELLING)):
        level = "telling"
    else:
        level = "mixed"
    if measures.takeovers and not directive_ok and level.startswith("coaching"):
        level = "mixed"
    score = _score(_scored(required, thresholds, directive_ok), by_id)
    return criteria, level, score, _sentence(level, measures, by_id, [entry.id for entry in required])


def _came_of_it(measures: Measures, by_id: Mapping[str, Criterion]) -> bool:
    """Whether half of what there was to find came out, and a plan of the rep's own; no practice went well without."""
    return measures.rep_owned_steps > 0 and by_id["discovery"].level in _REACHED


_ALWAYS = ("cap", "well")
_TELLING = ("balance", "ownership")
_TELLING_WHERE_RIGHT = ("view_asked", "debrief")
"""Below basic in both means telling. Where direction is right, telling means giving direction without asking."""


def _scored(deciding: list[Threshold], thresholds: Thresholds, directive_ok: bool) -> list[Threshold]:
    """The criteria whose mean is the score.

    Listening counts, though it decides no level, and checks of status don't: so good conversations of other people's
    are told from poor ones best; docs/scoring.md has the figures.
    """
    if directive_ok:
        return deciding
    return [*(entry for entry in deciding if entry.id != "inspection"), thresholds.get("listening")]


def _deciding(thresholds: Thresholds, practice: bool, directive_ok: bool) -> list[Threshold]:
    """The criteria that decide the level. Scenarios where direction is right have their own set."""
    if directive_ok:
        return [entry for entry in thresholds.criteria if entry.kind == "directive" or entry.id == "balance"]
    kinds = ("required", "practice") if practice else ("required",)
    return [entry for entry in thresholds.criteria if entry.kind in kinds]


def _criterion(
    entry: Threshold, measures: Measures, turns: Sequence[Turn], thresholds: Thresholds, decides: bool
) -> Criterion:
    value = getattr(measures, entry.measure)
    level, why = _level(entry, value, measures, thresholds)
    if entry.id == "affirming" and value == 0 and _praises(turns):
        why = _PRAISED
    return Criterion(entry.id, level, value, why, _evidence(entry.id, turns), decides)


def _level(entry: Threshold, value: float | None, measures: Measures, thresholds: Thresholds) -> tuple[str, str]:
    needed = thresholds.needs["genuine_questions"]
    if entry.id in ("exploring", "inspection", "listening") and measures.genuine_questions < needed:
        asked = _count(measures.genuine_questions, "genuine question")
        return NOT_SCORED, f"{asked}; scoring this needs at least {needed}."
    if entry.id == "balance" and value is None:
        counted, least = measures.asks_and_pushes, thresholds.needs["asks_and_pushes"]
        return NOT_SCORED, f"You asked, listened or pushed {_times(counted)}; scoring this needs at least {least}."
    if value is None and entry.id == "ownership":
        return BELOW, "We heard no next step."
    if value is None:
        return NOT_SCORED, "There was nothing to measure."
    reached = _reached(entry, value)
    if entry.id == "ownership":
        if reached == PROFICIENT and measures.rep_owned_steps < thresholds.needs["proficient_steps"]:
            return BASIC, "The only next step is the rep's; two of their own would be a plan."
        total = round(measures.rep_owned_steps / value) if value else 0
        if not total:
            return reached, "None of the next steps is the rep's own."
        return reached, f"{measures.rep_owned_steps} of {_count(total, 'next step')} came from the rep."
    return reached, _why(entry, value, measures)


def _reached(entry: Threshold, value: float) -> str:
    for level, limit in ((PROFICIENT, entry.proficient), (BASIC, entry.basic)):
        if value <= limit if entry.at_most else value >= limit:
            return level
    return BELOW


def _why(entry: Threshold, value: float, measures: Measures) -> str:
    questions, percent = measures.genuine_questions, _percent(value)
    said = {
        "exploring": f"{round(value * questions)} of {questions} questions were open and not about status.",
        "inspection": f"{round(value * questions)} of {questions} questions asked about status.",
        "balance": f"{percent} asked openly or listened; the rest told or pushed. Closed questions count for neither.",
        "discovery": f"Your questions brought out {percent} of what there was to find, feelings apart.",
        "instruction": _INSTRUCTED[min(2, int(value))],
        "view_asked": f"{_count(int(value), 'question')} asked what the rep sees, thinks or would do.",
        "debrief": f"{_count(int(value), 'question')} asked for the rep's view after the instruction.",
        "one_at_a_time": f"{percent} of your turns with a question stacked two or more.",
        "no_takeover": f"You took over {_times(int(value))}." if value else "You left it with the rep.",
        "listening": f"{value:.1f} reflections per genuine question.",
        "affirming": f"You named something the rep did {_times(int(value))}." if value else _NOT_NAMED,
        "forward": f"{percent} of what you said about the past or the future looked forward.",
        "airtime": f"You said {percent} of the words; your longest turn had {measures.longest_turn}.",
    }
    return said[entry.id]


_NOT_NAMED = "We heard no praise for anything the rep did."
_PRAISED = "You praised; we aren't sure that it named something the rep did."


def _praises(turns: Sequence[Turn]) -> bool:
    """Whether anything sounds like praise, sure or not."""
    return any(unit.code is Code.AFFIRMATION for turn in turns for unit in turn.units)


_INSTRUCTED = (
    "You never gave the instruction.",
    "You gave the instruction without the reason.",
    "You gave the instruction and the reason.",
)


def _evidence(criterion: str, turns: Sequence[Turn]) -> tuple[Evidence, ...]:
    wanted = _WANTED.get(criterion)
    if wanted is None:
        return ()
    found = (
        Evidence(turn.index, unit.text, str(unit.code))
        for turn in turns
        if turn.is_manager
        for unit in turn.claimed
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
    """Mean progress over the deciding criteria: 50 at basic, 80 at proficient, 100 at the end of the scale."""
    return round(sum(_progress(entry, by_id[entry.id]) for entry in entries) / len(entries))


def _progress(entry: Threshold, criterion: Criterion) -> float:
    if criterion.level == NOT_SCORED or criterion.value is None:
        return 0.0
    value, basic, proficient = float(criterion.value), entry.basic, entry.proficient
    if entry.at_most:  # flipped, so that more is better on a scale that ends at 1
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
        return f"{opening}: you said what had to be done, but asked little before or after."
    if level == "telling":
        pushes = measures.directiveness or 0
        pushed = f"{_portion(pushes)} of what you said was pushing" if pushes else "you checked instead of exploring"
        plan = "owns little of the plan" if measures.rep_owned_steps else "left without a plan of their own"
        return f"{opening}: {pushed}, and the rep {plan}."
    if level == "coaching_well" and "debrief" in required:
        return f"{opening}: you said what had to be done and why, and you asked for the rep's own view."
    if level == "coaching_well":
        return f"{opening}: the rep found the answer and owns it, and you asked one thing at a time."
    if measures.takeovers and level == "mixed" and all(by_id[name].level in _REACHED for name in required):
        return f"{opening}: your questions were good, but you took over {_times(measures.takeovers)}."
    if level == "coaching" and by_id[weakest].level == PROFICIENT:
        if by_id["one_at_a_time"].level == PROFICIENT:
            missing = (
                "there was more to find out" if measures.rep_owned_steps else "no next step of the rep's own came of it"
            )
            return f"{opening}: {missing}."
        return f"{opening}: all you missed was asking one question at a time."
    why = by_id[weakest].why.rstrip(".")
    reasons = _NEARLY if level == "coaching" else _REASONS
    return f"{opening}: {reasons[weakest]} ({why[:1].lower()}{why[1:]})."


_NEARLY = {
    "instruction": "give the reason with the instruction",
    "view_asked": "ask more for the rep's own view",
    "debrief": "ask more after the instruction",
    "exploring": "explore with more of your questions",
    "inspection": "check status less",
    "ownership": "let the rep come up with more of the plan",
    "balance": "tell a little less",
    "discovery": "there was more to find out",
}
_REASONS = {
    "instruction": "this called for a clear instruction",
    "view_asked": "you hardly asked for the rep's own view",
    "debrief": "you asked too little after the instruction",
    "exploring": "too few of your questions explored",
    "inspection": "you checked more than you explored",
    "ownership": "the next steps aren't the rep's yet",
    "balance": "telling still outweighs asking",
    "discovery": "most of it stayed hidden",
}


def _percent(value: float) -> str:
    return f"{round(100 * value)}%"


def _portion(share: float) -> str:
    """A share above 0 as people say it: `about a third`, `nearly all`."""
    return next(said for least, said in _PORTIONS if share >= least)


_PORTIONS = (
    (1.0, "all"),
    (0.9, "nearly all"),
    (0.8, "most"),
    (0.71, "about three quarters"),
    (0.58, "about two thirds"),
    (0.42, "about half"),
    (0.29, "about a third"),
    (0.22, "about a quarter"),
    (0.15, "about a fifth"),
    (0.07, "about a tenth"),
    (0.0, "a little"),
)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
