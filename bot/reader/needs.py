"""What a pattern needs: words of which one stands in every text that it matches, read off the pattern itself.

Hundreds of patterns are searched in every unit, and few of them can match it. The words of the text, looked up once,
leave those few. The analysis only ever promises too little: where it cannot tell, a pattern is tried on every text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from re import _constants as op  # type: ignore[attr-defined]  # the standard library's own reading of a pattern
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from ..text.words import word_set

FIRST = "^"
"""Stands before the word that a text begins with."""
_MOST = 400
"""Spellings that are followed side by side; beyond it the analysis begins anew."""
_WORD = re.compile(r"\w+")
_FOLD = str.maketrans("ıİſ", "iis")
"""Letters that a pattern without case takes for i and s."""
_COMMON = word_set(
    "a an and are can could do does did for have he i in is it it's just me my no not of on or she so s re ll t that "
    "the they this to was we what will would you your"
)
_OPENS, _CLOSES = (op.AT_BEGINNING, op.AT_BEGINNING_STRING), (op.AT_END, op.AT_END_STRING)
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)
_TAKE_NOTHING = (op.ASSERT, op.ASSERT_NOT)


def words_of(text: str) -> set[str]:
    """The keys of a text: its words, its pairs of neighbouring words, and the word that it begins with."""
    words = _WORD.findall(text.lower().translate(_FOLD))
    keys = {f"{one} {two}" for one, two in pairwise(words)}
    keys.update(words)
    if words:
        keys.add(FIRST + words[0])
    return keys


def first_of(text: str) -> set[str]:
    """The key of the word that a text begins with."""
    found = _WORD.search(text)
    return {FIRST + found.group().lower().translate(_FOLD)} if found else set()


def needed(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Keys of which every text that `pattern` matches has one at least; None where no such keys are known."""
    reading = _Reading({""}, _key)
    reading.follow(list(_parser.parse(pattern.pattern, pattern.flags)))
    return reading.best()


def opening(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Words with one of which every text begins that `pattern` matches at its beginning; None where they are not known.

    A word ends at an apostrophe.
    """
    reading = _Reading({FIRST}, _first_key)
    reading.follow(list(_parser.parse(pattern.pattern, pattern.flags)))
    keys = reading.best()
    return None if keys is None else frozenset(key.removeprefix(FIRST) for key in keys)


class Filter:
    """Patterns by the words that they need."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        self._always: list[int] = []
        by_key: dict[str, list[int]] = {}
        for place, pattern in enumerate(patterns):
            keys = needed(pattern)
            if keys is None:
                self._always.append(place)
            for key in keys or ():
                by_key.setdefault(key, []).append(place)
        self._by_key = {key: tuple(places) for key, places in by_key.items()}

    def places(self, keys: set[str]) -> list[int]:
        """The places, in order, of the patterns that may match a text with these keys."""
        found = set(self._always)
        for key in self._by_key.keys() & keys:
            found.update(self._by_key[key])
        return sorted(found)


class _Reading:
    """One pass over a parsed pattern.

    `spellings` are all that may have been matched since the last place where anything could stand. In a spelling every
    character that is no part of a word is a blank, and a blank at its edge says that no word goes on there.
    """

    def __init__(self, spellings: set[str], key: Callable[[str], str]) -> None:
        self.spellings = spellings
        self._key = key
        self._found: list[frozenset[str]] = []

    def best(self) -> frozenset[str] | None:
        """The keys that are there most seldom, of all that one of is needed."""
        self._close()
        return min(self._found, key=_cost, default=None)

    def follow(self, items: Sequence[tuple[Any, Any]]) -> None:
        """Go through the items of a pattern in order."""
        for place, (code, value) in enumerate(items):
            spelled = None if _ends_word(code, value) else _spelled([(code, value)])
            if spelled is not None:
                self._append(spelled)
            elif code is op.AT:
                self._edge(value)
            elif code is op.SUBPATTERN:
                rest = items[place + 1 :]
                if len(rest) == 1:
                    self.follow([*value[3], *rest])
                    return
                self.follow(list(value[3]))
            elif code is op.BRANCH:
                rest = items[place + 1 :]
                self._branch(value[1], rest if len(rest) == 1 else [])
            elif code in _REPEATS:
                self._repeat(*value)
            elif _ends_word(code, value):
                self._edge(op.AT_BOUNDARY)
            elif code not in _TAKE_NOTHING:  # nothing is promised of what is only looked at
                self._close()

    def _close(self, after: str = "") -> None:
        """Anything may come: keep what was needed so far, and begin anew."""
        keys = [self._key(spelling) for spelling in self.spellings]
        if all(keys):
            self._found.append(frozenset(keys))
        self.spellings = {after}

    def _append(self, endings: Iterable[str]) -> None:
        endings = tuple(endings)
        if len(self.spellings) * len(endings) > _MOST:
            self._close(" " if self._at_blank() else "")
        self.spellings = {_tidy(begun + ending) for begun in self.spellings for ending in endings}

    def _at_blank(self) -> bool:
        return all(spelling.endswith((" ", FIRST)) for spelling in self.spellings)

    def _edge(self, where: Any) -> None:
        """The beginning, the end, or the edge of a word.

        At the edge of a word a blank is true even where nothing is known of what stands before: either a word begins
        here, or what comes is itself no part of one.
        """
        if where in _OPENS:
            self.spellings = {FIRST}
        elif where is op.AT_BOUNDARY:
            self.spellings = {_tidy(f"{spelling} ") for spelling in self.spellings}
        elif where in _CLOSES:
            self.spellings = {f"{one} " if one[-1:].isalnum() else one for one in self.spellings}

    def _branch(self, branches: Sequence[Any], rest: Sequence[Any]) -> None:
        """Each branch goes on from here on its own; what each of them needs, one of is needed here."""
        ways = []
        for branch in branches:
            way = _Reading(set(self.spellings), self._key)
            way.follow([*branch, *rest])
            ways.append(way.best())
        self._close()
        if all(way is not None for way in ways):
            self._found.append(frozenset().union(*(way for way in ways if way is not None)))

    def _repeat(self, least: int, _: Any, items: Any) -> None:
        once = _spelled(items)
        if least:
            self.follow(list(items))
        blank = once is not None and self._at_blank() and all(one.endswith(" ") for one in once)
        self._close(" " if blank else "")


def _spelled(items: Iterable[tuple[Any, Any]]) -> set[str] | None:
    """All that the items can match, where that is known and not too much."""
    whole = {""}
    for code, value in items:
        part: set[str] | None
        if code is op.LITERAL:
            part = {_blanked(chr(value))}
        elif code is op.IN:
            part = _members(value)
        elif code is op.SUBPATTERN:
            part = _spelled(value[3])
        elif code is op.BRANCH:
            parts = [_spelled(branch) for branch in value[1]]
            part = None if None in parts else {one for some in parts for one in some or ()}
        elif code in _REPEATS:
            part = _repeated(*value)
        else:
            part = {""} if code in _TAKE_NOTHING and not _ends_word(code, value) else None
        if part is None or len(whole) * len(part) > _MOST:
            return None
        whole = {_tidy(begun + ending) for begun in whole for ending in part}
    return whole


def _repeated(least: int, most: Any, items: Iterable[tuple[Any, Any]]) -> set[str] | None:
    """The same of a repetition; of blanks and marks one is as good as many."""
    once = _spelled(items)
    if once is None or not (most == 1 or once <= {" ", ""}):
        return None
    return once if least else {"", *once}


def _ends_word(code: Any, value: Any) -> bool:
    """Whether the item says that no character of a word follows."""
    if code is not op.ASSERT_NOT or value[0] != 1 or len(value[1]) != 1:
        return False
    inner, members = value[1][0]
    return inner is op.IN and (op.CATEGORY, op.CATEGORY_WORD) in members and (op.NEGATE, None) not in members


def _members(members: Iterable[tuple[Any, Any]]) -> set[str] | None:
    """The characters of a set, None where a word may go on in ways that are not listed."""
    found = set()
    for code, value in members:
        if code is op.LITERAL:
            found.add(_blanked(chr(value)))
        elif code is op.CATEGORY and value in (op.CATEGORY_SPACE, op.CATEGORY_NOT_WORD):
            found.add(" ")
        else:
            return None
    return found


def _blanked(character: str) -> str:
    return character.lower().translate(_FOLD) if _WORD.match(character) else " "


def _tidy(spelling: str) -> str:
    """Blanks in a row as one; what a text begins with stands at its beginning, whatever marks come before."""
    while "  " in spelling:
        spelling = spelling.replace("  ", " ")
    return spelling.replace(f"{FIRST} ", FIRST)


def _key(spelling: str) -> str:
    """The key of a spelling that is there most seldom; empty where no whole word of it is known."""
    opens = spelling.startswith(FIRST)
    words = spelling.removeprefix(FIRST).split(" ")
    whole = words[:-1] if opens else words[1:-1]  # a word at an edge may go on there
    whole = [word for word in whole if word]
    if len(whole) > 1:
        return max((f"{one} {two}" for one, two in pairwise(whole)), key=_rarity)
    if opens and whole:
        return FIRST + whole[0]
    return whole[0] if whole else ""


def _first_key(spelling: str) -> str:
    """The word that the text begins with, where it is known whole."""
    if not spelling.startswith(FIRST) or " " not in spelling:
        return ""
    return spelling.partition(" ")[0]


def _rarity(key: str) -> tuple[int, int]:
    return -sum(word in _COMMON for word in key.split()), len(key)


def _cost(keys: frozenset[str]) -> tuple[float, int]:
    """How often one of the keys will be there: a common word alone costs most, then their number."""
    weight = sum(0.2 if " " in key else 10.0 if key in _COMMON else 3.0 if key[1:] in _COMMON else 1.0 for key in keys)
    return weight, len(keys)
