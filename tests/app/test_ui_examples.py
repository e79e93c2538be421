"""The pair of example calls: codes that were checked, held to the words they are for, and shown side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pages import opened, shown

from bot.errors import TranscriptError
from bot.knowledge.checked import CHECKED_CODES, checked_talk
from bot.scenario.library import bundled
from bot.scoring.score import judged
from bot.talk.codebook import QUESTIONS, Code, Focus

FOLDER = bundled() / "knowledge" / "conversations"
NAMES = ("karen-telling", "karen-coaching")


def copied(folder: Path, edit: Any) -> Path:
    """The pair and its codes in a folder, with `edit` done to the codes of the telling call."""
    for path in FOLDER.iterdir():
        (folder / path.name).write_text(path.read_text("utf-8"), encoding="utf-8")
    codes = json.loads((FOLDER / CHECKED_CODES).read_text("utf-8"))
    edit(codes["karen-telling"])
    (folder / CHECKED_CODES).write_text(json.dumps(codes), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_every_word_of_the_manager_has_a_code_that_the_codebook_allows(name: str) -> None:
    talk = checked_talk(name)
    assert "\n".join(f"{'Karen' if turn.is_manager else 'Mike'}: {turn.text}" for turn in talk.transcript) == (
        FOLDER / f"{name}.txt"
    ).read_text("utf-8").rstrip("\n")
    for turn in talk.transcript.manager_turns:
        assert " ".join(unit.text for unit in turn.units) == turn.text
        for unit in turn.units:
            assert turn.text[unit.start : unit.end] == unit.text
            assert unit.claimed
            assert (unit.focus is not None) == (unit.code in QUESTIONS)


def test_what_the_pair_shows_is_what_was_checked() -> None:
    telling, coaching = (checked_talk(name) for name in NAMES)
    cards = [judged(talk.transcript.turns) for talk in (telling, coaching)]
    assert [card.level for card in cards] == ["telling", "coaching_well"]
    assert [card.measures.takeovers for card in cards] == [4, 0]
    assert [len(talk.own_steps) for talk in (telling, coaching)] == [0, 3]
    pushes = {unit.text: unit.code for turn in telling.transcript.manager_turns for unit in turn.units if unit.pushing}
    assert pushes["I've got it."] is Code.TAKEOVER, "it answers: so you've got it from here?"
    assert pushes["And the competitors field is empty again."] is Code.CONFRONT
    asked = [unit for turn in telling.transcript.manager_turns for unit in turn.units if unit.genuine]
    assert {unit.focus for unit in asked} == {Focus.STATUS}, "both only check up"
    assert not [unit for turn in coaching.transcript.manager_turns for unit in turn.units if unit.pushing]


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (
            lambda codes: codes["units"][1].update(text="I have Jones open"),
            "turn 0: 'I have Jones open' isn't said next",
        ),
        (lambda codes: codes["units"].pop(0), "turn 0: \"I've got Jones open in front of me.\" isn't said next"),
        (lambda codes: codes["units"].pop(), "turn 14: not all words are coded"),
        (lambda codes: codes["units"][0].update(turn=1), "turn 0: "),
        (lambda codes: codes["own_steps"].append({"turn": 1, "text": "I'll ring him"}), "turn 1: the rep doesn't say"),
    ],
)
def test_codes_for_other_words_are_refused(tmp_path: Path, edit: Any, problem: str) -> None:
    with pytest.raises(TranscriptError, match=r"^codes\.json: karen-telling, ") as told:
        checked_talk("karen-telling", copied(tmp_path, edit))
    assert problem in str(told.value)


@pytest.mark.slow
def test_the_page_shows_both_calls_with_a_code_beside_every_unit() -> None:
    page = shown(opened("examples"))
    assert "The same deal, twice" in page
    assert "Every code was checked against the codebook, one by one" in page
    assert page.count('class="annotated"') == 2
    units = sum(len(turn.units) for name in NAMES for turn in checked_talk(name).transcript)
    assert page.count('class="code"') == units
    assert "not counted" not in page
    for row in ("<td>0 of 2</td><td>10 of 11</td>", "<td>4</td><td>0</td>", "<td>0</td><td>3</td>"):
        assert row in page
    assert 'id="karen-telling-turn-0"' in page
    assert 'id="karen-coaching-turn-0"' in page
    assert 'href="learn?passage=karen-and-mike"' in page
