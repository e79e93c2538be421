"""Finds sentences of epilogues about a step that need not have been taken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ..scenario import Scenario, StepEnd, When
from ..scenario.strictyaml import Path
from ..text.words import word_class, word_set
from .finding import Finding, Weight
from .words import lower_tokens

_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_PAST = {
    "built": "build", "drew": "draw", "drawn": "draw", "drove": "drive", "met": "meet", "rang": "ring", "rung": "ring",
    "sat": "sit", "sent": "send", "spoke": "speak", "spoken": "speak", "wrote": "write", "written": "write",
}  # fmt: skip
_PALE = word_set(
    "zero one two three four five six seven eight nine ten half quarter first second next last before after again own "
    "work works minute minutes hour hours morning evening day days week weeks month months year years january february "
    "march april may june july august september october november december monday tuesday wednesday thursday friday "
    "saturday sunday"
)
"""Words that most titles and endings could have."""
_CARRYING = ("base", "past", "word", "-ing", "-ed", "-ly", "-s")
_ENDINGS = re.compile(r"(?:'s|’s|ing|ed|es|s|e)$")
BOTH = 2
"""From this many words of a step's title on, one of them in no other title, a sentence seems to be about the step."""


def unearned(scenario: Scenario) -> Iterator[Finding]:
    """Advice on each sentence that seems to be about a step which its conditions leave open."""
    players = _stems(f"{scenario.rep.name} {scenario.manager.name}")
    marks = {step.id: _stems(step.title) - players for step in scenario.steps}
    shared = Counter(stem for stems in marks.values() for stem in stems)
    titles = {step.id: step.title for step in scenario.steps}
    for path, text, settled in _texts(scenario):
        for sentence in _SENTENCE.findall(text):
            said = _stems(sentence)
            for step, stems in marks.items():
                own = sum(shared[stem] == 1 for stem in stems & said)
                if step not in settled and own and len(stems & said) >= min(BOTH, len(stems)):
                    yield Finding(
                        path,
                        f"{sentence.strip()!r} seems to be about {titles[step]!r}, which may not have happened; put it "
                        f"in that step's 'afterwards', or in a part with 'when: {{done: [{step}]}}'",
                        Weight.ADVICE,
                    )


def _texts(scenario: Scenario) -> Iterator[tuple[Path, str, frozenset[str]]]:
    """Every text of what happens afterwards, with the steps whose end it may rely on."""
    for i, step in enumerate(scenario.steps):
        if step.afterwards:
            yield ("steps", i, "afterwards"), step.afterwards, frozenset({step.id})
    for i, epilogue in enumerate(scenario.epilogues):
        yield ("epilogues", i, "text"), epilogue.text, _settled(epilogue.when)
        for j, part in enumerate(epilogue.parts):
            yield ("epilogues", i, "parts", j, "text"), part.text, _settled(epilogue.when) | _settled(part.when)


def _settled(when: When) -> frozenset[str]:
    return frozenset(step for end in StepEnd for step in getattr(when, end))


def _stems(text: str) -> frozenset[str]:
    """The words that carry meaning, without their endings."""
    words = (word for word in lower_tokens(text) if word_class(word) in _CARRYING and word not in _PALE)
    return frozenset(_ENDINGS.sub("", _PAST.get(word, word)) for word in words)
