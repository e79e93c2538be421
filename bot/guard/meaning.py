"""Compares a reply's sentence vectors with each fact and with what may be said."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..scenario import Scenario
from ..text.masking import mask
from ..text.tokens import parts_of, sentences_of, stems
from ..vectors.embedding import Embedder, cached_vectors
from .holdings import Ground, Statement
from .keeping import LineComparison, doubtful, kept, parts_of_line
from .kinds import Kind
from .lists import data

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Mask = NDArray[np.bool_]

EXAMPLE_NEAR, EXAMPLE_MARGIN = 0.38, 0.05
"""The minimum cosine to an example, and the minimum lead over anything harmless, to count as that example's kind."""
KEEPS = 0.55
"""At this cosine or above, a sentence says what its line says. Set by hand; we didn't measure its effect alone."""
TELLS_THE_SAME = 0.5
"""One in 200 pairs of lines about different facts reaches this cosine, and 45% of pairs about the same fact."""
_LEAST_STEMS = 2
_NEAREST = 3
"""This many statements of a fact must be close on average, so that a single coincidence doesn't count."""


@dataclass(frozen=True, slots=True)
class MeaningPart:
    """A sentence or clause of a reply, with its vector and its cosines to each authored part and to what was heard."""

    text: str
    vector: Floats
    cosines: Floats
    said: float

    @property
    def weighs(self) -> bool:
        """Whether it has enough content to compare with a secret. Shorter ones are close to everything."""
        return len(stems(self.text)) >= _LEAST_STEMS

    def allowed(self, masks: Masks) -> float:
        """The cosine to the nearest text that may be said."""
        return max(float(self.cosines[masks.held].max()), self.said)

    def nearest(self, among: Mask) -> float:
        """The mean cosine to the nearest three of these authored parts."""
        import numpy as np

        chosen = self.cosines[among]
        return float(np.partition(chosen, -_NEAREST)[-_NEAREST:].mean()) if len(chosen) >= _NEAREST else 0.0


class Meaning:
    """The vectors of a scenario's statements, embedded on first use. Safe to share between threads."""

    def __init__(
        self, scenario: Scenario, statements: Sequence[Statement], embedder: Embedder, cache: Path | None
    ) -> None:
        self._aliases = scenario.aliases
        self._speakers = frozenset(f"{scenario.rep.name} {scenario.manager.name}".lower().split())
        self._embedder = embedder
        self._cache = cache
        self._lock = threading.Lock()
        self._vectors: Floats | None = None
        self._ready: dict[str, Floats] = {}
        self.statements = tuple(statements)
        parts = [(at, part) for at, one in enumerate(self.statements) for part in _parts(one)]
        self.parts = tuple(part for _, part in parts)
        self._owners = [at for at, _ in parts]

    @property
    def vectors(self) -> Floats:
        """One row per item of `parts`."""
        with self._lock:
            if self._vectors is None:
                texts = [mask(part, self._aliases) for part in self.parts]
                self._vectors = cached_vectors(self._embedder, texts, self._cache)
            return self._vectors

    def mask_of(self, wanted: Iterable[bool]) -> Mask:
        """A mask of the parts that belong to the wanted statements. `wanted` has one entry per statement."""
        import numpy as np

        chosen = np.fromiter(wanted, dtype=np.bool_, count=len(self.statements))
        mine: Mask = chosen[self._owners]
        return mine

    @cached_property
    def tellings(self) -> dict[str, Mask]:
        """For each fact, the parts that tell it."""
        facts = {fact for one in self.statements for fact in one.needs}
        return {
            fact: self.mask_of(one.about == fact and fact in one.needs for one in self.statements) for fact in facts
        }

    def compare(self, texts: Sequence[str], heard: str) -> list[MeaningPart]:
        """The parts of a reply with their cosines, including to what the manager said."""
        spoken = [heard] if heard.strip() else []
        if not texts:
            return []
        rows = self._embedded((*texts, *spoken))
        cosines = rows @ self.vectors.T
        near = rows[: len(texts)] @ rows[-1] if spoken else [0.0] * len(texts)
        return [
            MeaningPart(text, vector, row, float(said))
            for text, vector, row, said in zip(texts, rows, cosines, near, strict=False)
        ]

    def kept(self, reply: str, line: str, said: Sequence[str], beside: Sequence[str], whole: bool) -> LineComparison:
        """How closely a reply follows its line. Also embeds `beside`, needed next, in the same batch."""
        pieces, parts = doubtful(reply, line), parts_of_line(line)
        own = (*pieces, *sentences_of(reply))
        rows = self._embedded((*own, *parts, *beside))
        support = (rows[: len(own)] @ rows[len(own) : len(own) + len(parts)].T).max(axis=1)
        return kept(reply, line, said, support[: len(pieces)], float(support.max()), whole, self._speakers)

    def keeps(self, part: MeaningPart, line: str) -> bool:
        """Whether a part says what the line says, so that it reveals nothing more."""
        told = self._embedded(parts_of_line(line))
        return float((told @ part.vector).max()) >= KEEPS

    def conveys(self, words: str, line: str) -> bool:
        """Whether the words convey a line, in one of their sentences or as a whole."""
        told, *own = self._embedded((line, *sentences_of(words)))
        if max(float(row @ told) for row in own) >= TELLS_THE_SAME:
            return True
        return len(own) > 1 and float((self._embedded((words,)) @ told).max()) >= TELLS_THE_SAME

    def warm(self) -> None:
        """Embed the parts of every authored line once in advance, so that no reply waits for them."""
        if self._ready:
            return
        texts = {mask(part, self._aliases) for one in self.statements for part in parts_of_line(one.text)}
        ready = dict(zip((mask(part, self._aliases) for part in self.parts), self.vectors, strict=True))
        fresh = sorted(texts - ready.keys())
        ready.update(zip(fresh, cached_vectors(self._embedder, fresh, self._cache), strict=True))
        self._ready = ready

    def _embedded(self, texts: Sequence[str]) -> Floats:
        import numpy as np

        masked, ready = [mask(text, self._aliases) for text in texts], self._ready
        fresh = [text for text in masked if text not in ready]
        if len(fresh) == len(masked):
            return self._embedder.embed(masked)
        new = dict(zip(fresh, self._embedder.embed(fresh), strict=True))
        return np.stack([ready[text] if text in ready else new[text] for text in masked])


def _parts(one: Statement) -> tuple[str, ...]:
    return parts_of(one.text) if one.about and one.needs else sentences_of(one.text)


class Masks:
    """The authored parts that may be said, and those that tell a secret fact, with these facts released."""

    def __init__(self, meaning: Meaning, ground: Ground) -> None:
        self.held = meaning.mask_of(one.needs <= ground.released for one in meaning.statements)
        self.secret = {fact: meaning.tellings[fact] for fact in ground.secret}


class Examples:
    """Example sentences of a rep who steps out of role, and of one who doesn't. Safe to share between threads."""

    def __init__(self, embedder: Embedder, cache: Path | None) -> None:
        self._embedder = embedder
        self._cache = cache
        self._lock = threading.Lock()
        self._vectors: Floats | None = None
        self._texts = [(kind, text) for kind, texts in data().examples.items() for text in texts]

    @property
    def vectors(self) -> Floats:
        """One row per example."""
        with self._lock:
            if self._vectors is None:
                self._vectors = cached_vectors(self._embedder, [text for _, text in self._texts], self._cache)
            return self._vectors

    def kind_of(self, sentence: str, row: Floats, allowed: float) -> Kind | None:
        """The kind of a sentence with this vector, if its words allow that kind and nothing harmless is as close."""
        cosines = (self.vectors @ row).tolist()
        near: dict[str, float] = {}
        for (kind, _), cosine in zip(self._texts, cosines, strict=True):
            near[kind] = max(cosine, near.get(kind, -1.0))
        harmless = max(near.pop("fine"), allowed)
        best = max(near, key=lambda kind: near[kind])
        if near[best] < EXAMPLE_NEAR or near[best] - harmless < EXAMPLE_MARGIN:
            return None
        kind = Kind(best)
        return kind if gates()[kind].search(sentence) else None


@lru_cache(maxsize=1)
def gates() -> dict[Kind, re.Pattern[str]]:
    """For each kind, words of which at least one must occur."""
    return {kind: re.compile(gate, re.IGNORECASE) for kind, gate in data().gates.items()}
