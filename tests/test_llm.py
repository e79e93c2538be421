"""Calls of a language model, against a real endpoint on loopback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from bot.engine import model_reader
from bot.errors import ModelError
from bot.llm import Message, connect
from bot.moves import Code, Flag, Focus
from bot.reader import split
from bot.settings import Settings
from bot.testing import FakeEndpoint, Fault, Said

ASKED = [Message("user", "How is it going?")]


class Mood(BaseModel):
    mood: str


def settings(endpoint: FakeEndpoint, home: Path, **fields: Any) -> Settings:
    return Settings(
        base_url=endpoint.url, model="fake", api_key=SecretStr("sk-secret"), timeout=0.5, home=home, **fields
    )


def test_a_reply_streams_in_pieces(tmp_path: Path):
    with FakeEndpoint(["Not a comma."]) as endpoint:
        pieces = list(connect(settings(endpoint, tmp_path), "voice").stream(ASKED))

    assert pieces == ["Not", " a", " comma."]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.UNAUTHORISED, "401"),
        (Fault.NOT_FOUND, "404"),
        (Fault.STALL, "timed out"),
        (Fault.CUT, "broke off before it was finished"),
        (Fault.EMPTY, "an empty reply"),
        (Fault.ERROR_IN_200, "No generation chunks"),
        (Fault.BROKEN_SSE, "Unterminated string"),
    ],
)
def test_a_fault_of_the_stream_is_one_error_in_one_line(fault: Fault, said: str, tmp_path: Path):
    script = [Said("It is fine.", fault, seconds=2)]
    with FakeEndpoint(script) as endpoint, pytest.raises(ModelError, match=said) as caught:
        list(connect(settings(endpoint, tmp_path), "voice").stream(ASKED))

    assert "\n" not in str(caught.value)
    assert "sk-secret" not in str(caught.value)


def test_an_overloaded_endpoint_is_asked_again_before_the_reply_begins(tmp_path: Path):
    script = [Said(fault=Fault.OVERLOADED, retry_after="0.05"), "Back again."]
    with FakeEndpoint(script) as endpoint:
        assert "".join(connect(settings(endpoint, tmp_path), "voice").stream(ASKED)) == "Back again."

        assert len(endpoint.requests) == 2


@pytest.mark.parametrize(
    ("fault", "method"),
    [(Fault.NONE, "json_schema"), (Fault.NO_SCHEMA, "function_calling"), (Fault.NO_TOOLS, "plain")],
)
def test_structured_output_is_asked_for_in_the_way_that_the_endpoint_knows(fault: Fault, method: str, tmp_path: Path):
    text = '{"mood": "guarded"}' if fault is not Fault.NO_TOOLS else 'Sure! ```json\n{"mood": "guarded"}\n```'
    with FakeEndpoint([Said(text, fault)]) as endpoint:
        answer = connect(settings(endpoint, tmp_path), "feedback").structured(ASKED, Mood)

    assert (answer.value, answer.method, answer.cached) == (Mood(mood="guarded"), method, False)


def test_an_unreadable_answer_is_an_error_and_never_a_value(tmp_path: Path):
    with FakeEndpoint(["He seems guarded to me."]) as endpoint, pytest.raises(ModelError, match="no readable answer"):
        connect(settings(endpoint, tmp_path), "feedback").structured(ASKED, Mood)


def test_the_same_question_is_asked_once(tmp_path: Path):
    with FakeEndpoint(['{"mood": "open"}']) as endpoint:
        config = settings(endpoint, tmp_path)
        first = connect(config, "feedback").structured(ASKED, Mood)
        again = connect(config, "feedback").structured(ASKED, Mood)

        assert len(endpoint.requests) == 1

    assert (first.value, first.cached, again.value, again.cached) == (Mood(mood="open"), False, Mood(mood="open"), True)


def test_a_damaged_cache_is_asked_again(tmp_path: Path):
    with FakeEndpoint(['{"mood": "open"}']) as endpoint:
        config = settings(endpoint, tmp_path)
        connect(config, "feedback").structured(ASKED, Mood)
        for entry in (config.cache / "replies").iterdir():
            entry.write_text("{")

        assert not connect(config, "feedback").structured(ASKED, Mood).cached


def test_each_purpose_may_have_a_model_of_its_own(tmp_path: Path):
    with FakeEndpoint(['{"mood": "open"}']) as endpoint:
        config = settings(endpoint, tmp_path, feedback_model="big")

        assert [connect(config, "voice").name, connect(config, "feedback").name] == ["fake", "big"]


def test_without_a_model_the_error_says_what_to_set(tmp_path: Path):
    with pytest.raises(ModelError, match="set ASKWELL_BASE_URL and ASKWELL_MODEL, or OPENAI_API_KEY"):
        connect(Settings(home=tmp_path), "voice")


def test_a_provider_whose_package_is_missing_is_named(tmp_path: Path):
    with pytest.raises(ModelError, match="langchain-mistralai"):
        connect(Settings(home=tmp_path, model="mistralai:small"), "voice")


def coding(*units: dict[str, Any]) -> str:
    return json.dumps({"units": [{"n": n, "focus": None, "sure": 0.9, **unit} for n, unit in enumerate(units, 1)]})


def test_the_model_reader_codes_the_units_that_our_splitter_cuts(tmp_path: Path):
    text = "You're worried. What have you tried?"
    script = [coding({"code": "reflection"}, {"code": "open_question", "focus": "explore"})]
    with FakeEndpoint(script) as endpoint:
        units = model_reader(settings(endpoint, tmp_path)).read(text, "He went quiet.")

    assert [(unit.text, unit.code, unit.focus, unit.confidence) for unit in units] == [
        ("You're worried.", Code.REFLECTION, None, 0.9),
        ("What have you tried?", Code.OPEN_QUESTION, Focus.EXPLORE, 0.9),
    ]
    assert [(unit.start, unit.end) for unit in units] == split(text)


def test_the_model_reader_flags_as_the_packaged_one_does(tmp_path: Path):
    asked = {"code": "open_question", "focus": "explore"}
    with FakeEndpoint([coding(asked, asked)]) as endpoint:
        units = model_reader(settings(endpoint, tmp_path)).read("What have you tried? How did they take it?")

    assert [Flag.STACKED in unit.flags for unit in units] == [False, True]


def test_a_unit_that_the_model_leaves_out_is_shown_as_unsure(tmp_path: Path):
    with FakeEndpoint([coding({"code": "reflection"})]) as endpoint:
        units = model_reader(settings(endpoint, tmp_path)).read("You're worried. What have you tried?")

    assert [(unit.code, unit.confidence) for unit in units] == [(Code.REFLECTION, 0.9), (Code.OTHER, 0.0)]


def test_a_code_that_there_is_not_is_no_answer(tmp_path: Path):
    with FakeEndpoint([coding({"code": "wisdom"})]) as endpoint, pytest.raises(ModelError, match="no readable answer"):
        model_reader(settings(endpoint, tmp_path)).read("You're worried.")


def test_a_long_turn_is_asked_for_in_parts(tmp_path: Path):
    def twelve_at_most(body: dict[str, Any]) -> str:
        lines = body["messages"][0]["content"].count("What about the plant")
        return coding(*[{"code": "open_question", "focus": "explore"}] * lines)

    with FakeEndpoint(twelve_at_most) as endpoint:
        units = model_reader(settings(endpoint, tmp_path)).read(
            "\n".join(f"What about the plant made you do thing {n}?" for n in range(30))
        )

        assert len(endpoint.requests) == 3
    assert {unit.code for unit in units} == {Code.OPEN_QUESTION}


def test_what_is_read_is_data_in_the_request(tmp_path: Path):
    with FakeEndpoint([coding({"code": "other"})]) as endpoint:
        model_reader(settings(endpoint, tmp_path)).read("say $units and $context", "the $units")

        request = json.loads(endpoint.requests[0])["messages"][0]["content"]

    assert "1. say $units and $context" in request
    assert "=====\nthe $units\n=====" in request
