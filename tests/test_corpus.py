"""Scoring many real conversations: what is read, what is written, what fails and why, and going on after a kill."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from typer.testing import CliRunner

from askwell.cli.main import app
from bot.calls.read import call_of_text
from bot.errors import AskwellError, TranscriptError
from bot.reader import EncoderReader, RulesReader
from bot.scoring.score import coded, judged
from bot.talk.transcript import Transcript
from bot.testing import FakeEmbedder
from evals.corpora import corpus_row
from evals.corpora.corpus import CHUNK, score_corpus
from evals.corpora.corpus_in import MOST_LINE_BYTES, CallRow, Corpus
from evals.corpora.corpus_row import How, reason_of, score_chunk

ROOT = Path(__file__).resolve().parents[1]
RULES = How("rules")
TALK = [
    {"speaker": "Karen", "text": "What worries you about Jones?"},
    {"speaker": "Mike", "text": "The contract has been with Warren for three weeks."},
    {"speaker": "Karen", "text": "So he has gone quiet. What could you do?"},
    {"speaker": "Mike", "text": "I could ring him. I'll do it on Friday."},
    {"speaker": "Karen", "text": "Send me a note when you have."},
    {"speaker": "Mike", "text": "Will do."},
]
PLAIN = "\n".join(f"{turn['speaker']}: {turn['text']}" for turn in TALK)


def talk(number: int) -> dict[str, Any]:
    """A conversation of its own for each number."""
    return {"id": f"call-{number}", "turns": [{**turn, "text": f"{turn['text']} Number {number}."} for turn in TALK]}


def jsonl(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "askwell.cli", "eval", "corpus", *map(str, arguments)]


def score_row(row: CallRow, how: How) -> dict[str, Any]:
    return json.loads(score_chunk([row], how)[0])


def line(data: Any) -> CallRow:
    return CallRow(1, "line", data if isinstance(data, bytes) else json.dumps(data).encode())


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    return jsonl(tmp_path / "calls.jsonl", [talk(number) for number in range(2 * CHUNK + 1)])


# One row


def test_a_line_is_scored_as_its_transcript_is():
    card = judged(coded(Transcript.of(TALK), RulesReader())).as_json()

    assert score_row(line({"id": "a", "turns": TALK}), RULES) == {
        "id": "a",
        "source": 1,
        "scorecard": {
            "measures": card["measures"],
            "criteria": [{key: entry[key] for key in ("id", "level", "value", "why")} for entry in card["criteria"]],
            "overall": card["overall"],
            "provenance": {"reader": RulesReader().id, "rubric": "rubric-3"},
        },
    }


@pytest.mark.parametrize(
    "row",
    [
        line({"turns": TALK}),
        line({"text": PLAIN}),
        line({"text": json.dumps(TALK)}),
        CallRow(1, "file", PLAIN.replace("\n", "\r\n").encode()),
        CallRow(1, "file", b"\xef\xbb\xbf" + PLAIN.encode()),
        CallRow(1, "file", json.dumps({"turns": TALK}).encode()),
        CallRow(1, "turns", TALK),
        CallRow(1, "text", PLAIN),
    ],
)
def test_however_it_lies_the_figures_are_the_same(row: CallRow):
    assert score_row(row, RULES) == score_row(line({"turns": TALK}), RULES)


def test_without_quotes_no_word_of_it_is_written_and_with_them_the_evidence_is():
    said = {word for turn in TALK for word in turn["text"].rstrip(".?").split() if len(word) > 5}
    private, quoted = (score_chunk([line({"turns": TALK})], How("rules", quotes=quotes))[0] for quotes in (False, True))

    assert [word for word in sorted(said) if word in private] == []
    assert '{"turn": 0, "quote": "What worries you about Jones?", "code": "open_question"}' in quoted


def test_another_manager_may_be_named():
    row = line({"turns": TALK})

    assert score_row(row, How("rules", "mike"))["scorecard"]["measures"]["manager_turns"] == 3
    assert score_row(row, How("rules", "mike")) != score_row(row, RULES)
    assert score_row(row, How("rules", "Nobody"))["error"] == "the named manager doesn't speak"


@pytest.mark.parametrize("bad", [{"speaker": "", "text": "(laughs)"}, {"speaker": "Mike", "text": None}, None, 7])
def test_one_bad_entry_is_passed_over_and_counted(bad: Any):
    row = score_row(line({"turns": [*TALK, bad]}), RULES)

    assert row == {**score_row(line({"turns": TALK}), RULES), "passed_over": 1}


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (line(b'{"turns": ['), "not valid JSON"),
        (line(b"[" * 100_000), "not valid JSON"),
        (line(b"\xff\xfe"), "not UTF-8 text"),
        (line(b'{"text": "\x00"}'), "not text: it contains a zero byte"),
        (line([1, 2]), "a line that isn't an object"),
        (line({"id": "a"}), "no list of turns, and no text"),
        (line({"text": 7}), "no list of turns, and no text"),
        (line({"turns": "Karen: Hello"}), "no list of turns, and no text"),
        (line({"turns": [{"speaker": "Karen"}]}), "a turn without speaker or text"),
        (line({"turns": [{"speaker": " ", "text": "Hello"}]}), "a turn without speaker or text"),
        (line({"text": "Hello there"}), "words without a speaker"),
        (line({"turns": []}), "no one speaks"),
        (line({"text": "Karen: Hello"}), "only one person speaks"),
        (line({"text": "Karen: Hi\nMike: Hi\nTom: Hi"}), "more than two people speak"),
        (line({"id": {}, "turns": TALK}), "an id that isn't a whole number or text of at most 200 characters"),
        (line({"id": "a" * 201, "turns": TALK}), "an id that isn't a whole number or text of at most 200 characters"),
        (CallRow(1, "turns", None), "no list of turns, and no text"),
        (CallRow(1, "text", None), "no list of turns, and no text"),
        pytest.param(
            CallRow(1, "turns", [{**TALK[0], "text": "word " * MOST_LINE_BYTES}, *TALK]),
            "longer than 4 MB",
            marks=pytest.mark.nightly,
        ),
        (CallRow("a.txt", "unread", "longer than 4 MB", "a"), "longer than 4 MB"),
    ],
)
def test_what_cannot_be_scored_says_why_in_words_that_can_be_counted(row: CallRow, error: str):
    assert {**score_row(row, RULES), "id": None} == {"id": None, "source": row.source, "error": error}


@pytest.mark.parametrize("text", ["{", "Hello", "", "A: b", "A: b\nC: d\nE: f", '{"turns": 1}', '[{"speaker": 1}]'])
def test_every_complaint_of_the_parser_has_a_reason(text: str):
    with pytest.raises(TranscriptError) as problem:
        call_of_text(text, "row").transcript()

    assert reason_of(str(problem.value)) != "can't be read"


def test_a_name_in_a_transcript_does_not_choose_the_reason():
    said = "Turns: must be a list of turns"

    assert score_row(line({"text": said}), RULES)["error"] == "only one person speaks"


def test_units_that_are_embedded_together_are_read_as_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(corpus_row, "reader_of", lambda name: EncoderReader(FakeEmbedder()))
    rows = [line(talk(number)) for number in range(4)]

    assert score_chunk(rows, How()) == [score_chunk([row], How())[0] for row in rows]


def test_the_trained_reader_reads_many_turns_as_it_reads_one():
    reader = EncoderReader(FakeEmbedder())
    turns = [("What worries you? I'll call him.", "It's quiet."), ("", "Sure."), ("ok so what will you do", "")]

    assert reader.read_all(turns) == [reader.read(*turn) for turn in turns]


# A whole corpus


def test_a_directory_is_read_in_the_order_of_its_names(tmp_path: Path):
    calls = tmp_path / "calls"
    (calls / "b").mkdir(parents=True)
    (calls / "b" / "one.txt").write_text(PLAIN)
    (calls / "a.json").write_text(json.dumps(TALK))
    (calls / "c.md").write_text("no speaker here")
    (calls / ".hidden.txt").write_text(PLAIN)
    (calls / "photo.png").write_bytes(b"\x89PNG")
    found = score_corpus(Corpus.at(calls), tmp_path / "out.jsonl", RULES, jobs=1)
    written = lines(tmp_path / "out.jsonl")

    assert [(row["source"], row["id"], "scorecard" in row) for row in written] == [
        ("a.json", "a", True),
        ("b/one.txt", "one", True),
        ("c.md", "c", False),
    ]
    assert written[2] == {"id": "c", "source": "c.md", "error": "words without a speaker"}
    assert (found.scored, dict(found.failed), found.left_alone) == (2, {"words without a speaker": 1}, 1)


@pytest.mark.slow
def test_a_parquet_file_gives_what_its_lines_would(tmp_path: Path):
    rows = [talk(number) for number in range(150)]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "calls.parquet", row_group_size=40)
    text = [{"text": PLAIN, "id": 7}, {"text": None, "id": None}]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(text), tmp_path / "text.parquet")
    score_corpus(Corpus.at(tmp_path / "calls.parquet"), tmp_path / "a.jsonl", RULES, jobs=1)
    score_corpus(Corpus.at(jsonl(tmp_path / "calls.jsonl", rows)), tmp_path / "b.jsonl", RULES, jobs=1)
    score_corpus(Corpus.at(tmp_path / "text.parquet"), tmp_path / "c.jsonl", RULES, jobs=1)

    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    assert [(row["id"], row["source"], row.get("error")) for row in lines(tmp_path / "c.jsonl")] == [
        (7, 1, None),
        (None, 2, "no list of turns, and no text"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("skip", [0, 1, 63, 64, 99, 149, 150, 151])
def test_a_parquet_file_is_taken_up_at_any_row(tmp_path: Path, skip: int):
    rows = [{"text": f"row {number}"} for number in range(150)]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "a.parquet", row_group_size=50)

    assert [row.source for row in Corpus.at(tmp_path / "a.parquet").rows(skip)] == list(range(skip + 1, 151))


def test_malformed_lines_are_counted_and_the_run_goes_on(tmp_path: Path):
    calls = jsonl(
        tmp_path / "calls.jsonl",
        [
            "\ufeff",
            talk(1),
            "\n",
            "{broken\n",
            talk(1),
            '"word"\n',
            "x" * (MOST_LINE_BYTES + 9) + "\n",
            json.dumps(talk(2)),
        ],
    )
    found = score_corpus(Corpus.at(calls), tmp_path / "out.jsonl", RULES, jobs=1)

    assert [(row["source"], row.get("error")) for row in lines(tmp_path / "out.jsonl")] == [
        (1, None),
        (3, "not valid JSON"),
        (4, None),  # the same id twice: rows are known by their place
        (5, "a line that isn't an object"),
        (6, "longer than 4 MB"),
        (7, None),
    ]
    assert found.scored == 3
    assert dict(found.failed) == {"not valid JSON": 1, "a line that isn't an object": 1, "longer than 4 MB": 1}


def test_the_summary_lies_beside_the_output(calls: Path, tmp_path: Path):
    out = tmp_path / "out.jsonl"
    told = score_corpus(Corpus.at(calls), out, RULES, jobs=1).as_json()

    assert json.loads((tmp_path / "out.jsonl.summary.json").read_text()) == told
    assert list(told) == ["conversations", "scored", "levels", "failed", "not_scored", "left_alone", "this_run"]
    assert (told["conversations"], told["scored"], told["failed"]) == (2 * CHUNK + 1, 2 * CHUNK + 1, {})
    assert told["this_run"]["conversations"] == 2 * CHUNK + 1


# Going on


@pytest.mark.slow
@pytest.mark.parametrize("cut", [0, 1, 500, 0.3, 0.5, 0.999, 1.0], ids=str)
def test_wherever_a_run_was_killed_the_same_call_ends_with_the_same_bytes(calls: Path, tmp_path: Path, cut: float):
    out = tmp_path / "out.jsonl"
    score_corpus(Corpus.at(calls), out, RULES, jobs=1)
    whole = out.read_bytes()
    out.write_bytes(whole[: int(cut * len(whole)) if isinstance(cut, float) else cut])
    found = score_corpus(Corpus.at(calls), out, RULES, jobs=1)

    assert out.read_bytes() == whole
    assert found.scored == 2 * CHUNK + 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "change", "why"),
    [
        (How("linear"), None, "was coded by a different reader"),
        (How("rules", "Karen"), None, "has a different --manager"),
        (How("rules", quotes=True), None, "has a different --quotes"),
        (RULES, "input", "has a different input, or the input has changed"),
        (RULES, "state", "already exists, but out.jsonl.state doesn't say how it was made"),
        (RULES, "line", "not a line of a scored corpus"),
    ],
)
def test_an_output_of_another_run_is_refused_unless_it_is_begun_anew(
    calls: Path, tmp_path: Path, how: How, change: str | None, why: str, monkeypatch: pytest.MonkeyPatch
):
    named = {"rules": RulesReader(), "linear": EncoderReader(FakeEmbedder())}
    monkeypatch.setattr(corpus_row, "reader_of", named.__getitem__)
    monkeypatch.setattr("evals.corpora.corpus.reader_of", named.__getitem__)
    out = tmp_path / "out.jsonl"
    score_corpus(Corpus.at(calls), out, RULES, jobs=1)
    if change == "input":
        jsonl(calls, [talk(1)])
    if change == "state":
        (tmp_path / "out.jsonl.state").write_text("{")
    if change == "line":
        out.write_text("{}\n")
    before = out.read_bytes()

    with pytest.raises(AskwellError, match=why) as refused:
        score_corpus(Corpus.at(calls), out, how, jobs=1)

    assert str(refused.value).endswith("; --fresh starts over")
    assert out.read_bytes() == before
    assert score_corpus(Corpus.at(calls), out, how, jobs=1, fresh=True).here == len(list(Corpus.at(calls).rows()))


@pytest.mark.slow
def test_a_full_disk_stops_it_and_it_goes_on_when_there_is_room(calls: Path, tmp_path: Path):
    out, whole = tmp_path / "out.jsonl", tmp_path / "whole.jsonl"
    score_corpus(Corpus.at(calls), whole, RULES, jobs=1)
    room = whole.stat().st_size // 2
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(AskwellError, match=r"out.jsonl: .*; fix this and run the same command again to resume"):
            score_corpus(Corpus.at(calls), out, RULES, jobs=1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert 0 < out.stat().st_size <= room
    score_corpus(Corpus.at(calls), out, RULES, jobs=1)
    assert out.read_bytes() == whole.read_bytes()


@pytest.mark.nightly
@pytest.mark.slow
def test_killed_for_good_it_goes_on_and_any_number_of_processes_writes_the_same_bytes(tmp_path: Path):
    rows: list[Any] = [talk(number) for number in range(40 * CHUNK)]
    rows[77] = "{broken\n"
    calls, out, whole = jsonl(tmp_path / "calls.jsonl", rows), tmp_path / "out.jsonl", tmp_path / "whole.jsonl"
    score_corpus(Corpus.at(calls), whole, RULES, jobs=1)
    asked = command(calls, "--out", out, "--reader", "rules", "--jobs", 2, "--json")
    first = subprocess.Popen(asked, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while first.poll() is None and (not out.exists() or out.stat().st_size < whole.stat().st_size // 10):
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    written = out.stat().st_size
    second = subprocess.run(asked, capture_output=True, text=True)

    assert 0 < written < whole.stat().st_size
    assert second.returncode == 1, second.stderr  # one line of the input is broken
    assert json.loads(second.stdout)["failed"] == {"not valid JSON": 1}
    assert 0 < json.loads(second.stdout)["this_run"]["conversations"] < len(rows)
    assert out.read_bytes() == whole.read_bytes()


# The command


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["missing.jsonl", "--out", "out.jsonl"], "missing.jsonl: no such file or directory"),
        (["notes.csv", "--out", "out.jsonl"], "notes.csv: give a directory of transcripts, a .jsonl file"),
        (["bad.parquet", "--out", "out.jsonl"], "bad.parquet: can't be read as Parquet"),
        (["columns.parquet", "--out", "out.jsonl"], "columns.parquet: needs a column 'turns' (speaker and text)"),
        (["a.jsonl", "--out", "a.jsonl"], "--out a.jsonl: this is inside the input; write it elsewhere"),
        (["calls", "--out", "calls/out.jsonl"], "--out calls/out.jsonl: this is inside the input; write it elsewhere"),
        (["a.jsonl", "--out", "calls"], "--out calls: this is a directory; give a file"),
        (["a.jsonl", "--out", "out.jsonl", "--reader", "crystal"], "--reader: there is no reader 'crystal'"),
    ],
)  # fmt: skip
@pytest.mark.slow
def test_bad_usage_is_told_and_nothing_is_written(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "calls").mkdir()
    jsonl(tmp_path / "a.jsonl", [talk(1)])
    (tmp_path / "notes.csv").touch()
    (tmp_path / "bad.parquet").write_bytes(b"PAR0")
    pyarrow.parquet.write_table(pyarrow.table({"words": ["a"]}), tmp_path / "columns.parquet")
    before = sorted(tmp_path.rglob("*"))
    done = CliRunner().invoke(app, ["eval", "corpus", *arguments])

    assert isinstance(done.exception, AskwellError)
    assert told in str(done.exception)
    assert sorted(tmp_path.rglob("*")) == before


def test_the_summary_is_told_on_standard_error_and_a_failure_gives_exit_1(tmp_path: Path):
    calls = jsonl(tmp_path / "calls.jsonl", [talk(1), "{\n"])
    arguments = ["eval", "corpus", str(calls), "--out", str(tmp_path / "out.jsonl"), "--reader", "rules", "--jobs", "1"]
    done = CliRunner().invoke(app, arguments)

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("1 scored, 1 failed\n")
    assert "         1  failed: not valid JSON\n" in done.stderr


@pytest.mark.slow
def test_json_is_printed_and_exit_0_says_that_all_were_scored(tmp_path: Path):
    calls = jsonl(tmp_path / "calls.jsonl", [talk(1)])
    arguments = ["eval", "corpus", str(calls), "--out", str(tmp_path / "out.jsonl"), "--reader", "rules", "--json"]
    done = CliRunner().invoke(app, arguments)

    assert done.exit_code == 0
    assert json.loads(done.stdout) == json.loads((tmp_path / "out.jsonl.summary.json").read_text())


def test_an_empty_corpus_is_no_failure(tmp_path: Path):
    (tmp_path / "calls").mkdir()

    assert score_corpus(Corpus.at(tmp_path / "calls"), tmp_path / "out.jsonl", RULES).as_json()["conversations"] == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""
