"""Askwell for Inspect AI: `inspect eval askwell/practice --model mockllm/model`.

The conversation is the solver, the scorecard the scorer, and each simulated manager's rehearsal a sample. The package
has the product's name because Inspect lists tasks under their package's name.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import anyio
from inspect_ai import Task, task
from inspect_ai._util.error import PrerequisiteError  # Inspect prints this in one line
from inspect_ai.dataset import Sample
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
    ModelOutput,
    get_model,
)
from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, mean, metric, scorer, stderr
from inspect_ai.solver import Generate, Solver, TaskState, solver

from bot.engine import Engine, default_engine
from bot.errors import AskwellError, ModelError
from bot.models.llm import Cost, Message
from bot.models.prompts import load_prompt
from bot.practice import Debrief, Practice, practice_json
from bot.settings import settings
from bot.voice import LineVoice, Voice
from bot.voice.model import ModelVoice
from evals.simulate import person, persons, simulate

if TYPE_CHECKING:
    from bot.models.llm import Model

_LEVELS = ("telling", "mixed", "coaching", "coaching_well")
_KEPT = "askwell"
_MESSAGES = {"system": ChatMessageSystem, "user": ChatMessageUser, "assistant": ChatMessageAssistant}


@task
def practice(
    scenario: str = "jones-deal",
    variant: str = "base",
    manager: str | list[str] = "",
    seeds: int = 1,
    voice: str = "lines",
) -> Task:
    """Rehearsals of a scenario by each named manager (default: all), with seeds 0 to `seeds` - 1.

    With voice `lines` the rep speaks scripted lines and no model is called; with `model`, Inspect's model rewords them.
    Raises PrerequisiteError for an unknown scenario, variant, manager or voice.
    """
    names = manager.split(",") if isinstance(manager, str) else manager
    try:
        loaded = default_engine().library.scenario(scenario, variant)
        played = [person(name.strip()) for name in names if name.strip()] or persons()
    except AskwellError as error:
        raise PrerequisiteError(str(error)) from None
    if voice not in ("lines", "model"):
        raise PrerequisiteError(f"unknown voice {voice!r}; choose lines or model")
    if seeds < 1:
        raise PrerequisiteError(f"seeds: {seeds}: must be at least 1")
    samples = [
        Sample(
            id=f"{one.id}/{seed}",
            input=f"{one.title} practises: {loaded.title}",
            metadata={"scenario": scenario, "variant": variant, "manager": one.id, "seed": seed},
        )
        for one in played
        for seed in range(seeds)
    ]
    return Task(dataset=samples, solver=conversation(voice), scorer=scorecard())


@solver
def conversation(voice: str = "lines") -> Solver:
    """Play a whole rehearsal as the sample's manager. The turns become the sample's messages."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        engine = default_engine().packaged()
        speaks = _voiced(engine) if voice == "model" else LineVoice(engine.knowledge)
        # Our code is synchronous; its own thread keeps it from blocking other samples.
        debrief = await anyio.to_thread.run_sync(partial(_played, engine, speaks, state.metadata))
        state.messages = _shown(debrief)
        state.output = ModelOutput.from_content(speaks.name, debrief.transcript.turns[-1].text)
        kept = practice_json(debrief, None, state.metadata["seed"])
        said = [turn.said for turn in debrief.transcript if turn.said is not None]
        kept["refused"] = sum(len(one.objections) for one in said)
        kept["stood_in"] = sum(bool(one.note) for one in said)
        state.store.set(_KEPT, kept)
        return state

    return solve


@metric(scores="unreduced")
def levels() -> Metric:
    """How many conversations reached each level. Unscored ones count nowhere."""

    def count(scores: list[SampleScore]) -> dict[str, str | int | float | bool | None]:
        found = [(one.score.metadata or {}).get("level") for one in scores]
        return {level: found.count(level) for level in _LEVELS}

    return count


@scorer(metrics=[mean(), stderr(), levels()])
def scorecard() -> Scorer:
    """The score, 0 to 100. A conversation too short to score is unscored, not zero."""

    async def score(state: TaskState, target: Target) -> Score:
        kept: dict[str, Any] | None = state.store.get(_KEPT)
        if kept is None:
            return Score.unscored(reason="scoring_failed", explanation="This sample wasn't played by Askwell's solver.")
        card = kept["scorecard"]
        overall = card["overall"]
        about = {
            "level": overall["level"],
            "criteria": {entry["id"]: entry["level"] for entry in card["criteria"]},
            "measures": card["measures"],
            "facts": kept["facts"],
            "epilogue": kept["epilogue"]["id"],
            "refused": kept["refused"],
            "stood_in": kept["stood_in"],
            "provenance": card["provenance"],
        }
        said = {
            "answer": "\n".join(f"{turn['speaker']}: {turn['text']}" for turn in kept["turns"]),
            "explanation": "\n".join([overall["sentence"], *(_why(entry) for entry in card["criteria"])]),
        }
        if overall["score"] is None:
            return Score.unscored(reason=overall["level"], metadata=about, **said)
        return Score(value=overall["score"], metadata=about, **said)

    return score


class _Asked:
    """Inspect's model as a `Model` for the model voice, called from the rehearsal's thread.

    Inspect handles retries, limits and timeouts. A call that fails for good fails the sample.
    """

    def __init__(self) -> None:
        self._model = get_model()
        self.name = str(self._model)

    def stream(
        self,
        messages: Sequence[Message],
        *,
        cached: bool = False,
        within: float | None = None,
        took: Callable[[Cost], None] = lambda _: None,
    ) -> Generator[str, None, Cost]:
        """Yield the reply in one piece and return what it cost. Raises ModelError for an empty reply."""
        asked: list[ChatMessage] = [_MESSAGES[message.role](content=message.text) for message in messages]
        output: ModelOutput = anyio.from_thread.run(self._model.generate, asked)
        cost = Cost(output.usage.input_tokens, output.usage.output_tokens) if output.usage else Cost()
        took(cost)
        if not output.completion.strip():
            raise ModelError(f"{self.name}: an empty reply")
        yield output.completion
        return cost


def _voiced(engine: Engine) -> Voice:
    return ModelVoice(
        cast("Model", _Asked()),
        load_prompt(engine.library, "actor"),
        LineVoice(engine.knowledge),
        engine.guard,
        timeout=settings().timeout,
    )


def _played(engine: Engine, voice: Voice, sample: dict[str, Any]) -> Debrief:
    rehearsal = Practice.start(
        sample["scenario"], variant=sample["variant"], seed=sample["seed"], engine=engine, voice=voice
    )
    return simulate(person(sample["manager"]), rehearsal)


def _shown(debrief: Debrief) -> list[ChatMessage]:
    """The scene as system message, then the manager as user and the rep as assistant."""
    turns = [_MESSAGES["user" if turn.is_manager else "assistant"](content=turn.text) for turn in debrief.transcript]
    return [ChatMessageSystem(content=debrief.scenario.scene), *turns]


def _why(criterion: dict[str, Any]) -> str:
    return f"{criterion['id']}: {criterion['level']}. {criterion['why']}"
