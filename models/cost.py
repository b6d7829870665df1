"""What a network costs: its parameters and multiply-adds, counted from the ONNX file."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import onnx

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def parameters(path: Path) -> int:
    """How many numbers the file's weights are."""
    return sum(math.prod(weight.dims) for weight in onnx.load(path).graph.initializer)


def multiply_adds(path: Path, shape: Sequence[int]) -> int:
    """Those of all convolutions and matrix products for one input of that shape."""
    model = onnx.load(path)
    # What the exporter noted of sizes it did not know would stand in the way of the sizes given here.
    del model.graph.value_info[:]
    for output in model.graph.output:
        output.type.tensor_type.ClearField("shape")
    for place, size in zip(model.graph.input[0].type.tensor_type.shape.dim, shape, strict=True):
        place.dim_value = size
    graph = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
    sizes = {value.name: _sizes(value) for value in (*graph.value_info, *graph.output)}
    weights = {weight.name: tuple(weight.dims) for weight in graph.initializer}
    return sum(
        math.prod(sizes[node.output[0]]) * _per_output(node.op_type, weights[node.input[1]])
        for node in graph.node
        if node.op_type in ("Conv", "Gemm", "MatMul") and node.input[1] in weights
    )


def _per_output(kind: str, weight: tuple[int, ...]) -> int:
    """How many products each number of the output is the sum of."""
    if kind == "Conv":
        return math.prod(weight[1:])
    return weight[1] if kind == "Gemm" else weight[0]


def _sizes(value: onnx.ValueInfoProto) -> tuple[int, ...]:
    return tuple(place.dim_value for place in value.type.tensor_type.shape.dim)
