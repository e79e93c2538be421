"""Sentences, clauses, words, runs of words and stems of a text."""

from __future__ import annotations

import re
from functools import lru_cache

from .words import word_set

DAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")
_RUN = 5
"""This many words in a row, at least two of them content words, aren't a coincidence."""
_REMEMBERED = 1 << 14

TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n+")
_ABBREVIATED = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|St|vs|[A-Z])\.$")
_CLAUSE_END = re.compile(r"[,;:]\s+|\s+[–—-]\s+|\s+(?:and|but|so|because|that)\s+")
_SHORT = 4

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
    return tuple(TOKEN.findall(straight_quotes(text).lower()))


@lru_cache(maxsize=_REMEMBERED)
def lower_words(text: str) -> frozenset[str]:
    """The words that are written in lower case."""
    return frozenset(word for word in TOKEN.findall(straight_quotes(text)) if word.islower())


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
