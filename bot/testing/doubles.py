"""Test doubles: an embedder, a reader, a clock, ids, turns and a small scenario."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..scenario import Scenario, ScenarioFiles, load_files
from ..scenario.folder import in_folder
from ..scenario.reading import read_folder, write_folder
from ..talk.codebook import QUESTIONS, Code, Flag, Focus, Unit
from ..talk.transcript import Speaker, Turn
from ..vectors.embedding import DIMENSIONS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..engine import Engine

SMALL = "small-deal"
"""The small scenario's id."""

Label = Code | tuple[Code | Focus | Flag, ...]
"""A unit in a test: its code, optionally with focus and flags."""


class FakeEmbedder:
    """Counts words, so texts that share words are near each other."""

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
    """Codes by a mapping: each of its texts found in a turn becomes a unit, in order. The rest isn't coded.

    If two overlap, the longer one counts. A turn without any is one unit with code `other`.
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
    """A clock whose every call returns a time `step` after the last."""

    def __init__(
        self, start: datetime = datetime(2026, 1, 5, 9, 0, tzinfo=UTC), step: timedelta = timedelta(seconds=30)
    ) -> None:
        self.now = start
        self._step = step

    def __call__(self) -> datetime:
        """The current time, in UTC."""
        now, self.now = self.now, self.now + self._step
        return now


def counting_ids(prefix: str = "session") -> Callable[[], str]:
    """A `new_id` that counts: session-1, session-2 and so on."""
    numbers = count(1)
    return lambda: f"{prefix}-{next(numbers)}"


def labelled(text: str, label: Label, start: int = 0) -> Unit:
    """A unit with its code, focus and flags. A question without a focus explores."""
    parts = label if isinstance(label, tuple) else (label,)
    code = next(part for part in parts if isinstance(part, Code))
    focus = next((part for part in parts if isinstance(part, Focus)), Focus.EXPLORE if code in QUESTIONS else None)
    flags = tuple(part for part in parts if isinstance(part, Flag))
    return Unit(text, start, start + len(text), code, focus, flags)


def manager_turn(index: int, *units: tuple[str, Label]) -> Turn:
    """A coded manager turn, made of its units' words."""
    text = " ".join(words for words, _ in units)
    coded, start = [], 0
    for words, label in units:
        coded.append(labelled(words, label, start))
        start += len(words) + 1
    return Turn(index, Speaker.MANAGER, text, tuple(coded), reader=FakeReader.id)


def rep_turn(index: int, text: str) -> Turn:
    """A rep turn, as in a real conversation."""
    return Turn(index, Speaker.REP, text)


def small_files(*edits: tuple[str, str], scenario_id: str = SMALL) -> ScenarioFiles:
    """The files of the small scenario, under any id. Each edit replaces its first text, where it comes first.

    Raises ValueError for a text that is in none of the files.
    """
    held = dict(read_folder(Path(__file__).parents[1] / "data" / SMALL).files)
    for old, new in ((f"id: {SMALL}\n", f"id: {scenario_id}\n"), *edits):
        file = next((name for name, text in held.items() if old in text), None)
        if file is None:
            raise ValueError(f"{old!r} is not in the small scenario")
        held[file] = held[file].replace(old, new, 1)
    return in_folder(scenario_id, held)


def write_small(data: Path, *edits: tuple[str, str], scenario_id: str = SMALL) -> Path:
    """Write the small scenario as `scenarios/ID` in a directory of one's own, and return that folder."""
    folder = data / "scenarios" / scenario_id
    write_folder(folder, small_files(*edits, scenario_id=scenario_id))
    return folder


def small_scenario(variant: str = "base", **fields: Any) -> Scenario:
    """A small but complete scenario: 3 facts (one a feeling), 1 insight, 2 steps, 1 news, 1 variant.

    `fields` replace fields of the loaded scenario, unchecked.
    """
    return load_files(small_files(), variant).model_copy(update=fields)


def small_engine(directory: Path, reader: Mapping[str, Label] | None = None) -> Engine:
    """An engine with a `FakeEmbedder` and a library in `directory` with the small scenario.

    `reader` is a mapping that codes turns. Without it the packaged reader codes them, on fake vectors.
    """
    from ..engine import Engine
    from ..scenario.library import Library

    if not (directory / "scenarios" / SMALL).exists():
        write_small(directory)
    engine = Engine(Library(directory), FakeEmbedder(), directory / "cache")
    if reader is not None:
        engine.reader = FakeReader(reader)
    return engine
