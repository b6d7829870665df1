"""Fixed sizes of a model file freed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
import onnxruntime
import pytest
from google.protobuf.message import EncodeError  # type: ignore[import-untyped]
from onnx import TensorProto, helper, numpy_helper

from inference.freeing import FixedError, freed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

Constants = dict[str, "NDArray[np.int64] | NDArray[np.float32]"]


def saved(path: Path, nodes: Sequence[onnx.NodeProto], constants: Constants, opset: int = 13) -> Path:
    """A model from `x` (1, 3, 8, 8) to `y`."""
    graph = helper.make_graph(
        nodes,
        "made up",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    onnx.save(onnx.shape_inference.infer_shapes(model), path)
    return path


def answer(content: bytes, *shape: int) -> NDArray[np.float32]:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    picture = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    found: NDArray[np.float32] = session.run(["y"], {"x": picture})[0]
    return found


def test_a_reshape_of_a_single_picture_takes_batches_of_any_size(tmp_path: Path) -> None:
    nodes = [helper.make_node("Reshape", ["x", "shape"], ["y"])]
    path = saved(tmp_path / "a.onnx", nodes, {"shape": np.array([1, -1, 3], np.int64)})
    assert answer(freed(path), 4, 3, 16, 32).shape == (4, 512, 3)


def test_a_constant_that_others_read_too_stays_for_them(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Reshape", ["x", "shape"], ["flat"]),
        helper.make_node("Reshape", ["weights", "shape"], ["column"]),
        helper.make_node("Mul", ["flat", "column"], ["y"]),
    ]
    constants: Constants = {"shape": np.array([1, 3, -1], np.int64), "weights": np.ones((3, 1), np.float32)}
    path = saved(tmp_path / "a.onnx", nodes, constants)
    assert answer(freed(path), 2, 3, 4, 4).shape == (2, 3, 16)


def test_a_resize_to_fixed_sizes_becomes_one_by_a_factor(tmp_path: Path) -> None:
    nodes = [helper.make_node("Resize", ["x", "", "", "sizes"], ["y"], mode="nearest")]
    path = saved(tmp_path / "a.onnx", nodes, {"sizes": np.array([1, 3, 16, 16], np.int64)})
    assert answer(freed(path), 2, 3, 10, 6).shape == (2, 3, 20, 12)


def test_a_file_that_is_no_model_cannot_be_freed(tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(b"this is no model")
    with pytest.raises(FixedError, match="not a whole ONNX file"):
        freed(path)


def test_a_shape_written_as_whole_numbers_is_read_too(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Constant", [], ["shape"], value_ints=[1, -1, 3]),
        helper.make_node("Reshape", ["x", "shape"], ["y"]),
    ]
    assert answer(freed(saved(tmp_path / "a.onnx", nodes, {})), 4, 3, 16, 32).shape == (4, 512, 3)


def test_a_reshape_of_the_first_version_stays_as_it_is(tmp_path: Path) -> None:
    nodes = [helper.make_node("Reshape", ["x"], ["y"], shape=[1, -1, 3])]
    graph = onnx.load_from_string(freed(saved(tmp_path / "a.onnx", nodes, {}, opset=1))).graph
    assert list(graph.node[0].attribute[0].ints) == [1, -1, 3]


@pytest.mark.parametrize("location", ["not_here.bin", "../../elsewhere.bin"])
def test_weights_in_a_file_that_is_not_there_are_told_on_one_line(tmp_path: Path, location: str) -> None:
    path = saved(tmp_path / "a.onnx", [helper.make_node("Add", ["x", "w"], ["y"])], {"w": np.zeros(8, "f4")})
    model = onnx.load(path)
    weight = model.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    place = weight.external_data.add()
    place.key, place.value = "location", location
    path.write_bytes(model.SerializeToString())
    with pytest.raises(FixedError, match=r"^is not a whole ONNX file \(.*tensor name: w.*\)$"):
        freed(path)


def test_a_model_too_large_to_be_held_in_one_piece_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(_: object) -> None:
        raise EncodeError("Failed to serialize proto")  # what it raises above 2 GB

    path = saved(tmp_path / "a.onnx", [helper.make_node("Relu", ["x"], ["y"])], {})
    monkeypatch.setattr(onnx.shape_inference, "infer_shapes", too_large)
    with pytest.raises(FixedError, match="2 GB"):
        freed(path)


@pytest.mark.parametrize(
    ("count", "height", "width"), [(1, 640, 640), (2, 64, 96), (5, 192, 320), (1, 32, 32)]
)
def test_yunets_fixed_file_answers_as_the_free_one_does(
    data: Path, count: int, height: int, width: int
) -> None:
    models = data / "reference_models"
    fixed, free = freed(models / "yunet_n_640_640.onnx"), models / "yunet_n_dynamic.onnx"
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    picture = np.random.default_rng(1).uniform(0, 255, (count, 3, height, width)).astype(np.float32)
    ours, theirs = (
        onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"]).run(
            None, {"input": picture}
        )
        for model in (fixed, free)
    )
    assert len(ours) == len(theirs) == 12
    for mine, right in zip(ours, theirs, strict=True):
        assert mine == pytest.approx(right, abs=1e-4)
