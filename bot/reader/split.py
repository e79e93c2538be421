"""Splits a turn into units: one thought each, with offsets, punctuated or not.

When unsure, we don't split. A sentence is one unit unless it clearly does two things. In a turn without stops ("great
im glad what are you worried about i'll call him"), a unit begins where the learned boundary finds it likely enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ..text.words import QUESTION_WORDS, WORD, verbal, word_class, word_set
from ..vectors.units import unit_encoder
from .boundary import WordSpan, word_span
from .cue import STRONG
from .rules import heard, votes
from .starts import JOINERS, barred, kind_of, subordinate
from .weights import shipped_weights

_STOP = re.compile(r"[.!?…]+[\"'”’)\]]*|\n+")
_ENDS = ".!?…\"'”’)"
_TITLE = re.compile(r"(?:mr|mrs|ms|dr|vs)$", re.IGNORECASE)
_ABBREVIATION = re.compile(r"(?:e\.g|i\.e|approx|inc|ltd|st|a\.m|p\.m|q[1-4])$", re.IGNORECASE)
_LAST_TOKEN = re.compile(r"\S{1,12}$")
_DIVIDES = re.compile(rf"[,;:…–—-]|\.\.|\b(?:{'|'.join(sorted(JOINERS))})\b", re.IGNORECASE)
"""A punctuated sentence without one of these marks or words is a single thought."""
_LEAD_INS = word_set("hm hmm hmmm um uh er erm so and but now look listen oh ah mm") | {
    "tell you what",
    "the thing is",
}
_QUESTION_KINDS = frozenset({"wh", "invert", "invite"})
_VERBLESS_KINDS = frozenset({"praise", "social", "wh"})
_BEGINS_FROM, _IN_SHORT, _SHORT = -1.0, 0.5, 16
"""Minimum log-odds for a thought to begin at a word of a turn without stops, and of a short one.

Set on the calibration managers.
"""
_PLAIN = 0.9
"""At this contrast or above, "and", "but" or "so" begins a unit even in a punctuated sentence."""
_LONGEST = 400
"""Maximum number of words of a sentence to examine. People don't type longer ones."""
MAX_UNITS = 250
"""Maximum units per turn. The last one takes the rest, so that no text needs more than a few seconds."""
_REMEMBERED = 512
_HORIZON = 14
"""Number of words to look ahead when judging what a clause does."""


def split(text: str) -> list[tuple[int, int]]:
    """(start, end) of every unit in order, without surrounding white space. Units never overlap, and each has words.

    Accepts any text. One without letters or digits has no units, and none has more than MAX_UNITS.
    """
    spans: list[tuple[int, int]] = []
    for start, end in _sentences(text):
        spans += _thoughts(text, start, end)
    found = [span for span in _joined(text, spans) if WORD.search(text, *span)]
    if len(found) > MAX_UNITS:
        found[MAX_UNITS - 1 :] = [(found[MAX_UNITS - 1][0], found[-1][1])]
    return found


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for found in _STOP.finditer(text):
        if _ends_sentence(text, found):
            yield from _trimmed(text, begin, found.end())
            begin = found.end()
    yield from _trimmed(text, begin, len(text))


def _ends_sentence(text: str, stop: re.Match[str]) -> bool:
    mark, end = stop.group(), stop.end()
    if mark[0] == "\n" or end >= len(text):
        return True
    following = text[end : end + 40].lstrip()[:1]
    if not text[end].isspace():
        return ("?" in mark or "!" in mark) and text[end].isalpha()
    if ("…" in mark or mark.startswith("..")) and not following.isupper():
        return False
    token = _LAST_TOKEN.search(text, max(0, stop.start() - 12), stop.start())
    if mark != "." or not token:
        return True
    return not (_TITLE.match(token.group()) or (_ABBREVIATION.match(token.group()) and not following.isupper()))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _thoughts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A sentence, split where it clearly starts to do something else."""
    stops = _has_stops(text)
    if stops and not _DIVIDES.search(text, start, end):
        return [(start, end)]
    line = word_span(text, start, end)
    begins = _begins_after_mark if stops else _begins_in_bare
    cuts, last, waiting = [start], 0, bool(line.words) and subordinate(line.words, 0)
    for index in range(1, min(len(line.words), _LONGEST)):
        if not begins(line, index, last):
            continue
        if waiting and line.marks[index]:
            waiting = False
            continue
        cuts.append(line.places[index][0])
        last, waiting = index, subordinate(line.words, index)
    bounds = [*cuts[1:], end]
    return [span for first, final in zip(cuts, bounds, strict=True) for span in _trimmed(text, first, final)]


def _has_stops(text: str) -> bool:
    """Whether the writer sets stops: within the text, or at the end of one that begins with a capital."""
    said = text.strip()
    return bool(_STOP.search(said, 0, len(said) - 1)) or (said[-1] in _ENDS and not said[0].islower())


def _begins_in_bare(line: WordSpan, index: int, start: int) -> bool:
    """Whether a thought begins before word `index` of a turn without stops. The current one began at `start`."""
    if line.marks[index] and line.marks[index] != "…" and _after_mark(line, index, start):
        return True
    least = _IN_SHORT if len(line.words) <= _SHORT else _BEGINS_FROM
    return thought_odds(line.words[:_LONGEST])[index] > least


def _begins_after_mark(line: WordSpan, index: int, start: int) -> bool:
    """The same in a turn with stops, where one begins within a sentence only after a mark or a joining word."""
    if line.marks[index] and line.marks[index] != "…":
        return _after_mark(line, index, start)
    words = line.words
    if words[index] not in JOINERS or index - start < 3 or len(words) - index < 2 or kind_of(words, index)[:1] != "+":
        return False
    ahead = words[index : index + _HORIZON]
    kind = kind_of(words, index).lstrip("+")
    if not (kind in _VERBLESS_KINDS or any(verbal(word) for word in ahead)) or barred(words, index, start):
        return False
    return _contrast(" ".join(words[start:index][-_HORIZON:]), " ".join(ahead)) >= _PLAIN


@lru_cache(maxsize=_REMEMBERED)
def thought_odds(words: tuple[str, ...]) -> tuple[float, ...]:
    """The log-odds that a thought begins at each of a line's words."""
    if not words:
        return ()
    return tuple(map(float, shipped_weights().boundary.log_odds(unit_encoder().words(words))))


def _contrast(left: str, right: str) -> float:
    """How clearly the cues indicate different codes on the two sides, 0 to 1."""
    one, two = votes(heard(left), False), votes(heard(right), False)
    if not one or not two:
        return 0.0
    first, second = max(one, key=lambda code: one[code]), max(two, key=lambda code: two[code])
    if first is second:
        return 0.0
    return (min(one[first], STRONG) + min(two[second], STRONG)) / (2 * STRONG)


def _after_mark(line: WordSpan, index: int, start: int) -> bool:
    """After a comma, only a question after a complete statement begins a unit; after other marks, any clause does."""
    kind = kind_of(line.words, index).lstrip("+")
    if not kind:
        return False
    left, right = line.words[start:index], line.words[index:]
    if line.marks[index] != "," and len(left) >= 3 and len(right) >= 4:
        return " ".join(left) not in _LEAD_INS
    if kind not in _QUESTION_KINDS or len(right) < 4:
        return False
    if kind_of(line.words, start) == "praise" and len(left) >= 2:
        return True
    asked = left[0] in QUESTION_WORDS or word_class(left[0]) in {"aux", "modal"}
    return len(left) >= 3 and not asked and not subordinate(line.words, start) and any(verbal(word) for word in left)


def _joined(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join lone lead-ins ("Hmm.", "Tell you what.") to what follows on the same line."""
    result: list[tuple[int, int]] = []
    for start, end in spans:
        if result and _leads_in(text[slice(*result[-1])]) and "\n" not in text[result[-1][1] : start]:
            result[-1] = (result[-1][0], end)
        else:
            result.append((start, end))
    return result


def _leads_in(piece: str) -> bool:
    return len(piece) < 24 and "?" not in piece and " ".join(WORD.findall(piece.lower())) in _LEAD_INS
