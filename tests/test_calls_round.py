"""Any conversation in any shape reads back equal, and no bytes bring anything but a TranscriptError."""

from __future__ import annotations

import pytest
from calls_shapes import TABLE_SHAPES, TALK, TEXT_SHAPES, UNNAMED_SHAPES, Turns
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.calls import read_call
from bot.errors import TranscriptError

PEOPLE = """Ann Lee; Bo Chandra; Zoë Ångström; Jean-Luc Moreau; Siobhan O'Neill; Mark May; Will Grace; Rich Hope;
Γιώργος Παππάς; Ana Prado; Ivo Kask; Li Wei; Noor al-Amin; Sol de la Vega; Grant Chase""".replace("\n", " ").split("; ")
BITS = """yes; no; the seats; Thursday:; 10:30; https://x.example/a?b=c; 50%; e.g. this; (a bit); [sic]; she said: wait;
I'm; you’re; –; a - b; #3; *really*; Ann; Step 2:; café; three, four; "so"; 1.; @home; and; why; what; next steps;
from A to B; R&D""".replace("\n", " ").split("; ")
ENDS = (".", "?", "!", "...", ", I think.")
SHAPES = {**TEXT_SHAPES, **UNNAMED_SHAPES, **TABLE_SHAPES}
FREE = sorted(SHAPES.keys() - UNNAMED_SHAPES.keys() - {"header", "notes around", "gong json", "avoma json"})
"""The shapes whose frame doesn't name the two people of TALK."""


@st.composite
def conversations(draw: st.DrawFn) -> Turns:
    """Two people by turns, three turns each at least; what they say begins with a word and ends as sentences do."""
    one, other = draw(st.permutations(PEOPLE))[:2]
    turns = []
    for number in range(draw(st.integers(6, 12))):
        bits = draw(st.lists(st.sampled_from(BITS), min_size=1, max_size=6))
        words = " ".join(["Well", *bits, "now"]) + draw(st.sampled_from(ENDS))
        turns.append((one if number % 2 == 0 else other, words))
    return turns


def read_back(shape: str, turns: Turns) -> list[tuple[bool, str]]:
    name, written = SHAPES[shape]
    return [(turn.is_manager, turn.text) for turn in read_call(written(turns).encode(), name).transcript()]


def check(shape: str, turns: Turns) -> None:
    assert read_back(shape, turns) == [(number % 2 == 0, words) for number, (_, words) in enumerate(turns)]


@pytest.mark.nightly
@given(turns=conversations(), shape=st.sampled_from(FREE))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_conversation_reads_back_equal_from_any_shape(turns: Turns, shape: str):
    check(shape, turns)


@pytest.mark.nightly
@pytest.mark.parametrize("shape", FREE)
@given(turns=conversations())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_shape_reads_back_equal_at_length(shape: str, turns: Turns):
    check(shape, turns)


SEEDS = [(name, written(TALK).encode()) for name, written in SHAPES.values()]


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A file of some shape with pieces cut out, doubled, moved or overwritten; or any bytes at all."""
    name, data = draw(st.sampled_from([*SEEDS, ("call.docx", b"PK\x03\x04"), ("call", b"")]))
    for _ in range(draw(st.integers(0, 4))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 40))
        put = draw(st.one_of(st.binary(max_size=12), st.just(data[at : at + length] * 2), st.sampled_from(SIGNS)))
        data = data[:at] + put + data[at + length :]
    return name, data


SIGNS = (
    b"[",
    b"(",
    b"{",
    b'"',
    b":",
    b"-->",
    b"\n\n",
    b"<v ",
    b"**",
    b"|",
    b"\xff\xfe",
    b"\x00",
    b"00:00:01",
    b"# ",
    b"1",
)


def read_anything(name: str, data: bytes) -> None:
    problem = ""
    try:
        call = read_call(data, name)
        assert all(utterance.text.strip() for utterance in call.utterances)
        call.transcript()
    except TranscriptError as error:
        problem = str(error)
    assert not problem or problem.startswith(f"{name}:")
    assert "\n" not in problem


@pytest.mark.slow
@given(file=damaged())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_files_are_read_or_refused(file: tuple[str, bytes]):
    read_anything(*file)


@pytest.mark.nightly
@given(file=damaged())
@settings(max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_files_are_read_or_refused_at_length(file: tuple[str, bytes]):
    read_anything(*file)
