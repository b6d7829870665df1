"""Cropping: a graph that cuts, turns and shrinks the faces of a whole batch at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import onnx
    from numpy.typing import NDArray

LUMA, FACES, CROPS = "luma", "faces", "crops"
"""Inputs and output: bytes (m,), numbers (n, 12) as in `COLUMNS`, and bytes (n, size, size)."""
COLUMNS = (
    "x", "y", "across", "down", "spread", "right", "bottom", "width", "begin", "further", "black", "gain",
)  # fmt: skip
"""Of each face. The middle of its square and the way along its upper edge, in pixels from the middle of the
first of its surroundings; how far apart samples are; its surroundings' last column and row, and their width;
where they begin within the luma, in steps of 65536 and so much further, since a float holds 24 bits; the
levels' black, and what brings white to 255."""
_STEP = 65536


def cropping(size: int, samples: int) -> bytes:
    """The graph for crops of `size` pixels a side, each the mean of `samples` x `samples` between-pixels.

    It only takes operators that CUDA has for these types (ONNX Runtime's OperatorKernels.md: Gather of bytes
    by int32, Floor, Min and Max of floats, ReduceMean), and no size in it is known beforehand: nothing of it
    is chosen anew for another number of faces. GridSample would want all faces in pictures of one size.
    """
    from onnx import TensorProto, helper

    graph = _Graph()
    of = {name: graph.column(place) for place, name in enumerate(COLUMNS)}
    column, row = _turned(graph, of, size, samples)
    mean = graph.add("ReduceMean", _sampled(graph, of, column, row), axes=[2], keepdims=0)
    black, gain = (
        graph.add("Squeeze", of[name], graph.constant(np.array([2]))) for name in ("black", "gain")
    )
    stretched = graph.add("Mul", graph.add("Sub", graph.add("Round", mean), black), gain)
    whole = graph.clamped(graph.add("Round", stretched), graph.constant(np.float32(255)))
    shape = graph.constant(np.array((-1, size, size)))
    graph.add("Cast", graph.add("Reshape", whole, shape), to=TensorProto.UINT8, name=CROPS)
    made = helper.make_graph(
        graph.nodes,
        "cropping",
        [
            helper.make_tensor_value_info(LUMA, TensorProto.UINT8, ("m",)),
            helper.make_tensor_value_info(FACES, TensorProto.FLOAT, ("n", len(COLUMNS))),
        ],
        [helper.make_tensor_value_info(CROPS, TensorProto.UINT8, ("n", size, size))],
        graph.constants,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    content: bytes = model.SerializeToString()
    return content


def parts(start: int) -> tuple[int, int]:
    """Where a face's surroundings begin, as the two numbers that the graph is told."""
    return divmod(start, _STEP)


def _turned(graph: _Graph, of: dict[str, str], size: int, samples: int) -> tuple[str, str]:
    """Column and row (n, size * size, samples * samples) of each sample within its surroundings."""
    shares = ((np.arange(size) - (size - 1) / 2) / size).astype(np.float32)
    down, across = (each.reshape(1, -1, 1) for each in np.meshgrid(shares, shares, indexing="ij"))
    apart = (np.arange(samples) - (samples - 1) / 2).astype(np.float32)
    below, beside = (each.reshape(1, 1, -1) for each in np.meshgrid(apart, apart, indexing="ij"))
    right, lower = graph.constant(across), graph.constant(down)

    def moved(middle: str, by_across: str, by_down: str, offsets: NDArray[np.float32]) -> str:
        line = graph.add("Add", middle, graph.add("Mul", by_across, right))
        plane = graph.add("Add", line, graph.add("Mul", by_down, lower))
        return graph.add("Add", plane, graph.add("Mul", of["spread"], graph.constant(offsets)))

    backwards = graph.add("Neg", of["down"])
    column = moved(of["x"], of["across"], backwards, beside)
    row = moved(of["y"], of["down"], of["across"], below)
    return graph.clamped(column, of["right"]), graph.clamped(row, of["bottom"])


def _sampled(graph: _Graph, of: dict[str, str], column: str, row: str) -> str:
    """The level between the four pixels about each place."""
    unit = graph.constant(np.float32(1))
    left, upper = graph.add("Floor", column), graph.add("Floor", row)
    right = graph.add("Min", graph.add("Add", left, unit), of["right"])
    lower = graph.add("Min", graph.add("Add", upper, unit), of["bottom"])
    start = graph.add(
        "Add",
        graph.add("Mul", graph.whole(of["begin"]), graph.constant(np.array(_STEP, np.int32))),
        graph.whole(of["further"]),
    )

    def levels(line: str) -> tuple[str, str]:
        begin = graph.add("Add", start, graph.add("Mul", graph.whole(line), graph.whole(of["width"])))
        first, second = (graph.add("Add", begin, graph.whole(each)) for each in (left, right))
        return graph.level(first), graph.level(second)

    def between(first: str, second: str, share: str) -> str:
        return graph.add("Add", first, graph.add("Mul", graph.add("Sub", second, first), share))

    beside, below = graph.add("Sub", column, left), graph.add("Sub", row, upper)
    (one, two), (three, four) = levels(upper), levels(lower)
    return between(between(one, two, beside), between(three, four, beside), below)


class _Graph:
    """Nodes and constants, by names that they are given."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, operator: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """A node; the name of what it answers."""
        from onnx import helper

        name = name or f"value/{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def constant(self, values: NDArray[Any] | np.float32) -> str:
        from onnx import numpy_helper

        name = f"constant/{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def column(self, place: int) -> str:
        """One number of each face, (n, 1, 1)."""
        bounds = (self.constant(np.array([each])) for each in (place, place + 1, 1))
        return self.add("Unsqueeze", self.add("Slice", FACES, *bounds), self.constant(np.array([2])))

    def clamped(self, value: str, most: str) -> str:
        return self.add("Min", self.add("Max", value, self.constant(np.float32(0))), most)

    def whole(self, value: str) -> str:
        from onnx import TensorProto

        return self.add("Cast", value, to=TensorProto.INT32)

    def level(self, place: str) -> str:
        """What the luma has there, as a float."""
        from onnx import TensorProto

        return self.add("Cast", self.add("Gather", LUMA, place, axis=0), to=TensorProto.FLOAT)
