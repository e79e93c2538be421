"""Golden conversations: their files, the product held against them, and how a change of either is signed for."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

import bot.scoring.score
import evals.golden.golden
import evals.golden.handcoded
from askwell.cli import main
from bot.engine import Engine
from bot.errors import AskwellError
from bot.reader import Reader
from bot.talk.codebook import Code, Unit
from bot.talk.transcript import Transcript
from evals.golden.__main__ import command
from evals.golden.answer import read
from evals.golden.golden import GOLDEN, Golden, GoldenArea, all_golden, as_yaml, load, save
from evals.golden.handreport import golden_report
from evals.golden.signing import GoldenChange, change_text, check_golden, golden_changes, sign, unsealed

ROOT = Path(__file__).resolve().parents[1]
NAMES = sorted(path.stem for path in GOLDEN.glob("*.yaml"))
FEW = NAMES[::20]
"""These are enough where any would do."""

SMALL = """\
id: small
area: account
title: "A small one"
about: "Shows the shape of a file."
manager: "Ann"
rep: "Bob"
turns:
- who: manager
  units:
  - {code: other, says: "Hi Bob."}
  - {code: open_question, focus: explore, says: "What worries you?"}
- who: rep
  says: "The contract. I'll ring their lawyer."
  steps:
  - {says: "I'll ring their lawyer"}
- who: manager
  units:
  - {code: reflection, says: "You'd rather hear it from him."}
- who: rep
  says: "Yes."
- who: manager
  units:
  - {code: takeover, says: "Let me call him."}
- who: rep
  says: "Fine."
expect:
  criteria:
    exploring: not_scored
    inspection: not_scored
    ownership: basic
    balance: proficient
    one_at_a_time: proficient
    no_takeover: below
    listening: not_scored
    affirming: below
    airtime: below
  level: mixed
"""


@pytest.fixture(autouse=True)
def _on_the_session_engine(default_engine: None) -> None:
    """Every test here reads with the engine that the whole run shares."""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The small conversation, unsigned, in a directory of its own."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def signed(small: Path) -> Path:
    """The same, with the product's answer recorded and signed for."""
    golden = load(small)
    save(sign(golden, read(golden).answer, "2026-11-28", "First record."), small.parent)
    return small


RING_HER = "Let me ring her tonight and I'll set the whole thing up."
FIRST_MEETING = "I'll do the first meeting with her, it'll go quicker."


class MissesTakeovers:
    """A reader that hears an order wherever the manager takes over."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.id = "misses-takeovers"

    def read(self, text: str, context: str = "") -> tuple[Unit, ...]:
        units = self._reader.read(text, context)
        return tuple(replace(unit, code=Code.DIRECTIVE) if unit.code is Code.TAKEOVER else unit for unit in units)


# What is recorded


@pytest.mark.parametrize(
    "name", [name if place % 6 == 0 else pytest.param(name, marks=pytest.mark.slow) for place, name in enumerate(NAMES)]
)
def test_the_product_says_of_it_what_was_signed(name: str):
    found = check_golden(load(GOLDEN / f"{name}.yaml"))

    assert not found, f"\n{change_text(found)}"


def test_there_are_enough_of_every_area():
    areas = Counter(golden.area for golden in all_golden())

    assert sum(areas.values()) >= 30
    assert {area for area in get_args(GoldenArea) if areas[area] >= 4} == set(get_args(GoldenArea))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_as_signing_writes_it_so_that_a_signature_changes_only_what_it_is_for(name: str):
    path = GOLDEN / f"{name}.yaml"

    assert as_yaml(load(path)) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["karen-coaching", "karen-telling"])
def test_our_pair_is_the_one_that_ships(name: str):
    text = (ROOT / "knowledge" / "conversations" / f"{name}.txt").read_text(encoding="utf-8")

    assert load(GOLDEN / f"{name}.yaml").transcript == Transcript.parse(text, None, name)


def test_none_of_their_units_trains_the_reader():
    def words(text: str) -> str:
        return " ".join(re.findall(r"\w+", text.lower()))

    lines = (ROOT / "evals" / "data" / "units.jsonl").read_text(encoding="utf-8").splitlines()
    trained = {words(json.loads(line)["text"]) for line in lines}
    ours = {words(unit.says) for golden in all_golden() for turn in golden.turns for unit in turn.units}

    assert {said for said in ours & trained if len(said.split()) > 4} == set()


# Their files


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("area: account", "area: accounts", "small.yaml:2:1: area: Input should be 'pipeline', "),
        ('about: "Shows', 'abuot: "Shows', "small.yaml:4:1: abuot: is not a field here"),
        ('rep: "Bob"\n', "", "small.yaml:1:1: rep: is missing"),
        ('title: "A small one"', 'title: " "', "small.yaml:3:1: title: is empty"),
        ("id: small", "id: large", "small.yaml:1:1: id: 'large' must be the file's name"),
        ("code: reflection", "code: mirror", "small.yaml:18:6: turns[2].units[0].code: Input should be 'open_"),
        ("focus: explore, ", "", "small.yaml:11:5: turns[0].units[1]: a question needs a focus, and"),
        ("{code: other,", "{code: other, focus: status,", "turns[0].units[0]: a question needs a focus"),
        ("{code: other,", "{code: other, flags: [past],", "the flag past is not coded by hand; choose from stacked"),
        ("lawyer\"}", "solicitor\"}", "turns[1]: the step \"I'll ring their solicitor\" is not in the turn's words"),
        ('says: "Yes."', 'units: []', "turns[3]: a rep turn has says, not units or reader"),
        ("manager\n  units:\n  - {code: take", "rep\n  units:\n  - {code: take", "turns[4]: a rep turn has says"),
        ("units:\n  - {code: take", "says: x\n  units:\n  - {code: take", "a manager turn has units"),
        ('- who: rep\n  says: "Yes."\n', "", "turns: needs at least 6, alternating between manager and rep"),
        ("level: mixed", "level: good", "small.yaml:37:3: expect.level: Input should be 'telling'"),
        ("level: mixed", "level: mixed\n  trainer: {level: mixed, why: x}", "expect: trainer is only for a level"),
        ("who: rep", "who: boss", "small.yaml:12:3: turns[1].who: Input should be 'manager' or 'rep'"),
        ("id: small", "id: &a small", "small.yaml:1:5: anchors and aliases are not allowed"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(small: Path, old: str, new: str, problem: str):
    assert old in SMALL
    small.write_text(SMALL.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(AskwellError) as raised:
        load(small)

    assert problem in str(raised.value)


def test_a_conversation_that_is_not_there_is_told_with_those_that_are(small: Path):
    with pytest.raises(AskwellError, match="there is no golden conversation 'large'; choose one of small"):
        load(small.with_name("large.yaml"))


# What is caught


def test_a_reader_that_misses_takeovers_is_named_with_file_turn_words_and_both_codes(engine: Engine):
    found = check_golden(load(GOLDEN / "one-thread.yaml"), MissesTakeovers(engine.reader))

    assert [(entry.file, entry.turn, entry.words, entry.recorded, entry.now) for entry in found] == [
        ("one-thread.yaml", 12, f'"{RING_HER}"', "takeover", "directive"),
        ("one-thread.yaml", 12, f'"{FIRST_MEETING}"', "takeover", "directive"),
        ("one-thread.yaml", None, "no_takeover", "below", "proficient"),
        ("one-thread.yaml", None, "level", "mixed", "coaching"),
    ]
    assert str(found[0]) == f'one-thread.yaml: turn 12: "{RING_HER}": recorded takeover, now directive'
    assert change_text(found).endswith(
        '  review it, then sign it in the same change: python -m evals.golden sign one-thread --why "..."'
    )


def test_a_reader_that_got_better_is_a_difference_too(signed: Path):
    golden = load(signed)
    answer = read(golden).answer

    better = replace(answer, criteria={**answer.criteria, "affirming": "proficient"}, level="coaching")

    assert golden_changes(golden, better) == [
        GoldenChange("small.yaml", None, "affirming", answer.criteria["affirming"], "proficient"),
        GoldenChange("small.yaml", None, "level", answer.level, "coaching"),
    ]


def test_a_turn_that_is_cut_elsewhere_is_told_as_a_whole(signed: Path):
    golden = load(signed)
    answer = read(golden).answer
    whole = (replace(answer.turns[0][1], says="Hi Bob. What worries you?"),)

    found = golden_changes(golden, replace(answer, turns=(whole, *answer.turns[1:])))

    assert [(entry.turn, entry.words, entry.now) for entry in found] == [
        (0, "cut", "Hi Bob. What worries you? [open_question (explore)]")
    ]


def test_thresholds_that_are_kind_to_tellers_are_caught_by_the_hand_and_by_the_product(monkeypatch: pytest.MonkeyPatch):
    shipped = bot.scoring.score.thresholds()
    kind = replace(
        shipped,
        criteria=tuple(replace(one, basic=0.2) if one.id == "balance" else one for one in shipped.criteria),
    )
    for module in (bot.scoring.score, evals.golden.handcoded):
        monkeypatch.setattr(module, "thresholds", lambda: kind)

    found = [str(difference) for difference in check_golden(load(GOLDEN / "price-nerves.yaml"))]

    assert found == [
        "price-nerves.yaml: balance, from the hand coding: recorded below, now basic",
        "price-nerves.yaml: level, from the hand coding: recorded telling, now mixed",
        "price-nerves.yaml: balance: recorded below, now basic",
        "price-nerves.yaml: level: recorded telling, now mixed",
        *(line for line in found if line.startswith("price-nerves.yaml: score: ")),
    ]


# Signing


def test_what_was_never_signed_is_a_difference(small: Path):
    assert next(entry.words for entry in check_golden(load(small))) == "seal"


def test_what_is_signed_differs_in_nothing_and_says_what_it_was_for(signed: Path):
    golden = load(signed)

    assert check_golden(golden) == []
    assert [entry.model_dump() for entry in golden.signed] == [
        {"date": "2026-11-28", "what": "the product's answer nothing -> mixed, 32", "why": "First record."}
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("code: reflection, ", "code: information, "),
        ("  score: ", "  score: 1"),
        ("You'd rather hear it from him.", "You would rather hear it from him."),
        ('why: "First record."', 'why: "Another reason."'),
    ],
)
def test_a_file_that_was_changed_without_a_signature_is_refused(signed: Path, old: str, new: str):
    text = signed.read_text(encoding="utf-8")
    assert old in text
    signed.write_text(text.replace(old, new, 1), encoding="utf-8")

    assert [entry.words for entry in unsealed(load(signed))] == ["seal"]


def test_a_signature_cannot_be_taken_out_again(signed: Path):
    text = signed.read_text(encoding="utf-8")
    signed.write_text(re.sub(r"signed:\n- .*\n", "", text), encoding="utf-8")

    assert [entry.words for entry in unsealed(load(signed))] == ["seal"]


@pytest.mark.parametrize("why", ["", "  \n"])
def test_a_signature_without_a_reason_is_refused(signed: Path, why: str):
    golden = load(signed)

    with pytest.raises(AskwellError, match=r"small\.yaml: use --why to say why you accept this"):
        sign(golden, read(golden).answer, "2026-11-29", why)


def test_there_is_no_signing_for_nothing(signed: Path):
    golden = load(signed)

    with pytest.raises(AskwellError, match="nothing has changed, so there is nothing to sign"):
        sign(golden, read(golden).answer, "2026-11-29", "Just so.")


def test_a_change_is_signed_for_beside_what_was_signed_before(signed: Path, engine: Engine):
    golden = load(signed)
    deaf = MissesTakeovers(engine.reader)

    again = sign(golden, read(golden, deaf).answer, "2026-11-29", "To see it.")

    assert [entry.why for entry in again.signed] == ["First record.", "To see it."]
    assert again.signed[-1].what == "codes in 1 places, no_takeover below -> proficient"
    assert [unit.reader.model_dump(mode="json") for unit in again.turns[4].units if unit.reader] == [
        {"code": "directive", "focus": None, "signed": "To see it."}
    ]
    assert check_golden(again, deaf) == []
    assert load(save(again, signed.parent)) == again


# Commands


def test_the_command_records_and_signs(small: Path, capsys: pytest.CaptureFixture[str]):
    assert command(["sign", "small", "--why", "First record.", "--date", "2026-11-28"], small.parent) == 0
    assert capsys.readouterr().out.startswith("small.yaml: ")
    assert check_golden(load(small)) == []
    assert command(["sign", "small", "--why", "Again."], small.parent) == 2
    assert command(["sign", "small", "--why", " "], small.parent) == 2
    assert command(["sign", "large", "--why", "Again."], small.parent) == 2
    assert command(["sign", "all", "--why", "Again."], small.parent) == 0
    assert capsys.readouterr().out == "nothing has changed, so there is nothing to sign\n"


def test_all_that_changed_can_be_signed_for_at_once(signed: Path, capsys: pytest.CaptureFixture[str]):
    text = signed.read_text(encoding="utf-8")
    signed.write_text(text.replace("Shows the shape", "Shows all the shape"), encoding="utf-8")

    assert command(["sign", "all", "--why", "A word was missing.", "--date", "0.4.0"], signed.parent) == 0

    assert capsys.readouterr().out == "small.yaml: the file\n"
    assert [entry.why for entry in load(signed).signed] == ["First record.", "A word was missing."]


def test_the_table_says_where_hand_and_product_differ_and_what_is_unsigned(small: Path):
    found = golden_report([load(small)])

    assert found.figures["units"] == 4
    assert [(one.code, one.hand) for one in found.codes if one.hand] == [
        ("open_question", 1),
        ("reflection", 1),
        ("takeover", 1),
        ("other", 1),
    ]
    assert "small.yaml: seal: recorded none" in found.as_text()


def run(*arguments: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["askwell", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    return stopped.value.code if isinstance(stopped.value.code, int) else 0


def test_the_command_line_is_content_where_nothing_differs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    few = tuple(load(GOLDEN / f"{name}.yaml") for name in FEW)
    monkeypatch.setattr(evals.golden.golden, "all_golden", lambda: few)

    assert run("eval", "golden", "--json", monkeypatch=monkeypatch) == 0

    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == ["figures", "codes", "criteria", "levels", "misses", "differences"]
    assert [entry["id"] for entry in printed["levels"]] == FEW
    assert printed["differences"] == []


def test_the_command_line_fails_where_something_differs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], small: Path
):
    unsigned: tuple[Golden, ...] = (load(small),)
    monkeypatch.setattr(evals.golden.golden, "all_golden", lambda: unsigned)

    assert run("eval", "golden", monkeypatch=monkeypatch) == 1
    assert 'python -m evals.golden sign small --why "..."' in capsys.readouterr().out
