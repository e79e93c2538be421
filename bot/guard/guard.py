"""The guard: checks a language model's words as the rep before anyone hears them.

    >>> guard = Guard(scenario, embedder)
    >>> guard.check("As an AI, I cannot say.", released=frozenset(), heard="How is it going?", line="It is fine.")
    Objection(kind=<Kind.OUT_OF_ROLE: 'out_of_role'>, why='You spoke as somebody who plays Mike; ...')

Cheap checks run first. The reply is embedded only if they find nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from ..scenario import Scenario
from ..text.tokens import clauses_of, sentences_of, stems, tokens
from ..vectors.embedding import Embedder
from .holdings import Ground, statements_of
from .inventions import invents
from .keeping import LineComparison
from .kinds import Kind, Objection, objection
from .leaks import clauses_may_tell, quotes_secret, tells_secret
from .manner import Manner
from .meaning import Examples, Masks, Meaning

_KEPT = 32
"""Number of sets of released facts to cache. A conversation needs about a dozen."""

_LITTLE = 6
"""A sentence of up to this many everyday words isn't checked."""


class Guard:
    """Checks replies in one scenario, with its variant applied. Safe to share between threads."""

    def __init__(self, scenario: Scenario, embedder: Embedder, cache: Path | None = None) -> None:
        self._rep, self._manager = scenario.rep.name, scenario.manager.name
        self._facts = frozenset(fact.id for fact in scenario.facts)
        self._statements = statements_of(scenario)
        self._manner = Manner(scenario)
        self._meaning = Meaning(scenario, self._statements, embedder, cache)
        self._examples = Examples(embedder, cache)
        self._lock = threading.Lock()
        self._base = Ground(self._statements, frozenset())
        self._grounds: dict[frozenset[str], tuple[Ground, Masks]] = {}

    def check(
        self,
        reply: str,
        *,
        released: frozenset[str],
        heard: str,
        line: str,
        said: Sequence[str] = (),
        whole: bool = True,
    ) -> Objection | None:
        """The first objection to a reply, or None.

        `released` are the facts that may be spoken, `heard` is what the manager just said, `line` is the text the reply
        should reword, and `said` are all earlier turns. `whole` is False while the reply is still streaming; `reply` is
        then the sentences so far.
        """
        kind = self._manner.objects(reply, heard, line, whole) or self._facts_object(
            reply, released, heard, said, line, whole
        )
        return objection(kind, self._rep, self._manager) if kind else None

    def kept(self, reply: str, line: str, said: Sequence[str]) -> LineComparison:
        """How closely a complete reply follows its line. `said` are the earlier turns, latest first."""
        return self._meaning.kept(reply, line, said, (), whole=True)

    def conveys(self, words: str, line: str) -> bool:
        """Whether a reply conveys what an authored line says."""
        return self._meaning.conveys(words, line)

    def warm(self) -> None:
        """Precompute what the first check needs: the vectors, and the text that may always be said."""
        self._meaning.warm()
        nothing, free = "Nothing of it that anybody has told me so far.", frozenset[str]()
        self.check(nothing, released=free, heard="How is it going?", line=nothing)
        tells_secret(self._meaning.compare([nothing], ""), *self._ground(free), ())

    def _facts_object(
        self, reply: str, released: frozenset[str], heard: str, said: Sequence[str], line: str, whole: bool
    ) -> Kind | None:
        ground, masks = self._ground(released & self._facts)
        # Anything in the line may be said, so treat it as already said.
        others = (heard, *said, line)
        own = [sentence for sentence in sentences_of(reply) if tokens(sentence) not in ground.sentences]
        reply = " ".join(own)
        if quotes_secret(reply, ground, others):
            return Kind.LEAK
        if invents(reply, ground, others):
            return Kind.INVENTION
        weighty = [one for one in own if stems(one) or len(one.split()) > _LITTLE]
        if own:
            beside = (*weighty, heard) if heard.strip() else tuple(weighty)
            kept = self._meaning.kept(reply, line, (heard, *said), beside, whole)
            if kept.changed or kept.turned or kept.strays:
                return Kind.CONTRADICTION if kept.changed else Kind.SPEAKS_AS_MANAGER if kept.turned else Kind.STRAYS
        compared = self._meaning.compare(weighty, heard)
        for part in compared:
            kind = self._examples.kind_of(part.text, part.vector, part.allowed(masks))
            if kind:
                return kind
        parts = [one for one in compared if not one.text.endswith("?") and not self._meaning.keeps(one, line)]
        if tells_secret(parts, ground, masks, others):
            return Kind.LEAK
        clauses = [clause for part in parts if clauses_may_tell(part, masks) for clause in clauses_of(part.text)]
        parts += self._meaning.compare(clauses, heard)
        return Kind.LEAK if tells_secret(parts, ground, masks, others) else None

    def _ground(self, released: frozenset[str]) -> tuple[Ground, Masks]:
        with self._lock:
            if released not in self._grounds:
                if len(self._grounds) >= _KEPT:
                    self._grounds = {}
                ground = Ground(self._statements, released, self._base)
                self._grounds[released] = ground, Masks(self._meaning, ground)
            return self._grounds[released]
