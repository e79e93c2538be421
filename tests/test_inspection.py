"""The Inspect AI adapter, run by Inspect AI itself with its mock model."""

from __future__ import annotations

import gc
import math
import tomllib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from bot.engine import Engine
from bot.practice import Practice
from evals.simulate import person, simulate

if find_spec("inspect_ai") is None:  # every process collects this file, and Inspect AI alone takes seconds to load
    pytest.skip("needs the extra `evals`", allow_module_level=True)

# Inspect AI leaves streams of its own unclosed, and waits between tries as an older tenacity wanted it.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Unclosed <MemoryObject:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:The 'initial' parameter is deprecated:DeprecationWarning"),
]

LEVELS = ("telling", "mixed", "coaching", "coaching_well")


@pytest.fixture
def inspected(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """A run of the task with these parameters, in Inspect's log."""
    from inspect_ai import eval as run
    from inspect_ai.model import get_model

    from askwell import inspection

    monkeypatch.setattr(inspection, "default_engine", lambda: engine)
    monkeypatch.setenv("INSPECT_LOG_DIR", str(tmp_path))

    def inspect(outputs: Any = None, **parameters: Any) -> Any:
        model = get_model("mockllm/model", custom_outputs=outputs)
        evaluate = partial(run, model=model, display="none", log_dir=str(tmp_path))
        # In a thread of its own: the browser of other tests leaves an event loop running in this one.
        with ThreadPoolExecutor(1) as aside:
            (log,) = aside.submit(lambda: evaluate(inspection.practice(**parameters))).result()
        return log

    yield inspect
    gc.collect()  # so that these go while the filter holds


def replied(words: str) -> Any:
    """A reply of the mock model that says what it took, because it would count with a file from the network."""
    from inspect_ai.model import ModelOutput, ModelUsage

    output = ModelOutput.from_content("mockllm/model", words)
    output.usage = ModelUsage(input_tokens=100, output_tokens=10, total_tokens=110)
    return output


def played(engine: Engine, manager: str, seed: int = 0) -> Any:
    return simulate(person(manager), Practice.start("jones-deal", seed=seed, engine=engine))


@pytest.mark.slow
@pytest.mark.nightly
def test_a_log_holds_what_practice_gives(inspected: Any, engine: Engine):
    log = inspected(manager="teller,skilled-coach")

    assert (log.status, log.eval.task) == ("success", "askwell/practice")
    assert {sample.id for sample in log.samples} == {"teller/0", "skilled-coach/0"}
    for sample in log.samples:
        debrief = played(engine, sample.metadata["manager"])
        given = sample.scores["scorecard"]
        assert (given.value, given.metadata["level"]) == (debrief.scorecard.score, debrief.scorecard.level)
        assert given.metadata["criteria"] == {one.id: one.level for one in debrief.scorecard.criteria}
        assert given.explanation.splitlines()[0] == debrief.scorecard.sentence
        assert [(message.role == "user", message.text) for message in sample.messages[1:]] == [
            (turn.is_manager, turn.text) for turn in debrief.transcript
        ]
        assert given.answer.count("\n") >= len(debrief.transcript.turns) - 1


@pytest.mark.nightly
def test_the_mean_and_the_levels_are_counted_and_no_model_is_called(inspected: Any, engine: Engine):
    def fails(*_: Any) -> Any:
        raise AssertionError("written lines need no model")

    log = inspected(fails, manager="teller,skilled-coach")

    cards = [played(engine, name).scorecard for name in ("teller", "skilled-coach")]
    scores = [card.score for card in cards]
    (result,) = [one for one in log.results.scores if "mean" in one.metrics]
    assert result.metrics["mean"].value == sum(scores) / 2
    assert result.metrics["stderr"].value == pytest.approx(abs(scores[0] - scores[1]) / 2)
    counted = {name: value.value for one in log.results.scores for name, value in one.metrics.items()}
    levels = Counter(card.level for card in cards)
    assert {name: counted[name] for name in LEVELS} == {name: levels[name] for name in LEVELS}
    assert counted["telling"] == 1


@pytest.mark.nightly
def test_what_is_not_scored_is_no_zero(inspected: Any, monkeypatch: pytest.MonkeyPatch):
    from askwell import inspection

    short = person("teller").model_copy(update={"turns": 1})
    monkeypatch.setattr(inspection, "person", lambda _: short)
    log = inspected(manager="teller")

    given = log.samples[0].scores["scorecard"]
    assert (math.isnan(given.value), given.reason, given.metadata["level"]) == (True, "not_scored", "not_scored")
    assert {one.unscored_samples for one in log.results.scores} == {1}


@pytest.mark.nightly
def test_inspects_model_words_the_rep_and_the_guard_stands_between(inspected: Any, engine: Engine):
    asked: list[str] = []

    def answer(messages: Any, *_: Any) -> Any:
        asked.append(messages[0].text)
        return replied("As an AI language model I cannot say.")

    log = inspected(answer, manager="teller", voice="model")
    sample = log.samples[0]
    given, said = sample.scores["scorecard"].metadata, [m.text for m in sample.messages if m.role == "assistant"]

    assert asked
    assert sample.output.model == "model:mockllm/model"
    assert (given["refused"], given["stood_in"]) == (len(asked), len(said))
    assert "language model" not in " ".join(said)
    assert given["level"] == played(engine, "teller").scorecard.level


@pytest.mark.nightly
def test_a_model_that_fails_fails_the_sample(inspected: Any):
    def fails(*_: Any) -> Any:
        raise ValueError("the endpoint is down")

    log = inspected(fails, manager="teller", voice="model")

    assert (log.status, log.results) == ("error", None)
    assert "the endpoint is down" in log.samples[0].error.message


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"manager": "nobody"}, "there is no manager 'nobody'"),
        ({"voice": "song"}, "unknown voice 'song'; choose lines or model"),
        ({"seeds": 0}, "seeds: 0: must be at least 1"),
        ({"scenario": "nothing"}, "nothing"),
    ],
)
def test_a_wrong_parameter_is_named(inspected: Any, parameters: dict[str, Any], said: str):
    from inspect_ai._util.error import PrerequisiteError

    with pytest.raises(PrerequisiteError, match=said):
        inspected(**parameters)


def test_inspect_finds_the_task_by_the_products_name():
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["entry-points"]["inspect_ai"] == {"askwell": "askwell.inspection"}
