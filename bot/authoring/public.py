"""Finds what the manager reads before the talk that already tells a fact: nothing is left to discover then."""

from __future__ import annotations

from collections.abc import Iterator

from ..scenario import Scenario
from .finding import Finding, Weight, sentences_read
from .nearness import Nearness
from .words import word_runs

READ_FIRST = 1.4
"""Minimum nearness for a sentence that the manager reads to count as telling a fact. In five scenarios, a card with
figures of its own gets to 1.30; a fact's own line has about 1.5."""


def told_first(scenario: Scenario, nearness: Nearness) -> Iterator[Finding]:
    """Sentences of the brief, the card and the like that tell a fact."""
    read = list(sentences_read(scenario))
    near = nearness.of(scenario, [text for _, text in read])
    for (path, text), scores in zip(read, near, strict=True):
        said = word_runs(text)
        for fact in scenario.facts:
            # The cause of a feeling may well be known: three deals that were lost, say.
            shared = [] if fact.feeling else [run for run in word_runs(fact.text) if run in said]
            if shared:
                told = f"tells {fact.id!r} with {' '.join(shared[0])!r}, and the manager reads it first; leave it out"
                yield Finding(path, told)
            elif scores[fact.id] >= READ_FIRST:
                told = f"seems to tell {fact.id!r} (nearness {scores[fact.id]:.2f}), and the manager reads it first"
                yield Finding(path, f"{told}; leave it out", Weight.ADVICE)
