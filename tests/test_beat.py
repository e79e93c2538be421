"""What a model is told to do in a reply, and what its request holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.engine import Engine
from bot.models.llm import connect
from bot.models.prompts import load_prompt
from bot.practice import Practice, practice_json
from bot.settings import Settings
from bot.talk.direction import Said
from bot.testing import small_engine
from bot.testing.endpoint import FakeEndpoint
from bot.voice import Cue, LineVoice
from bot.voice.beat import Beat, Stance, beat_of
from bot.voice.check import Checked, ReplyCheck
from bot.voice.model import ModelVoice
from bot.voice.request import ENTRIES, Request, make_request

pytestmark = pytest.mark.slow


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
            check=ReplyCheck(model, load_prompt(small.library, "check")),
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
    cue, _, _ = moment(small, "small-deal", "And?")
    with FakeEndpoint(["no JSON at all"]) as endpoint:
        check = ReplyCheck(
            connect(Settings(home=tmp_path, base_url=endpoint.url, model="fake"), "voice"),
            load_prompt(small.library, "check"),
        )

        assert check.checked(cue, "It was cut in half.", ["They cut it in half in March."], lambda _: None) == Checked()


def played(small: Engine, tmp_path: Path, script: Mapping[str, tuple[str, list[dict[str, Any]]]]) -> Practice:
    """A talk in which each of the manager's words gets a reply, in which the check finds the steps given."""

    def answer(body: dict[str, Any]) -> str:
        if not _is_check(body):
            return script[body["messages"][-1]["content"]][0]
        heard = body["messages"][-1]["content"].partition("The manager said:\n=====\n")[2].partition("\n=====")[0]
        return json.dumps({"contradicts": False, "words": "", "steps": script[heard][1]})

    with FakeEndpoint(answer) as endpoint:
        model = connect(Settings(home=tmp_path, base_url=endpoint.url, model="fake"), "voice")
        check = ReplyCheck(model, load_prompt(small.library, "check"))
        actor = load_prompt(small.library, "actor")
        voice = ModelVoice(model, actor, LineVoice(small.knowledge), small.guard, check=check)
        practice = Practice.start("small-deal", engine=small, voice=voice)
        for words in script:
            practice.say(words)
            assert "".join(practice.reply()) == script[words][0], practice.transcript.turns[-1].said
    return practice


def step(words: str, *, own: bool = True, day: bool = False, listed: int = 0) -> dict[str, Any]:
    return {"words": words, "own": own, "day": day, "listed": listed}


def test_a_step_in_own_words_is_the_reps_and_gets_its_day_later(small: Engine, tmp_path: Path):
    firm, loose = "On Thursday I'll write my list down.", "I'll write my list down."
    practice = played(
        small,
        tmp_path,
        {
            "How was your weekend?": (loose, [step(loose)]),
            "And your garden? Is it for Thursday?": (firm, [step(firm, day=True, listed=len(small_steps(small)) + 1)]),
        },
    )

    assert [(one.words, one.day) for one in practice.state.spoken] == [(loose, True)]
    assert practice.debrief().scorecard.measures.rep_owned_steps == 1
    shape = practice_json(practice.debrief(), None, 0)
    assert shape["spoken_steps"] == [{"words": loose, "committed": True}]
    kept = practice.transcript.turns[3].said
    assert kept is not None
    assert Said.from_json(kept.as_json()) == kept


def small_steps(small: Engine) -> tuple[str, ...]:
    """The steps that may be named before anything is out."""
    return moment(small, "small-deal", "Hello there.")[0].steps


def test_a_step_of_the_managers_or_in_words_nobody_said_is_not_the_reps(small: Engine, tmp_path: Path):
    said = "Fine, I'll write my list down."
    found = [step(said, own=False), step("I'll write to legal.")]
    practice = played(small, tmp_path, {"Write your list down, will you?": (said, found)})

    assert practice.state.spoken == ()


def test_a_listed_step_becomes_the_scenarios_own(small: Engine, tmp_path: Path):
    fact = small.library.scenario("small-deal").fact("budget")
    cue, _, _ = moment(small, "small-deal", fact.question, "How was your weekend?")
    said = "Tomorrow I'll do that, first thing."
    practice = played(
        small,
        tmp_path,
        {
            fact.question: (fact.lines[0].text, []),
            "How was your weekend?": (said, [step(said, day=True, listed=1)]),
        },
    )

    assert practice.state.steps[cue.steps[0]].committed
    assert practice.state.spoken == ()


def test_small_talk_asks_for_no_check(small: Engine, tmp_path: Path):
    practice = played(small, tmp_path, {"How was your weekend?": ("Wet, mostly. The garden liked it.", [])})

    assert practice.transcript.turns[1].said is not None
    with FakeEndpoint(["Wet, mostly."]) as endpoint:
        check = ReplyCheck(
            connect(Settings(home=tmp_path, base_url=endpoint.url, model="fake"), "voice"),
            load_prompt(small.library, "check"),
        )
        cue, _, _ = moment(small, "small-deal", "How was your weekend?")
        assert not check.wants(cue, "Wet, mostly. The garden liked it.", ())
        assert check.wants(cue, "Wet. I'll ring the plant tomorrow.", ())
        assert endpoint.requests == []
