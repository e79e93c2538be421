"""The reader by rules alone."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reader import RulesReader
from bot.talk.codebook import Code, Flag, Focus
from bot.testing import labelled


@pytest.mark.parametrize(
    ("text", "code", "focus"),
    [
        ("What do you read into her delay?", Code.OPEN_QUESTION, Focus.EXPLORE),
        ("What will you do first?", Code.OPEN_QUESTION, Focus.ACTION),
        ("Did the contract come back?", Code.CLOSED_QUESTION, Focus.STATUS),
        ("Why don't you ring him?", Code.LEADING_QUESTION, Focus.ACTION),
        ("I'll call Warren myself.", Code.TAKEOVER, None),
        ("Send me the list by Friday.", Code.DIRECTIVE, None),
        ("You should slow down.", Code.ADVICE, None),
        ("You never listen to me.", Code.CONFRONT, None),
        ("So you'd rather wait until they come to you.", Code.REFLECTION, None),
        ("I like how you kept him talking.", Code.AFFIRMATION, None),
        ("It's your call.", Code.COLLABORATION, None),
        ("Good morning.", Code.OTHER, None),
        ("Zephyr umbrella seventeen.", Code.INFORMATION, None),
    ],
)
def test_a_plain_unit_of_every_code(text: str, code: Code, focus: Focus | None):
    (unit,) = RulesReader().read(text)

    assert (unit.code, unit.focus, unit.text) == (code, focus, text)


def test_the_reps_own_words_with_a_question_mark_are_handed_back():
    (unit,) = RulesReader().read("The board was there?", "The whole board was there, to my surprise.")

    assert unit.code is Code.REFLECTION


def test_leave_to_advise_is_taken_from_the_reps_words():
    (unit,) = RulesReader().read("You could call him after lunch.", "What would you do?")

    assert (unit.code, unit.flags) == (Code.ADVICE, (Flag.WITH_PERMISSION, Flag.NEXT))


def test_a_turn_is_cut_and_its_second_question_is_stacked():
    units = RulesReader().read("What worries you? How did Warren sound?")

    assert [(unit.start, unit.end, unit.code, Flag.STACKED in unit.flags) for unit in units] == [
        (0, 17, Code.OPEN_QUESTION, False),
        (18, 39, Code.OPEN_QUESTION, True),
    ]


@pytest.mark.parametrize("text", ["", "   ", "?!", "\ud800", "\x00", "🙂"])
def test_what_holds_no_word_has_no_units(text: str):
    assert RulesReader().read(text) == ()


@given(st.text(max_size=200), st.text(max_size=80))
def test_any_text_is_read_and_every_unit_lies_where_it_says(text: str, context: str):
    for unit in RulesReader().read(text, context):
        assert text[unit.start : unit.end] == unit.text


def test_its_name_says_which_cues_it_has():
    assert re.fullmatch(r"rules-[0-9a-f]{8}", RulesReader().id)
    assert RulesReader().id == RulesReader().id


def test_it_loads_no_embedding():
    script = (
        "import sys; from bot.reader import RulesReader; RulesReader().read('What is up? Then I will call him.');"
        "print([name for name in ('onnxruntime', 'tokenizers', 'chromadb', 'langchain') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_how_sure_it_is_has_three_steps():
    sure = {labelled(text, RulesReader().judge(text)[0]).text: RulesReader().judge(text)[1] for text in (
        "Zephyr umbrella seventeen.", "You should send it by Friday, right?", "What do you think?",
    )}  # fmt: skip

    assert sure == {
        "Zephyr umbrella seventeen.": 0.25,
        "You should send it by Friday, right?": 0.45,
        "What do you think?": 0.85,
    }
