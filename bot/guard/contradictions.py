"""What says otherwise than a released fact: another number of the same things, or yes for no.

Sentence vectors do not see a reversal; what they see is that an answer about a fact that is out tells nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ..text.words import word_set
from .holdings import Ground
from .meaning import Masks, Part
from .words import EMPTY, Number, numbers_in, stem, stems, tokens

ASKED = 0.4
"""From this cosine to the tellings of a fact on, what the manager said is about it."""
RESTATES = 0.56
"""From here on a reply retells the fact; below, and asked about it, it says something else of the matter."""
RETELLS = 0.5
ELSEWHERE, REPEATS = 0.75, 0.62
ASKED_OUTRIGHT, ASKED_NEARLY = 0.5, 0.45
_BESIDE, _LITTLE = 0.12, 2
ABOUT = 0.3
_DENYING = 0.5
"""The share of a fact's tellings that deny something, from which denying is what the fact is about."""
_NEGATIVE = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|nowhere|neither|nor|zero|without|hardly|barely|\w+n't|cannot|blank|empty|"
    r"quiet|silence|silent|unless|stopped|quit|missing|lack|refus\w+|hid|avoid\w*|only|guess\w*|suppose|probably|maybe|perhaps|could|might|would|\w+'d)\b",
    re.IGNORECASE,
)
_LOOSE = word_set(
    "minute minutes second seconds hour hours time times thing things more less past other others way ways people "
    "bit lot couple or and"
)
_SMALL = 12
"""A larger number that may be said is taken for the one that is known: 'a hundred and forty rows' of 140 accounts."""
_TIMES = word_set("day days week weeks month months year years")


def miscounts(reply: str, ground: Ground, others: Iterable[str]) -> bool:
    """Whether it gives another number of things that are counted in what may be said: 'ten points' for 'no points'."""
    said = {number.value for text in others for number in numbers_in(text)}
    said |= {number.value for number in ground.numbers if number.value > _SMALL}
    return any(
        number.unit not in _TIMES
        and number.value == int(number.value)  # 'three point seven two open' are millions
        and number.value not in ground.counts.get(stem(number.unit), {number.value})
        for number in _counts(reply)
        if number.value not in said
    )


def recounts(parts: Iterable[Part], ground: Ground, masks: Masks, others: Iterable[str]) -> bool:
    """Whether a part that is about a released fact gives it another length of time: 'two weeks' for 'three weeks'."""
    said = {number.value for text in others for number in numbers_in(text)}
    for part in parts:
        numbers = [number for number in _counts(part.text) if number.unit in _TIMES and number.value not in said]
        if numbers and masks.told:
            fact, told = max(masks.told.items(), key=lambda entry: part.nearest(entry[1]))
            known = ground.counts_of(fact)
            if part.nearest(told) >= RETELLS and any(
                number.value not in known.get(stem(number.unit), {number.value}) for number in numbers
            ):
                return True
    return False


def answers_with_another(sentence: str, heard: Part | None, ground: Ground, masks: Masks) -> bool:
    """Whether the reply opens with a number that a released fact, about which it is asked, does not have."""
    first = next(iter(numbers_in(sentence)), None)
    if heard is None or first is None or first.ordinal or not masks.told:
        return False
    fact, told = max(masks.told.items(), key=lambda entry: heard.nearest(entry[1]))
    known = {value for values in ground.counts_of(fact).values() for value in values}
    known |= {number.value for number in numbers_in(heard.text)}
    opens = tokens(sentence)[0] == first.said.split()[0]
    return opens and heard.nearest(told) >= ASKED_OUTRIGHT and bool(known) and first.value not in known


def gives_another(parts: Iterable[Part], heard: Part | None, ground: Ground, masks: Masks) -> bool:
    """Whether a part that retells the released fact, about which it is asked, has a number that the fact has not."""
    if heard is None or not masks.told:
        return False
    fact, told = max(masks.told.items(), key=lambda entry: heard.nearest(entry[1]))
    if heard.nearest(told) < ASKED_NEARLY:
        return False
    known = {value for values in ground.counts_of(fact).values() for value in values}
    known |= {number.value for number in numbers_in(heard.text)}
    free = {number.value for number in ground.numbers if number.value > _SMALL}
    return bool(known) and any(
        number.value not in (1, 100, 1000) and not number.ordinal and number.value not in known | free
        for part in parts
        if part.nearest(told) >= RETELLS
        for number in numbers_in(part.text)
        if number.unit in ("of", "", ".", ",", "per", "percent", *_TIMES)
    )


def _counts(text: str) -> Iterator[Number]:
    """The numbers of it that count something."""
    for number in numbers_in(text):
        unit = number.unit
        things = unit in _TIMES or (unit.isalpha() and unit not in _LOOSE | EMPTY)
        if things and not number.ordinal and number.value != 1:
            yield number


def reverses(parts: Sequence[Part], heard: Part | None, ground: Ground, masks: Masks) -> bool:
    """Whether it asserts something, asked about a released fact, and retells nothing of it.

    Where the fact is that something is not so, an assertion about it is enough; else the reply must assert throughout.
    """
    if heard is None or not parts or not masks.told:
        return False
    fact, told = max(masks.told.items(), key=lambda entry: heard.nearest(entry[1]))
    best = max(part.nearest(told) for part in parts)
    if heard.nearest(told) < ASKED or not ABOUT <= best < RESTATES:
        return False
    if any(part.nearest(other) >= RESTATES for part in parts for other in masks.told.values() if other is not told):
        return False
    elsewhere = max(float(part.cosines[masks.held & ~told].max()) for part in parts)
    if elsewhere >= ELSEWHERE or max(float(part.cosines[told].max()) for part in parts) >= REPEATS:
        return False
    if ground.denying(fact, denies) >= _DENYING:
        return not any(denies(part.text) for part in parts if part.nearest(told) > best - _BESIDE)
    plain = not any(denies(part.text) for part in parts)
    return plain and heard.nearest(told) >= ASKED_OUTRIGHT and sum(len(stems(part.text)) for part in parts) > _LITTLE


def denies(text: str) -> bool:
    """Whether it says that something is not so, or leaves it open."""
    return bool(_NEGATIVE.search(text))
