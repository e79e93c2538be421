"""`--coach` on the command line: what a model wrote comes after the usual output, and never without being asked for."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import bot.engine
from askwell.cli import main
from bot.practice import Practice
from bot.settings import settings
from bot.store import Store
from bot.talk.codebook import Code
from bot.testing import SMALL, FakeEndpoint, Received, small_engine

CALL = "Karen: What worries you about it?\nMike: The contract, I think.\nKaren: Call them today.\nMike: Sure.\n"
NARRATIVE = {
    "paragraphs": [
        [
            {
                "said": "You told him\x1b[J what to do.",
                "turn": 2,
                "quote": "Call them today.",
                "about": "takeovers",
                "value": 0,
            },
            {"said": "You listened.", "turn": 2, "quote": "Go on, please.", "about": "takeovers", "value": 0},
        ]
    ],
    "rewrites": [{"turn": 2, "quote": "Call them today.", "question": "What is it about the contract?"}],
    "plan": {
        "opening": "Where would you like to start?",
        "questions": ["What do you make of that?"],
        "listen_for": ["a name that never comes up"],
        "close": "What would you like to do first?",
    },
}
RATED = {"reason": "He was told.", "turn": 2, "quote": "Call them today.", "rating": 2}
RATINGS = {"partnership": RATED, "evoking": RATED, "listening": {**RATED, "quote": "Go on, please."}}


def written(body: dict[str, Any]) -> str:
    return json.dumps(NARRATIVE if "rewrites" in json.dumps(body["response_format"]) else RATINGS)


Askwell = Callable[..., tuple[int, str, str]]


@pytest.fixture
def askwell(
    default_engine: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Askwell]:
    """Runs a command in this process: its exit code, what it printed, and its errors."""

    def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["askwell", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        settings.cache_clear()
        with pytest.raises(SystemExit) as stopped:
            main()
        printed = capsys.readouterr()
        return stopped.value.code if isinstance(stopped.value.code, int) else 0, printed.out, printed.err

    yield run
    settings.cache_clear()


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeEndpoint]:
    with FakeEndpoint(written) as serving:
        monkeypatch.setenv("ASKWELL_BASE_URL", serving.url)
        monkeypatch.setenv("ASKWELL_MODEL", "fake")
        yield serving


def test_what_was_written_follows_the_usual_output(askwell: Askwell, endpoint: FakeEndpoint):
    usual = askwell("score", "-", stdin=CALL)
    assert endpoint.requests == []

    code, out, err = askwell("score", "-", "--coach", stdin=CALL)

    assert (code, err, out.startswith(usual[1])) == (0, "", True)
    assert out.removeprefix(usual[1]) == (
        "\nWritten by fake, prompt coach 1\n\n"
        "You told him\ufffd[J what to do.\n"
        '    turn 2: "Call them today."; takeovers 0\n'
        "\nAsk this instead\n"
        '  turn 2: instead of "Call them today." ask: What is it about the contract?\n'
        "\nA plan for the real conversation\n"
        "  open        Where would you like to start?\n"
        "  ask         What do you make of that?\n"
        "  listen for  a name that never comes up\n"
        "  close       What would you like to do first?\n"
        "\n(1 sentence was left out: its quote isn't in the conversation)\n"
        "\nA model's opinion, not part of the score, by fake, prompt judge 1\n"
        '  partnership 2 of 5 (3 of 3 runs, spread 0)  He was told. Turn 2: "Call them today."\n'
        '  evoking     2 of 5 (3 of 3 runs, spread 0)  He was told. Turn 2: "Call them today."\n'
        "  listening   not scored: 0 of 3 runs are usable: 3 quoted something nobody said\n"
    )


def test_in_json_it_stands_under_a_key_of_its_own_and_only_when_asked_for(askwell: Askwell, endpoint: FakeEndpoint):
    plain = json.loads(askwell("score", "-", "--json", stdin=CALL)[1])
    coached = json.loads(askwell("score", "-", "--json", "--coach", stdin=CALL)[1])

    assert list(plain) == ["scorecard", "speakers", "remarks"]
    assert list(coached) == ["scorecard", "speakers", "remarks", "coach"]
    assert json.dumps(coached["scorecard"]) == json.dumps(plain["scorecard"])
    assert list(coached["coach"]) == ["narrative", "judgement"]
    assert len(endpoint.requests) == 4


def test_without_a_model_it_says_what_to_set_and_prints_nothing(askwell: Askwell):
    told = "askwell: no model is configured; set ASKWELL_BASE_URL and ASKWELL_MODEL, or OPENAI_API_KEY\n"

    assert askwell("score", "-", "--coach", stdin=CALL) == (2, "", told)


def test_an_answer_that_cannot_be_read_is_one_line(askwell: Askwell, monkeypatch: pytest.MonkeyPatch):
    with FakeEndpoint([Received("Well done!")]) as serving:
        monkeypatch.setenv("ASKWELL_BASE_URL", serving.url)
        monkeypatch.setenv("ASKWELL_MODEL", "fake")
        code, out, err = askwell("score", "-", "--coach", stdin=CALL)

    assert (code, out) == (2, "")
    assert err == "askwell: fake: no readable answer (no JSON that fits the schema)\n"


@pytest.mark.slow
def test_a_saved_practice_is_written_up_once_it_has_ended(
    askwell: Askwell, endpoint: FakeEndpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    engine = small_engine(tmp_path / "data", {"What worries you?": Code.OPEN_QUESTION})
    monkeypatch.setattr(bot.engine, "default_engine", lambda: engine)
    with Store.open(settings().database) as store:
        practice = Practice.start(SMALL, engine=engine, store=store, new_id=lambda: "one")
        practice.say("What worries you?")
        "".join(practice.reply())
    told = "askwell: session one is still in progress; end it before you ask for a write-up\n"
    assert askwell("sessions", "show", "one", "--coach") == (2, "", told)
    assert endpoint.requests == []

    with Store.open(settings().database) as store:
        Practice.resume("one", store, engine=engine).finish()
    code, out, err = askwell("sessions", "show", "one", "--coach")
    assert (code, err) == (0, "")
    assert out.startswith(askwell("sessions", "show", "one")[1])
    assert "(2 sentences were left out, each because its quote isn't in the conversation)" in out
