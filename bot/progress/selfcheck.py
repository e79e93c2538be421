"""How a manager sees themselves: nine questions and four levels with evidence, twice a year, and how well they hear.

The questions are in knowledge/self-check.yaml. Nothing is computed from the answers but what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import KnowledgeError, ScenarioError, StoreError
from ..scenario.library import Library
from ..store import KeptRecord, RecordKind, Store
from .talks import EndedTalk

HALF_A_YEAR = timedelta(days=182)
LONGEST_EXAMPLE = 500
"""Characters of an example: a line or two."""
HEARD_WELL = 0.15
"""How far a rating may lie from what was counted and still be right; the debrief says so too."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ScaleStep(_Strict):
    """An answer to choose, and what it claims; `shows` may be empty."""

    id: str
    text: str
    shows: str = ""


class SelfQuestion(_Strict):
    """A question to put to oneself, and the evidence that an answer needs."""

    id: str
    text: str
    evidence: str


class MaturityLevel(_Strict):
    """How coaching may work in a company, and what a survey says of such companies."""

    id: str
    name: str
    text: str
    survey: str


class MaturityCheck(_Strict):
    """The question, the four levels from the lowest up, and where their figures come from."""

    question: str
    evidence: str
    source: str
    note: str
    levels: tuple[MaturityLevel, ...]


class SelfCheck(_Strict):
    """The whole check."""

    source: str
    scale: tuple[ScaleStep, ...]
    questions: tuple[SelfQuestion, ...]
    maturity: MaturityCheck


@dataclass(frozen=True, slots=True)
class SelfAnswers:
    """What was answered: for each question the id of a step and an example, the level's id and its evidence.

    Examples and evidence are what the manager typed, and may be empty.
    """

    at: datetime
    steps: Mapping[str, str]
    examples: Mapping[str, str]
    level: str | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class HearingGap:
    """How ratings compare with what was counted, over the talks that have both, from the oldest to the newest.

    Each gap is the rating as a share of 0 to 1 less the share of asking that was counted: above 0 somebody thought
    that they asked more than they did. `mean` is None below three talks.
    """

    gaps: tuple[tuple[EndedTalk, float], ...]
    mean: float | None

    @property
    def well(self) -> int:
        """In how many talks the manager heard themselves well."""
        return sum(abs(gap) <= HEARD_WELL for _, gap in self.gaps)


def read_self_check(library: Library) -> SelfCheck:
    """The check as the files have it; with --data, one's own in place of the bundled one. Raises KnowledgeError."""
    from ..scenario.strictyaml import parse

    files: list[Path] = library.files("knowledge", "self-check.yaml")
    if not files:
        raise KnowledgeError("knowledge/self-check.yaml is missing; install Askwell again")
    path = files[-1]
    try:
        data, _ = parse(path.read_text(encoding="utf-8"), str(path))
        return SelfCheck.model_validate(data)
    except ScenarioError as error:
        raise KnowledgeError(str(error)) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise KnowledgeError(f"{path}: {where}: {first['msg']}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path}: can't be read: {error}") from None


def keep_answers(store: Store, answers: SelfAnswers, record_id: str) -> None:
    """Save answers. Raises StoreError, also for an example that is too long."""
    texts = (*answers.examples.values(), answers.evidence)
    if any(len(text) > LONGEST_EXAMPLE for text in texts):
        raise StoreError(f"an example may have up to {LONGEST_EXAMPLE} characters")
    body: dict[str, Any] = {
        "steps": dict(answers.steps),
        "examples": {name: text for name, text in answers.examples.items() if text.strip()},
        "level": answers.level,
        "evidence": answers.evidence,
    }
    store.records.keep(KeptRecord(RecordKind.SELF_CHECK, record_id, answers.at, body))


def kept_answers(store: Store) -> tuple[SelfAnswers, ...]:
    """All answers so far, the oldest first. What is damaged is left out."""
    found = []
    for record in store.records.sound(RecordKind.SELF_CHECK)[0]:
        body = record.body
        steps, examples, level = body.get("steps"), body.get("examples"), body.get("level")
        if isinstance(steps, dict) and isinstance(examples, dict) and (level is None or isinstance(level, str)):
            found.append(SelfAnswers(record.at, _texts(steps), _texts(examples), level, str(body.get("evidence", ""))))
    return tuple(found)


def check_is_due(answers: Sequence[SelfAnswers], now: datetime) -> bool:
    """Whether half a year has passed since the last answers, or there are none."""
    return not answers or now - answers[-1].at >= HALF_A_YEAR


def hearing_gap(talks: Iterable[EndedTalk]) -> HearingGap:
    """How well the manager hears themselves. `talks` run from the oldest to the newest; those without a rating don't
    count, nor those with too little asking or pushing to compare with."""
    gaps = tuple(
        (talk, (talk.head.self_rating - 1) / 4 - talk.ask_share)
        for talk in talks
        if talk.head.self_rating is not None and talk.ask_share is not None
    )
    return HearingGap(gaps, sum(gap for _, gap in gaps) / len(gaps) if len(gaps) >= 3 else None)


def _texts(found: Mapping[object, object]) -> dict[str, str]:
    return {str(name): str(text) for name, text in found.items()}
