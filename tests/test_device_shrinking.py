"""Pictures shrunk and converted within a network's graph, beside FFmpeg's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import av
import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, save_model

from inference.device.rewriting import rewritten
from inference.device.shrinking import Geometry, area, between, put
from inference.tensor import Tensor
from stream.pattern import Scene
from stream.pixels import AvPixels, Scaler
from tests.networks import FACE_INPUT, manifest

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal

    from numpy.typing import NDArray

    from models import Manifest

SIZE, INNER, SHAPE = (320, 180), (256, 144), (256, 160)


def picture(layout: str = "yuv420p", size: tuple[int, int] = SIZE) -> AvPixels:
    frame = av.VideoFrame.from_ndarray(Scene(*size, people=1, seed=2).render(1.0), format="bgr24")
    return AvPixels(frame.reformat(format=layout), Scaler())


def echo(path: Path, dtype: Literal["uint8", "float32"], layout: str, opset: int = 17) -> Manifest:
    """A network that answers what it is given."""
    kind = TensorProto.UINT8 if dtype == "uint8" else TensorProto.FLOAT
    shape = ("n", "h", "w", 3) if layout == "NHWC" else ("n", 3, "h", "w")
    graph = helper.make_graph(
        [helper.make_node("Identity", ["input"], ["y"])],
        "echo",
        [helper.make_tensor_value_info("input", kind, shape)],
        [helper.make_tensor_value_info("y", kind, shape)],
    )
    save_model(helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8), path)
    wanted = replace(FACE_INPUT, dtype=dtype, layout=layout)
    return replace(manifest("face"), path=path, input=wanted, outputs=("y",))


def seen(model: Manifest, pixels: AvPixels, inner: tuple[int, int] = INNER) -> NDArray[np.float32]:
    planes = pixels.planes()
    assert planes is not None
    height, width = planes.luma.shape
    geometry = Geometry(width, height, *inner, SHAPE, tuple(planes.to_bgr.ravel().tolist()))
    session = onnxruntime.InferenceSession(
        rewritten(model, half=False, geometry=geometry), providers=["CPUExecutionProvider"]
    )
    frames = np.zeros((2, geometry.height * 3 // 2, geometry.width), np.uint8)
    put(frames[1], planes)
    return np.asarray(session.run(None, {"frames": frames})[0][1], np.float32)


def shown(model: Manifest, pixels: AvPixels, inner: tuple[int, int] = INNER) -> NDArray[np.float32]:
    tensor = Tensor(model.input, 1, *SHAPE)
    tensor.put(0, pixels.bgr(*inner))
    return np.asarray(tensor.values[0], np.float32)


@pytest.mark.parametrize("layout", ["yuv420p", "yuvj420p", "nv12"])
def test_a_network_sees_what_the_host_would_have_shown_it(tmp_path: Path, layout: str) -> None:
    model = echo(tmp_path / "a.onnx", "uint8", "NHWC")
    apart = np.abs(seen(model, picture(layout)) - shown(model, picture(layout)))
    assert apart.mean() < 1.5
    assert np.quantile(apart, 0.99) <= 6
    assert apart[INNER[1] :].max() == 0  # beyond the picture's edge


def test_a_picture_that_is_not_shrunk_is_converted_alone(tmp_path: Path) -> None:
    model = echo(tmp_path / "a.onnx", "uint8", "NHWC")
    small = picture(size=(192, 108))
    apart = np.abs(seen(model, small, (192, 108)) - shown(model, small, (192, 108)))
    assert apart.mean() < 2
    assert apart[108:].max() == apart[:, 192:].max() == 0


@pytest.mark.parametrize("colour", ["bgr", "rgb"])
def test_it_is_normalised_as_the_manifest_says(tmp_path: Path, colour: Literal["bgr", "rgb"]) -> None:
    model = echo(tmp_path / "a.onnx", "float32", "NCHW")
    mean, scale = (104.0, 117.0, 123.0), (0.5, 0.25, 0.125)
    model = replace(model, input=replace(model.input, colour=colour, mean=mean, scale=scale))
    apart = np.abs(seen(model, picture()) - shown(model, picture())) / np.array(scale)[:, None, None]
    assert apart.mean() < 1.5


def test_grey_networks_and_old_dialects_are_refused(tmp_path: Path) -> None:
    old = echo(tmp_path / "a.onnx", "float32", "NCHW", opset=10)
    grey = echo(tmp_path / "b.onnx", "float32", "NCHW")
    for model in (old, replace(grey, input=replace(grey.input, colour="grey"))):
        with pytest.raises(ValueError, match="takes grey pictures, or is written in a dialect"):
            seen(model, picture())


def test_fewer_pixels_are_averages_and_more_lie_between() -> None:
    values = np.array([0.0, 30, 60, 90, 120, 150])
    assert area(6, 3) @ values == pytest.approx([15, 75, 135])
    assert area(6, 4) @ values == pytest.approx([10, 50, 100, 140])
    assert between(3, 6) @ values[:3] == pytest.approx([0, 7.5, 22.5, 37.5, 52.5, 60])
    assert between(6, 6) == pytest.approx(np.eye(6))
