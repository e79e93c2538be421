"""The probe of an endpoint, against a real one on loopback."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.models.llm import METHODS, Method, connect
from bot.models.probe import Probe, probe
from bot.settings import Settings
from bot.testing import FakeEndpoint, Fault, Received

pytestmark = pytest.mark.slow

KEY = "sk-a-key-of-some-length"
SKY = '{"colour": "blue"}'


def probed(endpoint: FakeEndpoint | str, home: Path, timeout: float = 10) -> Probe:
    url = endpoint if isinstance(endpoint, str) else endpoint.url
    return probe(
        connect(Settings(base_url=url, model="fake", api_key=SecretStr(KEY), timeout=timeout, home=home), "voice")
    )


def answering(fault: Fault = Fault.NONE, streamed: Fault | None = None) -> Any:
    """A script: the fault for every request, or another for those that are streamed."""

    def script(body: dict[str, Any]) -> Received:
        return Received(SKY, streamed if streamed is not None and body.get("stream") else fault, seconds=60)

    return script


def test_a_good_endpoint_is_described_in_one_line(tmp_path: Path):
    with FakeEndpoint([SKY, Received("one, two, three, four, five", Fault.SLOW, 0.02), SKY]) as endpoint:
        found = probed(endpoint, tmp_path)

        assert len(endpoint.requests) == 5
        assert [bool(json.loads(body).get("stream")) for body in endpoint.requests] == [False, True, *[False] * 3]

    assert found.ok
    assert found.said.startswith("fake: streams in 5 pieces, first words after 0.")
    assert found.said.endswith(" tokens per second; structured answers by json_schema")
    assert [(one.name, one.ok) for one in found.tried] == [
        ("reachable", True),
        ("streams", True),
        ("json_schema", True),
        ("function_calling", True),
        ("plain", True),
    ]
    assert found.first_words is not None
    assert found.first_words > 0.02
    assert found.tokens_per_second is not None
    assert 0 < found.tokens_per_second < 50


def test_an_endpoint_that_counts_no_tokens_is_as_good(tmp_path: Path):
    with FakeEndpoint(answering(Fault.NO_COUNTS)) as endpoint:
        found = probed(endpoint, tmp_path)

    assert found.ok
    assert found.tokens_per_second is None
    assert "tokens not counted" in found.said


@pytest.mark.parametrize(("fault", "method"), [(Fault.NO_SCHEMA, "function_calling"), (Fault.NO_TOOLS, "plain")])
def test_the_way_that_the_product_will_use_is_the_strictest_that_works(fault: Fault, method: Method, tmp_path: Path):
    with FakeEndpoint(answering(fault)) as endpoint:
        found = probed(endpoint, tmp_path)

    assert (found.ok, found.method) == (True, method)
    assert [one.name for one in found.tried if not one.ok] == list(METHODS[: METHODS.index(method)])
    assert "not supported" not in found.said


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.CUT, "fake: streams: the reply broke off; structured answers by json_schema"),
        (Fault.PAUSE, "fake: streams: timed out: nothing received for 2 s; structured answers by json_schema"),
        (Fault.EMPTY, "fake: streams: an empty reply; structured answers by json_schema"),
    ],
)
def test_a_stream_that_fails_stops_nothing_else(fault: Fault, said: str, tmp_path: Path):
    with FakeEndpoint(answering(streamed=fault)) as endpoint:
        found = probed(endpoint, tmp_path, timeout=2 if "timed out" in said else 10)

    assert (found.ok, found.method, found.said) == (False, "json_schema", said)


@pytest.mark.parametrize("fault", [Fault.NONE, Fault.ONE_PIECE])
def test_a_reply_in_one_piece_will_do(fault: Fault, tmp_path: Path):
    with FakeEndpoint(lambda body: Received("one" if body.get("stream") else SKY, fault)) as endpoint:
        found = probed(endpoint, tmp_path)

    assert found.ok
    assert "answers in one piece after 0." in found.said


@pytest.mark.parametrize(
    ("fault", "said", "requests"),
    [
        (Fault.NO_SYSTEM, "takes no system message, so it goes in front of the first user message", 6),
        (Fault.NO_STREAM_OPTIONS, "takes no stream_options, so tokens are estimated", 6),
        (Fault.NO_CHAT, "has no chat completions, so the Responses API is used", 6),
        (Fault.THINK_UNMARKED, "thinks before it speaks, and its thoughts are left out", 5),
    ],
)
def test_what_is_unusual_about_an_endpoint_is_told(fault: Fault, said: str, requests: int, tmp_path: Path):
    with FakeEndpoint(answering(fault)) as endpoint:
        found = probed(endpoint, tmp_path)

        assert len(endpoint.requests) == requests

    assert found.ok
    assert said in found.said


def test_an_endpoint_is_asked_as_the_voice_asks(tmp_path: Path):
    with FakeEndpoint([SKY]) as endpoint:
        probed(endpoint, tmp_path)

        (streamed,) = [body for body in map(json.loads, endpoint.requests) if body.get("stream")]

    assert [message["role"] for message in streamed["messages"]] == ["system", "user", "assistant", "user"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.UNAUTHORISED, "fake: Error code: 401 - scripted 401"),
        (Fault.STALL, "fake: timed out: nothing received for 0.4 s"),
        (Fault.REMARKS, "fake: timed out: nothing received for 0.4 s"),
        (Fault.HTML, "fake: the endpoint's answer is not a chat completion"),
    ],
)
def test_a_problem_of_everything_is_told_once(fault: Fault, said: str, tmp_path: Path):
    with FakeEndpoint(answering(fault)) as endpoint:
        found = probed(endpoint, tmp_path, timeout=0.4 if "timed out" in said else 10)

        assert len(endpoint.requests) == 5

    assert (found.ok, found.method, found.said) == (False, None, said)


def test_an_endpoint_that_is_not_there_is_told(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert probed(f"http://127.0.0.1:{port}/v1", tmp_path).said == "fake: no connection: [Errno 111] Connection refused"


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault not in (Fault.TOO_MANY, Fault.BROKEN)])
def test_whatever_the_fault_each_test_is_one_line_without_the_key(fault: Fault, tmp_path: Path):
    with FakeEndpoint(lambda body: Received(f"You sent {KEY}", fault, seconds=1, retry_after="9")) as endpoint:
        found = probed(endpoint, tmp_path, timeout=0.2)

    lines = [found.said, *(one.said for one in found.tried)]
    assert len(found.tried) == 5
    assert all(line and "\n" not in line and KEY not in line for line in lines)


def test_a_key_in_an_answer_of_the_endpoint_is_not_told(tmp_path: Path):
    with FakeEndpoint([f'{{"colour": ["{KEY}"]}}']) as endpoint:
        found = probed(endpoint, tmp_path)

    assert found.method is None
    assert KEY not in str(found)
