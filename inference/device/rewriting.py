"""A network rewritten for a GPU: bytes go in, and it computes in 16 bits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from inference.device.shrinking import prepend
from inference.freeing import FixedError, freed
from inference.wording import one_line

if TYPE_CHECKING:
    import onnx

    from inference.device.shrinking import Geometry
    from inference.sessions import Session
    from models import Input, Manifest

_FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""Whatever a converter of graphs, which is another's, makes of one that it does not know."""


def rewritten(manifest: Manifest, *, half: bool, geometry: Geometry | None = None) -> bytes:
    """The model's file as a GPU is given it, in fp16 with `half`. With a `geometry` it takes frames of it as
    they were decoded, and makes its pictures of them.

    Raises `FixedError` where it cannot be read or rewritten.
    """
    import onnx  # takes half a second, and only GPUs need it
    from google.protobuf.message import Error  # type: ignore[import-untyped]

    failures = (*_FAILURES, Error, onnx.checker.ValidationError, onnx.shape_inference.InferenceError)
    try:
        return _rewritten(manifest, half=half, geometry=geometry)
    except failures as error:
        raise FixedError(f"cannot be rewritten ({type(error).__name__}: {one_line(error)})") from error


def _rewritten(manifest: Manifest, *, half: bool, geometry: Geometry | None) -> bytes:
    import onnx

    model = onnx.load_from_string(freed(manifest.path)) if manifest.free_sizes else onnx.load(manifest.path)
    if half:
        # Keeps inputs and outputs as they are, and puts casts beside what has no fp16 on CUDA.
        from onnxruntime.transformers.float16 import convert_float_to_float16

        model = convert_float_to_float16(model, keep_io_types=True)
    if geometry is not None:
        prepend(model, manifest.input, geometry)
    elif takes_bytes(manifest):
        _fold(model.graph, manifest.input)
    content: bytes = model.SerializeToString()
    return content


def takes_bytes(manifest: Manifest) -> bool:
    """Whether its pixels can go in as bytes, a quarter of what floats take on their way to the device.

    Beyond the edge of a picture lies what is 0 once it is normalised. Bytes have that only where no mean is
    taken away; but a face's crop fills its input, so that there is nothing beyond.
    """
    return manifest.input.dtype == "float32" and (manifest.task == "emotion" or not any(manifest.input.mean))


def as_run(manifest: Manifest, session: Session) -> Manifest:
    """The manifest with its input as a session of its model takes it: bytes, where they were folded in."""
    if session.inputs[0].type != "tensor(uint8)" or manifest.input.dtype == "uint8":
        return manifest
    return replace(manifest, input=replace(manifest.input, dtype="uint8", mean=(0.0,), scale=(1.0,)))


def _fold(graph: onnx.GraphProto, wanted: Input) -> None:
    """`(pixel - mean) * scale` as the graph's first nodes, its input bytes."""
    from onnx import TensorProto, helper, numpy_helper

    port = next((value for value in graph.input if value.name == wanted.name), None)
    if port is None:
        raise ValueError(f"it has no input {wanted.name!r}")
    port.type.tensor_type.elem_type = TensorProto.UINT8
    nodes = [helper.make_node("Cast", [wanted.name], [f"{wanted.name}/float"], to=TensorProto.FLOAT)]
    across = (-1, 1, 1) if wanted.layout == "NCHW" else (-1,)
    for operator, values, idle in (("Sub", wanted.mean, 0.0), ("Mul", wanted.scale, 1.0)):
        if set(values) == {idle}:
            continue
        before, name = nodes[-1].output[0], f"{wanted.name}/{operator.lower()}"
        constant = np.array(values, np.float32).reshape(across)
        graph.initializer.append(numpy_helper.from_array(constant, f"{name}/by"))
        nodes.append(helper.make_node(operator, [before, f"{name}/by"], [name]))
    _read_instead(graph, wanted.name, nodes[-1].output[0])
    for place, node in enumerate(nodes):
        graph.node.insert(place, node)


def _read_instead(graph: onnx.GraphProto, old: str, new: str) -> None:
    for node in graph.node:
        for place, name in enumerate(node.input):
            if name == old:
                node.input[place] = new
