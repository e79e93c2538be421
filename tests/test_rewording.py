"""A simulated manager in a model's words: the line is the meaning, and the line is said where the model fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.engine import Engine
from bot.models.llm import connect
from bot.models.prompts import load_prompt
from bot.settings import Settings
from bot.testing import FakeEndpoint, Fault, Received, small_engine
from bot.voice import LineVoice
from evals.records import Record
from evals.runs.recording import Watcher
from evals.runs.rewording import Reworded, Rewording
from evals.runs.suite import Job
from evals.simulate import Move, Persona


@pytest.fixture
def small(tmp_path: Path) -> Engine:
    return small_engine(tmp_path / "data")


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", model="scripted")


ONE = Persona(
    id="one", title="One", about="Asks once.", turns=1, moves=(Move(say=("What do you know about their budget?",)),)
)


def reworded(small: Engine, config: Settings, *said: str | Received) -> tuple[Record, list[dict[str, Any]]]:
    with FakeEndpoint(said) as endpoint:
        model = connect(config.model_copy(update={"base_url": endpoint.url}), "voice")
        by = Rewording(model, load_prompt(small.library, "manager"), small.embedder)
        job = Job("small-deal", "base", "one", 0, manager_voice="model")
        record = Watcher(small).record(job, ONE, LineVoice(small.knowledge), Reworded(by, ONE))
        return record, [json.loads(body) for body in endpoint.requests]


def test_a_managers_line_is_said_in_the_models_words(small: Engine, config: Settings):
    record, (asked,) = reworded(small, config, 'Dana: "So tell me, what do you know about their budget?"')

    scenario = small.library.scenario("small-deal")
    assert record.key == "small-deal/base/one/0/lines/model"
    assert record.said[0].strip('"').endswith("what do you know about their budget?")
    assert (record.manager_faults, record.manager_tokens_in > 0) == ((), True)
    system, opening = asked["messages"]
    assert "What do you know about their budget?" in system["content"]
    assert opening == {"role": "user", "content": f"({scenario.rep.name} picks up.)"}
    assert [fact.id for fact in scenario.facts if fact.text in json.dumps(asked)] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (Received(fault=Fault.UNAUTHORISED), "401"),
        (Received(fault=Fault.EMPTY), "empty reply"),
        ("word " * 200, "the model used 200 words for a line of 7"),
        ("Bananas grow yellow under tropical sunshine everywhere.", "the model's words were about something else"),
        ('""', "the model said nothing"),
    ],
)
def test_where_the_managers_model_fails_the_line_is_said_and_the_fault_is_kept(
    small: Engine, config: Settings, said: str | Received, fault: str
):
    record, _ = reworded(small, config, said)

    assert record.said[0] == "What do you know about their budget?"
    assert len(record.manager_faults) == 1
    assert fault in record.manager_faults[0]
