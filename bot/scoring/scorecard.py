"""Turns measures into criteria, levels and a scorecard. Pure functions; every claim comes with its quote."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..talk.codebook import Code
from ..talk.transcript import Turn
from .evidence import Evidence, evidence_of
from .measures import MAX_AFFIRMATIONS, Measures
from .saying import ANY_REP, RepWords, count_word, number_word, portion, roughly, sentence_case, times_word

BELOW, BASIC, PROFICIENT, NOT_SCORED = "below", "basic", "proficient", "not_scored"
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
    rep: RepWords = ANY_REP,
) -> tuple[tuple[Criterion, ...], str, int | None, str]:
    """Criteria, overall level, score (0 to 100, or None) and the summary sentence. Quotes only if `cited`.

    The sentences call the rep what `rep` says.
    """
    deciding = _deciding(thresholds, practice, directive_ok)
    criteria = tuple(
        _criterion(entry, measures, turns if cited else (), thresholds, entry in deciding or entry.kind in _ALWAYS, rep)
        for entry in thresholds.criteria
        if (practice or entry.kind != "practice") and (directive_ok or entry.kind != "directive")
    )
    by_id = {criterion.id: criterion for criterion in criteria}
    if measures.manager_turns < thresholds.needs["manager_turns"]:
        said, least = count_word(measures.manager_turns, "manager turn"), number_word(thresholds.needs["manager_turns"])
        return criteria, NOT_SCORED, None, f"Not scored: {said}; scoring needs at least {least}."
    levels = [by_id[entry.id].level for entry in deciding]
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
    score = _score(_scored(deciding, thresholds, directive_ok), by_id)
    return criteria, level, score, _sentence(level, measures, by_id, [entry.id for entry in deciding], rep)


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
    if directive_ok:  # what came out counts here too: direction alone is half of the work
        return [*deciding, thresholds.get("discovery")]
    return [*(entry for entry in deciding if entry.id != "inspection"), thresholds.get("listening")]


def _deciding(thresholds: Thresholds, practice: bool, directive_ok: bool) -> list[Threshold]:
    """The criteria that decide the level. Scenarios where direction is right have their own set."""
    if directive_ok:
        return [entry for entry in thresholds.criteria if entry.kind == "directive" or entry.id == "balance"]
    kinds = ("required", "practice") if practice else ("required",)
    return [entry for entry in thresholds.criteria if entry.kind in kinds]


def _criterion(
    entry: Threshold, measures: Measures, turns: Sequence[Turn], thresholds: Thresholds, decides: bool, rep: RepWords
) -> Criterion:
    value = getattr(measures, entry.measure)
    level, why = _level(entry, value, measures, thresholds, rep)
    if entry.id == "affirming" and value == 0 and _praises(turns):
        why = f"We counted no praise that names what {rep.name} did."
    return Criterion(entry.id, level, value, why, evidence_of(entry.id, turns), decides)


def _level(
    entry: Threshold, value: float | None, measures: Measures, thresholds: Thresholds, rep: RepWords
) -> tuple[str, str]:
    needed = thresholds.needs["genuine_questions"]
    if entry.id in ("exploring", "inspection", "listening") and measures.genuine_questions < needed:
        asked = count_word(measures.genuine_questions, "genuine question")
        return NOT_SCORED, f"You asked {asked}; scoring this needs at least {number_word(needed)}."
    if entry.id == "balance" and value is None:
        times, least = measures.asks_and_pushes, number_word(thresholds.needs["asks_and_pushes"])
        if not times:
            return NOT_SCORED, "We heard no asking, listening or pushing."
        return NOT_SCORED, f"You asked, listened or pushed {times_word(times)}; scoring this needs at least {least}."
    if value is None and entry.id == "ownership":
        return BELOW, f"We counted no next step{' beside the instruction' if measures.instruction else ''}."
    if value is None:
        return NOT_SCORED, "There was nothing to measure."
    reached = _reached(entry, value)
    if entry.id == "ownership":
        if reached == PROFICIENT and measures.rep_owned_steps < thresholds.needs["proficient_steps"]:
            return BASIC, f"The only next step is from {rep.name}; two of {rep.his} own would be a plan."
        return reached, _owned(measures.rep_owned_steps, value, rep)
    return reached, _why(entry, value, measures, rep)


def _owned(own: int, share: float, rep: RepWords) -> str:
    """Whose the next steps were: `own` of them the rep's, a `share` of all."""
    total = round(own / share) if share else 0
    if not total:
        return f"None of the next steps came from {rep.name}."
    if own == total:
        return f"{'Both' if total == 2 else f'All {number_word(total)}'} next steps came from {rep.name}."
    return f"{sentence_case(number_word(own))} of {count_word(total, 'next step')} came from {rep.name}."


def _reached(entry: Threshold, value: float) -> str:
    """The level of a value, to the hundredth in which it is shown: nobody can make out why 45% is above 45%."""
    value = round(value, 2)
    for level, limit in ((PROFICIENT, entry.proficient), (BASIC, entry.basic)):
        if value <= limit if entry.at_most else value >= limit:
            return level
    return BELOW


def _why(entry: Threshold, value: float, measures: Measures, rep: RepWords) -> str:
    match entry.id:
        case "exploring" | "inspection" | "listening":
            return _of_questions(entry.id, value, measures.genuine_questions, rep)
        case "instruction":
            return _INSTRUCTED[min(2, int(value))]
        case "view_asked" if value:
            return f"You asked {roughly(int(value))} what {rep.name} sees, thinks or would do."
        case "debrief" if value:
            return f"You asked for {rep.name}'s view {roughly(int(value))} after the instruction."
        case "no_takeover" if value:
            return f"You took over {times_word(int(value))}."
        case "affirming" if value:
            often = times_word(int(value)) + (" or more" if value >= MAX_AFFIRMATIONS else "")
            return f"We heard you name something {rep.name} did well {often}."
        case "airtime":
            return f"You said {portion(value)} of the words; your longest turn had {measures.longest_turn}."
        case "one_at_a_time" if value:
            turns = portion(value) if value >= _A_FEW else "a few"
            return f"In {turns} of the turns in which you asked, we counted two questions or more."
        case _:
            return _share_said(entry.id, value, rep)


def _of_questions(criterion: str, share: float, questions: int, rep: RepWords) -> str:
    """A share of the questions in words. One unit in ten may be read wrongly, so no exact count is claimed."""
    if criterion == "listening":
        often = roughly(round(share * questions))
        if share >= 1:
            return "You said back or felt what you heard at least as often as you asked."
        if not share:
            return f"We didn't hear you say back or feel what {rep.name} told you."
        return f"We heard you say back or feel what {rep.name} told you {often}, and ask more often than that."
    some = sentence_case(portion(share) if share >= _A_FEW else "a few")
    who = "All" if share == 1 else f"{some} of" if share else "None of"
    if criterion == "inspection":
        return f"{who} the questions that we counted asked where things stand."
    rest = "" if share == 1 else "; the others asked where things stand, or needed only a word"
    rest = rest if share else ": they asked where things stand, or needed only a word"
    return f"{who} the questions that we counted invited thinking{rest}."


def _share_said(criterion: str, share: float, rep: RepWords) -> str:
    """A share in words, where there is one; what it means that there is none, where there isn't."""
    if not share:
        return {
            "balance": "What we counted told or pushed. Closed questions count for neither.",
            "discovery": "Nothing worth knowing came out after you asked.",
            "view_asked": f"We heard no question about what {rep.name} sees, thinks or would do.",
            "debrief": f"We heard no question about {rep.name}'s view after an instruction.",
            "one_at_a_time": "We counted no turn in which you asked two things at once.",
            "no_takeover": "We counted no taking over.",
            "affirming": f"We counted no praise for anything {rep.name} did.",
            "forward": "What we counted about the past or the future looked back.",
        }[criterion]
    some = portion(share)
    rest = "; the rest told or pushed" if share < 1 else ""
    return {
        "balance": f"Of what we counted, {some} asked openly or listened{rest}. Closed questions count for neither.",
        "discovery": f"Your questions brought out {some} of what was worth knowing, feelings not counted.",
        "forward": f"Of what we counted about the past or the future, {some} looked forward.",
    }[criterion]


_A_FEW = 0.07


def _praises(turns: Sequence[Turn]) -> bool:
    return any(unit.code is Code.AFFIRMATION for turn in turns for unit in turn.units)


_INSTRUCTED = (
    "We heard no clear instruction.",
    "You gave the instruction without the reason.",
    "You gave the instruction and the reason.",
)


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


def _sentence(
    level: str, measures: Measures, by_id: Mapping[str, Criterion], required: Sequence[str], rep: RepWords
) -> str:
    opening = {"coaching_well": "Coaching well", "coaching": "Coaching", "mixed": "Mixed", "telling": "Telling"}[level]
    return f"{opening}: {_because(level, measures, by_id, required, rep)}."


def _because(
    level: str, measures: Measures, by_id: Mapping[str, Criterion], required: Sequence[str], rep: RepWords
) -> str:
    """What the level comes from, in half a sentence."""
    weakest = min(required, key=lambda name: (_SCORED_AS[by_id[name].level], required.index(name)))
    if level == "telling" and "debrief" in required:
        return "you said what had to be done, but asked little before or after"
    if level == "telling":
        pushes = measures.directiveness or 0
        pushed = (
            f"{portion(pushes)} of what we could place was pushing" if pushes else "you checked instead of exploring"
        )
        plan = "owns little of the plan" if measures.rep_owned_steps else f"left without a plan of {rep.his} own"
        return f"{pushed}, and {rep.name} {plan}"
    if level == "coaching_well" and "debrief" in required:
        return f"you said what had to be done and why, and you asked for {rep.name}'s own view"
    if level == "coaching_well":
        return f"{rep.name} found the answer and owns it, and you asked one thing at a time"
    if measures.takeovers and level == "mixed" and all(by_id[name].level in _REACHED for name in required):
        return f"your questions were good, but you took over {times_word(measures.takeovers)}"
    if level == "coaching" and by_id[weakest].level == PROFICIENT:
        if by_id["one_at_a_time"].level != PROFICIENT:
            return "all you missed was asking one question at a time"
        return (
            "there was more to find out"
            if measures.rep_owned_steps
            else f"{rep.name} came to no next step of {rep.his} own"
        )
    if by_id[weakest].level == NOT_SCORED:
        return _TOO_FEW[weakest]
    reasons = _NEARLY if level == "coaching" else _REASONS
    return reasons[weakest].replace("{rep}", rep.name)


_TOO_FEW = {
    "exploring": "you asked too few questions to tell whether they explored",
    "inspection": "you asked too few questions to tell whether they explored",
    "balance": "you asked, listened and pushed too little to weigh them",
}
_NEARLY = {
    "instruction": "give the reason with the instruction",
    "view_asked": "ask more for {rep}'s own view",
    "debrief": "ask more after the instruction",
    "exploring": "explore with more of your questions",
    "inspection": "check status less",
    "ownership": "let {rep} come up with more of the plan",
    "balance": "tell a little less",
    "discovery": "there was more to find out",
}
_REASONS = {
    "instruction": "this called for a clear instruction",
    "view_asked": "you hardly asked for {rep}'s own view",
    "debrief": "you asked too little after the instruction",
    "exploring": "too few of your questions explored",
    "inspection": "you checked more than you explored",
    "ownership": "the next steps aren't {rep}'s yet",
    "balance": "telling still outweighs asking",
    "discovery": "most of it stayed hidden",
}
