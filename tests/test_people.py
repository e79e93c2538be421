"""Who "he" and "she" are in what a manager says."""

from __future__ import annotations

import pytest

from bot.scenario.library import Library
from bot.talk.transcript import Speaker, Turn
from bot.topics.ledger import people, resolved

PEOPLE = {"Warren": "he", "Priya": "she", "Mary": "she"}


def before(*texts: str) -> list[Turn]:
    return [Turn(n, Speaker.REP if n % 2 else Speaker.MANAGER, text) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("said", "turns", "means"),
    [
        ("when will you ring her?", ["", "I'd ring Priya and ask."], "when will you ring Priya?"),
        ("what did she say to him?", ["", "Priya told Warren."], "what did Priya say to Warren?"),
        ("and his boss?", ["", "Warren runs purchasing."], "and Warren's boss?"),
        ("she's new?", ["who's Mary?", "Mary's out west."], "Mary's new?"),
        ("and after that, did Mary ring him, or did she wait?", ["", "Warren called."], None),
        ("is she in?", ["", "Nobody was there."], "is she in?"),
        ("what about it?", ["", "Priya drew it."], "what about it?"),
    ],
)
def test_a_pronoun_means_the_person_last_spoken_of(said: str, turns: list[str], means: str | None):
    found = resolved(said, PEOPLE, before(*turns))

    assert found == (means or "and after that, did Mary ring Warren, or did Mary wait?")


def test_the_people_of_a_scenario_come_with_their_pronouns():
    found = people(Library().scenario("happy-customer"))

    assert found["Denise"] == "she"
    assert found["Tranter"] == "he"
    assert "March" not in found
    assert "Graham" not in found
