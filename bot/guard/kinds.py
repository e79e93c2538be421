"""The guard's objections, and how the model is told about them without being told what it must not say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is wrong with a reply."""

    LEAK = "leak"
    OUT_OF_ROLE = "out_of_role"
    COACHING = "coaching"
    SPEAKS_AS_MANAGER = "speaks_as_manager"
    CONTRADICTION = "contradiction"
    INVENTION = "invention"
    STAGE_DIRECTION = "stage_direction"
    TOO_LONG = "too_long"
    WRONG_LANGUAGE = "wrong_language"
    REPEATS = "repeats"


@dataclass(frozen=True, slots=True)
class Objection:
    """A kind of problem, and the reason in one sentence that can go into a prompt."""

    kind: Kind
    why: str


_WHY = {
    Kind.LEAK: "You said something that {rep} has not been asked about yet; leave it out, and answer without it.",
    Kind.OUT_OF_ROLE: "You spoke as somebody who plays {rep}; speak as {rep}, in the first person, to {manager}.",
    Kind.COACHING: "You remarked on how {manager} asks or listens; {rep} never does, so only answer.",
    Kind.SPEAKS_AS_MANAGER: "You spoke as {manager}; you are {rep}, and {manager} is the one who listens.",
    Kind.CONTRADICTION: "That says something else than what you were to tell.",
    Kind.INVENTION: "You made something up; say only what you were given.",
    Kind.STAGE_DIRECTION: "You described a gesture or a tone; write only the words that {rep} says aloud.",
    Kind.TOO_LONG: "That was too long, or a list; answer in one to three spoken sentences.",
    Kind.WRONG_LANGUAGE: "That was not in English; answer in English.",
    Kind.REPEATS: "You said that already.",
}


def objection(kind: Kind, rep: str, manager: str, words: str = "") -> Objection:
    """The objection for a kind, with the words that caused it, which the model wrote itself.

    For a leak `words` only say where it was: a request must not contain a secret, even one that the model has guessed.
    """
    why = _WHY[kind].format(rep=rep, manager=manager)
    return Objection(kind, f"{why} The words were: {words}" if words else why)
