"""Finds invented names, numbers and days: those that are in nothing the model was given."""

from __future__ import annotations

import re

from ..text.names import CapitalisedWord, names_in
from ..text.numbers import Number, numbers_in
from ..text.tokens import DAYS, EMPTY, sentences_of, straight_quotes
from ..text.words import word_set
from .given import Given
from .lists import data

_MONTHS = word_set("january february march april may june july august september october november december")
_VERBS = word_set(
    """is was has had says said told tells called calls rang rings wrote writes asked asks wants wanted telephoned
    phoned emailed came went got gave sent signed promised offered quoted heads runs chairs thinks knows met agreed
    confirmed left took in at from over and will would"""
)
_CONTRACTED = re.compile(r"'(?:s|d|ll|ve|re)$")
_COMMON_ENDINGS = ("ing", "ment", "tion", "body", "ness", "ly", "s")
_MINE = re.compile(
    r"\b(?:i|my|we|our)\b[^.?!]*\b(?:on (?:a )?)?(?:satur|sun)days?\b|\b(?:satur|sun)days?\b[^.?!]*\b(?:i|my|we|our)\b",
    re.I,
)
_OTHERS = re.compile(r"\b(?:they|he|she|their|them|his|her|him)\b", re.IGNORECASE)
_MONEY = word_set("$ £ € percent dollars dollar pounds pound euros euro quid grand bucks cents pence")
_SMALL_TIMES = word_set("minute minutes second seconds hour hours min mins")
_SPANS = word_set("days weeks months quarters years")
_EVERYDAY_TIMES = frozenset({15, 20, 24, 25, 30, 36, 40, 45, 48, 50, 60, 90})
_RHETORICAL = word_set("times things ways reasons questions other")
_ROUND = frozenset({20, 50, 100, 1000, 1_000_000})
_MOST_EVERYDAY = 12
_ROUNDED = 0.03
"""Relative tolerance for numbers of 100 or more, such as 'nearly four million' for 3.9 million."""
_OF_LIFE = re.compile(
    r"\b(?:parked|driv\w+|drove|stuck|grew up|born|lives?|lived|living|weekend|holiday|vacation|moved|raised|"
    r"stopped|game|radio|traffic|rain\w*|snow\w*|weather|sun|fog)\b[^.?!]*\b"
    r"(?:in|at|from|to|outside|near|past|through|by|around|round|beyond|on|toward|towards) (?:the )?$",
    re.IGNORECASE,
)
"""What precedes a place name in everyday talk, unrelated to the deal."""


def invented(reply: str, given: Given) -> str:
    """The first name, number or day in the reply that was not given, or an empty string."""
    reply = straight_quotes(reply)
    for name in names_in(reply):
        if not of_life(name, reply) and _new_name(name, given):
            return name.word
    for number in numbers_in(reply):
        if _new_number(number, given):
            return number.said
    return next((name.word for name in names_in(_of_others(reply)) if _new_day(name, given)), "")


def of_life(name: CapitalisedWord, reply: str) -> bool:
    """Whether a name is a place in the rep's private life, such as on the way home, and not part of the deal."""
    for sentence in sentences_of(reply):
        before, found, _ = sentence.partition(name.word)
        if found and not name.then[:1].isupper() and _OF_LIFE.search(before):
            return not _OTHERS.search(before)
    return False


def _of_others(reply: str) -> str:
    """The reply without sentences about the rep's own weekend or evening."""
    return " ".join(one for one in sentences_of(reply) if not _MINE.search(one) or _OTHERS.search(one))


def _new_name(name: CapitalisedWord, given: Given) -> bool:
    word = _CONTRACTED.sub("", name.word.lower())
    bare = word.removesuffix("s")
    if bare in DAYS or word in _MONTHS or word in data().names or {word, bare} & (given.names | given.words):
        return False
    if all(part in given.words for part in re.split(r"[-']", word)) or name.before == "our":  # 'our Sam', a relative
        return False
    if not name.begins:
        return len(word) > 1 and not (name.before in ("a", "an") and name.then.islower())  # 'a Victoria sponge'
    # At the start of a sentence, a capital means nothing. Look for a surname or a person's verb after it.
    if word in EMPTY or word in data().common or word.endswith(_COMMON_ENDINGS):
        return False
    surname = name.then[:1].isupper() and name.then.lower() not in data().names  # not 'Wherever I am'
    return word not in given.written_low and (surname or name.then in _VERBS)


def _new_number(number: Number, given: Given) -> bool:
    value, unit, known = number.value, number.unit, given.values
    if number.ordinal:
        return number.dated and value not in known
    if value != int(value) or value >= 13:  # 'one point two', meaning millions
        known = known | {one / 1_000_000 for one in known} | {one / 1000 for one in known}
    if unit in _SPANS and (value, unit) not in given.counts:
        return value > 2
    if any(
        abs(one - other) <= (_ROUNDED * other if other >= 100 else 1e-6) for one in _meant(value) for other in known
    ):
        return False
    if unit in _MONEY:
        return value != 100
    if value <= _MOST_EVERYDAY and value == int(value):
        return False
    if (unit in _SMALL_TIMES and value in _EVERYDAY_TIMES) or (unit in _RHETORICAL and value in _ROUND):
        return False
    return not (number.said in ("hundred", "thousand", "million") or number.before in ("like", "than"))


def _meant(value: float) -> tuple[float, ...]:
    """What a spoken number may mean: "one million twenty" is 1,020,000 more often than 1,000,020."""
    millions, rest = divmod(value, 1_000_000)
    return (value, 1_000_000 * millions + 1000 * rest) if millions and 0 < rest < 1000 else (value,)


def _new_day(name: CapitalisedWord, given: Given) -> bool:
    word = name.word.lower()
    if word in ("may", "march") and name.begins:
        return False
    bare = word.removesuffix("s") if word.removesuffix("s") in DAYS else word
    return (bare in DAYS or bare in _MONTHS) and not given.words & {bare, f"{bare}s"}
