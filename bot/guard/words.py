"""Words, runs of words, names and numbers in a text, as compared by the guard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ..text.words import word_set

DAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")
_RUN = 5
"""This many words in a row, at least two of them content words, aren't a coincidence."""
_REMEMBERED = 1 << 14

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n+")
_ABBREVIATED = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|St|vs|[A-Z])\.$")
_CLAUSE_END = re.compile(r"[,;:]\s+|\s+[–—-]\s+|\s+(?:and|but|so|because|that)\s+")
_SHORT = 4
_CAPITAL = re.compile(r"(?<![\w'’-])[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)*")
_BEGINS = re.compile(r"(?:^|[.!?:;…\"“”‘(\[*—–]|\s-|[\s,]'|\n)\s*['\"“‘(\[*]*$")
_GENITIVE = re.compile(r"['’]s?$")

EMPTY = word_set(
    """a an and are as at be been being but by can could did do does for from had has have having he her hers him his i
    if in into is it its me mine my no not of off on onto or our ours out over she so some such than that the their
    theirs them then there these they this those to too under up us was we were what when where which while who whom
    whose why will with would you your yours yourself myself himself herself itself themselves one ones all any each
    every both few more most other another own same just only very really quite rather still even ever never yet now
    here again once about after before because between during until through down against how shall should may might
    must ought am let get gets got getting go goes going gone went come comes came coming make makes made making take
    takes took taken put puts say says said saying tell tells told think thinks thought know knows knew known see sees
    saw seen look looks looked looking want wants wanted like likes liked thing things something anything nothing
    everything somebody anybody nobody everybody someone anyone everyone way ways lot lots bit kind sort well good
    great fine okay ok yes yeah yep no nope oh um uh er well right sure maybe perhaps really much many little last next
    first new old back away around always sometimes often though although else also either neither nor enough already
    almost nearly day days time times week weeks today tomorrow yesterday people person man woman work works working
    worked need needs needed give gives gave given ask asks asked asking answer keep keeps kept call calls called find
    found feel feels felt guess suppose mean means meant honest honestly half part side end kept long whole left
    don't doesn't didn't isn't aren't wasn't weren't haven't hasn't hadn't won't wouldn't can't couldn't shouldn't i'm
    i've i'd i'll you're you've you'd you'll he's he'd he'll she's she'd she'll it's it'd it'll we're we've we'd we'll
    they're they've they'd they'll that's there's what's who's where's here's let's that'd that'll zero two three four
    five six seven eight nine ten eleven twelve hundred thousand million point per cent percent"""
)
"""Stop words."""


def straight_quotes(text: str) -> str:
    """The text with straight apostrophes and quotation marks."""
    return text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')


@lru_cache(maxsize=_REMEMBERED)
def sentences_of(text: str) -> tuple[str, ...]:
    """The sentences of a text. The full stop in a title ("Mr.") doesn't end one."""
    found: list[str] = []
    for piece in _SENTENCE_END.split(text):
        if found and _ABBREVIATED.search(found[-1]):
            found[-1] = f"{found[-1]} {piece}"
        elif piece.strip():
            found.append(piece.strip())
    return tuple(found)


@lru_cache(maxsize=_REMEMBERED)
def parts_of(text: str) -> tuple[str, ...]:
    """The sentences of a text, each followed by its clauses."""
    found: list[str] = []
    for sentence in sentences_of(text):
        found.append(sentence)
        found += clauses_of(sentence)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=_REMEMBERED)
def clauses_of(sentence: str) -> tuple[str, ...]:
    """The clauses of at least four words, if a sentence has more than one."""
    clauses = [clause for clause in _CLAUSE_END.split(sentence) if len(clause.split()) >= _SHORT]
    return tuple(clauses) if len(clauses) > 1 else ()


@lru_cache(maxsize=_REMEMBERED)
def tokens(text: str) -> tuple[str, ...]:
    """Words and numbers in lower case."""
    return tuple(_TOKEN.findall(straight_quotes(text).lower()))


@lru_cache(maxsize=_REMEMBERED)
def lower_words(text: str) -> frozenset[str]:
    """The words that are written in lower case."""
    return frozenset(word for word in _TOKEN.findall(straight_quotes(text)) if word.islower())


@lru_cache(maxsize=_REMEMBERED)
def runs(text: str) -> frozenset[tuple[str, ...]]:
    """Every run of five words with at least two content words."""
    words = tokens(text)
    found = (words[start : start + _RUN] for start in range(len(words) - _RUN + 1))
    return frozenset(run for run in found if sum(word not in EMPTY for word in run) > 1)


@lru_cache(maxsize=_REMEMBERED)
def stems(text: str) -> frozenset[str]:
    """The stems of the content words."""
    return frozenset(stem(word) for word in tokens(text) if word not in EMPTY and len(word) > 2)


@lru_cache(maxsize=_REMEMBERED)
def stem(word: str) -> str:
    """A word without its ending, so that 'promised' and 'promises' are the same."""
    word = word.removesuffix("'s")
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + instead
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


_ENDINGS = (
    ("ies", "y"),
    ("ied", "y"),
    ("ing", ""),
    ("edly", ""),
    ("ers", "er"),
    ("sses", "ss"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("xes", "x"),
    ("ed", ""),
    ("ly", ""),
    ("ss", "ss"),
    ("us", "us"),
    ("s", ""),
)


class CapitalisedWord(NamedTuple):
    """A capitalised word and its neighbours. If it `begins` a sentence, the capital means nothing."""

    word: str
    begins: bool
    then: str
    before: str


@lru_cache(maxsize=_REMEMBERED)
def names_in(text: str) -> tuple[CapitalisedWord, ...]:
    """Capitalised words, without a possessive 's."""
    text = straight_quotes(text)
    found = []
    for match in _CAPITAL.finditer(text):
        word = _GENITIVE.sub("", match.group())
        if word[:1].isupper():
            then = _TOKEN.search(text, match.end())
            near = then is not None and text[match.end() : then.start()].strip("'s ") == ""
            begins = bool(_BEGINS.search(text[: match.start()][-12:]))
            before = text[: match.start()].rsplit(maxsplit=1)
            found.append(
                CapitalisedWord(
                    word, begins, then.group() if then and near else "", before[-1].lower() if before else ""
                )
            )
    return tuple(found)


class Number(NamedTuple):
    """A number in figures or words. `unit` is the next word or an adjacent sign, `before` the previous word."""

    value: float
    unit: str
    said: str
    before: str = ""
    ordinal: bool = False

    @property
    def dated(self) -> bool:
        """Whether it names a day: 'on the sixth', 'the 28th of March'."""
        return self.ordinal and self.before == "the" and 2 < self.value <= 31 and self.unit in _AFTER_A_DAY


_AFTER_A_DAY = word_set(", . ; : ? ! - of and at to i he she it we they so but for or with") | {""}
_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_BIG = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_BEFORE_A_BIG = ("a", "several", "all", "the", "about", "over", "some", "nearly", "almost", "under", "another")
_DIGITS = {**{word: value for word, value in _ONES.items() if value < 10}, "oh": 0}
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
_FIGURE = re.compile(
    r"(?P<sign>[$£€])?(?P<digits>\d+(?:[ ,]\d{3})*(?:\.\d+)?)(?P<tail>st|nd|rd|th|%|k\b|m\b|bn\b)?", re.I
)
_PIECE = re.compile(r"[$£€]?\d+(?:[ ,]\d{3}\b)*(?:\.\d+)?(?:%|[a-z]+\b)?|[^\W\d_]+(?:'[^\W\d_]+)*|[^\w\s]", re.I)
_TAILS = {"k": 1e3, "m": 1e6, "bn": 1e9}


@lru_cache(maxsize=_REMEMBERED)
def numbers_in(text: str) -> tuple[Number, ...]:
    """Every number, in order: '$1.4 million', 'two point four one', 'fifty-two hundred', 'the sixth'."""
    pieces = _PIECE.findall(straight_quotes(text).lower())
    return tuple(_numbers(pieces))


def _numbers(pieces: list[str]) -> Iterator[Number]:
    at = 0
    while at < len(pieces):
        found = _figure(pieces, at) or _worded(pieces, at)
        if found is None:
            at += 1
            continue
        value, unit, end, ordinal = found
        if not unit and end < len(pieces):
            unit = pieces[end]
            if unit == "per" and end + 1 < len(pieces) and pieces[end + 1] == "cent":
                unit = "percent"
        before = pieces[at - 1] if at else ""
        yield Number(value, "percent" if unit == "%" else unit, " ".join(pieces[at:end]), before, ordinal)
        at = end


def _figure(pieces: list[str], at: int) -> tuple[float, str, int, bool] | None:
    match = _FIGURE.fullmatch(pieces[at])
    if match is None:
        return None
    value = float(re.sub(r"[ ,]", "", match["digits"]))
    tail = match["tail"] or ""
    ordinal = tail in ("st", "nd", "rd", "th")
    value *= _TAILS.get(tail, 1)
    end = at + 1
    while end < len(pieces) and pieces[end] in _BIG:
        value *= _BIG[pieces[end]]
        end += 1
    return value, match["sign"] or ("percent" if tail == "%" else ""), end, ordinal


def _worded(pieces: list[str], at: int) -> tuple[float, str, int, bool] | None:
    """A spoken number: 'two hundred and eighteen thousand', 'three point one'."""
    total = current = 0.0
    end, began, ordinal = at, False, False
    while end < len(pieces) and not ordinal:
        word = pieces[end]
        if word in _ONES and (not began or current % 10 == 0 or current >= 100) and not (began and current in (0, 10)):
            current += _ONES[word]
        elif word in _TENS and (not began or current % 100 == 0):
            current += _TENS[word]
        elif word in _ORDINALS and (word not in ("first", "second") or began):
            current, ordinal = current + _ORDINALS[word], True
        elif word in _BIG and (began or (end and pieces[end - 1] in _BEFORE_A_BIG)):
            current = (current or 1) * _BIG[word]
            if word != "hundred":
                total, current = total + current, 0.0
        elif word == "point" and began and end + 1 < len(pieces) and pieces[end + 1] in _DIGITS:
            digits = ""
            while end + 1 < len(pieces) and pieces[end + 1] in _DIGITS:
                digits, end = f"{digits}{_DIGITS[pieces[end + 1]]}", end + 1
            current += float(f"0.{digits}")
        elif (
            word in ("-", "and")
            and began
            and end + 1 < len(pieces)
            and (
                (word == "-" and pieces[end + 1] in (*_ONES, *_ORDINALS) and current % 10 == 0 and current)
                or (word == "and" and pieces[end - 1] in _BIG and pieces[end + 1] in (*_ONES, *_TENS))
            )
        ):
            pass
        else:
            break
        began, end = True, end + 1
    return (total + current, "", end, ordinal) if began else None
