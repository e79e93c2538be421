"""A language model's ratings of a conversation, from 1 to 5, over several runs.

They are separate from the score: this module never sees or makes a scorecard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ..errors import ModelError
from ..models.llm import Answer, Message, Model
from ..models.prompts import Prompt
from ..talk.transcript import Transcript
from .cited import Made, conversation_prompt, exact, made, shows_little, written

TIMES = 3
LOWEST, HIGHEST = 1, 5
_DIMENSIONS = ("partnership", "evoking", "listening")


class Rated(BaseModel):
    """One rating by the model. The reason comes first, so that it leads to the number."""

    model_config = ConfigDict(extra="forbid")

    reason: str
    turn: int
    quote: str
    rating: int = Field(ge=LOWEST, le=HIGHEST)


class Ratings(BaseModel):
    """One run's ratings."""

    model_config = ConfigDict(extra="forbid")

    partnership: Rated
    evoking: Rated
    listening: Rated


@dataclass(frozen=True, slots=True)
class Rating:
    """One run's rating of one dimension, with a verified quote."""

    rating: int
    reason: str
    turn: int
    quote: str

    def as_json(self) -> dict[str, Any]:
        """rating, reason, turn, quote."""
        return {"rating": self.rating, "reason": self.reason, "turn": self.turn, "quote": self.quote}


@dataclass(frozen=True, slots=True)
class Dimension:
    """The valid runs of one dimension, with their median and spread, or why there are none."""

    id: str
    runs: tuple[Rating, ...]
    times: int
    not_scored: str = ""

    @property
    def median(self) -> float | None:
        """The median rating, 1 to 5; None if not scored."""
        return None if self.not_scored else float(median(run.rating for run in self.runs))

    @property
    def spread(self) -> int | None:
        """Highest minus lowest rating; None if not scored."""
        if self.not_scored:
            return None
        ratings = [run.rating for run in self.runs]
        return max(ratings) - min(ratings)

    @property
    def typical(self) -> Rating | None:
        """The first run nearest to the median. Its reason and quote represent all runs."""
        middle = self.median
        return None if middle is None else min(self.runs, key=lambda run: abs(run.rating - middle))

    def as_json(self) -> dict[str, Any]:
        """id, level (`rated` or `not_scored`), median, spread, why, runs (valid ones), times."""
        return {
            "id": self.id,
            "level": "not_scored" if self.not_scored else "rated",
            "median": self.median,
            "spread": self.spread,
            "why": self.not_scored,
            "runs": [run.as_json() for run in self.runs],
            "times": self.times,
        }


@dataclass(frozen=True, slots=True)
class Judgement:
    """A model's ratings of a conversation, with their provenance."""

    dimensions: tuple[Dimension, ...]
    made: Made

    def dimension(self, name: str) -> Dimension:
        """The dimension with this id. Raises KeyError for an unknown id."""
        return {entry.id: entry for entry in self.dimensions}[name]

    def as_json(self) -> dict[str, Any]:
        """dimensions, provenance."""
        return {"dimensions": [entry.as_json() for entry in self.dimensions], "provenance": self.made.as_json()}


def judge_conversation(model: Model, prompt: Prompt, transcript: Transcript, times: int = TIMES) -> Judgement:
    """Ratings from `times` runs, numbered so that no run reuses another's cached answer.

    Drops a run that fails, can't be read or misquotes. A dimension with fewer than half the runs left is not scored.
    Never raises ModelError; it becomes the reason instead.
    """
    if times < 1:
        raise ValueError("a judgement needs at least one run")
    answers: list[Answer[Ratings]] = []
    problem = ""
    for run in range(1, times + 1):
        filled = prompt.fill({"run": f"{run} of {times}", "conversation": conversation_prompt(transcript)})
        try:
            answers.append(model.structured([Message("user", filled)], Ratings))
        except ModelError as error:
            problem = str(error)
    dimensions = tuple(_dimension(name, answers, transcript, times, problem) for name in _DIMENSIONS)
    return Judgement(dimensions, made(model, prompt, answers))


def _dimension(
    name: str, answers: Sequence[Answer[Ratings]], transcript: Transcript, times: int, problem: str
) -> Dimension:
    rated = [_rating(getattr(answer.value, name), transcript) for answer in answers]
    runs = tuple(rating for rating in rated if rating is not None)
    if 2 * len(runs) >= times:
        return Dimension(name, runs, times)
    reasons = []
    if misquoted := len(rated) - len(runs):
        reasons.append(f"{misquoted} quoted something nobody said")
    if unread := times - len(answers):
        reasons.append(f"{unread} couldn't be read ({problem})")
    return Dimension(name, runs, times, f"{len(runs)} of {times} runs are usable: {', '.join(reasons)}")


def _rating(given: Rated, transcript: Transcript) -> Rating | None:
    quote = exact(transcript, given.turn, given.quote)
    if quote is None or shows_little(transcript, given.turn, quote):
        return None
    return Rating(given.rating, written(given.reason), given.turn, quote)
