"""Calls that can't be read: one line that says what, where and what to do, quickly and in little memory."""

from __future__ import annotations

import io
import json
import sys
import tracemalloc
import zipfile

import pytest
from calls_shapes import PRIYA, TOM

from bot.calls import MOST_CALL_BYTES, read_call
from bot.errors import TranscriptError
from bot.scoring.score import judged

VTT = "WEBVTT\n\n"
CUE = "00:00:0{0}.000 --> 00:00:0{1}.000\n{2}\n\n"


def refused(data: str | bytes, name: str) -> str:
    with pytest.raises(TranscriptError) as caught:
        read_call(data.encode() if isinstance(data, str) else data, name).transcript()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return file.getvalue()


NO_TURN = "no one speaks; write 'Name: words', one turn per line"
TWO = "a conversation needs a manager and a rep"


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        ("", "a.txt", NO_TURN),
        ("\n \n", "a.txt", NO_TURN),
        ("{}", "a.json", "no list of turns, each with a speaker and text; found nothing"),
        ('{"id": 1, "media": "x"}', "a.json", "no list of turns, each with a speaker and text; found id, media"),
        ('{"segments": [{"text": "hi"}]}', "a.json", "no entry says who speaks; export it with speaker names"),
        ('{"turns": [', "a.json", "not valid JSON: Expecting value"),
        (VTT, "a.vtt", "no one speaks in it"),
        ("", "a.csv", "the table is empty"),
        ("a,b\n1,2\n", "a.csv", "needs a column with the speaker and one with the text; found a, b"),
        ('a,"b\n1",2\n', "a.csv", "needs a column with the speaker and one with the text; found a, b 1, 2"),
        ("Speaker,Text\n,hi\n,ho\n", "a.csv", "no row says who speaks; export it with speaker names"),
        ("Ann: hello\nAnn: bye\n", "a.txt", f"only 'Ann' speaks; {TWO}"),
        (VTT + CUE.format(1, 2, "<v Ann>hello"), "a.vtt", f"only 'Ann' speaks; {TWO}"),
        (
            VTT + CUE.format(1, 2, "so what happened") + CUE.format(2, 3, "not much"),
            "a.vtt",
            "the captions don't say who speaks; export a transcript with speaker names instead",
        ),
        ("0:01\nso what happened\n0:04\nnot much\n", "a.txt", "no speaker; write 'Name: words', one turn per line"),
        ("%PDF-1.7", "a.pdf", "this is a PDF; export the transcript as .docx, .txt or .vtt instead"),
        ("{\\rtf1 Ann: hello}", "a.rtf", "this is rich text; save it as .docx or .txt"),
        (b"\x00\x00\x00\x20ftypmp42", "a.mp4", "this is a recording; export its transcript"),
        (b"ID3\x04", "a.mp3", "this is a recording; export its transcript"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1",
            "a.doc",
            "this is an old Office file or one with a password; save it as .docx or .xlsx without one",
        ),
        ("<html><p>Ann: hello", "a.html", "this is a web page or XML; save the transcript as .txt, .docx or .vtt"),
        (b"Ann: x\x00\nBo: y\n", "a.txt", "not text: it contains a zero byte"),
        (b"\xef\xbb\xbfAnn: caf\xe9", "a.txt", "not UTF-8 text (byte 8); save it as UTF-8"),
        (zipped({"a.txt": b"x"}), "a.zip", "a zip archive, or a damaged one; give the transcript that is in it"),
        (zipped({"word/document.xml": b"<a/>"}), "a.docx", "can't be read as Word: KeyError; save it as text"),
        (zipped({"xl/workbook.xml": b"<a/>"}), "a.xlsx", "can't be read as Excel: KeyError; save it as CSV"),
    ],
)
def test_what_is_no_call_is_refused(data: str | bytes, name: str, said: str):
    message = refused(data, name)

    assert message.startswith(f"{name}:")
    assert message.endswith(f" {said}")


@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["word/document.xml", "xl/workbook.xml"])
def test_xml_that_declares_entities_is_refused_unread(part: str, coding: str):
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a>&y;</a>'.encode(coding)

    assert refused(zipped({"word/x.xml": b"<a/>", part: bomb}), "a.docx") == (
        "a.docx: declares XML entities, which no transcript needs; save it again"
    )


@pytest.mark.slow
@pytest.mark.parametrize("part", ["word/document.xml", "xl/workbook.xml"])
def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_parsed(part: str):
    bomb = zipped({part: b" " * 70_000_000})
    tracemalloc.start()

    assert refused(bomb, "a.docx") == "a.docx: unpacks to more than 64 MB; save the transcript alone, as text"
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


def test_a_file_of_fifty_megabytes_is_refused_at_once():
    data = bytes(50_000_000)
    tracemalloc.start()

    assert refused(data, "a.vtt").startswith("a.vtt: 48 MB is too large; the limit is 20 MB. Export the transcript")
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
    assert MOST_CALL_BYTES == 20 * 1024**2


def test_a_missing_extra_is_one_line_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    monkeypatch.setitem(sys.modules, "openpyxl", None)

    assert refused(zipped({"word/document.xml": b"<a/>"}), "a.docx") == (
        "a.docx: install askwell[documents] to read a Word file"
    )
    assert refused(zipped({"xl/workbook.xml": b"<a/>"}), "a.xlsx") == (
        "a.xlsx: install askwell[documents] to read an Excel file"
    )


# Odd, but read


def test_html_in_speech_is_speech():
    words = "<script>alert(1)</script> <b>Why</b>?"
    call = read_call(f"{PRIYA}: {words}\n{TOM}: No.\n".encode(), "a.txt")

    assert call.transcript().turns[0].text == words


def test_cells_that_begin_like_formulas_are_their_text():
    call = read_call(b'Speaker,Text\nAnn,=1+1\nBo,"=HYPERLINK(""x"")"\nAnn,@SUM(1)\n', "a.csv")

    assert [turn.text for turn in call.transcript()] == ["=1+1", '=HYPERLINK("x")', "@SUM(1)"]


@pytest.mark.slow
def test_ten_thousand_cues_of_one_word_are_a_few_turns():
    words = (f"{'Ann' if number // 500 % 2 == 0 else 'Bo'}>w{number}" for number in range(10_000))
    cues = "".join(f"00:{n // 60:02d}:{n % 60:02d}.000 --> 00:00:00.000\n<v {word}\n\n" for n, word in enumerate(words))
    turns = read_call((VTT + cues).encode(), "a.vtt").transcript().turns

    assert (len(turns), len(turns[0].text.split()), turns[-1].text.split()[-1]) == (20, 500, "w9999")


def test_times_that_cross_or_are_missing_keep_the_files_order():
    text = VTT + CUE.format(9, 8, "Ann: What?") + CUE.format(1, 2, "Bo: No.") + CUE.format(1, 2, "Ann: Why?")
    call = read_call(text.encode(), "a.vtt")

    assert [turn.text for turn in call.transcript()] == ["What?", "No.", "Why?"]
    assert call.remarks == ("1 time out of order; the file's own order was kept.",)


def test_one_speakers_words_after_the_others_are_put_in_order_of_time():
    rows = [
        {"speaker": who, "text": f"{who} {n}", "start": 10 * n + at} for at, who in enumerate("AB") for n in range(3)
    ]
    call = read_call(json.dumps(rows).encode(), "a.json")

    assert [turn.text for turn in call.transcript()] == ["A 0", "B 0", "A 1", "B 1", "A 2", "B 2"]
    assert call.remarks == ("Each speaker's words stood in a block of their own; they were put in order of time.",)


def test_control_characters_reach_no_terminal():
    call = read_call(b"Ann\x1bLee: x\x1b[2J\x07?\nBo: y\n", "a.txt")

    assert "\x1b" not in call.roles().sentence + call.transcript().turns[0].text
    assert "\x07" not in call.transcript().turns[0].text


@pytest.mark.slow
def test_a_conversation_in_german_is_not_scored():
    asked = [
        "Was denkst du darüber, und was will er denn nun machen?",
        "Wie kommst du darauf?",
        "Und was nun, mein Lieber?",
    ]
    text = "".join(f"Karin: {words}\nMike: Ich weiß es noch nicht.\n" for words in asked)
    card = judged(read_call(text.encode(), "a.txt").transcript().turns)

    assert card.sentence == "Not scored: this looks like German, and Askwell reads English only."
