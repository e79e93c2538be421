"""Calls as people's tools export them: every shape gives the same conversation, and one place decides who is who."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from calls_shapes import PRIYA, TABLE_SHAPES, TALK, TEXT_SHAPES, TOM, UNNAMED_SHAPES, Turns, clock

from bot.calls import Call, read_call
from bot.errors import TranscriptError
from bot.talk.transcript import Transcript

WORDS = [words for _, words in TALK]
OPENING = f"{PRIYA}: What happened at Halden?\n{TOM}: They liked it.\n{PRIYA}: What else?\n{TOM}: Not much.\n"


def read(text: str | bytes, name: str = "call.txt") -> Call:
    return read_call(text.encode() if isinstance(text, str) else text, name)


def spoken(transcript: Transcript) -> list[str]:
    return [turn.text for turn in transcript]


def refused(text: str | bytes, name: str = "call.txt", **who: Sequence[str]) -> str:
    with pytest.raises(TranscriptError) as caught:
        read(text, name).transcript(**who)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# Shapes


@pytest.mark.slow
@pytest.mark.parametrize("shape", TEXT_SHAPES | TABLE_SHAPES)
def test_a_shape_with_names_gives_the_conversation(shape: str):
    name, written = (TEXT_SHAPES | TABLE_SHAPES)[shape]
    transcript = read(written(TALK), name).transcript()

    assert spoken(transcript) == WORDS
    assert [turn.is_manager for turn in transcript] == [True, False] * 4
    assert PRIYA.lower().startswith(transcript.manager.lower())
    assert TOM.lower().startswith(transcript.rep.lower())


@pytest.mark.parametrize("shape", UNNAMED_SHAPES)
def test_a_shape_without_names_gives_it_and_shows_first_words(shape: str):
    name, written = UNNAMED_SHAPES[shape]
    call = read(written(TALK), name)

    assert spoken(call.transcript()) == WORDS
    assert [person.first_words[:20] for person in call.participants] == [words[:20] for words in WORDS[:2]]
    assert shape == "lower-case names" or all(person.unnamed for person in call.participants)


@pytest.mark.parametrize(
    "shape", ["zoom vtt", "srt", "otter", "stamp before", "stamp above", "gong json", "csv, more columns"]
)
def test_times_are_kept_in_seconds(shape: str):
    name, written = TEXT_SHAPES.get(shape) or TABLE_SHAPES[shape]
    call = read(written(TALK), name)

    assert [utterance.start for utterance in call.utterances] == [4.0 + 7 * number for number in range(len(TALK))]


@pytest.mark.parametrize(
    ("encoded", "remark"),
    [
        (lambda text: b"\xef\xbb\xbf" + text.encode(), ()),
        (lambda text: text.encode("utf-16"), ()),
        (lambda text: text.encode("utf-16-le"), ("The file isn't UTF-8; it was read as utf-16-le.",)),
        (lambda text: text.encode("cp1252"), ("The file isn't UTF-8; it was read as Windows-1252.",)),
        (lambda text: text.replace("\n", "\r\n").encode(), ()),
        (lambda text: text.replace("\n", "\r").encode(), ()),
        (lambda text: text.replace(" ", "\u00a0").encode(), ()),
    ],
)
def test_encodings_line_ends_and_hard_blanks_make_no_difference(encoded, remark: tuple[str, ...]):
    text = "\n".join(f"{who}: {words.replace(chr(39), chr(8217))}" for who, words in TALK)
    call = read(encoded(text))

    assert spoken(call.transcript()) == [words.replace("'", "’") for words in WORDS]
    assert call.remarks == remark


def word_file(*paragraphs: str, table: Turns = ()) -> bytes:
    import docx

    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if table:
        grid = document.add_table(rows=0, cols=3)
        for number, (who, words) in enumerate(table):
            for cell, text in zip(grid.add_row().cells, (clock(number), who, words), strict=True):
                cell.text = text
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_a_word_file_of_teams_has_name_and_time_in_the_paragraph_of_the_words():
    paragraphs = [f"{who}   {clock(number, 'm:ss')}\n{words}" for number, (who, words) in enumerate(TALK)]
    call = read(word_file("Halden review", "3 November 2026, 10:30am", *paragraphs), "teams.docx")

    assert spoken(call.transcript()) == WORDS
    assert (call.shape, call.utterances[1].start) == ("Word", 11.0)
    assert call.remarks == ("2 lines passed over (above the conversation).",)


@pytest.mark.parametrize(
    "file",
    [
        word_file(*(f"{who}: {words}" for who, words in TALK)),
        word_file("Halden", table=TALK),
        word_file(*(line for who, words in TALK for line in (who, words))),
    ],
    ids=["lines", "table", "names above"],
)
def test_a_word_file_may_hold_lines_or_a_table(file: bytes):
    assert spoken(read(file, "call.docx").transcript()) == WORDS


def test_an_excel_file_is_read_by_its_columns_and_a_formula_without_a_value_is_counted():
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["About this call"])
    sheet = book.create_sheet("Talk")
    for row in (["Nr", "Speaker", "Text"], *([n, *turn] for n, turn in enumerate(TALK)), [9, TOM, "=1+1"]):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    call = read(file.getvalue(), "call.xlsx")

    assert spoken(call.transcript()) == WORDS
    assert call.remarks == ("1 row passed over (no words).",)


def test_captions_cut_anywhere_are_joined_before_they_are_read():
    name, written = TEXT_SHAPES["zoom vtt"]
    cut = [(who, bit) for who, words in TALK for bit in words.split(" ")]
    call = read(written(cut), name)

    assert len(call.utterances) == len(cut)
    assert spoken(call.transcript()) == WORDS


def test_tags_of_captions_are_no_words_and_entities_are_their_characters():
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v.loud Ann Lee><i>Why</i> &lt;b&gt; &amp;<00:01.500> <c.x>so</c>?</v>\n\n"
    )
    text += "00:03.000 --> 00:04.000\n<v Bo>No.\n"

    assert spoken(read(text, "a.vtt").transcript()) == ["Why <b> & so?", "No."]


def test_a_damaged_caption_file_keeps_its_words():
    text = f"{PRIYA}: What happened?\n\n2\n00:00:11.100 --> 00:00:12.000\n{TOM}: Not\n\nmuch.\n\n3\n00:00:99.1 --> x\n"
    call = read(f"WEBVTT\n\n{text}{PRIYA}: Why?\n", "a.vtt")

    assert spoken(call.transcript()) == ["What happened?", "Not much.", "Why?"]


# Labels


@pytest.mark.parametrize(
    "label",
    ["Tom Okafor (he/him)", "TOM OKAFOR", "Okafor, Tom", "[0:44] Tom Okafor", "**Tom Okafor**", "- Tom Okafor [Guest]"],
)
def test_one_person_may_be_written_in_two_ways(label: str):
    call = read(f"{OPENING}{label}: Only the price.\n{PRIYA}: Why?\n")

    assert [person.name for person in call.participants] == [PRIYA, TOM]
    assert spoken(call.transcript())[3:] == ["Not much. Only the price.", "Why?"]


@pytest.mark.parametrize(
    "line",
    [
        "One thing I wonder: why now?",
        "Thursday: that's the day.",
        "Step 2: we call.",
        "So, Tom: go on.",
        "See http://x.y",
    ],
)
def test_a_prefix_that_is_no_name_is_speech(line: str):
    assert spoken(read(f"{OPENING}{line}\n").transcript())[-1] == f"Not much. {line}"


def test_a_name_seen_once_in_another_form_is_speech_and_said_to_be():
    call = read(f"{OPENING}Halden: they have two sites.\n")

    assert spoken(call.transcript())[-1] == "Not much. Halden: they have two sites."
    assert call.remarks == ('"Halden: they have two sites." was read as speech, not as a speaker.',)


@pytest.mark.parametrize("line", ["Tom Okafor; yes", "Tom Okafor (by phone: yes", "Tom Okafor - yes", "**Mood:** good"])
def test_what_looks_like_a_label_and_is_not_understood_is_refused_by_its_line(line: str):
    assert refused(f"{OPENING}{line}\n") == (
        f"call.txt:5: \"{line}\" looks like a speaker we can't read; write 'Name: words'"
    )


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("[Recording starts]\n", "[Recording ends]\n"),
        ("Title: Halden\nDate: 3 November\n\n", "\nTranscribed by https://otter.ai\n"),
        ("Participants:\nPriya Nair: Director\nTom Okafor: AE\n\n", "(laughs)\n"),
        ("# Halden\n\n**Host:** Priya Nair\n**Length:** 20 min\n\n---\n", "\n## Next steps\n\n- Tom Okafor: call\n"),
        ("Manager: Priya Nair\nRep: Tom Okafor\nOutcome: renewed\n\n", "\nMeeting ended after 00:20:10\nThank you.\n"),
    ],
)
def test_what_stands_above_and_below_the_talk_is_passed_over_and_said(above: str, below: str):
    call = read(f"{above}{OPENING}{below}")

    assert spoken(call.transcript()) == ["What happened at Halden?", "They liked it.", "What else?", "Not much."]
    assert call.remarks
    assert all("passed over" in remark for remark in call.remarks)


# Who is who


@pytest.mark.parametrize(
    ("first", "second", "manager", "why"),
    [
        ("Dana Fox", "Luis Ferrer", "Dana Fox", "speaks first"),
        ("Sales Director", "Account Manager", "Sales Director", "called so"),
        ("Account Manager", "Sales Director", "Sales Director", "called so"),
        ("Luis Ferrer (Account Manager)", "Dana Fox (VP)", "Luis Ferrer", "speaks first"),
        ("Customer", "Account Manager", "Customer", "called so"),
        ("Rep", "Sales manager", "Sales manager", "called so"),
        ("Them", "Me", "Me", "called so"),
        ("Speaker 2", "Speaker 1", "Speaker 2", "speaks first"),
    ],
)
def test_a_bare_role_decides_who_the_manager_is_else_who_speaks_first(first: str, second: str, manager: str, why: str):
    roles = read(f"{first}: Hi?\n{second}: Hello.\n{first}: Well?\n{second}: Fine.\n").roles()

    assert (roles.manager.name, roles.why) == (manager, why)


THREE = f"{OPENING}Unknown Speaker: I'm the buyer.\n{TOM}: Yes.\n"


def test_a_third_voice_is_refused_with_everybodys_first_words():
    assert refused(THREE) == (
        "call.txt: 3 people speak (Priya Nair, Tom Okafor, Unknown Speaker); there must be two. Say who is who with "
        '--manager NAME, --rep NAME and --ignore NAME: Priya Nair "What happened at Halden? What else?"; '
        'Tom Okafor "They liked it. Not much. Yes."; Unknown Speaker "I\'m the buyer."'
    )


def test_a_third_voice_may_be_ignored_or_be_one_of_the_two():
    call = read(THREE)

    assert spoken(call.transcript(ignore=["unknown speaker"]))[-1] == "Not much. Yes."
    assert spoken(call.transcript(rep=["Tom", "Unknown"], manager=["Priya"]))[-1] == "Not much. I'm the buyer. Yes."
    assert spoken(call.transcript(manager=["Priya", "Unknown"]))[-2:] == ["I'm the buyer.", "Yes."]
    assert call.transcript(manager=["Unknown"], ignore=["Priya"]).rep == TOM


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ({"manager": ["Ann"]}, "'Ann' doesn't speak; choose one of Priya Nair, Tom Okafor, Unknown Speaker"),
        ({"ignore": ["Priya", "Tom"]}, "only 'Unknown Speaker' speaks; a conversation needs a manager and a rep"),
        ({"rep": ["Tom"], "ignore": ["Tom"]}, "'Tom Okafor' can't be two of manager, rep and ignored"),
    ],
)
def test_names_that_do_not_fit_are_refused(who: dict[str, list[str]], said: str):
    assert refused(THREE, **who) == f"call.txt: {said}"


def test_a_short_name_is_the_long_one_only_where_more_than_two_seem_to_speak():
    assert refused(f"{OPENING}T. Okafor: Yes.\nAnn Lee: No.\nAnn Lee: No!\n").startswith("call.txt: 3 people speak (")
    call = read(f"{OPENING}Tom: Yes.\n")
    assert call.remarks == ("Tom and Tom Okafor were taken for one person.",)
    assert call.transcript().rep == TOM

    alike = read("Luis: Hi?\nLuis Ferrer: Hello.\nLuis: Well?\nLuis Ferrer: Fine.")
    assert [person.name for person in alike.participants] == ["Luis", "Luis Ferrer"]


def test_the_sentence_says_who_was_taken_for_whom():
    assert read(OPENING).roles().sentence == "Manager: Priya Nair, who speaks first. Rep: Tom Okafor."
    assert read("Speaker 1: How so?\nSpeaker 2: Well.").roles().sentence == (
        'Manager: Speaker 1 ("How so?"), who speaks first. Rep: Speaker 2 ("Well.").'
    )
