"""Numbers, shares and people as a manager would say them. Pure; wording only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..scenario import Scenario

_SURELY = 2
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_PRONOUNS = {
    "he": ("he", "him", "his", "his", "himself", "was"),
    "she": ("she", "her", "her", "hers", "herself", "was"),
    "they": ("they", "them", "their", "theirs", "themselves", "were"),
}


@dataclass(frozen=True, slots=True)
class RepWords:
    """What to call the rep: the name, and the pronouns of that rep with the verb that goes with them."""

    name: str
    he: str = "they"
    him: str = "them"
    his: str = "their"
    hers: str = "theirs"
    himself: str = "themselves"
    was: str = "were"

    @classmethod
    def of(cls, scenario: Scenario) -> RepWords:
        """The words for a scenario's rep."""
        return cls(scenario.rep.name, *_PRONOUNS[str(scenario.rep.pronoun)])


ANY_REP = RepWords("the rep")
"""The rep of a conversation without a scenario."""


def number_word(number: int) -> str:
    """`two`, `twelve`, `13`; 0 is `no`."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def times_word(number: int) -> str:
    """`once`, `twice`, `three times`."""
    return {1: "once", 2: "twice"}.get(number, f"{number_word(number)} times")


def roughly(number: int) -> str:
    """`once`, `twice`, `about five times`: a count of what a reader heard, which may have missed one."""
    return times_word(number) if number <= _SURELY else f"about {times_word(number)}"


def count_word(number: int, noun: str) -> str:
    """`one question`, `nine questions`."""
    return f"{number_word(number)} {noun}{'' if number == 1 else 's'}"


def portion(share: float) -> str:
    """A share above 0 as people say it: `about a third`, `nearly all`. Never more than `all`."""
    return next(said for least, said in _PORTIONS if share >= least)


def sentence_case(words: str) -> str:
    """The words with a capital first letter; the rest stays as it is."""
    return words[:1].upper() + words[1:]


_PORTIONS = (
    (1.0, "all"),
    (0.9, "nearly all"),
    (0.8, "most"),
    (0.71, "about three quarters"),
    (0.63, "about two thirds"),
    (0.55, "about three fifths"),
    (0.45, "about half"),
    (0.37, "about two fifths"),
    (0.29, "about a third"),
    (0.225, "about a quarter"),
    (0.15, "about a fifth"),
    (0.07, "about a tenth"),
    (0.0, "a little"),
)
