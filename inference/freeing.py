"""A model file with fixed sizes made to take any: batch, height and width of its graph freed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inference.wording import one_line

if TYPE_CHECKING:
    from pathlib import Path

    import onnx
    from numpy.typing import NDArray


class FixedError(ValueError):
    """A graph depends on its sizes; the message is the rest of a sentence about the model."""


def freed(path: Path) -> bytes:
    """The model at `path` with its batch, height and width free, as a file's content.

    Exporters write a network down as it was for one input, though few networks need that: a reshape's first
    side is the batch, which may be copied from its input, and a resize to fixed sizes is one by a factor.
    Raises `FixedError` where a size is needed in another way, or the file is no model or too large a one.
    """
    import onnx  # takes half a second, and only models of others need it
    from google.protobuf.message import DecodeError, EncodeError  # type: ignore[import-untyped]

    unreadable = (
        DecodeError,
        OSError,  # of weights in files beside it
        ValueError,
        onnx.checker.ValidationError,
        onnx.shape_inference.InferenceError,
    )
    try:
        model = onnx.load(path)
        shapes = _shapes(onnx.shape_inference.infer_shapes(model).graph)
        _free(model.graph, shapes)
        content: bytes = model.SerializeToString()
    except FixedError:
        raise
    except EncodeError as error:
        raise FixedError("is larger, with its weights, than the 2 GB that one piece may have") from error
    except unreadable as error:
        raise FixedError(f"is not a whole ONNX file ({one_line(error)})") from error
    return content


def _free(graph: onnx.GraphProto, shapes: dict[str, list[int]]) -> None:
    for node in list(graph.node):
        if node.op_type == "Reshape":
            _free_batch(graph, node, shapes)
        elif node.op_type == "Resize":
            _free_resize(graph, node, shapes)
    _free_sides(graph)


def _shapes(graph: onnx.GraphProto) -> dict[str, list[int]]:
    """The shapes of a graph's values, where they are known; 0 for a side that is not."""
    values = [*graph.input, *graph.value_info, *graph.output]
    return {value.name: [side.dim_value for side in value.type.tensor_type.shape.dim] for value in values}


def _free_sides(graph: onnx.GraphProto) -> None:
    """Batch, height and width of the inputs free; what was inferred of anything else, unsaid."""
    weights = {weight.name for weight in graph.initializer}
    for value in graph.input:
        sides = value.type.tensor_type.shape.dim
        if value.name in weights or len(sides) != 4:
            continue
        sides[0].dim_param = "batch"
        free = (1, 2) if sides[3].dim_value in (1, 3) and sides[1].dim_value not in (1, 3) else (2, 3)
        for place, name in zip(free, ("height", "width"), strict=True):
            sides[place].dim_param = name
    for value in graph.output:
        value.type.tensor_type.ClearField("shape")
    del graph.value_info[:]


def _free_batch(graph: onnx.GraphProto, node: onnx.NodeProto, shapes: dict[str, list[int]]) -> None:
    """A reshape of a batch of one to (1, ...) keeps the first side of what it is given instead."""
    if len(node.input) < 2:
        return  # of the first version of ONNX, whose shape is an attribute that cannot name another batch
    shape, before = _constant(graph, node.input[1]), shapes.get(node.input[0])
    if shape is None or not len(shape) or not before or _constant(graph, node.input[0]) is not None:
        return  # computed from the input, so that it is free; or no batch, but weights
    if before[0] == shape[0] == 1:
        shape[0] = 0
        node.input[1] = _added(graph, node, shape)


def _free_resize(graph: onnx.GraphProto, node: onnx.NodeProto, shapes: dict[str, list[int]]) -> None:
    """A resize to fixed sizes is one by the factors that these are."""
    if len(node.input) < 4 or not node.input[3]:
        return
    sizes, before = _constant(graph, node.input[3]), shapes.get(node.input[0])
    if sizes is None:
        return  # computed from the input, so that it is free
    if not before or len(before) != len(sizes) or not all(before):
        raise FixedError(f"resizes to fixed sizes in {one_line(node.name or node.output[0])}")
    name = _added(graph, node, (sizes / np.array(before)).astype(np.float32))
    del node.input[2:]
    node.input.append(name)


def _constant(graph: onnx.GraphProto, name: str) -> NDArray[np.int64] | None:
    """The whole numbers of that name where they are written in the graph, as an array of one's own."""
    for weight in graph.initializer:
        if weight.name == name:
            return _values(weight)
    for node in graph.node:
        if node.op_type == "Constant" and name in node.output:
            written = {attribute.name: attribute for attribute in node.attribute}
            if "value_ints" in written:
                return np.array(written["value_ints"].ints, np.int64)
            return _values(written["value"].t) if "value" in written else None
    return None


def _values(tensor: onnx.TensorProto) -> NDArray[np.int64]:
    from onnx import numpy_helper

    try:
        return np.atleast_1d(numpy_helper.to_array(tensor)).copy()
    except (KeyError, TypeError, ValueError) as error:
        raise FixedError(f"has a constant that cannot be read ({one_line(error)})") from error


def _added(
    graph: onnx.GraphProto, node: onnx.NodeProto, values: NDArray[np.int64] | NDArray[np.float32]
) -> str:
    """The name of a new constant; what others read under the old one stays."""
    from onnx import numpy_helper

    name = f"{node.output[0]}/freed"
    graph.initializer.append(numpy_helper.from_array(values, name))
    return name
