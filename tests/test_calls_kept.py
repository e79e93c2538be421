"""What is taken out of a call before it is kept, and that it comes back as it was kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.calls.anonymous import anonymous
from bot.calls.kept import KeptCall
from bot.errors import StoreError
from bot.store import RecordKind, Store
from bot.talk.codebook import Code, Unit
from bot.talk.transcript import Transcript
from bot.text.withheld import filled
from bot.vectors.units import unit_text

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def hidden(text: str, rep: str = "Yes.") -> str:
    """The manager's only turn, without names."""
    return anonymous(Transcript.parse(f"Dana Whitfield: {text}\nLuis Ferrer: {rep}")).turns[0].text


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Morning Luis, how is Brightwater?", "Morning [name 1], how is [name 2]?"),
        ("And luis, did you ring dana?", "And [name 1], did you ring [name 2]?"),
        ("We met Anna Lindqvist of Marsh & Sons on Monday.", "We met [name 1] of [name 2] on Monday."),
        ("Luis, ask Anna Lindqvist. Lindqvist knows, Luis.", "[name 1], ask [name 2]. [name 2] knows, [name 1]."),
        ("Priya's view is what counts.", "[name 1]'s view is what counts."),
        ("We saw Otis Cold Storage. Cold, but Otis is keen.", "We saw [name 1]. Cold, but [name 1] is keen."),
        ("Take twelve grand off, or ten percent, for two people.", "Take [figure] off, or [figure], for two people."),
        ("A hundred and eighty-four thousand, at five.", "[figure], at five."),
        ("It is $612,000, so 40% off 1,200 units.", "It is [figure], so [figure] off [figure] units."),
        (
            "Write to a.b@firm.example or see https://firm.example/x?y=1 today.",
            "Write to [contact] or see [contact] today.",
        ),
        ("Ring +49 30 901820 at 10:30 in 3 weeks.", "Ring [contact] at 10:30 in 3 weeks."),
        ("I think I'd ask him on Friday.", "I think I'd ask him on Friday."),
    ],
)
def test_names_figures_and_addresses_are_taken_out(said: str, kept: str):
    assert hidden(said, rep="I rang Priya and Anna, and they both like it.") == kept


@pytest.mark.parametrize(
    ("said", "rep", "kept"),
    [
        ("Did Priya call?", "Write to priya.raman@firm.example.", "Did [name 1] call?"),
        (
            "Has Will signed? Will you go?",
            "I will.",
            "Has [name 1] signed? Will you go?",
        ),
        ("I've heard that a hundred times.", "Yes.", "I've heard that a hundred times."),
        ("It's a hundred thousand, a million if we wait.", "Yes.", "It's [figure], a million if we wait."),
    ],
)
def test_a_name_is_a_name_though_its_word_also_stands_in_small_letters(said: str, rep: str, kept: str):
    assert hidden(said, rep=rep) == kept


def test_what_is_taken_out_is_read_as_a_plain_word():
    assert filled("[name 12] wants [figure] by [contact].") == "Sam wants fifty by that."
    assert unit_text("", "", "I love that, [name 3].") == unit_text("", "", "I love that, Sam.")
    assert filled("[sic] stays") == "[sic] stays"


def test_a_word_that_is_also_written_small_is_no_name():
    assert hidden("He said: well, and Then we left.", rep="And then nothing.") == "He said: well, and Then we left."


def test_a_call_comes_back_as_it_was_kept(tmp_path: Path):
    read = Transcript.parse("You: What worries you?\nRep: The <b>renewal</b>.\nYou: Call them.")
    unit = Unit("What worries you?", 0, 17, Code.OPEN_QUESTION, confidence=0.97)
    turns = (replace(read.turns[0], units=(unit,), reader="r-1"), *read.turns[1:])
    call = KeptCall("one", NOON, "A call", replace(read, turns=turns))

    with Store.open(f"sqlite:///{tmp_path / 'a.db'}") as store:
        store.records.keep(call.record())
        assert KeptCall.of(store.records.one(RecordKind.CALL, "one")) == call


def test_a_damaged_call_is_told():
    record = KeptCall("one", NOON, "A call", Transcript.parse("A: x\nB: y")).record()
    with pytest.raises(StoreError, match="call 'one' is damaged"):
        KeptCall.of(replace(record, body={**record.body, "turns": [{"speaker": "nobody"}]}))
