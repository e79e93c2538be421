"""The reader by rules alone, and what lets it be quick: cues are tried only where a word that they need is there."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.next_steps.steps import _STEP_CUES
from bot.reader import RulesReader
from bot.reader.cue import core, plain
from bot.reader.needs import Filter, needed, opening, words_of
from bot.reader.rules import CUES, heard
from bot.reader.starts import _KINDS, _seen
from bot.talk.codebook import Code, Flag, Focus
from bot.testing import labelled
from evals.train import examples

TEXTS = [text for example in examples()[::12] for text in (example.text, example.context)]
RUN_ON = [
    f"{one.rstrip('.?!').lower()} {two.rstrip('.?!').lower()}" for one, two in zip(TEXTS, TEXTS[7:], strict=False)
]
WORDS = sorted({word for text in TEXTS for word in re.findall(r"[\w']+|[?,.!-]", text)})


# What it hears


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
        "import sys; from bot.reader import RulesReader; RulesReader().read('what is up and then i will call him');"
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
        "What do you think?": 0.75,
    }


# What lets it be quick


def every_cue(text: str) -> tuple[int, ...]:
    """The cues that a unit contains, each of them tried: with its lead-ins and without."""
    whole = plain(text)
    return tuple(
        place for place, cue in enumerate(CUES) if cue.pattern.search(core(whole)) or cue.pattern.search(whole)
    )


@pytest.mark.parametrize("text", [TEXTS, RUN_ON], ids=["as written", "run on"])
def test_no_cue_is_missed_for_the_words_that_it_needs(text: list[str]):
    for one in text:
        assert heard(one) == every_cue(one), one


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_no_cue_is_missed_in_words_thrown_together(text: str):
    assert heard(text) == every_cue(text)


def test_no_cue_of_a_step_is_missed():
    likely = Filter(_STEP_CUES)
    for text in [*TEXTS, *RUN_ON, *(text.upper() for text in TEXTS[:100])]:
        possible = likely.places(words_of(text))
        assert [place for place, cue in enumerate(_STEP_CUES) if cue.search(text) and place not in possible] == []


def test_no_kind_of_clause_is_missed_for_the_word_that_it_begins_with():
    for text in RUN_ON:
        words = [word.replace("’", "'") for word in re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.lower())]
        for place, word in enumerate(words):
            head = " ".join(words[place : place + 4])
            matching = [name for name, pattern in _KINDS if pattern.match(head)]
            assert set(matching) <= {name for name, _ in _seen(word)[0]}


@pytest.mark.parametrize(
    ("pattern", "keys"),
    [
        (r"\bmyself\b", {"myself"}),
        (r"\b(?:well|nicely) done\b", {"well done", "nicely done"}),
        (r"^(?:tell|show) me\b", {"tell me", "show me"}),
        (r"^why\b", {"^why"}),
        (r"\bi'll\b.*\band call\b", {"i ll"}),
        (r"\bwhat(?:'s| is) next\b", {"s next", "is next"}),
        (r"\bgood (?:\w+ )?(?:call|catch)\b", {"good"}),
        (r"worr", None),
        (r"\bworr\w*", None),
        (r"\w+ly\b", None),
        (r"\b(?:word|\d+)\b", None),
        (r"(?!\bsurely\b)\bmaybe\b", {"maybe"}),
        (r"\bby (?:now|then)(?![\w'])", {"by now", "by then"}),
        (r"(?:,|\s)\s*right\s*\?*$", {"right"}),
    ],
)
def test_what_a_pattern_needs(pattern: str, keys: set[str] | None):
    assert needed(re.compile(pattern)) == keys


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"(?:i'?ll|let me)(?![\w'])", {"i", "ill", "let"}),
        (r"(?:what|how) \w+", {"what", "how"}),
        (r"wh\w+", None),
        (r"(?:so )?you know", {"so", "you"}),
    ],
)
def test_with_what_a_match_begins(pattern: str, words: set[str] | None):
    assert opening(re.compile(pattern)) == words


def test_a_letter_that_only_a_pattern_without_case_takes_for_another_is_no_way_past():
    pattern = re.compile(r"\bask him\b", re.IGNORECASE)

    assert pattern.search("aſK hİm".replace("İ", "i"))
    assert Filter([pattern]).places(words_of("aſK him")) == [0]
