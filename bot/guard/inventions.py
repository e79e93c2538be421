"""Finds invented names, numbers and dates, which don't appear in anything the rep may say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..text.names import CapitalisedWord, names_in
from ..text.numbers import Number, numbers_in
from ..text.tokens import DAYS, EMPTY, sentences_of, straight_quotes, tokens
from ..text.words import word_set
from .holdings import Ground
from .lists import data

_MONTHS = word_set("january february march april may june july august september october november december")
_VERBS = word_set(
    """is was has had says said told tells called calls rang rings wrote writes asked asks wants wanted telephoned
    phoned emailed came went got gave sent signed promised offered quoted heads runs chairs thinks knows met agreed
    confirmed left took in at from over and will would"""
)
_COMMON_ENDINGS = ("ing", "ment", "tion", "body", "ness", "ly", "s")
_PIECES = re.compile(r"[,;:]\s+|\s[–—-]\s|\s(?=but\b)")
_MINE = re.compile(
    r"\b(?:i|my|we|our)\b[^.?!]*\b(?:on (?:a )?)?(?:satur|sun)days?\b|\b(?:satur|sun)days?\b[^.?!]*\b(?:i|my|we|our)\b",
    re.I,
)
_OTHERS = re.compile(r"\b(?:they|he|she|their|them|his|her|him)\b", re.IGNORECASE)
_MONEY = word_set("$ £ € percent dollars dollar pounds pound euros euro quid grand bucks cents pence")
_SMALL_TIMES = word_set("minute minutes second seconds hour hours min mins")
_EVERYDAY_TIMES = frozenset({15, 20, 24, 25, 30, 36, 40, 45, 48, 50, 60, 90})
_RHETORICAL = word_set("times things ways reasons questions other")
_ROUND = frozenset({20, 50, 100, 1000, 1_000_000})
_MOST_EVERYDAY = 12
_ROUNDED = 0.03
"""Relative tolerance for numbers of 100 or more, such as 'nearly four million' for 3.9 million."""
_TOLD = (
    "(?:told|called|rang|phoned|telephoned|emailed|wrote|texted|signed|agreed|promised|confirmed|said|replied|came"
    " back|comes back|voted|approved|accepted|decided|met|sent|ordered|booked|offered|moved)"
)
_LATELY = (
    "(?P<{}>yesterday|this morning|last night|an hour ago|earlier today|just now|last week|this week|this afternoon|"
    "(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
_RECENT = re.compile(
    rf"\b(?:[Hh]e|[Ss]he|[Tt]hey|[Tt]heir|[A-Z][a-z]+)\b[^.?!]{{0,60}}\b(?P<told>{_TOLD})\b"
    rf"[^.?!]{{0,60}}\b{_LATELY.format('after')}\b"
    rf"|\b{_LATELY.format('before')}\b[^.?!]{{0,40}}\b(?:he|she|they)\b[^.?!]{{0,40}}\b(?P<said>{_TOLD})\b",
    re.IGNORECASE,
)
"""Reports of something recently said or done, which would be news to the rep."""
_OPEN = re.compile(
    r"\b(?:if|unless|until|till|when|whether|would|could|might|may|once|not|never|nobody|none|no|hardly|or|wish|hope|"
    r"want|wants|\w+n't|\w+'d)\b|\?",
    re.IGNORECASE,
)
"""Words that leave open whether something happened."""
_ACTED = (
    "(?P<act>approv(?:ed|al)|voted|sign(?:ed|ing) off|accepted|extended|granted|awarded|cancell?ed|postponed|"
    "countersigned|resigned|hired|fired|begged|agreed|confirmed|promised|(?:given|gave|giving) us|"
    "(?:put|putting) us|(?:picked|chose|chosen|shortlisted|dropped) us|offered (?:us|me)|"
    "turned (?:us|it|me) down|green light|go-ahead|purchase order|verbal)"
)
_EVENT = re.compile(
    rf"\b(?:he|she|they|their|his|her|board|committee|we|i|[A-Z][a-z]+)(?:'s|'ve)?\b[^.?!]{{0,50}}\b{_ACTED}\b",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:his|her|their|the|an?|\w+'s) (?:\w+ )?(?P<role>lawyers?|boss|chair(?:wo)?man|board|committee|cfo|"
    r"treasurer|"
    r"accountant|deputy|successor|consultants?|auditors?|attorney|counsel|mayor|council|inspector|secretary|"
    r"(?:finance|purchasing|legal|procurement|accounting|quality|it|hr|operations|sales|money) "
    r"(?:guy|chap|fellow|man|woman|lady|people|lot|director|manager|head|team)|brother|sister|nephew|cousin|partner|"
    r"controller|vice president|commissioners?|trustees)\b(?: \w+){0,2}? "
    r"(?:has|had|have|called|rang|told|said|says|is|was|wants|wanted|voted|sent|came|asked|met|wrote|gave|"
    r"ran|made|took|got|knows|\w+ed)\b",
    re.IGNORECASE,
)
_OF_LIFE = re.compile(
    r"\b(?:parked|driv\w+|drove|stuck|grew up|born|lives?|lived|living|weekend|holiday|vacation|moved|raised|"
    r"stopped|game|radio|traffic|rain\w*|snow\w*|weather|sun|fog)\b[^.?!]*\b"
    r"(?:in|at|from|to|outside|near|past|through|by|around|round|beyond|on|toward|towards) (?:the )?$",
    re.IGNORECASE,
)
"""What precedes a place name in everyday talk, unrelated to the deal."""


def invents(reply: str, ground: Ground, others: Iterable[str]) -> bool:
    """Whether the reply has a name, number or day that is neither in `ground` nor in `others` (what was said)."""
    others = tuple(others)
    words = frozenset(word for text in others for word in tokens(text))
    reply = straight_quotes(reply)
    return (
        any(_new_name(name, ground, words) for name in names_in(reply) if not of_life(name, reply))
        or any(
            _new_number(number, _known_days(ground, others) if number.dated else known_numbers(ground, others))
            for number in numbers_in(reply)
        )
        or any(_new_day(name, ground, words) for name in names_in(_of_others(reply)))
        or _new_word(reply, ground, others)
    )


def _new_word(reply: str, ground: Ground, others: Iterable[str]) -> bool:
    """Whether the reply reports an event, or something a person did, that isn't in anything it may say."""
    texts = [text.lower() for text in (*others, *(one.text for one in ground.held))]
    for sentence in sentences_of(reply):
        found = None if sentence.endswith("?") else _RECENT.search(sentence)
        if found:
            when, told = (found["after"] or found["before"]).lower(), (found["told"] or found["said"]).lower()
            weekly = when.endswith("day") and when != "yesterday"
            if not any(when in text and (not weekly or told in text) for text in texts):
                return True
        for clause in _PIECES.split(sentence):
            if _OPEN.search(clause):
                continue
            acted, role = _EVENT.search(clause), _ROLE.search(clause)
            for said in (acted["act"] if acted else "", role["role"] if role else ""):
                if said and not any(said.lower() in text for text in texts):
                    return True
    return False


def _known_days(ground: Ground, others: Iterable[str]) -> frozenset[float]:
    """The days of a month that may be said."""
    numbers = (*ground.numbers, *(number for text in others for number in numbers_in(text)))
    return frozenset(one.value for one in numbers if one.ordinal or one.unit in _MONTHS or one.before in _MONTHS)


def known_numbers(ground: Ground, others: Iterable[str]) -> frozenset[float]:
    """The values that may be said."""
    said = (number.value for text in others for number in numbers_in(text))
    return frozenset((*(number.value for number in ground.numbers), *said))


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


def _new_name(name: CapitalisedWord, ground: Ground, words: frozenset[str]) -> bool:
    word = name.word.lower()
    day = word.removesuffix("s") in DAYS or word in _MONTHS
    if day or word in data().names or word in words or word in ground.names or word in ground.words:
        return False
    bare = word.removesuffix("s")
    if bare in ground.names or bare in words or all(part in ground.words for part in re.split(r"[-']", word)):
        return False
    if name.before == "our":  # 'our Sam', a relative
        return False
    if not name.begins:
        return len(word) > 1 and not (name.before in ("a", "an") and name.then.islower())  # 'a Victoria sponge'
    # At the start of a sentence, a capital means nothing. Look for a surname or a person's verb after it.
    if word in EMPTY or word in data().common or word.endswith(_COMMON_ENDINGS):
        return False
    surname = name.then[:1].isupper() and name.then.lower() not in data().names  # not 'Wherever I am'
    return word not in ground.vocabulary and (surname or name.then in _VERBS)


def _new_number(number: Number, known: frozenset[float]) -> bool:
    value, unit = number.value, number.unit
    if number.ordinal:
        return number.dated and value not in known
    if value != int(value) or value >= 13:
        known = (
            known | {one / 1_000_000 for one in known} | {one / 1000 for one in known}
        )  # 'one point two', meaning millions
    if any(abs(value - one) <= (_ROUNDED * one if one >= 100 else 1e-6) for one in known):
        return False
    if unit in _MONEY:
        return value != 100
    if value <= _MOST_EVERYDAY and value == int(value):
        return False
    if (unit in _SMALL_TIMES and value in _EVERYDAY_TIMES) or (unit in _RHETORICAL and value in _ROUND):
        return False
    return not (number.said in ("hundred", "thousand", "million") or number.before in ("like", "than"))


def _new_day(name: CapitalisedWord, ground: Ground, words: frozenset[str]) -> bool:
    word = name.word.lower()
    if word in ("may", "march") and name.begins:
        return False
    bare = word.removesuffix("s") if word.removesuffix("s") in DAYS else word
    if bare not in DAYS and bare not in _MONTHS:
        return False
    return not any(one in words or one in ground.words for one in (bare, f"{bare}s"))
