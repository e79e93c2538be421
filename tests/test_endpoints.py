"""Endpoints as they are: thoughts among words, early ends, refused requests and errors of every shape."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

import bot.models.deadline
from bot.errors import ModelError
from bot.models.llm import Cost, Message, Model, connect
from bot.models.prompts import load_prompt
from bot.models.thoughts import Thoughts, UnmarkedThoughts, without_thoughts
from bot.practice import Practice
from bot.settings import Settings
from bot.testing import FakeEndpoint, Fault, Received, small_engine
from bot.voice import LineVoice
from bot.voice.model import ModelVoice

pytestmark = pytest.mark.slow

ASKED = [Message("user", "How is it going?")]
TALK = [
    Message("system", "You are Mike."),
    Message("user", "Hello, Mike."),
    Message("assistant", "Hello."),
    Message("user", "How is it going?"),
]
"""Like a request for the rep's words."""
KEY = "sk-a-key-of-some-length"


class Answered(BaseModel):
    a: str


def voice(endpoint: FakeEndpoint, home: Path) -> Model:
    config = Settings(base_url=endpoint.url, model="fake", api_key=SecretStr(KEY), timeout=10, home=home)
    return connect(config, "voice")


def told(model: Model, messages: Sequence[Message] = TALK, **options: Any) -> str:
    return "".join(model.stream(messages, **options))


def sent(endpoint: FakeEndpoint) -> list[dict[str, Any]]:
    return [json.loads(body) for body in endpoint.requests]


def heard_until(model: Model, error: str, **options: Any) -> list[str]:
    """The pieces that come before the reply fails with this error."""
    pieces: list[str] = []
    with pytest.raises(ModelError, match=error) as caught:
        pieces.extend(model.stream(TALK, **options))
    assert "\n" not in str(caught.value)
    return pieces


# --- Thoughts


@pytest.mark.parametrize("fault", [Fault.THINK, Fault.THINK_UNMARKED, Fault.REASONING])
def test_thoughts_are_no_words(fault: Fault, tmp_path: Path):
    with FakeEndpoint([Received("Three weeks now.", fault)]) as endpoint:
        model = voice(endpoint, tmp_path)

        assert list(model.stream(TALK)) == ["Three", " weeks", " now."]
        assert list(model.stream(TALK)) == ["Three", " weeks", " now."]
        assert model.say(TALK) == "Three weeks now."


@pytest.mark.parametrize("fault", [Fault.THINK, Fault.THINK_UNMARKED])
def test_json_in_thoughts_is_no_answer(fault: Fault, tmp_path: Path):
    with FakeEndpoint([Received('{"a": "final"}', fault)]) as endpoint:
        assert voice(endpoint, tmp_path).ask_by("plain", ASKED, Answered).value == Answered(a="final")


def test_a_reply_of_thoughts_alone_is_empty(tmp_path: Path):
    with FakeEndpoint([Received("", Fault.THINK)]) as endpoint:
        assert heard_until(voice(endpoint, tmp_path), "only thoughts and no words; turn thinking off") == []
        with pytest.raises(ModelError, match="only thoughts and no words"):
            voice(endpoint, tmp_path).say(ASKED)


def test_thoughts_count_as_tokens_where_the_endpoint_counts_none(tmp_path: Path):
    costs: list[Cost] = []
    with FakeEndpoint(["<think>four tokens, or so</think>Yes."]) as endpoint:
        model = voice(endpoint, tmp_path)
        next(model.stream(ASKED, took=costs.append))

    assert costs[0].tokens_out > 5


@pytest.mark.parametrize("size", range(1, 12))
@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("<think>Hm.</think>Yes.", "Yes."),
        ("\n<thinking>Hm.</thinking>\n\nYes.", "Yes."),
        ("Hm. So.</think>\n\nYes.", "Yes."),
        ("Hm.</think>Yes. <think>And?</think>No.", "Yes. No."),
        ("3 < 4, and <thin ice> breaks.", "3 < 4, and <thin ice> breaks."),
        ("It ends in <thi", "It ends in <thi"),
        ("<think>Hm.", ""),
    ],
)
def test_tags_are_found_wherever_the_pieces_are_cut(reply: str, words: str, size: int):
    thoughts = Thoughts(None)
    pieces = [one for start in range(0, len(reply), size) for one in thoughts.feed(reply[start : start + size])]

    assert "".join(pieces + thoughts.end()) == words == without_thoughts(reply)[0]


def test_a_model_that_we_know_is_heard_at_once():
    known = Thoughts(False)

    assert known.feed("It is") == ["It is"]
    assert known.feed(" <think>Hm.") == [" "]
    assert known.feed("</think>fine.") == ["fine."]


def test_a_model_that_thinks_unmarked_is_heard_from_the_end_of_its_thoughts():
    thinker = Thoughts(True)

    assert thinker.feed("It is") == []
    assert thinker.feed(" so.</think>\nIt is") == ["It is"]
    assert thinker.feed(" fine.") == [" fine."]


def test_a_long_reply_is_not_held_back_to_its_end():
    unknown = Thoughts(None)

    assert unknown.feed("x" * 8000) == []
    assert unknown.feed("y") == ["x" * 8000, "y"]
    with pytest.raises(UnmarkedThoughts):
        unknown.feed("</think>")


def test_what_thoughts_lose_when_a_reply_breaks_off():
    unknown, thinker = Thoughts(None), Thoughts(True)
    for thoughts in (unknown, thinker):
        thoughts.feed("It is <thi")

    assert (unknown.cut(), thinker.cut()) == (["It is ", "<thi"], [])


def test_a_model_that_begins_to_think_later_is_caught_once(tmp_path: Path):
    script = ["Hello.", Received("Three weeks.", Fault.THINK_UNMARKED)]
    with FakeEndpoint(script) as endpoint:
        model = voice(endpoint, tmp_path)

        assert told(model) == "Hello."
        assert heard_until(model, "the reply began with thoughts; from now on they are left out")
        assert told(model) == "Three weeks."
        assert "thinks before it speaks, and its thoughts are left out" in model.adjusted


# --- How replies end


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.LENGTH, "token limit; raise the limit, or turn thinking off"),
        (Fault.CONTENT_FILTER, "content filter stopped the reply; relax the filter, or use another model"),
        (Fault.CUT, "the reply broke off"),
    ],
)
def test_a_reply_that_is_not_whole_is_heard_and_then_an_error(fault: Fault, error: str, tmp_path: Path):
    with FakeEndpoint(["Hello.", Received("Three weeks now.", fault)]) as endpoint:
        model = voice(endpoint, tmp_path)

        assert told(model) == "Hello."
        assert heard_until(model, error) == ["Three", " weeks", " now."]
        assert heard_until(voice(endpoint, tmp_path), error, cached=True) == ["Three", " weeks", " now."]
        assert heard_until(voice(endpoint, tmp_path), error, cached=True)  # it wasn't kept
        assert len(endpoint.requests) == 4


@pytest.mark.parametrize(("fault", "error"), [(Fault.LENGTH, "token limit"), (Fault.CONTENT_FILTER, "content filter")])
def test_a_whole_answer_that_is_cut_is_an_error(fault: Fault, error: str, tmp_path: Path):
    with FakeEndpoint([Received('{"a": "x', fault)]) as endpoint:
        model = voice(endpoint, tmp_path)
        with pytest.raises(ModelError, match=error):
            model.say(ASKED)
        with pytest.raises(ModelError, match=error):
            model.structured(ASKED, Answered)


def test_an_end_without_a_reason_is_an_end(tmp_path: Path):
    with FakeEndpoint([Received("Three weeks.", Fault.NO_REASON)]) as endpoint:
        assert told(voice(endpoint, tmp_path)) == "Three weeks."


def test_words_about_the_end_are_no_end(tmp_path: Path):
    with FakeEndpoint([Received("It says\ndata: [DONE]\nthere.", Fault.CUT)]) as endpoint:
        heard_until(voice(endpoint, tmp_path), "the reply broke off")


# --- Shapes of requests


def test_a_model_without_a_system_role_gets_it_in_front_of_the_first_user_message(tmp_path: Path):
    with FakeEndpoint([Received("Three weeks.", Fault.NO_SYSTEM)]) as endpoint:
        model = voice(endpoint, tmp_path)

        assert (told(model), told(model), model.say(TALK)) == ("Three weeks.",) * 3
        assert len(endpoint.requests) == 4  # refused once
        for body in sent(endpoint)[1:]:
            assert [(message["role"], message["content"]) for message in body["messages"]] == [
                ("user", "You are Mike.\n\nHello, Mike."),
                ("assistant", "Hello."),
                ("user", "How is it going?"),
            ]


def test_a_model_without_stream_options_is_asked_without_them(tmp_path: Path):
    with FakeEndpoint([Received("Three weeks.", Fault.NO_STREAM_OPTIONS)]) as endpoint:
        model = voice(endpoint, tmp_path)

        assert (told(model), told(model)) == ("Three weeks.", "Three weeks.")
        assert ["stream_options" in body for body in sent(endpoint)] == [True, False, False]


def test_an_endpoint_may_refuse_both(tmp_path: Path):
    def script(body: dict[str, Any]) -> Received:
        return Received("Three weeks.", Fault.NO_SYSTEM if "stream_options" not in body else Fault.NO_STREAM_OPTIONS)

    with FakeEndpoint(script) as endpoint:
        model = voice(endpoint, tmp_path)

        assert (told(model), told(model)) == ("Three weeks.", "Three weeks.")
        assert len(endpoint.requests) == 4


@pytest.mark.parametrize("think", ["", "<think>Hm.</think>"])
def test_a_model_that_ignores_stream_is_heard_in_one_piece(think: str, tmp_path: Path):
    with FakeEndpoint([Received(f"{think}Three weeks now.", Fault.ONE_PIECE)]) as endpoint:
        stream = voice(endpoint, tmp_path).stream(TALK)

        assert next(stream) == "Three weeks now."
        with pytest.raises(StopIteration) as ended:
            next(stream)
        assert ended.value.value.tokens_in == 10
        assert len(endpoint.requests) == 1


def test_an_endpoint_without_chat_completions_is_asked_for_responses(tmp_path: Path):
    with FakeEndpoint([Received('{"a": "b"}', Fault.NO_CHAT)]) as endpoint:
        model = voice(endpoint, tmp_path)

        assert list(model.stream(TALK)) == ['{"a":', ' "b"}']
        assert model.say(TALK) == '{"a": "b"}'
        assert model.structured(ASKED, Answered).value == Answered(a="b")
        assert model.ask_by("function_calling", ASKED, Answered).value == Answered(a="b")
        assert ["input" in body for body in sent(endpoint)] == [False, True, True, True, True]
        assert all(body["store"] is False for body in sent(endpoint)[1:])
        assert model.adjusted == ("has no chat completions, so the Responses API is used",)


def test_a_reply_by_responses_costs_what_the_endpoint_counts(tmp_path: Path):
    costs: list[Cost] = []
    with FakeEndpoint([Received("Three weeks now.", Fault.NO_CHAT)]) as endpoint:
        told(voice(endpoint, tmp_path), took=costs.append)

    assert (costs[0].tokens_in, costs[0].tokens_out) == (10, 3)


def test_where_neither_is_there_the_first_refusal_is_told(tmp_path: Path):
    with FakeEndpoint([Received(fault=Fault.NOT_FOUND)]) as endpoint:
        model = voice(endpoint, tmp_path)

        assert heard_until(model, "Error code: 404 - scripted 404") == []
        assert model.adjusted == ()
        heard_until(model, "404")
        assert ["input" in body for body in sent(endpoint)] == [False, True, False, True]


# --- Errors


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.ERROR_TEXT, "Error code: 400 - No credit left."),
        (Fault.ERROR_DETAIL, "Error code: 422 - body.seed: No credit left."),
        (Fault.ERROR_MESSAGE, "Error code: 400 - No credit left."),
        (Fault.ERROR_PLAIN, "Error code: 400 - No credit left."),
        (Fault.ERROR_PAGE, "Error code: 400 - No credit left."),
        (Fault.ERROR_EMPTY, "Error code: 400 - the endpoint gives no reason"),
    ],
)
def test_an_error_of_any_shape_is_quoted_in_its_first_line(fault: Fault, error: str, tmp_path: Path):
    with FakeEndpoint([Received("No credit left.", fault)]) as endpoint:
        model = voice(endpoint, tmp_path)
        with pytest.raises(ModelError) as streamed:
            told(model)
        with pytest.raises(ModelError) as whole:
            model.say(TALK)

    assert str(streamed.value) == str(whole.value) == f"fake: {error}"


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault.startswith("error_")])
def test_an_error_is_quoted_without_the_key(fault: Fault, tmp_path: Path):
    with FakeEndpoint([Received(f"{KEY} is not valid", fault)]) as endpoint, pytest.raises(ModelError) as caught:
        told(voice(endpoint, tmp_path))

    assert KEY not in str(caught.value)


def test_an_error_in_the_place_of_a_reply_is_quoted(tmp_path: Path):
    with FakeEndpoint([Received(fault=Fault.ERROR_IN_200)]) as endpoint:
        heard_until(voice(endpoint, tmp_path), "fake: scripted error inside a 200")
        with pytest.raises(ModelError, match="fake: scripted error inside a 200"):
            voice(endpoint, tmp_path).say(TALK)


@pytest.mark.parametrize(
    "fault", [Fault.REQUEST_TIMEOUT, Fault.GATEWAY_TIMEOUT, Fault.ORIGIN_TIMEOUT, Fault.BUSY, Fault.OVERLOADED]
)
def test_whatever_may_pass_is_asked_again(fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pauses: list[float] = []
    monkeypatch.setattr(bot.models.deadline, "pause", pauses.append)
    with FakeEndpoint([Received(fault=fault), Received(fault=fault), "Back again."]) as endpoint:
        assert told(voice(endpoint, tmp_path)) == "Back again."

    assert len(pauses) == 2


# --- The cache of a script that is run again


def test_a_reply_that_the_caller_stopped_is_kept_as_far_as_it_came(tmp_path: Path):
    with FakeEndpoint(["First words here.", "Second words."]) as endpoint:
        for _ in range(3):
            stream = voice(endpoint, tmp_path).stream(TALK, cached=True)
            assert [next(stream), next(stream)] == ["First", " words"]
            stream.close()

        assert len(endpoint.requests) == 1


def test_a_stopped_reply_is_never_taken_for_a_whole_one(tmp_path: Path):
    with FakeEndpoint(["First words here.", "Second words."]) as endpoint:
        stream = voice(endpoint, tmp_path).stream(TALK, cached=True)
        next(stream)
        stream.close()

        assert heard_until(voice(endpoint, tmp_path), "an earlier run stopped it; run this again", cached=True) == [
            "First"
        ]
        assert told(voice(endpoint, tmp_path), cached=True) == "Second words."
        assert told(voice(endpoint, tmp_path), cached=True) == "Second words."
        assert len(endpoint.requests) == 2


def test_a_script_run_again_asks_nothing_also_where_the_guard_refused(tmp_path: Path):
    engine = small_engine(tmp_path)
    prompt = load_prompt(engine.library, "actor")
    shown = []
    with FakeEndpoint(["As an AI language model, I have no deals. Nor do I have any opinion of yours."]) as endpoint:
        for _ in range(2):
            model = voice(endpoint, tmp_path)
            rep = ModelVoice(model, prompt, LineVoice(engine.knowledge), engine.guard, cached=True)
            practice = Practice.start("small-deal", engine=engine, voice=rep)
            practice.say("Morning, Ada.")
            shown.append("".join(practice.reply()))

            assert len(endpoint.requests) == 2  # both tries of the first run

    assert shown[0] == shown[1]
