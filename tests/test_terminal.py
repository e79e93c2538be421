"""Typing at a terminal: the line is edited, a paste is one turn, a slip isn't said to the rep, and nothing is lost."""

from __future__ import annotations

import os
import re
import select
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from askwell.cli.commands import Command, command_in
from askwell.cli.output import local_time
from askwell.cli.scripted import read_script
from askwell.cli.typing_line import edited_lines
from bot.errors import TranscriptError
from bot.store import Store
from bot.testing import write_small

ROOT = Path(__file__).parents[1]
LEFT, RIGHT, UP, BACKSPACE = "\x1b[D", "\x1b[C", "\x1b[A", "\x7f"


def pasted(text: str) -> str:
    return f"\x1b[200~{text}\x1b[201~"


def read_from(keys: str, before: list[str]) -> str:
    """What is read of some keys, in a thread of its own: a browser's tests leave an event loop running in theirs."""

    def read() -> str:
        with create_pipe_input() as typed, create_app_session(input=typed, output=DummyOutput()):
            typed.send_text(keys)
            return edited_lines(before)("Karen: ")

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(read).result()


# Keys


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (f"What worriss{LEFT}{BACKSPACE}e{RIGHT} you?\r", "What worries you?"),
        (pasted("What is\nthe plan?\r\nAnd who owns it?") + "\r", "What is\nthe plan?\nAnd who owns it?"),
        ("One\x1b\rtwo\r", "One\ntwo"),
        (f"{UP}{UP}\r", "First."),
        ("Über café\r", "Über café"),
    ],
)
def test_a_line_is_edited_and_a_paste_is_one_text(keys: str, said: str):
    assert read_from(keys, ["First.", "Second."]) == said


def test_the_end_of_input_and_ctrl_c_are_told_apart():
    with pytest.raises(EOFError):
        read_from("\x04", [])
    with pytest.raises(KeyboardInterrupt):
        read_from("Half a\x03", [])


# Commands


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("/end", Command.END),
        ("  /END ", Command.END),
        ("/quit", Command.QUIT),
        ("/exit", Command.QUIT),
        ("/nudge", Command.NUDGE),
        ("/hint", Command.NUDGE),
        ("end", None),
        ("What about /end of the quarter?", None),
        ("/home/ana/notes.md is where I keep them", None),
        ("50/50 at best", None),
        ("/end\nof the quarter", None),
    ],
)
def test_a_command_is_told_apart_from_talk(typed: str, command: Command | None):
    assert command_in(typed) is command


@pytest.mark.parametrize("typed", ["/ned", "/help", "/?", "/", "/nugde please", "/en d"])
def test_a_slip_is_not_said_to_the_rep(typed: str):
    with pytest.raises(TranscriptError, match=r"^\S+ is not a command; type /nudge for a hint, /end for the debrief"):
        command_in(typed)


def test_a_command_with_more_behind_it_is_not_run():
    with pytest.raises(TranscriptError, match=r"^/end takes nothing after it; type /end alone$"):
        command_in("/end of the quarter")


# Scripts


def test_a_script_holds_turns_commands_and_notes():
    script = read_script("# note\nHi.\n\n/nudge\n#1 is what?\n/end\nnever\n/nonsense\n", "s.txt")

    assert (script.steps, script.quits) == (("Hi.", Command.NUDGE, "#1 is what?"), 0)
    assert read_script("Hi.\n/quit\n", "s.txt").quits == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hi.\n/ned\n", "s.txt:2: /ned is not a command; type /nudge"),
        ("# only\n\n/nudge\n/end\n", "s.txt:1: the script is empty; write one manager turn per line"),
    ],
)
def test_a_wrong_script_is_named_by_line(text: str, said: str):
    with pytest.raises(TranscriptError) as caught:
        read_script(text, "s.txt")

    assert str(caught.value).startswith(said)


# Times


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        (UTC, "2026-11-29 01:31 UTC"),
        (timezone(timedelta(hours=-5), "EST"), "2026-11-28 20:31 EST"),
        (timezone(timedelta(hours=5, minutes=30)), "2026-11-29 07:01 UTC+05:30"),
    ],
)
def test_a_time_has_its_zone_beside_it(zone: timezone, said: str):
    assert local_time(datetime(2026, 11, 29, 1, 31, tzinfo=UTC), zone) == said


# A real terminal


class Terminal:
    """`askwell practice` at a pseudo-terminal."""

    def __init__(self, home: Path, *arguments: str) -> None:
        import pty

        self.seen = ""
        self._process, self._terminal = pty.fork()
        if self._process == 0:
            environment = {**os.environ, "ASKWELL_HOME": str(home / "home"), "ASKWELL_DATA": str(home), "TERM": "xterm"}
            os.chdir(ROOT)
            os.execve(sys.executable, [sys.executable, "-m", "askwell.cli", "practice", *arguments], environment)

    def wait_for(self, words: str, times: int = 1, seconds: float = 60.0) -> None:
        """Read until the words were printed so often, apart from colours and cursor movements."""
        ends = time.monotonic() + seconds
        while len(re.findall(re.escape(words), self._plain())) < times:
            assert time.monotonic() < ends, self._plain()
            self._read()

    def type(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def exit_code(self) -> int:
        """Read to the end."""
        while self._read():
            pass
        _, status = os.waitpid(self._process, 0)
        os.close(self._terminal)
        return os.waitstatus_to_exitcode(status)

    def _read(self) -> bool:
        if not select.select([self._terminal], [], [], 1.0)[0]:
            return True
        try:
            data = os.read(self._terminal, 65536)
        except OSError:  # Linux says so when the other side is closed
            return False
        self.seen += data.decode("utf-8", "replace")
        return bool(data)

    def _plain(self) -> str:
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.seen)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    write_small(tmp_path)
    return tmp_path


@pytest.mark.nightly
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo-terminals")
def test_a_conversation_is_stopped_with_ctrl_c_and_resumed(small: Path):
    first = Terminal(small, "small-deal")
    first.wait_for("/quit to stop and resume later")
    first.wait_for("Nora:")
    first.type(f"Morniing{LEFT}{LEFT}{LEFT}{BACKSPACE}\x1b[F, Ada.\r")
    first.wait_for("Ada: ")
    first.type("/ned\r")
    first.wait_for("/ned is not a command")
    first.type("\x03")
    assert first.exit_code() == 130

    with Store.open(f"sqlite:///{small / 'home' / 'askwell.db'}") as store:
        [head] = store.heads()
        assert (head.turns, head.ended_at) == (2, None)
        assert store.load(head.id).turns[0].text == "Morning, Ada."
    assert f"askwell: stopped. To resume: askwell practice --resume {head.id}" in first.seen

    again = Terminal(small, "--resume")
    again.wait_for("Nora: Morning, Ada.")
    again.wait_for("Nora:", times=2)
    again.type(pasted("What is going well?\nWhat worries you?") + "\r")
    again.wait_for("Ada: ", times=2)
    again.type("/end\r")
    assert again.exit_code() == 0
    assert f"To see it: askwell sessions show {head.id}" in again.seen
    with Store.open(f"sqlite:///{small / 'home' / 'askwell.db'}") as store:
        assert [turn.text for turn in store.load(head.id).turns if turn.is_manager] == [
            "Morning, Ada.",
            "What is going well?\nWhat worries you?",
        ]
    kept = [path for path in (small / "home").rglob("*") if path.is_file() and path.suffix != ".npy"]
    assert not [path for path in kept if b"Morning, Ada." in path.read_bytes() and "askwell.db" not in path.name]
