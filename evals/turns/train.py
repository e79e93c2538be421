"""`python -m evals.turns.train` tunes MiniLM-L6 to tell turns apart and writes bot/data/turns.onnx, in 8 bits.

First on the authors' questions by themselves, then on turns in context along with them; one softmax for each scenario,
which is thrown away afterwards (evals.turns.heads fits the heads anew). It needs the packages of the extra `train` and
about an hour on two cores. The held-out managers are never read.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.scenario import Scenario
from bot.scenario.library import Library
from bot.talk.direction import Intent
from bot.text.masking import mask
from bot.vectors.turns import BEFORE_TOKENS, TURN_TOKENS, TURNS_FILE, turn_text

from ..tuning import Tuned, packaged
from .data import TurnExample, authored, in_context, rep_lines

_TARGET = Path(__file__).parents[2] / "bot" / "data" / TURNS_FILE
ASKS_RATE, TURNS_RATE = 1e-4, 8e-5
LAYER_DECAY = 0.8
"""Learning rate of each layer over the one above it."""
FROZEN = 2
"""Layers below this one keep their weights, along with the embeddings."""
SMOOTHING = 0.05
ASKS_PASSES, TURNS_PASSES = 3.0, 2.0
ASKS_BATCH, TURNS_BATCH, BESIDE = 48, 16, 20
"""Questions in a batch of the first part; turns in context and questions beside them in one of the second."""
CONTEXT_SHARE = 0.5
"""How many of the questions beside them follow a random line of the rep, so that the model learns to disregard it."""
SHARED = ("entry:talk-", "intent:")


class Task:
    """The examples of one scenario over its variants, and the head that is trained with the encoder."""

    def __init__(self, variants: list[Scenario], development: bool, torch: Any) -> None:
        self.scenario = variants[0]
        asks = {(one.text, one.labels): one for variant in variants for one in authored(variant)}
        self.own = [one for one in asks.values() if not one.labels[0].startswith(SHARED) or _gap(one)]
        self.shared = [one for one in asks.values() if one.labels[0].startswith(SHARED) and not _gap(one)]
        self.turns = in_context(self.scenario, development)
        every = [*self.own, *self.shared, *self.turns]
        self.classes = sorted({label for one in every for label in one.labels})
        self.place = {label: number for number, label in enumerate(self.classes)}
        self.lines = [mask(line, self.scenario.aliases) for line in rep_lines(self.scenario)]
        self.head = torch.nn.Linear(384, len(self.classes))

    def targets(self, examples: list[TurnExample], torch: Any) -> Any:
        """The smoothed share of each class in each example, shape (examples, classes)."""
        shares = torch.zeros(len(examples), len(self.classes))
        for row, one in enumerate(examples):
            for label, weight in zip(one.labels, one.weights, strict=True):
                shares[row, self.place[label]] += weight
        return (1 - SMOOTHING) * shares + SMOOTHING / len(self.classes)


def _gap(one: TurnExample) -> bool:
    return one.labels[0] == f"intent:{Intent.OFF_TOPIC}"


class Tuner(Tuned):
    """The encoder with its tasks."""

    def __init__(self, start: Path, development: bool) -> None:
        super().__init__(start, (BEFORE_TOKENS,), TURN_TOKENS, frozen=FROZEN, scale=16.0)
        library = Library()
        self.tasks = []
        for scenario_id in library.scenario_ids():
            names = library.scenario(scenario_id).variant_ids
            self.tasks.append(Task([library.scenario(scenario_id, name) for name in names], development, self.torch))
        self._start_heads()

    def logits(self, task: Task, vectors: Any) -> Any:
        """Scores of shape (vectors, classes)."""
        functional = self.torch.nn.functional
        return self.scale * functional.linear(vectors, functional.normalize(task.head.weight, dim=1)) + task.head.bias

    def on_asks(self, passes: float) -> None:
        """The first part: questions by themselves. Batches are of similar length, which saves padding."""
        counts = [len(task.own) for task in self.tasks]
        steps = int(passes * sum(counts) * 4 / 3 / ASKS_BATCH)
        ordered = {
            id(task): [sorted(part, key=lambda one: len(one.text)) for part in (task.own, task.shared)]
            for task in self.tasks
        }
        for step in self._steps(steps, ASKS_RATE):
            task = self.random.choices(self.tasks, counts)[0]
            examples = ordered[id(task)][self.random.random() < 0.25]
            wide = min(len(examples), ASKS_BATCH * 4)
            first = min(max(0, self.random.randint(-wide // 2, len(examples) - wide // 2)), len(examples) - wide)
            batch = self.random.sample(examples[first : first + wide], ASKS_BATCH)
            step(self._loss(task, batch))

    def on_turns(self, passes: float) -> None:
        """The second part: turns in context, with questions beside them so that nothing is unlearned."""
        counts = [len(task.turns) for task in self.tasks]
        steps = int(passes * sum(counts) / TURNS_BATCH)
        ordered = {id(task): sorted(task.turns, key=lambda one: len(one.text)) for task in self.tasks}
        for step in self._steps(steps, TURNS_RATE):
            task = self.random.choices(self.tasks, counts)[0]
            turns = ordered[id(task)]
            wide = min(len(turns), TURNS_BATCH * 5)
            first = min(max(0, self.random.randint(-wide // 2, len(turns) - wide // 2)), len(turns) - wide)
            batch = self.random.sample(turns[first : first + wide], TURNS_BATCH)
            own = BESIDE * 3 // 4
            beside = self.random.sample(task.own, own) + self.random.sample(task.shared, BESIDE - own)
            asks = [self._after_a_line(task, one) for one in beside]
            step(self._loss(task, batch) + 0.7 * self._loss(task, asks))

    def _after_a_line(self, task: Task, one: TurnExample) -> TurnExample:
        if self.random.random() > CONTEXT_SHARE:
            return one
        return TurnExample(turn_text(self.random.choice(task.lines), one.text), one.labels, one.weights)

    def _loss(self, task: Task, batch: list[TurnExample]) -> Any:
        logs = self.torch.log_softmax(self.logits(task, self.embed([one.text for one in batch])), dim=1)
        return -(task.targets(batch, self.torch) * logs).sum(1).mean()

    def _steps(self, count: int, rate: float) -> Iterator[Any]:
        heads = [weight for task in self.tasks for weight in task.head.parameters()]
        return self.steps(count, rate, LAYER_DECAY, heads)

    def _start_heads(self) -> None:
        """Heads start from the means of some of their examples."""
        torch = self.torch
        self.model.eval()
        with torch.no_grad():
            for task in self.tasks:
                by_label: dict[str, list[str]] = {label: [] for label in task.classes}
                for one in [*task.own, *task.shared, *task.turns]:
                    if len(by_label[one.labels[0]]) < 6:
                        by_label[one.labels[0]].append(one.text)
                flat = [text for texts in by_label.values() for text in texts]
                order = sorted(range(len(flat)), key=lambda place: len(flat[place]))
                vectors = torch.zeros(len(flat), 384)
                for start in range(0, len(order), 64):
                    some = order[start : start + 64]
                    vectors[some] = self.embed([flat[place] for place in some])
                task.head.bias.zero_()
                first = 0
                for number, label in enumerate(task.classes):
                    own = vectors[first : first + len(by_label[label])]
                    first += len(own)
                    if len(own):
                        task.head.weight[number] = torch.nn.functional.normalize(own.mean(0), dim=0)


def main() -> None:
    """Train, or resume after the first part, and export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("askwell-train"), help="Where the first part is kept.")
    parser.add_argument("--without-development", action="store_true", help="To choose by the development managers.")
    args = parser.parse_args()
    first = args.work / "asks"
    if not first.is_dir():
        tuner = Tuner(packaged(), not args.without_development)
        tuner.on_asks(ASKS_PASSES)
        tuner.model.save_pretrained(first)
    tuner = Tuner(first, not args.without_development)
    tuner.on_turns(TURNS_PASSES)
    from ..export import export

    export(tuner.model, _TARGET)
    print(f"{_TARGET.name}: {_TARGET.stat().st_size / 1e6:.1f} MB; now run: python -m evals.turns.heads")


if __name__ == "__main__":
    main()
