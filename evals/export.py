"""Writes a tuned encoder as ONNX in 8 bits."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Any


def export(model: Any, target: Path) -> None:
    """Write `model`, a BERT of transformers, to `target` with 8-bit weights."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    class Plain(torch.nn.Module):  # type: ignore[misc]  # torch is no dependency
        """BERT's forward pass without the library's handling of masks, which tracing gets wrong."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: Any, mask: Any, kinds: Any) -> Any:
            heads, (rows, width) = model.config.num_attention_heads, ids.shape
            known = self.model.embeddings
            places = known.position_embeddings(torch.arange(width).unsqueeze(0))
            hidden = known.LayerNorm(known.word_embeddings(ids) + known.token_type_embeddings(kinds) + places)
            unseen = (1.0 - mask[:, None, None, :].float()) * -10000.0
            for layer in self.model.encoder.layer:
                own = layer.attention.self
                query, key, value = (
                    part(hidden).view(rows, width, heads, -1).transpose(1, 2)
                    for part in (own.query, own.key, own.value)
                )
                scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1]) + unseen
                heard = (torch.softmax(scores, -1) @ value).transpose(1, 2).reshape(rows, width, -1)
                hidden = layer.attention.output.LayerNorm(layer.attention.output.dense(heard) + hidden)
                inner = torch.nn.functional.gelu(layer.intermediate.dense(hidden))
                hidden = layer.output.LayerNorm(layer.output.dense(inner) + hidden)
            return hidden

    names = ["input_ids", "attention_mask", "token_type_ids"]
    ids = torch.randint(1000, 2000, (2, 9))
    with tempfile.TemporaryDirectory() as folder:
        whole = str(Path(folder) / "whole.onnx")
        torch.onnx.export(
            Plain().eval(),
            (ids, torch.ones_like(ids), torch.zeros_like(ids)),
            whole,
            input_names=names,
            output_names=["hidden"],
            dynamic_axes={name: {0: "rows", 1: "tokens"} for name in (*names, "hidden")},
            opset_version=17,
            dynamo=False,
        )
        options = {"MatMulConstBOnly": True}
        quantize_dynamic(whole, target, weight_type=QuantType.QInt8, per_channel=True, extra_options=options)
