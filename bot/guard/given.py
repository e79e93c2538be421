"""What a model was given for a reply, word by word: what it may repeat."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from ..text.names import names_in
from ..text.numbers import numbers_in
from ..text.tokens import lower_words, runs, sentences_of, stems, tokens

_Run = tuple[str, ...]


@dataclass(frozen=True)
class Given:
    """The texts of a request: what the rep knows, what both have said, and what the reply is to say."""

    texts: tuple[str, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word in lower case, with and without a genitive."""
        said = [word for text in self.texts for word in tokens(text)]
        return frozenset((*said, *(word.removesuffix("'s") for word in said)))

    @cached_property
    def written_low(self) -> frozenset[str]:
        """The words that are written in lower case somewhere."""
        return frozenset(chain.from_iterable(map(lower_words, self.texts)))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return frozenset(chain.from_iterable(map(stems, self.texts)))

    @cached_property
    def runs(self) -> frozenset[_Run]:
        """Its runs of five words."""
        return frozenset(chain.from_iterable(map(runs, self.texts)))

    @cached_property
    def names(self) -> frozenset[str]:
        """Its capitalised words, in lower case."""
        return frozenset(name.word.lower() for text in self.texts for name in names_in(text))

    @cached_property
    def values(self) -> frozenset[float]:
        """The values of its numbers."""
        return frozenset(number.value for text in self.texts for number in numbers_in(text))

    @cached_property
    def counts(self) -> frozenset[tuple[float, str]]:
        """Its numbers with what they count: (3, "weeks"), whichever way it is written."""
        found = [(number.value, number.unit) for text in self.texts for number in numbers_in(text)]
        return frozenset((*found, *((value, f"{unit}s") for value, unit in found)))

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """Its sentences, each once."""
        return tuple(dict.fromkeys(chain.from_iterable(map(sentences_of, self.texts))))
