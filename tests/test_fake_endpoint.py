"""`askwell fake-endpoint`: replies that fit their request when no model is at hand."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from askwell.cli import main
from bot.models.llm import METHODS, Message, Method, connect
from bot.models.probe import probe
from bot.settings import Settings
from bot.testing import FakeEndpoint, plausible_reply

Ran = Callable[..., tuple[int, str, str]]


class Colour(StrEnum):
    """An enumeration."""

    RED = "red"
    BLUE = "blue"


class Inner(BaseModel):
    """A part of a shape."""

    model_config = ConfigDict(extra="forbid")

    colour: Colour
    share: float = Field(ge=0, le=1)


class Shape(BaseModel):
    """One of everything that our shapes have."""

    model_config = ConfigDict(extra="forbid")

    inner: list[Inner]
    rating: int = Field(ge=1, le=5)
    n: int
    least: int = Field(ge=7)
    most: float = Field(le=-2)
    said: str = Field(min_length=30, max_length=40)
    kind: Literal["early", "late"]
    one: Literal["only"]
    yes: bool
    maybe: Colour | None
    pair: list[str] = Field(min_length=2)


def config(endpoint: FakeEndpoint, tmp_path: Path) -> Settings:
    return Settings(base_url=endpoint.url, model="fake", api_key=None, home=tmp_path)


@pytest.mark.parametrize("method", METHODS)
def test_a_structured_answer_fits_its_schema(method: Method, tmp_path: Path):
    with FakeEndpoint(plausible_reply) as endpoint:
        value = connect(config(endpoint, tmp_path), "feedback").ask_by(method, [Message("user", "Go on.")], Shape).value

    assert (value.rating, value.n, value.least, value.most) == (3, 1, 8, -3)
    assert value.inner == [Inner(colour=Colour.RED, share=0.5)]
    assert (value.said, value.pair) == ("something short...............", ["something short"] * 2)
    assert (value.kind, value.one, value.yes, value.maybe) == ("early", "only", True, Colour.RED)


@pytest.mark.parametrize(
    ("system", "said"),
    [
        (
            "You are Mike.\n- Stage: Final\n\nWhat you do in this reply:\nGive way, like this:\nIt's fine.\nNo more.",
            "It's fine.",
        ),
        (
            "- Stage: Final\n\nin words that you might use:\n- the plant: It's quiet. / It's shut.\n- Ed: He runs it.",
            "It's quiet.",
        ),
        (
            "You know:\n- nothing\n\nYou may say:\n- Amount: 3\n- I met Priya. At ten: she laughed.\n- More.",
            "I met Priya. At ten: she laughed.",
        ),
        ("Entries:\n1. They make board.\n2. They ship it.", "They make board."),
        ("You are Mike.", "All right. Ask me what you'd like to know."),
        ("An answer in a JSON Schema {", "All right. Ask me what you'd like to know."),
    ],
)
@pytest.mark.slow
def test_words_come_from_the_request(system: str, said: str, tmp_path: Path):
    with FakeEndpoint(plausible_reply) as endpoint:
        model = connect(config(endpoint, tmp_path), "voice")
        assert model.say([Message("system", system), Message("user", "How is it?")]) == said


def test_the_doctor_finds_nothing_wrong_with_it(tmp_path: Path):
    with FakeEndpoint(plausible_reply) as endpoint:
        found = probe(connect(config(endpoint, tmp_path), "voice"))

    assert (found.ok, found.method) == (True, "json_schema")


@pytest.fixture
def askwell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ran:
    """Runs the command until it waits, then stops it as Ctrl-C does."""

    def run(*arguments: str) -> tuple[int, str, str]:
        def interrupted(endpoint: FakeEndpoint, seconds: float | None = None) -> bool:
            print(connect(Settings(base_url=endpoint.url, model="fake", home=Path("/nowhere")), "voice").say([ASK]))
            raise KeyboardInterrupt

        monkeypatch.setattr(FakeEndpoint, "wait", interrupted)
        monkeypatch.setattr(sys, "argv", ["askwell", "fake-endpoint", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        printed = capsys.readouterr()
        return stopped.value.code if isinstance(stopped.value.code, int) else 0, printed.out, printed.err

    return run


ASK = Message("user", "How is it?")


def test_the_command_prints_what_to_set_and_serves_until_it_is_stopped(askwell: Ran):
    code, out, err = askwell("--port", "0")

    address, names, note, said = out.splitlines()
    assert address.startswith("export ASKWELL_BASE_URL=http://127.0.0.1:")
    assert names == "export ASKWELL_MODEL=fake ASKWELL_API_KEY=none"
    assert "the shape of things" in note
    assert said == "All right. Ask me what you'd like to know."
    assert (code, err) == (130, "")


def test_a_script_has_a_reply_on_each_line(askwell: Ran, tmp_path: Path):
    script = tmp_path / "script.txt"
    script.write_text("\nThree weeks.\nNobody asked.\n", encoding="utf-8")

    assert askwell("--port", "0", "--script", str(script))[1].splitlines()[-1] == "Three weeks."


def test_an_empty_script_and_a_port_that_is_taken_are_refused(askwell: Ran, tmp_path: Path):
    (tmp_path / "empty.txt").write_text("\n", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        taken = askwell("--port", port)
    empty = askwell("--script", str(tmp_path / "empty.txt"))

    assert (taken[0], taken[1]) == (2, "")
    assert taken[2].startswith(f"askwell: --port: {port} can't be used: ")
    assert empty == (2, "", f"askwell: {tmp_path}/empty.txt: has no replies; write one per line\n")


def test_a_reply_is_the_same_each_time_and_takes_messages_in_parts():
    asked = {"messages": [{"role": "user", "content": [{"type": "text", "text": "Entries:\n- I met Priya."}]}]}

    assert plausible_reply(asked) == plausible_reply(json.loads(json.dumps(asked))) == "I met Priya."
