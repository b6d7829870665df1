"""Networks rewritten for a GPU, run on the CPU beside what they were."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, load_from_string, numpy_helper, save_model

from inference.device.rewriting import as_run, rewritten, takes_bytes
from inference.freeing import FixedError
from inference.sessions import Session, open_session
from inference.tensor import Tensor
from models import shipped
from tests.networks import EMOTION_INPUT, manifest

if TYPE_CHECKING:
    from pathlib import Path

    from models import Manifest


def session(model: Manifest, *, half: bool) -> Session:
    content = rewritten(model, half=half)
    return Session(onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"]), "cpu")


@pytest.mark.parametrize(("half", "apart"), [(False, 1e-4), (True, 0.02)])
@pytest.mark.parametrize(("task", "sides"), [("face", (128, 96)), ("emotion", (48, 48))])
def test_a_shipped_model_answers_the_same_from_bytes(
    task: str, sides: tuple[int, int], half: bool, apart: float
) -> None:
    model = shipped(task)  # type: ignore[arg-type]  # a plain string, of the parameters
    new = session(model, half=half)
    picture = np.random.default_rng(1).integers(0, 256, (sides[1], sides[0], 3), np.uint8)
    answers = []
    for one, asked in ((new, as_run(model, new)), (open_session(model.path, "cpu", 1), model)):
        tensor = Tensor(asked.input, 2, *sides)
        tensor.put(1, picture)
        answers.append(one.run(tensor.values, model.outputs))
        assert asked.input.dtype == ("uint8" if one is new else model.input.dtype)
    for here, there in zip(*answers, strict=True):
        assert here.dtype == np.float32
        assert np.abs(here - there).max() <= apart * max(1, np.abs(there).max())


def made_up(path: Path, mean: tuple[float, ...], scale: tuple[float, ...], layout: str) -> Manifest:
    """A network that answers what it was given, and half of it."""
    shape = ("n", 3, 2, 2) if layout == "NCHW" else ("n", 2, 2, 3)
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"]), helper.make_node("Mul", ["x", "half"], ["z"])],
        "made up",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in "yz"],
        [numpy_helper.from_array(np.array(0.5, np.float32), "half")],
    )
    save_model(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    wanted = replace(EMOTION_INPUT, layout=layout, colour="rgb", width=2, height=2, mean=mean, scale=scale)
    return replace(manifest("emotion"), path=path, input=wanted, outputs=("y", "z"))


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
def test_means_and_scales_go_into_the_graph(tmp_path: Path, layout: str) -> None:
    model = made_up(tmp_path / "a.onnx", (10.0, 20.0, 30.0), (0.5, 0.25, 2.0), layout)
    new = session(model, half=False)
    picture = np.arange(12, dtype=np.uint8).reshape(2, 2, 3) * 20
    fed = Tensor(as_run(model, new).input, 1, 2, 2)
    fed.put(0, picture)
    assert fed.values.dtype == np.uint8
    whole, half = new.run(fed.values, ("y", "z"))
    before = Tensor(model.input, 1, 2, 2)
    before.put(0, picture)
    assert whole == pytest.approx(before.values)
    assert half == pytest.approx(before.values / 2)


def test_a_detector_that_takes_a_mean_away_is_given_floats_as_ever() -> None:
    face = manifest("face")
    assert takes_bytes(face)
    assert not takes_bytes(replace(face, input=replace(face.input, mean=(104.0,))))
    assert takes_bytes(replace(manifest("emotion"), input=replace(EMOTION_INPUT, mean=(104.0,))))


def test_a_file_that_cannot_be_read_or_rewritten_is_told_as_such(tmp_path: Path) -> None:
    for content in (b"this is no model", b""):
        path = tmp_path / "broken.onnx"
        path.write_bytes(content)
        with pytest.raises(FixedError, match="cannot be rewritten"):
            rewritten(replace(manifest("emotion"), path=path), half=True)
    with pytest.raises(FixedError, match="cannot be rewritten"):
        rewritten(replace(manifest("emotion"), path=tmp_path / "none.onnx"), half=True)


@pytest.mark.parametrize(
    ("failure", "shown"),
    [
        (KeyError("some_tensor"), "KeyError: 'some_tensor'"),
        (ModuleNotFoundError("No module named 'packaging'"), "ModuleNotFoundError: No module"),
    ],
)
def test_whatever_the_converter_raises_is_told_as_such(
    failure: Exception, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr("onnxruntime.transformers.float16.convert_float_to_float16", fail)
    with pytest.raises(FixedError, match=f"cannot be rewritten \\({shown}"):
        rewritten(shipped("emotion"), half=True)


def test_half_of_a_number_is_kept_of_what_a_network_knows_where_that_is_asked_for() -> None:
    for half, kept in ((False, TensorProto.FLOAT), (True, TensorProto.FLOAT16)):
        graph = load_from_string(rewritten(shipped("emotion"), half=half)).graph
        weights = [each for each in graph.initializer if len(each.dims) == 4]
        assert {each.data_type for each in weights} == {kept}


def test_a_model_that_takes_bytes_already_is_run_as_its_manifest_says() -> None:
    face = shipped("face")
    assert as_run(face, open_session(face.path, "cpu", 1)) is face
