"""Next steps in a rep's words: what he says he will or could do. A first version, for real transcripts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .cue import plain

_COMMITS = re.compile(
    r"\b(?:i'll|i will|i'm going to|i am going to|i'm gonna|i plan to|let me)\s+(?:just |also |probably |"
    r"definitely |then )*"
    r"(?!be\b|have to think|see\b|think\b|know\b|never\b|admit\b|say\b|tell you\b|give you\b|ask you\b|leave it\b|"
    r"wait\b)(\w+)"
)
_COULD = re.compile(
    r"\b(?:i could|i can|i might|maybe i(?:'ll| could| should)?|i should|i'd|i would|i want to|i'd like to|"
    r"i need to|we could|perhaps i could|would likely|it would not hurt to|it wouldn't hurt to)\s+(?:just |also |"
    r"probably |definitely |then |try to |maybe )*"
    r"(call|ring|phone|ask|email|write|send|find out|check|set up|book|talk|speak|meet|visit|go back|revisit|build|"
    r"draft|map|look at|look into|get|arrange|schedule|prepare|work out|test|try|start|put|dig|reach out|sit down|"
    r"bring|raise)\b"
)
_OWN_PLAN = re.compile(r"\bfind out if\b|\bbuild in (?:some )?traps\b|\bdo we have any(?:one|body) who\b")
_SENTENCE = re.compile(r"[^.!?\n]+")


@dataclass(frozen=True, slots=True)
class SpokenStep:
    """A next step as voiced: the words, their offsets, and whether the speaker commits to it."""

    text: str
    start: int
    end: int
    committed: bool


def next_steps(text: str) -> tuple[SpokenStep, ...]:
    """The next steps that a rep voices for himself in one turn, at most one a sentence."""
    found = []
    for sentence in _SENTENCE.finditer(text):
        said = plain(sentence.group())
        commits = bool(_COMMITS.search(said))
        if commits or _COULD.search(said) or _OWN_PLAN.search(said):
            words = sentence.group().strip()
            start = sentence.start() + sentence.group().index(words)
            found.append(SpokenStep(words, start, start + len(words), commits))
    return tuple(found)
