"""A detector of the layout "boxes" as an ONNX file, which sees the same two faces in every picture."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from models import Decoder, Manifest
from tests.networks import manifest

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def boxes_model(path: Path, scores: tuple[float, float] = (0.9, 0.6)) -> Manifest:
    """A detector with fixed sizes that finds, in any picture, a face in two given boxes."""
    constants: dict[str, NDArray[np.float32] | NDArray[np.int64]] = {
        "boxes": np.array([[[0, 0, 0.5, 0.5], [0.5, 0.5, 1, 1]]], np.float32),
        "scores": np.array([[[1 - score, score] for score in scores]], np.float32),
        "shape": np.array([1, 1, 1], np.int64),
    }
    nodes = [
        helper.make_node("ReduceMax", ["x"], ["most"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("Mul", ["most", "most"], ["none"]),
        helper.make_node("Reshape", ["none", "shape"], ["flat"]),
        helper.make_node("Add", ["boxes", "flat"], ["b"]),
        helper.make_node("Add", ["scores", "flat"], ["s"]),
    ]
    graph = helper.make_graph(
        nodes,
        "made up",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 32, 64])],
        [
            helper.make_tensor_value_info("b", TensorProto.FLOAT, None),
            helper.make_tensor_value_info("s", TensorProto.FLOAT, None),
        ],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 12)], ir_version=8)
    onnx.save(onnx.shape_inference.infer_shapes(model), path)
    face = manifest("face")
    return replace(
        face,
        path=path,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        input=replace(face.input, name="x", width=64, height=32, multiple_of=None),
        outputs=("b", "s"),
        decoder=Decoder("boxes", (), "corners", relative=True, overlap=0.45),
    )


def boxes_json(path: Path) -> dict[str, object]:
    """The manifest of such a detector as somebody would write it."""
    face = boxes_model(path)
    return {
        "name": "boxes",
        "task": "face",
        "version": "1",
        "file": path.name,
        "sha256": face.sha256,
        "input": {
            "name": "x",
            "dtype": "float32",
            "layout": "NCHW",
            "colour": "rgb",
            "width": 64,
            "height": 32,
            "mean": 0,
            "scale": 1,
        },
        "outputs": list(face.outputs),
        "labels": ["face"],
        "decoder": {"layout": "boxes", "boxes": "corners", "relative": True, "overlap": 0.45},
        "prior": None,
        "temperature": 1.0,
        "crop": None,
        "licence": "CC0-1.0",
        "trainedOn": [],
        "recipe": [],
    }
