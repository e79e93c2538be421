"""Doubles of the parts: an embedder, a reader, a clock, ids, turns and a small scenario."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib import resources
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..scenario import Scenario, load_scenario
from ..talk.codebook import QUESTIONS, Code, Flag, Focus, Unit
from ..talk.transcript import Speaker, Turn
from ..vectors.embedding import DIMENSIONS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..engine import Engine

SMALL = "small-deal"
"""The id of the small scenario."""

Label = Code | tuple[Code | Focus | Flag, ...]
"""What a test says of a unit: its code, alone or with its focus and flags."""


class FakeEmbedder:
    """Counts words: texts that share words are near each other, and nothing else is known of them."""

    name = "fake-words-1"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), 384), float32, each of length 1."""
        import numpy as np

        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                vectors[row, _place(word)] += 1.0
        result: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return result


def _place(word: str) -> int:
    return int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:4]) % DIMENSIONS


class FakeReader:
    """Codes by a given mapping: each of its texts that occurs in a turn is a unit, in order; what is left is not coded.

    Where two overlap the longer counts. A turn in which none occurs is one unit of code `other`.
    """

    id = "fake-reader-1"

    def __init__(self, labels: Mapping[str, Label]) -> None:
        self._labels = dict(labels)

    def read(self, text: str, context: str = "") -> tuple[Unit, ...]:
        """The coded units of a manager's turn, in order."""
        units: list[Unit] = []
        found = [(text.find(words), words) for words in self._labels if words in text]
        for start, words in sorted(found, key=lambda place: (place[0], -len(place[1]))):
            if not units or start >= units[-1].end:
                units.append(labelled(words, self._labels[words], start))
        whole = (Unit(text, 0, len(text), Code.OTHER),) if text.strip() else ()
        return tuple(units) or whole


class ScriptedClock:
    """A clock that is asked, not told: each call gives the next moment, `step` after the last."""

    def __init__(
        self, start: datetime = datetime(2026, 1, 5, 9, 0, tzinfo=UTC), step: timedelta = timedelta(seconds=30)
    ) -> None:
        self.now = start
        self._step = step

    def __call__(self) -> datetime:
        """The moment that it is, in UTC."""
        now, self.now = self.now, self.now + self._step
        return now


def counting_ids(prefix: str = "session") -> Callable[[], str]:
    """A `new_id` that counts: session-1, session-2 and so on."""
    numbers = count(1)
    return lambda: f"{prefix}-{next(numbers)}"


def labelled(text: str, label: Label, start: int = 0) -> Unit:
    """A unit with its code, focus and flags; a question without a focus explores."""
    parts = label if isinstance(label, tuple) else (label,)
    code = next(part for part in parts if isinstance(part, Code))
    focus = next((part for part in parts if isinstance(part, Focus)), Focus.EXPLORE if code in QUESTIONS else None)
    flags = tuple(part for part in parts if isinstance(part, Flag))
    return Unit(text, start, start + len(text), code, focus, flags)


def manager_turn(index: int, *units: tuple[str, Label]) -> Turn:
    """A coded turn of the manager, made of the words of its units."""
    text = " ".join(words for words, _ in units)
    coded, start = [], 0
    for words, label in units:
        coded.append(labelled(words, label, start))
        start += len(words) + 1
    return Turn(index, Speaker.MANAGER, text, tuple(coded), reader=FakeReader.id)


def rep_turn(index: int, text: str) -> Turn:
    """A turn of the rep, as in a real conversation."""
    return Turn(index, Speaker.REP, text)


def small_scenario_text() -> str:
    """The small scenario as an author would type it."""
    return resources.files("bot").joinpath("data", f"{SMALL}.yaml").read_text(encoding="utf-8")


def small_scenario(variant: str = "base", **fields: Any) -> Scenario:
    """A whole scenario in few words: 3 facts, one of them a feeling, 1 insight, 2 steps, 1 news, 1 variant.

    `fields` replace fields of the loaded scenario, as they are and unchecked.
    """
    return load_scenario(small_scenario_text(), f"{SMALL}.yaml", variant).model_copy(update=fields)


def small_engine(directory: Path, reader: Mapping[str, Label] | None = None) -> Engine:
    """An engine with a `FakeEmbedder` whose library holds the small scenario, in `directory`.

    With `reader` turns are coded by that mapping; without it by the packaged reader, on fake vectors.
    """
    from ..engine import Engine
    from ..scenario.library import Library

    (directory / "scenarios").mkdir(parents=True, exist_ok=True)
    (directory / "scenarios" / f"{SMALL}.yaml").write_text(small_scenario_text(), encoding="utf-8")
    engine = Engine(Library(directory), FakeEmbedder(), directory / "cache")
    if reader is not None:
        engine.reader = FakeReader(reader)
    return engine
