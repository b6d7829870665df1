"""Shrinking: a network's input made of a picture's planes within its graph, by two products of matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    import onnx
    from numpy.typing import NDArray

    from models import Input
    from stream.frame import Planes

FRAMES = "frames"
"""The input of the graph, bytes (n, height * 3 / 2, width): luma, and under it blue beside red."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """From pictures of `width` x `height` to `across` x `down`, in the upper left corner of `shape`; colours
    by `to_bgr`, the twelve numbers of `Planes.to_bgr`."""

    width: int
    height: int
    across: int
    down: int
    shape: tuple[int, int]
    to_bgr: tuple[float, ...]


def put(target: NDArray[np.uint8], planes: Planes) -> None:
    """Planes into their place, (height * 3 / 2, width), of a batch that the graph is given."""
    height, width = planes.luma.shape
    target[:height] = planes.luma
    target[height:, : width // 2] = planes.blue
    target[height:, width // 2 :] = planes.red


def prepend(model: onnx.ModelProto, wanted: Input, geometry: Geometry) -> None:
    """Makes `FRAMES` the input of a network that takes pictures as `wanted`, in BGR or RGB.

    Everything is a matrix product or goes element by element, of sizes known beforehand: operators that CUDA
    and TensorRT have for floats (ONNX Runtime's OperatorKernels.md), so that the graph can be recorded.
    Resize has no average over areas, which is what FFmpeg's conversion takes and faces are found best by.

    Raises `ValueError` for a network of grey pictures, or in an older dialect of ONNX.
    """
    if wanted.colour == "grey" or not any(
        each.domain == "" and each.version >= 11 for each in model.opset_import
    ):
        raise ValueError("it takes grey pictures, or is written in a dialect of ONNX before 11")
    graph = _Graph(model, wanted.name)
    luma, blue, red = _planes(graph, geometry)
    picture = _coloured(graph, (luma, blue, red), geometry)
    graph.finish(_shaped(graph, picture, wanted, geometry), geometry)


def area(source: int, target: int) -> NDArray[np.float32]:
    """(target, source): each row averages the stretch of pixels that one of fewer stands for."""
    edges = np.arange(target + 1) * source / target
    pixels = np.arange(source)
    covered = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    weights = np.clip(covered, 0, None)
    return np.asarray(weights / weights.sum(1, keepdims=True), np.float32)


def between(source: int, target: int) -> NDArray[np.float32]:
    """(target, source): each row lies between the middles of two pixels, for more than there were."""
    middles = np.clip((np.arange(target) + 0.5) * source / target - 0.5, 0, source - 1)
    first, rows = np.floor(middles).astype(int), np.arange(target)
    weights = np.zeros((target, source), np.float32)
    weights[rows, first] = 1 - (middles - first)
    weights[rows, np.minimum(first + 1, source - 1)] += (middles - first).astype(np.float32)
    return weights


def _weights(source: int, target: int) -> NDArray[np.float32]:
    return area(source, target) if target < source else between(source, target)


def _planes(graph: _Graph, geometry: Geometry) -> tuple[str, str, str]:
    """Y, Cb and Cr in the size that is wanted. Colours are the same for two columns, as FFmpeg makes them."""
    width, height, across, down = geometry.width, geometry.height, geometry.across, geometry.down
    colours = _weights(width // 2, -(-across // 2)).repeat(2, 0)[:across]
    luma = graph.cut((1, 0, height))
    under = (1, height, height * 3 // 2)
    blue, red = graph.cut(under, (2, 0, width // 2)), graph.cut(under, (2, width // 2, width))
    tall, short = graph.constant(_weights(height, down)), graph.constant(_weights(height // 2, down))
    wide, narrow = graph.constant(_weights(width, across).T), graph.constant(colours.T)
    return (
        graph.add("MatMul", graph.add("MatMul", tall, luma), wide),
        graph.add("MatMul", graph.add("MatMul", short, blue), narrow),
        graph.add("MatMul", graph.add("MatMul", short, red), narrow),
    )


def _coloured(graph: _Graph, planes: tuple[str, str, str], geometry: Geometry) -> list[str]:
    """B, G and R, each (n, 1, down, across), whole numbers from 0 to 255."""
    low, high = graph.constant(np.float32(0)), graph.constant(np.float32(255))
    found = []
    for *shares, shift in np.array(geometry.to_bgr, np.float32).reshape(3, 4):
        parts = [
            graph.add("Mul", plane, graph.constant(share))
            for plane, share in zip(planes, shares, strict=True)
        ]
        total = graph.add("Add", graph.add("Add", *parts[:2]), parts[2])
        exact = graph.add("Add", total, graph.constant(np.float32(shift)))
        whole = graph.add("Clip", graph.add("Round", exact), low, high)
        found.append(
            graph.add("Reshape", whole, graph.constant(np.array((-1, 1, geometry.down, geometry.across))))
        )
    return found


def _shaped(graph: _Graph, picture: list[str], wanted: Input, geometry: Geometry) -> str:
    """The picture as the network takes it: normalised, what lies beyond it 0, in its layout and type."""
    from onnx import TensorProto

    value = graph.add("Concat", *(picture if wanted.colour == "bgr" else picture[::-1]), axis=1)
    if any(wanted.mean):
        value = graph.add("Sub", value, graph.constant(np.array(wanted.mean, np.float32).reshape(-1, 1, 1)))
    if set(wanted.scale) != {1}:
        value = graph.add("Mul", value, graph.constant(np.array(wanted.scale, np.float32).reshape(-1, 1, 1)))
    width, height = geometry.shape
    beyond = np.array((0, 0, 0, 0, 0, 0, height - geometry.down, width - geometry.across))
    if beyond.any():
        value = graph.add("Pad", value, graph.constant(beyond))
    if wanted.layout == "NHWC":
        value = graph.add("Transpose", value, perm=(0, 2, 3, 1))
    return graph.add("Cast", value, to=TensorProto.UINT8 if wanted.dtype == "uint8" else TensorProto.FLOAT)


class _Graph:
    """Nodes that go before those of a network, and their names."""

    def __init__(self, model: onnx.ModelProto, name: str) -> None:
        self._graph = model.graph
        self._name = name
        self._nodes: list[onnx.NodeProto] = []

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """A node; the name of what it answers."""
        from onnx import helper

        name = f"shrink/{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def constant(self, values: NDArray[Any] | np.float32) -> str:
        """A constant; its name."""
        from onnx import numpy_helper

        name = f"shrink/by/{len(self._graph.initializer)}"
        self._graph.initializer.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def cut(self, *spans: tuple[int, int, int]) -> str:
        """What lies within spans (axis, start, end) of the frames, as floats."""
        from onnx import TensorProto

        axes, starts, ends = (self.constant(np.array(each)) for each in zip(*spans, strict=True))
        return self.add("Cast", self.add("Slice", FRAMES, starts, ends, axes), to=TensorProto.FLOAT)

    def finish(self, value: str, geometry: Geometry) -> None:
        """Puts the nodes before the network, which reads `value` where it read its input."""
        from onnx import TensorProto, helper

        for node in self._graph.node:
            node.input[:] = [value if name == self._name else name for name in node.input]
        for place, node in enumerate(self._nodes):
            self._graph.node.insert(place, node)
        shape = ("batch", geometry.height * 3 // 2, geometry.width)
        port = helper.make_tensor_value_info(FRAMES, TensorProto.UINT8, shape)
        kept = [each for each in self._graph.input if each.name != self._name]
        del self._graph.input[:]
        self._graph.input.extend([port, *kept])
        del self._graph.value_info[:]
