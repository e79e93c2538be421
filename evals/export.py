"""Writes a tuned encoder as ONNX in 8 bits, and reads one back to tune it further."""

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


def exported_weights(file: Path) -> dict[str, Any]:
    """The weights of an encoder that `export` wrote, by transformers' names, as float32 arrays.

    A matrix's name is that of the bias which its product is added to. What 8 bits lost is lost: each weight is up to
    half a step of its row's scale off.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(file).graph
    held = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    takers = {name: node for node in graph.node for name in node.input}

    def whole(stem: str) -> Any:
        zero = held[f"{stem}_zero_point"].astype("float32")
        return (held[f"{stem}_quantized"].astype("float32") - zero) * held[f"{stem}_scale"]

    def bias_after(node: Any) -> str:
        while True:
            node = takers[node.output[0]]
            for name in node.input:
                if name.endswith(".bias"):
                    return str(name)

    found = {name: array for name, array in held.items() if name.endswith((".weight", ".bias"))}
    found |= {
        name.removesuffix("_quantized"): whole(name.removesuffix("_quantized"))
        for name in held
        if name.endswith(".weight_quantized")
    }
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            matrix = whole(node.input[1].removesuffix("_quantized"))
            found[bias_after(node).removesuffix("bias") + "weight"] = matrix.T.copy()
    return {name.removeprefix("model."): array for name, array in found.items()}
