"""Finds swaps between a reply and its line: another name, length of time, opposite or doer.

Sentence vectors hardly distinguish "before him" from "after him", or "I called her" from "she called me". Words do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ..text.names import names_in
from ..text.numbers import numbers_in
from ..text.tokens import DAYS, EMPTY, stem, straight_quotes, tokens
from ..text.words import word_set
from .lists import data

_SPANS = {
    form: span
    for span, forms in (
        ("second", "second seconds"),
        ("minute", "minute minutes"),
        ("hour", "hour hours"),
        ("day", "day days"),
        ("week", "week weeks weekly fortnight"),
        ("month", "month months monthly"),
        ("quarter", "quarter quarters"),
        ("year", "year years yearly"),
    )
    for form in forms.split()
}
_DENIAL = re.compile(r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|hardly|cannot|\w+n't)\b")
_GENITIVE = "'s"
_WORD = re.compile(r"[a-z']+")
_WORD_OR_FIGURE = re.compile(r"[a-z0-9']+")
_STOP = re.compile(r"[.!?;:…]")
_SUBJECTS = {
    form: person
    for person, forms in (
        ("I", "i i'm i'll i'd i've"),
        ("you", "you you're you'll you'd you've"),
        ("another", "he she they he's she's they're he'll she'll they'll he'd she'd they'd they've"),
    )
    for form in forms.split()
}
_UNSURE = word_set("we we're we'll we'd we've it it's that that's who which")
"""Subjects that may refer to the same people or thing as another."""
_PASSED_OVER = word_set("""
    just really never always only also not don't didn't doesn't won't wouldn't can't couldn't can could will would may
    might should shall must do did does am is are was were be been being have has had haven't hasn't hadn't isn't aren't
    wasn't weren't going to gonna even still ever the one then usually often mostly probably quite once used a an
    """)
_SAID_OF_ANYBODY = word_set("""
    know think say said mean guess see tell told ask asked get got go went want like need thing put take took have keep
    hear call called so sure good glad sorry in on at with for from up out about my his her come came
    """)
_FAR = 5
"""Number of words after a subject in which to look for its verb."""
_COUNTED = 2
"""Only larger numbers are counts. 'One' is usually a pronoun."""


def exchanges(reply: str, line: str, speakers: frozenset[str]) -> bool:
    """Whether a complete reply swaps a name, a length of time, a doer or a word of its line for another.

    `speakers` are both speakers' names in lower case, which they may use to address each other. An opposite counts as a
    swap only if both texts have the same number of negations, because "no more" can be said as "less".
    """
    if _differ(_doers(reply), _doers(line)) or _differ(_counts(reply), _counts(line)):
        return True
    mine, theirs = _words(reply), _words(line)
    if _names(reply, speakers) - theirs and _names(line, speakers) - mine:
        return True
    spans, line_spans = _spans(mine), _spans(theirs)
    if spans - line_spans and line_spans - spans:
        return True
    return _denials(reply) == _denials(line) and any(
        (mine & one and not mine & other and theirs & other and not theirs & one)
        or (mine & other and not mine & one and theirs & one and not theirs & other)
        for one, other in data().opposites
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(word.removesuffix(_GENITIVE) for word in tokens(text))


def _names(text: str, speakers: frozenset[str]) -> frozenset[str]:
    """The names in a text. Ignores words at the start of a sentence, which always have a capital."""
    found = (name.word.lower().removesuffix(_GENITIVE) for name in names_in(text) if not name.begins)
    return frozenset(name for name in found if name not in speakers | DAYS and name.partition("'")[0] != "i")


def _spans(words: frozenset[str]) -> frozenset[str]:
    return frozenset(_SPANS[word] for word in words & _SPANS.keys())


def _denials(text: str) -> int:
    return len(_DENIAL.findall(straight_quotes(text).lower()))


def _differ(mine: dict[str, set[str]], theirs: dict[str, set[str]]) -> bool:
    """Whether some key of both has no values in common."""
    return any(not mine[key] & theirs[key] for key in mine.keys() & theirs.keys())


def _doers(text: str) -> dict[str, set[str]]:
    """Who does what: doers by the stem of the verb."""
    found: dict[str, set[str]] = {}
    for clause in _STOP.split(straight_quotes(text).lower()):
        words = _WORD.findall(clause)
        for place, word in enumerate(words):
            for after in words[place + 1 : place + 1 + _FAR] if word in _SUBJECTS else ():
                if after in _SUBJECTS or after in _UNSURE or after in _SAID_OF_ANYBODY:
                    break
                if after not in _PASSED_OVER:
                    found.setdefault(stem(after), set()).add(_SUBJECTS[word])
                    break
    return found


def _counts(text: str) -> dict[str, set[str]]:
    """Numbers by the content word right before them: "service response thirty, experience twenty"."""
    found: dict[str, set[str]] = {}
    for word, said in _before_numbers(text):
        if word not in EMPTY:
            found.setdefault(word, set()).add(said)
    return found


def _before_numbers(text: str) -> Iterator[tuple[str, str]]:
    counts = {
        number.said.partition(" ")[0]: str(number.value) for number in numbers_in(text) if number.value > _COUNTED
    }
    words = _WORD_OR_FIGURE.findall(straight_quotes(text).lower())
    for before, word in pairwise(words):
        if word in counts and before not in counts:
            yield before, counts[word]
