"""The guard: checks a language model's words as the rep before anyone hears them.

    >>> guard = Guard(scenario, embedder)
    >>> guard.check("As an AI, I cannot say.", given=Given(("Karen asks how it is going.",)), out=frozenset())
    Objection(kind=<Kind.OUT_OF_ROLE: 'out_of_role'>, why='You spoke as somebody who plays Mike; ...')

Cheap checks run first. The reply is embedded only if they find nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from ..scenario import Scenario
from ..text.tokens import sentences_of, stems, tokens
from ..vectors.embedding import Embedder
from .given import Given
from .inventions import invented
from .kinds import Kind, Objection, objection
from .leaks import quotes_secret, tells_secret
from .manner import MORE_WORDS, MOST_WORDS, Manner
from .meaning import Examples, Meaning
from .secrets import Kept, kept_texts, known_names

_REMEMBERED = 32
"""Number of sets of what is out to cache. A conversation needs about a dozen."""
_AS_LONG = 5
"""Minimum words for a repeated sentence to count. Shorter ones are normal in speech."""
_LITTLE = 6
"""A sentence of up to this many everyday words isn't compared."""


class Guard:
    """Checks replies in one scenario, with its variant applied. Safe to share between threads."""

    def __init__(self, scenario: Scenario, embedder: Embedder, cache: Path | None = None) -> None:
        self._rep, self._manager = scenario.rep.name, scenario.manager.name
        self._secrets = kept_texts(scenario)
        self._known_names = known_names(scenario)
        self._manner = Manner(scenario)
        self._meaning = Meaning(scenario, self._secrets, embedder, cache)
        self._examples = Examples(embedder, cache)
        self._lock = threading.Lock()
        self._kept: dict[frozenset[str], Kept] = {}

    def check(
        self,
        reply: str,
        *,
        given: Given,
        out: frozenset[str],
        said: Sequence[str] = (),
        must: Sequence[str] = (),
    ) -> Objection | None:
        """The first objection to a reply, or None.

        `given` is what the request held, `out` the facts and `entry:ID`s that may be spoken, `said` the rep's earlier
        turns, and `must` the lines that the reply is to tell. `reply` may be only the sentences that have come so far.
        """
        longest = max(MOST_WORDS, sum(len(line.split()) for line in must) + MORE_WORDS)
        found = self._manner.objects(reply, longest) or self._of_facts(reply, given, out, said)
        return objection(found[0], self._rep, self._manager, found[1]) if found else None

    def conveys(self, words: str, line: str) -> bool:
        """Whether a reply conveys what an authored line says."""
        return self._meaning.conveys(words, line)

    def warm(self) -> None:
        """Embed what the first check compares with."""
        nothing = "Nothing of it that anybody has told me so far."
        self.check(nothing, given=Given((nothing,)), out=frozenset())

    def _of_facts(self, reply: str, given: Given, out: frozenset[str], said: Sequence[str]) -> tuple[Kind, str] | None:
        before = {tokens(sentence) for turn in said for sentence in sentences_of(turn)}
        own = sentences_of(reply)
        for sentence in own:
            if len(sentence.split()) >= _AS_LONG and tokens(sentence) in before:
                return Kind.REPEATS, sentence
            before.add(tokens(sentence))
        kept = self._what_is_kept(out)
        for place, sentence in enumerate(own, 1):
            if quotes_secret(sentence, kept, given):
                return Kind.LEAK, _where(place)
        if words := invented(reply, given):
            return Kind.INVENTION, words
        known = {tokens(sentence) for sentence in given.sentences}
        weighty = [one for one in own if (stems(one) or len(one.split()) > _LITTLE) and tokens(one) not in known]
        parts = self._meaning.compare(weighty, kept, given)
        for part in parts:
            if kind := self._examples.kind_of(part):
                return kind, part.text
        for part in parts:
            if not part.text.endswith("?") and tells_secret(part, kept, given):
                return Kind.LEAK, _where(own.index(part.text) + 1)
        return None

    def _what_is_kept(self, out: frozenset[str]) -> Kept:
        with self._lock:
            if out not in self._kept:
                self._kept = dict(list(self._kept.items())[-_REMEMBERED:])
                self._kept[out] = Kept(self._secrets, out, self._known_names)
            return self._kept[out]


def _where(place: int) -> str:
    return f"those of sentence {place}"
