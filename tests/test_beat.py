"""What a model is told to do in a reply, and what its request holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.engine import Engine
from bot.models.llm import connect
from bot.models.prompts import load_prompt
from bot.practice import Practice
from bot.settings import Settings
from bot.testing import small_engine
from bot.testing.endpoint import FakeEndpoint
from bot.voice import Cue, LineVoice
from bot.voice.beat import Beat, Stance, beat_of
from bot.voice.check import ToldCheck
from bot.voice.model import ModelVoice
from bot.voice.request import ENTRIES, Request, make_request


@pytest.fixture
def small(tmp_path: Path) -> Engine:
    return small_engine(tmp_path)


def moment(engine: Engine, scenario: str, *said: str) -> tuple[Cue, Beat, Request]:
    """The last of these turns, as a voice gets it."""
    practice = Practice.start(scenario, engine=engine)
    for words in said[:-1]:
        practice.say(words)
        for _ in practice.reply():
            pass
    practice.say(said[-1])
    cue = practice.cue()
    beat = beat_of(cue, LineVoice(engine.knowledge).choose(cue))
    return cue, beat, make_request(cue, beat, engine.knowledge, load_prompt(engine.library, "actor"))


def test_a_question_that_opens_a_fact_is_told_all_of_it(small: Engine):
    fact = small.library.scenario("small-deal").fact("budget")
    _, beat, request = moment(small, "small-deal", fact.question)

    assert beat.stance is Stance.TELL
    assert beat.must[0] in {line.text for line in fact.lines}
    assert beat.must[0] in request.messages[0].text


def test_an_order_is_given_way_to_with_nothing_else_to_draw_on(engine: Engine):
    _, beat, request = moment(engine, "jones-deal", "You need to update the CRM tonight.")

    assert beat.stance is Stance.GIVE_WAY
    assert beat.must == ()
    assert "in words that you might use:\n- nothing" in request.messages[0].text


def test_a_plain_question_brings_the_entries_that_may_answer_it(engine: Engine):
    cue, beat, request = moment(engine, "jones-deal", "How does Priya like the drawings?")
    known = request.messages[0].text.partition("in words that you might use:\n")[2].partition("\n\n")[0].splitlines()

    assert beat.stance is Stance.ANSWER
    assert len(known) == ENTRIES
    assert "how Priya likes the design" in known[0]
    assert {f"entry:{name}" for name in cue.tellable} <= request.out


def test_the_conversation_follows_and_the_day_of_a_step_is_kept(engine: Engine):
    said = (
        "What has been worrying you about Jones?",
        "Three weeks without a word. What do you make of that?",
        "What could you do about it yourself?",
        "When will you do that?",
        "And how was the drive?",
    )
    cue, _, request = moment(engine, "jones-deal", *said)

    assert [message.role for message in request.messages] == ["system", *["user", "assistant"] * 4, "user"]
    assert [done for _, done in cue.plan] == [True]
    step = cue.scenario.step(cue.plan[0][0])
    assert f"- {step.title}: {step.commit[0].text}" in request.messages[0].text


def _is_check(body: dict[str, Any]) -> bool:
    return "contradict" in str(body["messages"][-1]["content"])


@pytest.mark.parametrize(("found", "shown_by_model"), [(False, True), (True, False)])
def test_what_tells_something_is_shown_only_if_the_model_finds_no_contradiction(
    small: Engine, tmp_path: Path, found: bool, shown_by_model: bool
):
    fact = small.library.scenario("small-deal").fact("budget")
    told = fact.lines[0].text

    def script(body: dict[str, Any]) -> str:
        return json.dumps({"contradicts": found, "words": told.split()[0]}) if _is_check(body) else f"Well now. {told}"

    with FakeEndpoint(script) as endpoint:
        model = connect(Settings(home=tmp_path, base_url=endpoint.url, model="fake"), "voice")
        voice = ModelVoice(
            model,
            load_prompt(small.library, "actor"),
            LineVoice(small.knowledge),
            small.guard,
            check=ToldCheck(model, load_prompt(small.library, "check")),
        )
        practice = Practice.start("small-deal", engine=small, voice=voice)
        practice.say(fact.question)
        shown = "".join(practice.reply())
        asked = b"".join(endpoint.requests).decode()

    said = practice.transcript.turns[1].said
    assert said is not None
    assert shown.startswith("Well now.") is shown_by_model
    assert said.objections == (() if shown_by_model else ("contradiction", "contradiction"))
    assert ("That says something else than what you were to tell." in asked) is found
    assert "budget" in practice.state.facts


def test_a_check_that_fails_lets_the_words_pass(small: Engine, tmp_path: Path):
    with FakeEndpoint(["no JSON at all"]) as endpoint:
        model = connect(Settings(home=tmp_path, base_url=endpoint.url, model="fake"), "voice")
        check = ToldCheck(model, load_prompt(small.library, "check"))

        assert check.wrong("And?", "It was cut in half.", ["They cut it in half in March."], lambda _: None) == ""
