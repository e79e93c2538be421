"""The command line: what it prints, and how it says what is wrong."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import typer.main

from askwell.cli import main
from askwell.cli.commands import EXPLAINED
from askwell.cli.sessions import open_store
from bot.engine import Engine
from bot.practice import Practice
from bot.preferences import Consent, keep_consent
from bot.scenario import file_schema
from bot.scenario.library import Library
from bot.settings import settings
from bot.store import Challenge
from bot.talk.codebook import Code
from bot.testing import SMALL, FakeEndpoint, Fault, Received, write_small

SCRIPTS = Path(__file__).parent / "scripts"
COMMANDS = cache(typer.main.get_command)
SHORT = "What worries you?\n\n  You need to call him today.  \nI'll call him myself.\n"
CALL = "Karen: What worries you?\nMike: The contract.\nKaren: Call them today.\nMike: I will.\n"


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Askwell = Callable[..., Done]


@pytest.fixture
def askwell(default_engine: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Askwell:
    """Runs one command in this process, on the session's engine."""

    # The commands are built anew for each call; once is enough here.
    monkeypatch.setattr(typer.main, "get_command", COMMANDS)

    def run(*arguments: str | Path, stdin: str | bytes = "") -> Done:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "argv", ["askwell", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        settings.cache_clear()
        with pytest.raises(SystemExit) as stopped:
            main()
        printed = capsys.readouterr()
        return Done(stopped.value.code if isinstance(stopped.value.code, int) else 0, printed.out, printed.err)

    return run


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A directory of one's own with a sound scenario and a broken one."""
    write_small(tmp_path / "own")
    write_small(tmp_path / "own", ("lens: deal", "lens: moon\nmoon: 1"), scenario_id="broken")
    return tmp_path / "own"


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# Bad input: exit 2, one line on standard error, nothing on standard output

LINE_OF_20000 = f"What worries you?\n{'x' * 20000}\n"
FILES: dict[str, str | bytes] = {
    "short.txt": SHORT,
    "call.txt": CALL,
    "empty.txt": "\n \n\t\n",
    "quits.txt": "What worries you?\n/quit\n",
    "slip.txt": "What worries you?\n/ned\n",
    "long.txt": LINE_OF_20000,
    "alone.txt": "Karen: What worries you?\nKaren: Hello?\n",
    "nobody.txt": "\n",
    "three.txt": "A: x\nB: y\nC: z\n",
    "latin.txt": b"Karen: caf\xe9?\nMike: Oui.\n",
    "page.html": "<!doctype html><p>Karen: x</p>",
    "zero.txt": b"Karen: x\x00\nMike: y\n",
    "bad.json": '{"turns": [}',
    "bad.jsonl": '{"text": "Fine."}\n{"txt": "Fine."}\n',
    "deep.jsonl": '{"text": "Fine."}\n' + "[" * 99999,
    "context.jsonl": '{"text": "Fine.", "context": 3}\n',
    "questions.jsonl": '{"text": "What?"}\n',
}
VARIANTS = "choose one of base, budget-freeze, new-boss, random"
SCENARIOS = f"choose one of {', '.join(Library().scenario_ids())}"
NO_DIRECTORY = "not a directory; give one that contains scenarios/ or knowledge/"
WHO_IS_WHO = 'Say who is who with --manager NAME, --rep NAME and --ignore NAME: A "x"; B "y"; C "z"'
BAD = [
    ("practice nobody --script short.txt", f"there is no scenario 'nobody'; {SCENARIOS}"),
    ("practice ../x --script short.txt", f"there is no scenario '../x'; {SCENARIOS}"),
    ("practice --variant nobody --script short.txt", f"jones-deal: there is no variant 'nobody'; {VARIANTS}"),
    ("practice --script missing.txt", "missing.txt: no such file"),
    ("practice --script .", ".: this is a directory; give one file"),
    ("practice --script empty.txt", "empty.txt:1: the script is empty; write one manager turn per line"),
    ("practice --script long.txt", "long.txt:2: 20,000 characters is too long; the limit is 8,000 a turn"),
    ("practice --script long.txt --save", "long.txt:2: 20,000 characters is too long; the limit is 8,000 a turn"),
    ("practice --script latin.txt", "latin.txt: not UTF-8 text (byte 10)"),
    ("practice --script zero.txt", "zero.txt: not text: it contains a zero byte"),
    ("practice --json", "--json needs --script FILE"),
    ("practice --save", "--save needs --script FILE"),
    ("practice --resume nobody", "we can't find session 'nobody'; to see your sessions: askwell sessions list"),
    ("practice --resume", "no session is in progress; start one with: askwell practice"),
    (
        "practice --resume --seed 3",
        "--resume and --seed don't go together: the session keeps what it began with",
    ),
    ("practice --script quits.txt", "quits.txt:2: /quit: without --save there is nothing to resume; use /end"),
    ("practice --script quits.txt --save --json", "quits.txt:2: /quit: --json prints a debrief; use /end"),
    (
        "practice --script slip.txt --save",
        f"slip.txt:2: /ned is not a command; type {EXPLAINED}. To say it, don't begin with a slash",
    ),
    ("practice --voice nobody", "--voice: 'nobody' is not lines or model"),
    (
        "practice --voice model --script short.txt",
        "no model is configured; set ASKWELL_BASE_URL and ASKWELL_MODEL, or OPENAI_API_KEY",
    ),
    ("score missing.txt", "missing.txt: no such file"),
    ("score alone.txt", "alone.txt: only 'Karen' speaks; a conversation needs a manager and a rep"),
    ("score nobody.txt", "nobody.txt: no one speaks; write 'Name: words', one turn per line"),
    ("score three.txt", f"three.txt: 3 people speak (A, B, C); there must be two. {WHO_IS_WHO}"),
    ("score call.txt --manager Karin", "call.txt: 'Karin' doesn't speak; choose one of Karen, Mike"),
    ("score page.html", "page.html: this is a web page or XML; save the transcript as .txt, .docx or .vtt"),
    ("score bad.json", "bad.json:1:12: not valid JSON: Expecting value"),
    ("code", "give either a TEXT or --jsonl FILE"),
    ("code Hello --jsonl bad.jsonl", "give either a TEXT or --jsonl FILE"),
    ("code --jsonl missing.jsonl", "missing.jsonl: no such file"),
    ("code --jsonl bad.jsonl", "bad.jsonl:2: text: each line must be an object with 'text'"),
    ("code --jsonl bad.json", "bad.json:1:12: not valid JSON: Expecting value"),
    ("code --jsonl deep.jsonl", "deep.jsonl:2: not valid JSON: nested too deeply, or a number too long"),
    ("code --jsonl context.jsonl", "context.jsonl:1: context: must be text"),
    ("scenario check nobody", f"there is no scenario 'nobody'; {SCENARIOS}"),
    ("scenario check missing.yaml", "missing.yaml: no such file"),
    ("knowledge search _", "the query is empty; type a few words"),
    ("eval bench answers --data missing.jsonl", "missing.jsonl: can't be read: No such file or directory"),
    ("sessions show nothing", "we can't find session 'nothing'; to see your sessions: askwell sessions list"),
    ("sessions export nothing", "we can't find session 'nothing'; to see your sessions: askwell sessions list"),
    ("sessions delete nothing --yes", "we can't find session 'nothing'; to see your sessions: askwell sessions list"),
    ("--data nowhere scenario list", f"nowhere: {NO_DIRECTORY}"),
    ("--data call.txt practice --script short.txt", f"call.txt: {NO_DIRECTORY}"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("command", "said"), BAD, ids=[command for command, _ in BAD])
def test_bad_input_is_told_in_one_line(
    askwell: Askwell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, said: str
):
    for name, content in FILES.items():
        if name in command:
            written(tmp_path / name, content)
    monkeypatch.chdir(tmp_path)

    done = askwell(*(word.replace("_", " ") for word in command.split()))

    assert done == Done(2, "", f"askwell: {said}\n")


def test_a_broken_scenario_is_named_with_its_place(askwell: Askwell, own: Path, tmp_path: Path):
    script = written(tmp_path / "short.txt", SHORT)
    done = askwell("--data", own, "practice", "broken", "--script", script)

    assert done.code == 2
    assert done.out == ""
    assert re.fullmatch(
        r"askwell: broken/scenario\.yaml:10:1: moon: is not a field here; the fields are id, .* \(and 1 more\)\n",
        done.err,
    )


@pytest.mark.parametrize(
    "command", ["sessions list", "practice --script short.txt --save", "practice", "sessions show x"]
)
def test_a_home_that_cannot_be_written_is_named(
    askwell: Askwell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
):
    written(tmp_path / "short.txt", SHORT)
    written(tmp_path / "file", "not a directory")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASKWELL_HOME", str(tmp_path / "file" / "home"))

    done = askwell(*command.split())

    place = tmp_path / "file" / "home" / "askwell.db"
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"askwell: {place}: can't create its directory: Not a directory; create it, "
        "or set ASKWELL_HOME or ASKWELL_DATABASE_URL to keep sessions elsewhere\n"
    )


@pytest.mark.slow
def test_an_unsaved_script_needs_no_home(askwell: Askwell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ASKWELL_HOME", str(written(tmp_path / "file", "not a directory") / "home"))

    assert askwell("practice", "--script", "-", "--json", stdin=SHORT).code == 0


def test_a_cache_that_cannot_be_kept_is_an_error_when_it_was_asked_for(
    askwell: Askwell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home = written(tmp_path / "file", "not a directory") / "home"
    monkeypatch.setenv("ASKWELL_HOME", str(home))

    done = askwell("knowledge", "rebuild", "--if-stale")

    said = f"askwell: {home / 'cache'}: can't be written to; set ASKWELL_HOME to a directory that can\n"
    assert done == Done(2, "", said)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "ASKWELL_PORT",
            "many",
            "ASKWELL_PORT: input should be a valid integer, unable to parse string as an integer",
        ),
        ("ASKWELL_PORT", "70000", "ASKWELL_PORT: input should be less than or equal to 65535"),
        (
            "ASKWELL_DATABASE_URL",
            "nonsense",
            "ASKWELL_DATABASE_URL: not a database URL; write it like sqlite:////home/me/askwell.db",
        ),
    ],
)
def test_a_setting_that_is_wrong_is_named(
    askwell: Askwell, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
):
    monkeypatch.setenv(name, value)

    assert askwell("sessions", "list") == Done(2, "", f"askwell: {said}\n")


def test_an_empty_setting_is_no_setting(askwell: Askwell, monkeypatch: pytest.MonkeyPatch):
    for name in ("ASKWELL_PORT", "ASKWELL_DATA", "ASKWELL_DATABASE_URL"):
        monkeypatch.setenv(name, "")

    assert askwell("sessions", "list") == Done(0, "no sessions yet; start one with: askwell practice\n", "")


def test_a_benchmark_that_there_is_not_is_named_with_the_choices(askwell: Askwell):
    done = askwell("eval", "bench", "nothing")

    assert (done.code, done.out) == (2, "")
    assert re.fullmatch(r"askwell: there is no benchmark 'nothing'; choose one of .*speed, voice\n", done.err)


@pytest.mark.parametrize(
    "command", ["nothing", "practice --seed many", "score", "sessions show", "knowledge search a -k 99"]
)
def test_wrong_usage_ends_with_two(askwell: Askwell, command: str):
    done = askwell(*command.split())

    assert (done.code, done.out) == (2, "")
    assert "Error: " in done.err
    assert "Traceback" not in done.err


@pytest.mark.slow
def test_a_full_disk_is_told_in_one_line(tmp_path: Path):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "askwell.cli", "scenario", "list"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) == (2, "askwell: the output: No space left on device\n")


@pytest.mark.slow
def test_a_reader_that_leaves_is_no_trouble():
    command = f"{sys.executable} -m askwell.cli scenario list | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stderr) in ((0, ""), (1, ""))


# Help


def test_help_names_every_command(askwell: Askwell):
    done = askwell("--help")

    assert (done.code, done.err) == (0, "")
    listed = re.findall(r"^  ([a-z]+)  ", done.out.partition("Commands:")[2], re.MULTILINE)
    assert listed == [
        "practice",
        "score",
        "code",
        "ui",
        "doctor",
        "scenario",
        "knowledge",
        "programme",
        "eval",
        "sessions",
    ]


# practice

UNIT = ["text", "start", "end", "code", "focus", "flags", "confidence"]


def test_a_script_gives_the_documented_json(askwell: Askwell):
    done = askwell("practice", "--script", "-", "--seed", "3", "--json", stdin=SHORT)
    result = done.json

    assert (done.code, done.err) == (0, "")
    assert list(result) == [
        "session", "scenario", "variant", "seed", "turns", "facts", "insights", "steps", "spoken_steps", "epilogue",
        "scorecard", "nudges",
    ]  # fmt: skip
    assert (result["session"], result["scenario"], result["variant"], result["seed"]) == (None, "jones-deal", "base", 3)
    assert [list(turn) for turn in result["turns"]] == [["index", "speaker", "text", "units", "said"]] * 6
    assert [turn["said"] for turn in result["turns"][::2]] == [None] * 3
    assert all(turn["said"]["voice"] == "lines" and turn["said"]["lines"] for turn in result["turns"][1::2])
    assert [(turn["index"], turn["speaker"]) for turn in result["turns"]] == list(enumerate(["manager", "rep"] * 3))
    said = ["What worries you?", "You need to call him today.", "I'll call him myself."]
    assert [turn["text"] for turn in result["turns"][::2]] == said
    assert all(turn["text"] and turn["units"] == [] for turn in result["turns"][1::2])
    for turn in result["turns"][::2]:
        assert [list(unit) for unit in turn["units"]] == [UNIT] * len(turn["units"])
        assert all(turn["text"][unit["start"] : unit["end"]] == unit["text"] for unit in turn["units"])
    assert list(result["facts"]) == ["elicited", "donated", "told", "missed"]
    facts = [fact.id for fact in Library().scenario("jones-deal").facts]
    assert sorted(fact for ids in result["facts"].values() for fact in ids) == sorted(facts)
    assert all(list(step) == ["id", "author", "committed", "outcome"] for step in result["steps"])
    assert list(result["epilogue"]) == ["id", "text"]
    assert list(result["scorecard"]) == ["measures", "criteria", "overall", "feedback", "provenance"]


@pytest.mark.slow
def test_the_same_script_seed_and_variant_give_the_same_bytes(askwell: Askwell):
    def run(seed: int) -> str:
        return askwell("practice", "--script", SCRIPTS / "telling.txt", "--seed", str(seed), "--json").out

    assert run(1) == run(1) != run(2)


@pytest.mark.nightly
@pytest.mark.slow
def test_processes_and_hash_seeds_change_nothing(home: Path, engine: Engine):
    engine.warm(engine.library.scenario("jones-deal"))  # so that both only read the cache
    command = [sys.executable, "-W", "error::UserWarning", "-m", "askwell.cli", "practice", "--json"]
    command += ["--script", str(SCRIPTS / "coaching.txt"), "--seed", "5"]
    running = [
        subprocess.Popen(
            command,
            env={**os.environ, "ASKWELL_HOME": str(home), "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for seed in ("1", "2")
    ]
    first, second = (process.communicate(timeout=120) for process in running)

    assert [process.returncode for process in running] == [0, 0]
    assert first == second
    assert json.loads(first[0])["scorecard"]["overall"]["level"] in ("coaching", "coaching_well")


def test_a_script_is_shown_with_codes_and_debrief(askwell: Askwell):
    done = askwell("practice", "--script", "-", stdin="\ufeff" + SHORT)

    assert done.code == 0
    assert done.out.startswith("Mike speaks scripted lines.\n\nKaren: What worries you?\n")
    assert "Karen: What worries you?\n    A  open_question     What worries you?\nMike: " in done.out
    assert "\n    P  takeover          I'll call him myself.\n" in done.out
    for heading in ("Elicited: ", "Donated: ", "Told by you: ", "Missed: ", "Instead of "):
        assert f"\n{heading}" in done.out
    assert "Session saved" not in done.out


def test_a_variant_can_be_drawn(askwell: Askwell):
    drawn = askwell("practice", "--script", "-", "--variant", "random", "--seed", "4", "--json", stdin="Hello.").json

    assert drawn["variant"] == Library().scenario("jones-deal", "random", 4).variant


@pytest.mark.slow
def test_a_scenario_of_ones_own_is_played(askwell: Askwell, own: Path):
    words = "Tell me about the money."
    done = askwell("--data", own, "practice", "small-deal", "--script", "-", "--json", stdin=words)

    assert (done.code, done.json["scenario"]) == (0, "small-deal")
    assert done.json["facts"]["elicited"][:1] == ["budget"]


def test_only_a_line_feed_ends_a_turn(askwell: Askwell):
    done = askwell("practice", "--script", "-", "--json", stdin="One\u2028two\x0bthree.\r\nFour.\r")

    assert [turn["text"] for turn in done.json["turns"][::2]] == ["One\u2028two\x0bthree.", "Four."]


def test_commands_of_a_script_are_done_as_in_the_terminal(askwell: Askwell):
    script = "# note\nWhat worries you?\n/nudge\nWhat else?\n/end\nnever said\n"
    result = askwell("practice", "--script", "-", "--json", stdin=script).json
    printed = askwell("practice", "--script", "-", stdin=script).out

    assert [turn["text"] for turn in result["turns"][::2]] == ["What worries you?", "What else?"]
    [nudge] = result["nudges"]
    assert (nudge["turn"], list(nudge)) == (2, ["turn", "text"])
    assert f"  ({nudge['text']})\nKaren: What else?\n" in printed


def test_a_script_that_quits_leaves_a_session_to_resume(askwell: Askwell):
    said = askwell("practice", "--script", "-", "--save", stdin="What worries you?\n/quit\nnever said\n").out
    stopped = re.search(r"\nStopped\. To resume: askwell practice --resume ([0-9a-f]{12})\n$", said)
    assert stopped

    session = stopped[1]
    resumed = askwell("practice", session, "--resume", stdin="/ned\nWhat else?\n/end\n")
    ended = askwell("practice", "--resume", session)

    assert (resumed.code, resumed.err) == (0, "")
    assert "\nKaren: What worries you?\nMike: " in resumed.out
    assert "  (/ned is not a command; " in resumed.out
    assert [turn["text"] for turn in askwell("sessions", "export", session).json["turns"][::2]] == [
        "What worries you?",
        "What else?",
    ]
    assert ended.err == f"askwell: session {session} has ended; to see it: askwell sessions show {session}\n"


def test_a_conversation_that_is_stopped_is_kept_and_the_newest_resumed(askwell: Askwell):
    stopped = askwell("practice", stdin="What worries you?\n/quit\n")
    [head] = askwell("sessions", "list", "--json").json

    assert (stopped.code, head["ended_at"], head["turns"]) == (0, None, 2)
    assert stopped.out.endswith(f"Stopped. To resume: askwell practice --resume {head['id']}\n")
    assert askwell("practice", "--resume", stdin="/end\n").code == 0
    assert askwell("sessions", "list", "--json").json[0]["ended_at"]


def test_the_version_is_printed(askwell: Askwell):
    assert askwell("--version") == Done(0, f"askwell {metadata.version('askwell')}\n", "")


def test_a_conversation_in_the_terminal(askwell: Askwell):
    done = askwell("practice", stdin="/nudge\nWhat worries you?\n\n/end\nnever said\n")

    assert (done.code, done.err) == (0, "")
    assert "Competitors: (blank)" in done.out
    assert re.search(r"Karen:   \([A-Z].*\)\n", done.out)  # the nudge
    assert re.search(r"\nKaren: Mike: [A-Z].+\n", done.out)
    assert "(turn: this is blank; type what you would say to the rep)" in done.out
    assert "never said" not in done.out
    assert re.search(r"\nSession saved\. To see it: askwell sessions show [0-9a-f]{12}\n$", done.out)


@pytest.mark.slow
def test_the_terminal_says_first_who_words_the_rep_and_how_to_switch(
    askwell: Askwell, own: Path, monkeypatch: pytest.MonkeyPatch
):
    def told(*options: str) -> str:
        printed = askwell("--data", own, "practice", "small-deal", *options).out
        assert "canary" not in printed
        return printed.splitlines()[1]

    assert told() == "Ada speaks scripted lines."

    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary0123456789")
    assert told() == (
        "Ada speaks scripted lines. With --voice model, gpt-4.1-mini words them: then each of your turns sends "
        "api.openai.com the conversation, the card and what Ada may say now."
    )
    by_model = "gpt-4.1-mini at api.openai.com words what Ada says. For scripted lines: --voice lines"
    assert told("--voice", "model") == by_model

    keep_consent(settings().home, Consent(True, "gpt-4.1-mini", "api.openai.com"))
    assert told() == by_model
    assert told("--voice", "lines").startswith("Ada speaks scripted lines. ")


@pytest.mark.slow
def test_a_scripted_line_in_place_of_the_models_is_explained_everywhere(
    askwell: Askwell, own: Path, monkeypatch: pytest.MonkeyPatch
):
    def practice(*options: str, stdin: str = "Morning, Ada.\n") -> Done:
        return askwell("--data", own, "practice", "small-deal", *options, stdin=stdin)

    with FakeEndpoint([Received(fault=Fault.UNAUTHORISED)]) as endpoint:
        monkeypatch.setenv("ASKWELL_BASE_URL", endpoint.url)
        monkeypatch.setenv("ASKWELL_MODEL", "fake")
        typed = practice(stdin="Morning, Ada.\n/end\n")
        printed = practice("--script", "-")
        played = practice("--script", "-", "--save", "--json")

    line = r"\n  \(scripted line: fake: .*scripted 401.*\)\n"
    assert all(re.search(line, done.out) for done in (typed, printed))
    assert re.match(r"fake at 127\.0\.0\.1:\d+ words what Ada says\.", printed.out)
    said = played.json["turns"][1]["said"]
    assert (said["voice"], "scripted 401" in said["note"]) == ("model:fake", True)
    assert not {"first", "seconds"} & set(said), "equal runs give equal bytes"
    session = played.json["session"]
    exported = askwell("sessions", "export", session).json["turns"][1]["said"]
    assert {name: exported[name] for name in said} == said
    assert re.search(line, askwell("sessions", "show", session).out)


def test_a_conversation_in_which_nothing_was_said_is_not_kept(askwell: Askwell):
    assert askwell("practice", stdin="").code == 0

    assert askwell("sessions", "list", "--json").json == []


def test_bytes_that_are_no_text_do_not_stop_a_conversation(askwell: Askwell):
    done = askwell("practice", stdin=b"What \xff worries you?\n/end\n")
    head = askwell("sessions", "list", "--json").json[0]

    assert done.code == 0
    assert askwell("sessions", "export", head["id"]).json["turns"][0]["text"] == "What \ufffd worries you?"


# sessions


def test_a_saved_script_can_be_listed_shown_exported_and_deleted(askwell: Askwell):
    saved = askwell("practice", "--script", "-", "--save", "--json", stdin=SHORT)
    session = saved.json["session"]
    assert re.fullmatch(r"[0-9a-f]{12}", session)

    (head,) = askwell("sessions", "list", "--json").json
    assert list(head) == [
        "id",
        "scenario",
        "title",
        "variant",
        "started_at",
        "ended_at",
        "turns",
        "level",
        "parent",
        "rep",
    ]
    assert head["rep"] == "Mike"
    assert (head["id"], head["scenario"], head["variant"], head["turns"]) == (session, "jones-deal", "base", 6)
    assert head["level"] == saved.json["scorecard"]["overall"]["level"]
    listed = rf"{session}  \d{{4}}-\d\d-\d\d \d\d:\d\d \S+  .+, with Mike  6 turns  .+\n"
    assert re.fullmatch(listed, askwell("sessions", "list").out)

    shown = askwell("sessions", "show", session)
    assert shown.code == 0
    assert "Karen: What worries you?\n    A  open_question     What worries you?\nMike: " in shown.out
    assert shown.out.endswith(f"\n{saved.json['scorecard']['overall']['sentence']}\n")

    exported = askwell("sessions", "export", session).json
    assert [turn["text"] for turn in exported["turns"]] == [turn["text"] for turn in saved.json["turns"]]
    assert exported["scorecard"] == saved.json["scorecard"]
    assert exported["turns"][1]["said"]["lines"]

    assert askwell("sessions", "delete", session, stdin="n\n").code == 1
    assert len(askwell("sessions", "list", "--json").json) == 1
    assert askwell("sessions", "delete", session, "--yes") == Done(0, f"deleted {session}\n", "")
    assert askwell("sessions", "list").out == "no sessions yet; start one with: askwell practice\n"


@pytest.mark.slow
def test_retries_and_corrected_codes_are_listed_shown_exported_and_deleted(askwell: Askwell, engine: Engine):
    session = askwell("practice", "--script", "-", "--save", "--json", stdin=SHORT).json["session"]
    with open_store() as store:
        unit = store.load(session).turns[0].units[0]
        at = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
        store.challenge(session, Challenge(0, unit.start, unit.end, unit.code, Code.CONFRONT, at))
        Practice.retry(session, 2, store, engine=engine, new_id=lambda: "once-more")

    label = {"text": unit.text, "context": "", "was": "open_question", "says": "confront", "scenario": "jones-deal"}
    assert askwell("sessions", "labels").json == {**label, "reader": engine.reader.id}
    assert askwell("sessions", "labels", "--session", session).json["says"] == "confront"
    again = askwell("code", "--jsonl", "-", stdin=askwell("sessions", "labels").out).json
    assert [one["code"] for one in again["units"]] == ["open_question"]
    askwell("practice", "--script", "-", "--save", stdin=SHORT)
    other = askwell("sessions", "list", "--json").json[0]["id"]
    assert askwell("sessions", "labels", "--session", other) == Done(0, "", "")

    assert [head["parent"] for head in askwell("sessions", "list", "--json").json] == [None, session, None]
    assert f"in progress  (retry of {session})\n" in askwell("sessions", "list").out
    shown = askwell("sessions", "show", "once-more").out
    assert f"\nA retry of {session}, from turn 2\n\nKaren: What worries you?\n" in shown
    assert f"open_question     {unit.text}\n       you say: confront\n" in shown
    exported = askwell("sessions", "export", "once-more").json
    assert (exported["parent"], exported["from_turn"]) == (session, 2)
    assert [(one["turn"], one["was"], one["says"]) for one in exported["challenges"]] == [
        (0, "open_question", "confront")
    ]

    asked = askwell("sessions", "delete", session, stdin="n\n")
    assert (asked.code, "and its retry? This can't be undone." in asked.out) == (1, True)
    assert askwell("sessions", "delete", session, "--yes").code == 0
    assert [head["id"] for head in askwell("sessions", "list", "--json").json] == [other]


def test_what_cannot_be_run_leaves_no_session(askwell: Askwell, tmp_path: Path):
    for script, arguments in ((LINE_OF_20000, ()), (SHORT, ("nobody",)), (SHORT, ("--variant", "nobody"))):
        file = written(tmp_path / "script.txt", script)
        assert askwell("practice", *arguments, "--script", file, "--save").code == 2

    assert askwell("sessions", "list", "--json").json == []


# score and code


def test_a_transcript_is_scored(askwell: Askwell, tmp_path: Path):
    file = written(tmp_path / "call.txt", CALL)
    result = askwell("score", file, "--json")

    assert (result.code, result.err, list(result.json)) == (0, "", ["scorecard", "speakers", "remarks"])
    assert result.json["speakers"] == {"manager": "Karen", "rep": "Mike", "why": "speaks first"}
    assert result.json["remarks"] == []
    card = result.json["scorecard"]
    assert list(card) == ["measures", "criteria", "overall", "feedback", "provenance"]
    assert card["overall"]["level"] == "not_scored"
    assert "discovery" not in [criterion["id"] for criterion in card["criteria"]]
    turns = [line.partition(": ")[2] for line in CALL.splitlines()]
    for criterion in card["criteria"]:
        assert all(quote["quote"] in turns[quote["turn"]] for quote in criterion["evidence"])
    assert askwell("score", "-", "--json", stdin=CALL).json == result.json
    named = askwell("score", "-", "--manager", "karen", "--json", stdin=CALL).json
    assert named == {**result.json, "speakers": {"manager": "Karen", "rep": "Mike", "why": "named"}}


def test_a_score_is_printed_for_people(askwell: Askwell):
    done = askwell("score", "-", stdin=CALL)

    assert done.out.startswith(
        'Manager: Karen, who speaks first. Rep: Mike. The other way round? Add --manager "Mike".\n'
        "Not scored: two manager turns; scoring needs at least three.\n  exploring       not_scored  "
    )
    assert "\nCoded by the packaged reader.\n" in done.out
    assert 'Turn 2: instead of "Call them today." try: ' in done.out


def test_a_third_voice_can_be_ignored_and_what_was_passed_over_is_said(askwell: Askwell):
    done = askwell("score", "-", "--ignore", "tom", stdin=f"[Recording starts]\n{CALL}Tom: Sorry.\nTom: Bye.\n")

    assert done.out.startswith(
        'Manager: Karen, who speaks first. Rep: Mike. The other way round? Add --manager "Mike".\n'
        "Note: 1 line passed over (above the conversation).\nNot scored: "
    )


def test_a_large_file_is_refused_before_it_is_read(askwell: Askwell, tmp_path: Path):
    file = tmp_path / "call.vtt"
    with file.open("wb") as sparse:
        sparse.truncate(50_000_000)
    tracemalloc.start()
    done = askwell("score", file)

    assert tracemalloc.get_traced_memory()[1] < 8_000_000  # it wasn't read
    tracemalloc.stop()
    assert (done.code, done.out) == (2, "")
    assert "call.vtt: 48 MB is too large; the limit is 20 MB." in done.err


def test_a_practice_that_was_printed_can_be_scored(askwell: Askwell):
    practice = askwell("practice", "--script", SCRIPTS / "telling.txt", "--json")
    card = askwell("score", "-", "--json", stdin=practice.out).json["scorecard"]

    assert card["measures"]["takeovers"] == practice.json["scorecard"]["measures"]["takeovers"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["karen-telling", "karen-coaching"])
def test_the_pair_that_ships_can_be_scored(askwell: Askwell, name: str):
    file = Path(__file__).parents[1] / "knowledge" / "conversations" / f"{name}.txt"
    level = askwell("score", file, "--json").json["scorecard"]["overall"]["level"]

    assert level in (("telling",) if name == "karen-telling" else ("coaching", "coaching_well"))


def test_a_turn_is_coded(askwell: Askwell):
    done = askwell("code", "What worries you? You need to call him today.")
    units = [json.loads(line) for line in done.out.splitlines()]

    assert [list(unit) for unit in units] == [UNIT] * 2
    assert [(unit["text"], unit["code"]) for unit in units] == [
        ("What worries you?", "open_question"),
        ("You need to call him today.", "advice"),
    ] or units[1]["code"] == "directive"


def test_lines_are_coded_in_order(askwell: Askwell):
    rows = [
        {"id": "b", "text": "What worries you?"},
        {"text": "Sounds like the contract\u2028worries you.", "context": "The contract worries me."},
        {"id": 7, "text": ""},
        {"id": None, "text": "half a pair \ud83d here"},
    ]
    done = askwell(
        "code", "--jsonl", "-", stdin="\n".join([json.dumps(rows[0]), "", *(json.dumps(r) for r in rows[1:])])
    )
    out = [json.loads(line) for line in done.out.rstrip("\n").split("\n")]

    assert (done.code, done.err) == (0, "")
    assert ["".join(key[0] for key in row) for row in out] == ["itu", "tu", "itu", "itu"]  # id, text, units
    assert [row.get("id", "-") for row in out] == ["b", "-", 7, None]
    assert [row["text"] for row in out] == [*(row["text"] for row in rows[:3]), "half a pair \ufffd here"]
    assert out[2]["units"] == []
    for row in out:
        assert all(row["text"][unit["start"] : unit["end"]] == unit["text"] for unit in row["units"])


def test_a_raw_line_separator_ends_no_json_line(askwell: Askwell):
    done = askwell("code", "--jsonl", "-", stdin='{"text": "One\u2028two."}\n')

    assert json.loads(done.out)["text"] == "One\u2028two."


# scenario


def test_scenarios_are_listed(askwell: Askwell, own: Path):
    rows = askwell("scenario", "list", "--json").json
    assert [row["id"] for row in rows] == Library().scenario_ids()
    assert [row for row in rows if row["id"] == "jones-deal"] == [
        {
            "id": "jones-deal",
            "title": "The Jones deal looks safe",
            "area": "lead_and_opportunity",
            "journey_gate": "evaluation",
            "lens": "deal",
            "difficulty": 2,
            "minutes": 12,
            "badge": next(card.badge for card in Library().cards() if card.id == "jones-deal"),
        }
    ]
    listed = askwell("--data", own, "scenario", "list")
    assert listed.code == 0
    assert [line.split()[0] for line in listed.out.splitlines()] == [*Library().scenario_ids(), SMALL]
    Library(own).award(SMALL, "qualified")
    listed_again = askwell("--data", own, "scenario", "list", "--json").json
    assert [row["badge"] for row in listed_again if row["id"] == SMALL] == ["qualified"]
    assert [line.split(": ")[1] for line in listed.err.splitlines()] == [
        "broken/scenario.yaml:10:1",
        "broken/scenario.yaml:9:1",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.nightly)])
def test_scenarios_are_checked(askwell: Askwell, own: Path, every: bool):
    done = askwell("--data", own, "scenario", "check", *([] if every else [own / "scenarios" / "broken"]))

    assert done.code == 1
    assert done.err.splitlines()[1] == "broken/scenario.yaml:9:1: lens: 'moon' is not one of deal, skill"


def test_a_mistake_in_any_variant_is_found(askwell: Askwell, tmp_path: Path):
    folder = write_small(tmp_path, ("      text: The pump budget is whole.", "      leads: nobody"))
    done = askwell("scenario", "check", folder)

    assert (done.code, done.out) == (1, "")
    assert done.err.endswith(": variant old-friend: facts[0].leads: 'nobody' is not one of budget, rival, tired\n")


def test_the_schema_is_printed(askwell: Askwell):
    assert askwell("scenario", "schema").json == json.loads(json.dumps(file_schema()))


# knowledge, eval, doctor
@pytest.mark.slow
def test_guidance_is_searched(askwell: Askwell):
    found = askwell("knowledge", "search", "asking several questions in one breath", "-k", "2", "--json").json

    assert [list(passage) for passage in found] == [["id", "title", "score", "source", "words"]] * 2
    assert "stacked-questions" in [passage["id"] for passage in found]
    assert "  Source: " in askwell("knowledge", "search", "stacked questions", "-k", "1").out


@pytest.mark.slow
@pytest.mark.parametrize("query", ["lentil soup recipe", "x" * 20000])
def test_a_search_that_finds_nothing_says_what_there_is(askwell: Askwell, query: str):
    areas = "lead and opportunity, pipeline, skills and behaviours, account, territory"
    said = f"Nothing here answers that. The guidance covers five areas of coaching: {areas}.\n"

    assert askwell("knowledge", "search", query) == Done(0, said, "")
    assert askwell("knowledge", "search", query, "--json").json == []


def test_found_words_are_marked(askwell: Askwell):
    assert "[questions]" in askwell("knowledge", "search", "stacked question", "-k", "1").out


@pytest.mark.slow
def test_knowledge_is_checked(askwell: Askwell, tmp_path: Path):
    assert askwell("knowledge", "check") == Done(0, "no problems; 0 of your own documents\n", "")
    folder = tmp_path / "own" / "knowledge" / "documents"
    folder.mkdir(parents=True)
    written(folder / "sheet.xlsx", "x")

    said = "sheet.xlsx:1: is not one of .docx, .htm, .html, .md, .pdf, .pptx, .rtf, .txt\n"
    assert askwell("--data", str(tmp_path / "own"), "knowledge", "check") == Done(1, "", said)


@pytest.mark.slow
def test_the_index_is_brought_up_to_date(askwell: Askwell):
    assert askwell("knowledge", "rebuild", "--if-stale") == Done(0, "the index is up to date\n", "")


def test_a_benchmark_that_misses_its_target_ends_with_one(
    askwell: Askwell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine
):
    from evals.benches import answers

    monkeypatch.setattr(answers, "default_engine", lambda: engine)
    turn = {"who": "manager", "text": "who is Priya?", "right": ["none"], "near": []}
    talk = {"id": "t1", "round": 1, "half": "mine", "scenario": "jones-deal", "turns": [turn]}
    file = written(tmp_path / "talks.jsonl", json.dumps(talk))
    done = askwell("eval", "bench", "answers", "--data", file, "--json")

    assert (done.code, done.json["met"]) == (1, False)
    assert list(done.json) == ["title", "met", "figures", "details", "failed", "absent"]


def test_the_doctor_speaks_for_programs_and_people(askwell: Askwell, monkeypatch: pytest.MonkeyPatch):
    from bot import doctor

    checks = [doctor.Check("python", True, "3.11"), doctor.Check("model", False, "missing; install it")]
    monkeypatch.setattr(doctor, "examine", lambda: checks)

    assert askwell("doctor") == Done(1, "ok    python       3.11\nFAIL  model        missing; install it\n", "")
    assert askwell("doctor", "--json").json == [
        {"name": "python", "ok": True, "said": "3.11"},
        {"name": "model", "ok": False, "said": "missing; install it"},
    ]
    monkeypatch.setattr(doctor, "examine", lambda: checks[:1])
    assert askwell("doctor").code == 0
