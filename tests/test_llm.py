"""Calls of a language model, against a real endpoint on loopback."""

from __future__ import annotations

import json
import random
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

import bot.models.deadline
from bot.engine import model_reader
from bot.errors import ModelError
from bot.models.llm import Cost, Message, Model, connect
from bot.reader import split
from bot.settings import Settings
from bot.talk.codebook import Code, Flag, Focus
from bot.testing import FakeEndpoint, Fault, Received

ASKED = [Message("user", "How is it going?")]


class Mood(BaseModel):
    mood: str


def settings(endpoint: FakeEndpoint, home: Path, **fields: Any) -> Settings:
    given = {"model": "fake", "api_key": SecretStr("sk-secret"), "timeout": 10, **fields}
    return Settings(base_url=endpoint.url, home=home, **given)


def voice(endpoint: FakeEndpoint, home: Path, **fields: Any) -> Model:
    return connect(settings(endpoint, home, **fields), "voice")


def whole(model: Model, **options: Any) -> tuple[list[str], Cost]:
    """The pieces of a stream, and its cost."""
    pieces = []
    stream = model.stream(ASKED, **options)
    while True:
        try:
            pieces.append(next(stream))
        except StopIteration as ended:
            return pieces, ended.value


def calls() -> list[str]:
    """The calls that still run."""
    return [thread.name for thread in threading.enumerate() if thread.name == "askwell-call"]


def none_left(seconds: float = 30) -> bool:
    """Whether the calls under way end soon."""
    by = time.monotonic() + seconds
    while calls() and time.monotonic() < by:
        time.sleep(0.01)
    return not calls()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that are waited before a request is made again."""
    waited: list[float] = []
    pause = bot.models.deadline.pause

    def counted(seconds: float) -> None:
        waited.append(seconds)
        pause(seconds)

    monkeypatch.setattr(bot.models.deadline, "pause", counted)
    return waited


@pytest.fixture(scope="module", autouse=True)
def _loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a first call loads has no part in how long one waits here."""
    with FakeEndpoint(['{"mood": "open"}']) as endpoint:
        model = voice(endpoint, tmp_path_factory.mktemp("home"))
        list(model.stream(ASKED))
        model.structured(ASKED, Mood)


def test_a_reply_streams_in_pieces(tmp_path: Path):
    with FakeEndpoint(["Not a comma."]) as endpoint:
        pieces = list(connect(settings(endpoint, tmp_path), "voice").stream(ASKED))

    assert pieces == ["Not", " a", " comma."]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.UNAUTHORISED, "401"),
        (Fault.NOT_FOUND, "404"),
        (Fault.STALL, "timed out: nothing received for 0.5 s"),
        (Fault.PAUSE, "timed out: nothing received for 0.5 s"),
        (Fault.REMARKS, "timed out: nothing received for 0.5 s"),
        (Fault.ENDLESS, "the reply is longer than 8000 characters; it was cut off"),
        (Fault.RESET, "no connection: .*Connection reset by peer"),
        (Fault.HTML, "not a chat completion"),
        (Fault.CUT, "the reply broke off"),
        (Fault.EMPTY, "an empty reply"),
        (Fault.ERROR_IN_200, "scripted error inside a 200"),
        (Fault.BROKEN_SSE, "Unterminated string"),
    ],
)
def test_a_fault_of_the_stream_is_one_error_in_one_line(fault: Fault, said: str, tmp_path: Path):
    script = [Received("It is fine.", fault, seconds=60)]
    with FakeEndpoint(script) as endpoint, pytest.raises(ModelError, match=said) as caught:
        list(voice(endpoint, tmp_path, timeout=0.5 if "timed out" in said else 10).stream(ASKED))

    assert "\n" not in str(caught.value)
    assert "sk-secret" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault.STALL, "timed out: nothing received for 0.5 s"),
        (Fault.PAUSE, "timed out: nothing received for 0.5 s"),
        (Fault.REMARKS, "timed out: nothing received for 0.5 s"),
        (Fault.ENDLESS, "timed out: nothing received for 0.5 s"),
        (Fault.RESET, "no connection: .*Connection reset by peer"),
        (Fault.HTML, "not a chat completion"),
    ],
)
def test_a_fault_of_a_structured_answer_is_one_error_in_one_line(fault: Fault, said: str, tmp_path: Path):
    script = [Received('{"mood": "open"}', fault, seconds=60)]
    with FakeEndpoint(script) as endpoint, pytest.raises(ModelError, match=said) as caught:
        voice(endpoint, tmp_path, timeout=0.5 if "timed out" in said else 10).structured(ASKED, Mood)

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.BROKEN, Fault.OVERLOADED, Fault.RESET])
def test_an_endpoint_that_is_busy_is_asked_again_before_the_reply_begins(fault: Fault, tmp_path: Path):
    with FakeEndpoint([Received(fault=fault, retry_after="0.05"), "Back again."]) as endpoint:
        assert "".join(voice(endpoint, tmp_path).stream(ASKED)) == "Back again."

        assert len(endpoint.requests) == 2


def test_it_is_asked_three_times_at_most(tmp_path: Path):
    with FakeEndpoint([Received(fault=Fault.OVERLOADED, retry_after="0.01")]) as endpoint:
        with pytest.raises(ModelError, match="503"):
            list(voice(endpoint, tmp_path).stream(ASKED))

        assert len(endpoint.requests) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "said",
    [
        Received(fault=Fault.STALL, seconds=60),
        Received(fault=Fault.TOO_MANY, retry_after="60"),
        Received(fault=Fault.TOO_MANY, retry_after="Wed, 21 Oct 2122 07:28:00 GMT"),
        Received(fault=Fault.UNAUTHORISED),
        Received("It is fine.", Fault.CUT),
        Received("It is fine.", Fault.PAUSE, seconds=60),
    ],
    ids=lambda said: f"{said.fault}-{said.retry_after}",
)
def test_what_would_keep_a_manager_waiting_or_not_help_is_not_asked_again(
    said: Received, tmp_path: Path, pauses: list[float]
):
    with FakeEndpoint([said]) as endpoint:
        with pytest.raises(ModelError):
            list(voice(endpoint, tmp_path, timeout=0.5).stream(ASKED))

        assert (len(endpoint.requests), pauses) == (1, [])


@pytest.mark.slow
def test_all_tries_together_take_no_longer_than_one_may(tmp_path: Path):
    script = [Received(fault=Fault.OVERLOADED, retry_after="0.1"), Received(fault=Fault.STALL, seconds=60)]
    with FakeEndpoint(script) as endpoint:
        with pytest.raises(ModelError, match="timed out: nothing received for 3 s"):
            list(voice(endpoint, tmp_path, timeout=3).stream(ASKED))

        assert len(endpoint.requests) == 2


def test_a_wait_that_would_end_too_late_is_not_begun(tmp_path: Path, pauses: list[float]):
    with FakeEndpoint([Received(fault=Fault.OVERLOADED, retry_after="4.9")]) as endpoint:
        with pytest.raises(ModelError, match="503"):
            list(voice(endpoint, tmp_path, timeout=4.8).stream(ASKED))

        assert (len(endpoint.requests), pauses) == (1, [])


@pytest.mark.slow
def test_a_slow_reply_is_heard_to_its_end(tmp_path: Path):
    with FakeEndpoint([Received("One two three four five six.", Fault.SLOW, seconds=0.1)]) as endpoint:
        assert "".join(voice(endpoint, tmp_path).stream(ASKED)) == "One two three four five six."


@pytest.mark.slow
def test_what_came_before_a_pause_is_heard(tmp_path: Path):
    with FakeEndpoint([Received("It is fine.", Fault.PAUSE, seconds=60)]) as endpoint:
        stream = voice(endpoint, tmp_path, timeout=2).stream(ASKED)

        assert [next(stream), next(stream)] == ["It", " is"]
        with pytest.raises(ModelError, match="timed out"):
            next(stream)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [Fault.REMARKS, Fault.ENDLESS])
def test_an_endpoint_that_never_comes_to_an_end_is_hung_up_on(fault: Fault, tmp_path: Path):
    with FakeEndpoint([Received("On and on,", fault, seconds=20)]) as endpoint:
        with pytest.raises(ModelError):
            list(voice(endpoint, tmp_path, timeout=0.2).stream(ASKED))

        assert endpoint.hung_up.wait(2)
        assert none_left()


@pytest.mark.nightly
def test_a_reply_that_nobody_listens_to_any_more_is_hung_up_on(tmp_path: Path):
    with FakeEndpoint([Received("On and on,", Fault.ENDLESS)]) as endpoint:
        stream = voice(endpoint, tmp_path).stream(ASKED, longest=10**9)
        assert [next(stream), next(stream)] == ["On", " and"]
        stream.close()

        assert endpoint.hung_up.wait(2)
        assert none_left()


def test_a_reply_of_just_the_length_is_no_longer_than_it_may_be(tmp_path: Path):
    with FakeEndpoint(["Just so long"]) as endpoint:
        assert "".join(voice(endpoint, tmp_path).stream(ASKED, longest=12)) == "Just so long"
        with pytest.raises(ModelError, match="longer than 11 characters"):
            list(voice(endpoint, tmp_path).stream(ASKED, longest=11))


def test_what_a_reply_cost_is_known_after_it(tmp_path: Path):
    with FakeEndpoint([Received("Three words here.", Fault.SLOW, seconds=0.05)]) as endpoint:
        pieces, cost = whole(voice(endpoint, tmp_path))

    assert pieces == ["Three", " words", " here."]
    assert (cost.tokens_in, cost.tokens_out) == (10, 3)
    assert 0.15 < cost.seconds < 1


@pytest.mark.parametrize("ending", ["finish_reason", "stop_reason", "done_reason", "stopReason"])
def test_each_provider_says_in_its_own_way_that_a_reply_is_whole(ending: str):
    chunks = [
        SimpleNamespace(text="Not", response_metadata={}, usage_metadata={"input_tokens": 7, "output_tokens": 1}),
        SimpleNamespace(text=" yet.", response_metadata={ending: "stop"}, usage_metadata=None),
        SimpleNamespace(text="", response_metadata={}, usage_metadata={"input_tokens": 7, "output_tokens": 4}),
    ]
    stub: Any = SimpleNamespace(stream=lambda _: iter(chunks))
    pieces, cost = whole(Model("stub", stub))

    assert (pieces, cost.tokens_in, cost.tokens_out) == (["Not", " yet."], 7, 4)


def test_an_endpoint_that_counts_nothing_costs_nothing(tmp_path: Path):
    with FakeEndpoint([Received("Three words here.", Fault.NO_COUNTS)]) as endpoint:
        pieces, cost = whole(voice(endpoint, tmp_path))

    assert (pieces, cost.tokens_in, cost.tokens_out) == (["Three", " words", " here."], 0, 0)


def test_a_stream_may_be_kept_and_then_costs_nothing(tmp_path: Path):
    with FakeEndpoint(["First words.", "Second words."]) as endpoint:
        first = whole(voice(endpoint, tmp_path), cached=True)
        again = whole(voice(endpoint, tmp_path), cached=True)
        unkept = whole(voice(endpoint, tmp_path))
        other = voice(endpoint, tmp_path, voice_model="other")

        assert len(endpoint.requests) == 2
        assert whole(other, cached=True)[0] == unkept[0] == ["Second", " words."]

    assert first[0] == again[0] == ["First", " words."]
    assert again[1] == Cost()


@pytest.mark.slow
@pytest.mark.parametrize("fault", [Fault.CUT, Fault.ENDLESS])
def test_a_broken_reply_is_not_kept(fault: Fault, tmp_path: Path):
    with FakeEndpoint([Received("First words.", fault), "Second words."]) as endpoint:
        with pytest.raises(ModelError):
            whole(voice(endpoint, tmp_path), cached=True)

        assert whole(voice(endpoint, tmp_path), cached=True)[0] == ["Second", " words."]


def test_a_damaged_kept_reply_is_asked_for_again(tmp_path: Path):
    with FakeEndpoint(["First words.", "Second words."]) as endpoint:
        whole(voice(endpoint, tmp_path), cached=True)
        for entry in (tmp_path / "cache" / "replies").iterdir():
            entry.write_text('["First", 2]')

        assert whole(voice(endpoint, tmp_path), cached=True)[0] == ["Second", " words."]


def test_a_cache_that_cannot_be_written_is_no_fault_of_the_answer(tmp_path: Path):
    (tmp_path / "cache").write_text("a file where a directory should be")
    with FakeEndpoint(['{"mood": "open"}']) as endpoint:
        assert connect(settings(endpoint, tmp_path), "feedback").structured(ASKED, Mood).value == Mood(mood="open")
        assert "".join(whole(voice(endpoint, tmp_path), cached=True)[0]) == '{"mood": "open"}'


def test_another_endpoint_is_another_question(tmp_path: Path):
    with FakeEndpoint(['{"mood": "open"}']) as one, FakeEndpoint(['{"mood": "shut"}']) as other:
        moods = [connect(settings(each, tmp_path), "feedback").structured(ASKED, Mood) for each in (one, other)]

    assert [answer.value.mood for answer in moods] == ["open", "shut"]


@pytest.mark.nightly
def test_many_may_talk_at_once_and_one_that_is_hung_up_on_disturbs_no_other(tmp_path: Path):
    def script(body: dict[str, Any]) -> Received:
        wanted = body["messages"][0]["content"]
        return (
            Received("On and on,", Fault.ENDLESS) if wanted == "endless" else Received(wanted, Fault.SLOW, seconds=0.01)
        )

    heard: dict[int, str] = {}
    with FakeEndpoint(script) as endpoint:
        model = voice(endpoint, tmp_path)

        def talk(number: int) -> None:
            if number % 4 == 0:
                next(model.stream([Message("user", "endless")]))  # and nobody listens to the rest
            else:
                heard[number] = "".join(model.stream([Message("user", f"this is number {number}")]))

        talkers = [threading.Thread(target=talk, args=(number,)) for number in range(12)]
        random.Random(1).shuffle(talkers)
        for talker in talkers:
            talker.start()
        for talker in talkers:
            talker.join()
        assert none_left()

    assert heard == {number: f"this is number {number}" for number in range(12) if number % 4}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "method"),
    [(Fault.NONE, "json_schema"), (Fault.NO_SCHEMA, "function_calling"), (Fault.NO_TOOLS, "plain")],
)
def test_structured_output_is_asked_for_in_the_way_that_the_endpoint_knows(fault: Fault, method: str, tmp_path: Path):
    text = '{"mood": "guarded"}' if fault is not Fault.NO_TOOLS else 'Sure! ```json\n{"mood": "guarded"}\n```'
    with FakeEndpoint([Received(text, fault)]) as endpoint:
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


def test_a_name_with_a_colon_reaches_an_endpoint_as_it_is(tmp_path: Path):
    with FakeEndpoint() as endpoint:
        whole(voice(endpoint, tmp_path, model="llama3.2:3b"))

        assert json.loads(endpoint.requests[0])["model"] == "llama3.2:3b"


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
    assert "=====\nRep: the $units\n=====" in request
