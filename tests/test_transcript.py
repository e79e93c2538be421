"""Transcripts: files of two people talking, and what is said when they are not."""

from __future__ import annotations

import json

import pytest

from bot.errors import TranscriptError
from bot.talk.transcript import MAX_TURN_CHARS, Speaker, Transcript, Turn, check_words, clean_text

MANAGER, REP = Speaker.MANAGER, Speaker.REP


def spoken(transcript: Transcript) -> list[tuple[int, Speaker, str]]:
    return [(turn.index, turn.speaker, turn.text) for turn in transcript]


def refused(text: str, manager: str | None = None) -> str:
    with pytest.raises(TranscriptError) as caught:
        Transcript.parse(text, manager, "call.txt")
    return str(caught.value)


def as_json(*turns: tuple[str, str]) -> str:
    return json.dumps([{"speaker": speaker, "text": text} for speaker, text in turns])


# Plain text


def test_names_before_a_colon_begin_turns():
    transcript = Transcript.parse("Karen: How is it going?\nMike: Fine.\nKaren: Good.\n")

    assert (transcript.manager, transcript.rep, len(transcript)) == ("Karen", "Mike", 3)
    assert spoken(transcript) == [(0, MANAGER, "How is it going?"), (1, REP, "Fine."), (2, MANAGER, "Good.")]
    assert transcript.manager_turns == (transcript.turns[0], transcript.turns[2])


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffKaren: Hello there.\nMike: Hi.",
        "Karen: Hello\n  there.\n\n\nMike: Hi.",
        "Karen:\nHello there.\nMike:\n  Hi.\n",
        "**Karen:** Hello there.\n**Mike**: Hi.",
        "  Karen : Hello there.\r\n\tMike :Hi.\r\n",
        "Karen:\nMike:\nKaren: Hello there.\nMike: Hi.",
    ],
)
def test_text_may_be_laid_out_in_several_ways(text: str):
    assert spoken(Transcript.parse(text)) == [(0, MANAGER, "Hello there."), (1, REP, "Hi.")]


@pytest.mark.parametrize(
    "second",
    ["At 10:30 he rang.", "https://example.org/a is the page.", "3: the third of them", "a line without a name"],
)
def test_a_colon_that_ends_no_name_goes_on_with_the_turn(second: str):
    transcript = Transcript.parse(f"Karen: Look here.\n{second}\nMike: Yes.")

    assert spoken(transcript)[0] == (0, MANAGER, f"Look here. {second}")


def test_names_may_hold_several_words_and_any_letters():
    transcript = Transcript.parse("Dr. Åsa O’Neill-Ruiz: Så?\nΓιώργος: Ναι.")

    assert (transcript.manager, transcript.rep) == ("Dr. Åsa O’Neill-Ruiz", "Γιώργος")


def test_several_turns_running_by_one_person_stay_several():
    transcript = Transcript.parse("Mike: One.\nMike: Two.\nKaren: Three.", manager="Karen")

    assert spoken(transcript) == [(0, REP, "One."), (1, REP, "Two."), (2, MANAGER, "Three.")]


# Who the manager is


@pytest.mark.parametrize(
    ("text", "manager", "found"),
    [
        ("Mike: Hi.\nKaren: Hello.", None, "Mike"),
        ("Mike: Hi.\nManager: Hello.", None, "Manager"),
        ("Rep: Hi.\nSales manager: Hello.", None, "Sales manager"),
        ("Mike: Hi.\nKaren: Hello.", "Karen", "Karen"),
        ("Mike: Hi.\nKaren: Hello.", " karen ", "Karen"),
        ("Mike: Hi.\nManager: Hello.", "Mike", "Mike"),
    ],
)
def test_the_manager_is_the_one_named_else_so_called_else_first_to_speak(text: str, manager: str | None, found: str):
    assert Transcript.parse(text, manager).manager == found


# JSON


@pytest.mark.parametrize(
    "wrap", ["{}", '{{"turns": {}}}', "\ufeff \n{}\n", '{{"session": null, "turns": {}, "facts": {{}}}}']
)
def test_json_is_a_list_of_turns_or_holds_one(wrap: str):
    text = wrap.format(as_json(("manager", "How is it?"), ("rep", "Fine.\nReally.")))

    assert spoken(Transcript.parse(text)) == [(0, MANAGER, "How is it?"), (1, REP, "Fine.\nReally.")]


def test_lone_surrogates_and_control_characters_are_replaced_one_for_one():
    transcript = Transcript.parse(as_json(("A\ud800", "x\ud83dy\x00\x1b[2J"), ("B", "\ud83d\ude00")))

    assert (transcript.manager, transcript.turns[0].text) == ("A\ufffd", "x\ufffdy\ufffd\ufffd[2J")
    assert transcript.turns[1].text == "\N{GRINNING FACE}"


def test_cleaning_keeps_length_blanks_and_line_ends():
    assert clean_text("a\tb\r\nc\u2028d") == "a\tb\r\nc\u2028d"
    assert clean_text("\ud800?\x00\x7f\x9b") == "\ufffd?\ufffd\ufffd\ufffd"


# What is refused


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "call.txt: no one speaks; write 'Name: words', one turn per line"),
        ("Karen:\nMike:\n", "call.txt: no one speaks; write 'Name: words', one turn per line"),
        ("\n\nno name at all", "call.txt:3: no speaker; write 'Name: words', one turn per line"),
        ("Karen: Hello?", "call.txt: only 'Karen' speaks; a conversation needs a manager and a rep"),
        ("Karen: Hello?\nMike:", "call.txt: only 'Karen' speaks; a conversation needs a manager and a rep"),
        ("A: x\nB: y\nC: z", "call.txt: 3 people speak (A, B, C); there must be two"),
        ("[]", "call.txt: no one speaks; write 'Name: words', one turn per line"),
        ("{}", "call.txt:1: turns: must be a list of turns, each with speaker and text"),
        ('{"turns": "x"}', "call.txt:1: turns: must be a list of turns, each with speaker and text"),
        ('[{"speaker": "A"}]', "call.txt: turns[0]: each turn needs speaker and text, both strings"),
        ('[{"speaker": "A", "text": "x"}, "y"]', "call.txt: turns[1]: each turn needs speaker and text, both strings"),
        ('[{"speaker": 1, "text": "x"}]', "call.txt: turns[0]: each turn needs speaker and text, both strings"),
        ('[{"speaker": " ", "text": "x"}]', "call.txt: turns[0].speaker: is empty; give the speaker's name"),
        ('\n[{"speaker": "A",\n  "text": }]', "call.txt:3:11: not valid JSON: Expecting value"),
        (f"[{'1' * 5000}]", "call.txt:1: not valid JSON: nested too deeply, or a number too long"),
        ("[" * 100_000, "call.txt:1: not valid JSON: nested too deeply, or a number too long"),
    ],
)
def test_what_is_no_conversation_is_refused(text: str, said: str):
    assert refused(text) == said


@pytest.mark.parametrize("manager", ["Karin", "", "Karen Mike"])
def test_a_name_that_is_not_in_it_is_refused_with_the_choices(manager: str):
    said = refused("Karen: Hello.\nMike: Hi.", manager)

    assert said == f"call.txt: {manager!r} doesn't speak; choose one of Karen, Mike"


# One turn of a practice


def test_a_turn_is_kept_as_it_was_typed():
    assert check_words("  *No*, <b>really</b> \u200b? ") == "  *No*, <b>really</b> \u200b? "
    assert check_words("x" * MAX_TURN_CHARS) == "x" * MAX_TURN_CHARS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "script:4: this is blank; type what you would say to the rep"),
        (" \t\n\u00a0", "script:4: this is blank; type what you would say to the rep"),
        ("x" * 8001, "script:4: 8,001 characters is too long; the limit is 8,000 a turn"),
        ("x" * 20000, "script:4: 20,000 characters is too long; the limit is 8,000 a turn"),
    ],
)
def test_a_turn_that_cannot_be_taken_says_why(text: str, said: str):
    with pytest.raises(TranscriptError) as caught:
        check_words(text, "script:4")
    assert str(caught.value) == said


def test_turns_cannot_be_changed():
    turn = Turn(0, MANAGER, "Hello.")

    with pytest.raises(AttributeError):
        turn.text = "Bye."  # type: ignore[misc]  # that it is refused is the point
