"""Names, numbers and dates of which nothing that may be said knows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..reader.words import word_set
from .holdings import Ground
from .lists import data
from .words import EMPTY, Name, Number, names_in, numbers_in, plain, tokens

_DAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")
_MONTHS = word_set("january february march april may june july august september october november december")
_VERBS = word_set(
    """is was has had says said told tells called calls rang rings wrote writes asked asks wants wanted telephoned
    phoned emailed came went got gave sent signed promised offered quoted heads runs chairs thinks knows met agreed
    confirmed left took in at from over and will would"""
)
_COMMON_ENDINGS = ("ing", "ment", "tion", "body", "ness", "ly", "s")
_MONEY = word_set("$ £ € percent dollars dollar pounds pound euros euro quid grand bucks cents pence")
_SMALL_TIMES = word_set("minute minutes second seconds hour hours min mins")
_EVERYDAY_TIMES = frozenset({15, 20, 24, 25, 30, 36, 40, 45, 48, 50, 60, 90})
_RHETORICAL = word_set("times things ways reasons questions other")
_ROUND = frozenset({20, 50, 100, 1000, 1_000_000})
_MOST_EVERYDAY = 12
_ROUNDED = 0.03
"""A number from 100 on may be said so much off: 'nearly four million' of 3.9."""
_TOLD = (
    "(?:told|called|rang|phoned|telephoned|emailed|wrote|texted|signed|agreed|promised|confirmed|said|replied|came"
    " back)"
)
_LATELY = "(?P<{}>yesterday|this morning|last night|an hour ago|earlier today|just now)"
_RECENT = re.compile(
    rf"\b(?:[Hh]e|[Ss]he|[Tt]hey|[A-Z][a-z]+)\b[^.?!]{{0,60}}\b{_TOLD}\b[^.?!]{{0,60}}\b{_LATELY.format('after')}\b"
    rf"|\b{_LATELY.format('before')}\b[^.?!]{{0,40}}\b(?:he|she|they)\b[^.?!]{{0,40}}\b{_TOLD}\b"
)
"""That somebody has just said something: news that the rep does not have."""


def invents(reply: str, ground: Ground, others: Iterable[str]) -> bool:
    """Whether the reply names a person, place, number or day that is neither held nor in `others`, what was said."""
    others = tuple(others)
    words = frozenset(word for text in others for word in tokens(text))
    reply = plain(reply)
    return (
        any(_new_name(name, ground, words) for name in names_in(reply))
        or any(_new_number(number, known_numbers(ground, others)) for number in numbers_in(reply))
        or any(_new_day(name, ground, words) for name in names_in(reply))
        or _new_word(reply, ground, others)
    )


def _new_word(reply: str, ground: Ground, others: Iterable[str]) -> bool:
    found = _RECENT.search(reply)
    when = (found["after"] or found["before"]) if found else ""
    return bool(when) and not any(when in text.lower() for text in (*others, *(one.text for one in ground.held)))


def known_numbers(ground: Ground, others: Iterable[str]) -> frozenset[float]:
    """The values that may be said."""
    said = (number.value for text in others for number in numbers_in(text))
    return frozenset((*(number.value for number in ground.numbers), *said))


def _new_name(name: Name, ground: Ground, words: frozenset[str]) -> bool:
    word = name.word.lower()
    day = word.removesuffix("s") in _DAYS or word in _MONTHS
    if day or word in data().names or word in words or word in ground.names or word in ground.words:
        return False
    bare = word.removesuffix("s")
    if bare in ground.names or bare in words or all(part in ground.words for part in re.split(r"[-']", word)):
        return False
    if not name.begins:
        return len(word) > 1 and not (name.before in ("a", "an") and name.then.islower())  # 'a Victoria sponge'
    # Where it opens a sentence its capital says nothing: a name is followed by another, or by what a person does.
    if word in EMPTY or word in data().common or word.endswith(_COMMON_ENDINGS):
        return False
    return word not in ground.vocabulary and (name.then[:1].isupper() or name.then in _VERBS)


def _new_number(number: Number, known: frozenset[float]) -> bool:
    value, unit = number.value, number.unit
    if number.ordinal:
        return number.dated and value not in known
    if value != int(value) or value >= 13:
        known = (
            known | {one / 1_000_000 for one in known} | {one / 1000 for one in known}
        )  # 'one point two' of millions
    if any(abs(value - one) <= (_ROUNDED * one if one >= 100 else 1e-6) for one in known):
        return False
    if unit in _MONEY:
        return value != 100
    if value <= _MOST_EVERYDAY and value == int(value):
        return False
    if (unit in _SMALL_TIMES and value in _EVERYDAY_TIMES) or (unit in _RHETORICAL and value in _ROUND):
        return False
    return not (number.said in ("hundred", "thousand", "million") or number.before in ("like", "than"))


def _new_day(name: Name, ground: Ground, words: frozenset[str]) -> bool:
    word = name.word.lower()
    if word in ("may", "march") and name.begins:
        return False
    bare = word.removesuffix("s") if word.removesuffix("s") in _DAYS else word
    if bare not in _DAYS and bare not in _MONTHS:
        return False
    return not any(one in words or one in ground.words for one in (bare, f"{bare}s"))
