"""A language model's opinion of a conversation: anchored ratings from 1 to 5, asked for several times.

It stands beside what is computed and never in it: nothing here sees or makes a scorecard.
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
from .cited import Made, conversation, exact, made, shows_little, written

TIMES = 3
LOWEST, HIGHEST = 1, 5
DIMENSIONS = ("partnership", "evoking", "listening")


class Rated(BaseModel):
    """One scale as the model rates it: the reason before the number, so that it is one."""

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
    """What one run said of one dimension, with a quote that is in its turn."""

    rating: int
    reason: str
    turn: int
    quote: str

    def as_json(self) -> dict[str, Any]:
        """rating, reason, turn, quote."""
        return {"rating": self.rating, "reason": self.reason, "turn": self.turn, "quote": self.quote}


@dataclass(frozen=True, slots=True)
class Dimension:
    """The runs that could be read on one dimension; their median and spread, or why there is neither."""

    id: str
    runs: tuple[Rating, ...]
    times: int
    not_scored: str = ""

    @property
    def median(self) -> float | None:
        """The middle rating, 1 to 5; None where it is not scored."""
        return None if self.not_scored else float(median(run.rating for run in self.runs))

    @property
    def spread(self) -> int | None:
        """Highest less lowest rating; None where it is not scored."""
        if self.not_scored:
            return None
        ratings = [run.rating for run in self.runs]
        return max(ratings) - min(ratings)

    @property
    def typical(self) -> Rating | None:
        """The first run that is nearest to the median: its reason and quote stand for all."""
        middle = self.median
        return None if middle is None else min(self.runs, key=lambda run: abs(run.rating - middle))

    def as_json(self) -> dict[str, Any]:
        """id, level (`rated` or `not_scored`), median, spread, why, runs (those that could be read), times."""
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
    """A model's ratings of one conversation, with where they came from."""

    dimensions: tuple[Dimension, ...]
    made: Made

    def dimension(self, name: str) -> Dimension:
        """The dimension with this id; KeyError when there is none."""
        return {entry.id: entry for entry in self.dimensions}[name]

    def as_json(self) -> dict[str, Any]:
        """dimensions, provenance."""
        return {"dimensions": [entry.as_json() for entry in self.dimensions], "provenance": self.made.as_json()}


def judge(model: Model, prompt: Prompt, transcript: Transcript, times: int = TIMES) -> Judgement:
    """Ratings from `times` runs, each under a number of its own so that none is another's from the cache.

    A run that fails, cannot be read or quotes nothing that was said is none; with fewer than half of them left a
    dimension is not scored. Never raises ModelError: that is a reason here.
    """
    if times < 1:
        raise ValueError("a judgement needs at least one run")
    answers: list[Answer[Ratings]] = []
    problem = ""
    for run in range(1, times + 1):
        filled = prompt.fill({"run": f"{run} of {times}", "conversation": conversation(transcript)})
        try:
            answers.append(model.structured([Message("user", filled)], Ratings))
        except ModelError as error:
            problem = str(error)
    dimensions = tuple(_dimension(name, answers, transcript, times, problem) for name in DIMENSIONS)
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
        reasons.append(f"{misquoted} quoted nothing that was said")
    if unread := times - len(answers):
        reasons.append(f"{unread} could not be read ({problem})")
    return Dimension(name, runs, times, f"{len(runs)} of {times} runs can be used: {', '.join(reasons)}")


def _rating(given: Rated, transcript: Transcript) -> Rating | None:
    quote = exact(transcript, given.turn, given.quote)
    if quote is None or shows_little(transcript, given.turn, quote):
        return None
    return Rating(given.rating, written(given.reason), given.turn, quote)
