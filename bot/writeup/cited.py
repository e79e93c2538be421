"""Formats a transcript for a model, and checks the model's quotes against it.

A transcript is data. In a request each turn is one line, and no line can look like the fence around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..models.llm import Answer, Model
from ..models.prompts import Prompt
from ..talk.transcript import Transcript, Turn, clean_text

MAX_NAME = 60
SHORTEST_QUOTE = 3
"""Minimum words of a quote, unless it is a whole turn."""
_BREAKS = "\t\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\xa0"
_ONE_LINE = str.maketrans(dict.fromkeys(_BREAKS, " "))
# One character for one, so that positions stay the same.
_FOLDED = str.maketrans({**dict.fromkeys(_BREAKS, " "), "‘": "'", "’": "'", "“": '"', "”": '"', "=": "-"})
_FENCE = re.compile(r"={3,}")


@dataclass(frozen=True, slots=True)
class Made:
    """Where a text came from: model, prompt, tokens as the endpoint counted them, seconds, whether fully cached."""

    model: str
    prompt: str
    version: int
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    cached: bool = False

    def as_json(self) -> dict[str, Any]:
        """model, prompt, version, tokens_in, tokens_out, seconds (to the millisecond), cached."""
        return {
            "model": self.model,
            "prompt": self.prompt,
            "version": self.version,
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
            "seconds": round(self.seconds, 3),
            "cached": self.cached,
        }


def made(model: Model, prompt: Prompt, answers: Sequence[Answer[Any]]) -> Made:
    """The provenance of a text made from these answers."""
    return Made(
        model.name,
        prompt.id,
        prompt.version,
        sum(answer.cost.tokens_in for answer in answers),
        sum(answer.cost.tokens_out for answer in answers),
        sum(answer.cost.seconds for answer in answers),
        bool(answers) and all(answer.cached for answer in answers),
    )


def on_one_line(words: str) -> str:
    """The words as one line of the same length, without line ends or anything that looks like a fence."""
    return _FENCE.sub(lambda run: "-" * len(run[0]), clean_text(words).translate(_ONE_LINE))


def lines(entries: Iterable[str]) -> str:
    """Entries as lines of data, one each, or `(none)`."""
    return "\n".join(on_one_line(entry) for entry in entries) or "(none)"


def conversation_prompt(transcript: Transcript) -> str:
    """The transcript as data: who is who, then one line per turn with its number and speaker."""
    names = (f"manager: {transcript.manager[:MAX_NAME]}", f"rep: {transcript.rep[:MAX_NAME]}")
    turns = (f"[{turn.index}] {turn.speaker}: {turn.text}" for turn in transcript)
    return lines((*names, *turns))


def exact(transcript: Transcript, index: int, quote: str) -> str | None:
    """The words of the turn that `quote` repeats, or None.

    Ignores the kinds of quotation marks and spaces. The result is always the turn's own text.
    """
    turn = next((turn for turn in transcript if turn.index == index), None)
    return within(turn, quote) if turn else None


def within(turn: Turn, quote: str) -> str | None:
    """Like `exact`, for one turn."""
    wanted = folded(quote.strip())
    at = folded(turn.text).find(wanted) if wanted else -1
    return turn.text[at : at + len(wanted)] if at >= 0 else None


def shows_little(transcript: Transcript, index: int, quote: str) -> bool:
    """Whether a quote is too short to be evidence."""
    whole = any(turn.index == index and turn.text.strip() == quote.strip() for turn in transcript)
    return len(quote.split()) < SHORTEST_QUOTE and not whole


def folded(words: str) -> str:
    """The words with uniform quotation marks and spaces, of the same length."""
    return clean_text(words).translate(_FOLDED)


def written(words: str) -> str:
    """A model's words for display: on one line, without terminal control characters."""
    return " ".join(clean_text(words).split())
