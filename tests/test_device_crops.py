"""Crops made on the device, here the CPU, beside the host's."""

from __future__ import annotations

from dataclasses import replace

import av
import numpy as np
import pytest

from inference.crops import crop
from inference.device import crops as module
from inference.device.crops import DeviceCrops, Wanted, device_crops
from models import shipped
from stream.pattern import Scene
from stream.pixels import AvPixels, Scaler
from tests.faces import FRONTAL

EMOTION = shipped("emotion")


@pytest.fixture(scope="module")
def cropping() -> DeviceCrops:
    assert EMOTION.crop is not None
    return DeviceCrops(EMOTION.crop, 48, "cpu")


def wanted(left: float, top: float, side: float, *, marked: bool = True, turned: float = 0.0) -> Wanted:
    """A place in a drawn picture of 1280x720, of which it does not matter whether there is a face."""
    frame = av.VideoFrame.from_ndarray(Scene(1280, 720, people=3, seed=4).render(2.0), format="bgr24")
    grey = AvPixels(frame.reformat(format="yuv420p"), Scaler()).grey()
    box = np.array((left, top, side, side), np.float32)
    angle = np.array(((np.cos(turned), np.sin(turned)), (-np.sin(turned), np.cos(turned))))
    landmarks = ((FRONTAL - 0.5) @ angle + 0.5) * side + (left, top)
    return Wanted(grey, box, landmarks.astype(np.float32) if marked else None)


FACES = {
    "small": wanted(200, 150, 30),
    "as large as the crop": wanted(600, 200, 50),
    "turned": wanted(600, 200, 60, turned=0.5),
    "without landmarks": wanted(300, 100, 70, marked=False),
    "twice as large": wanted(400, 100, 130, turned=-0.3),
    "large": wanted(300, 60, 500),
    "over the upper left edge": wanted(-30, -40, 120),
    "over the lower right edge": wanted(1200, 640, 110),
}


@pytest.mark.parametrize("name", FACES)
def test_a_face_is_cut_as_the_host_cuts_it(cropping: DeviceCrops, name: str) -> None:
    face = FACES[name]
    (here,) = cropping.crops([face])
    assert EMOTION.crop is not None
    there = crop(face.grey, face.box, face.landmarks, EMOTION.crop, 48)
    assert (here.shape, here.dtype) == (there.shape, there.dtype)
    assert np.abs(here.astype(int) - there).mean() < 2


def test_faces_of_a_batch_come_in_their_order_however_many_runs_they_take(
    cropping: DeviceCrops, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = [cropping.crops([face])[0] for face in FACES.values()]
    monkeypatch.setattr(module, "_TOGETHER", 3)
    for one, other in zip(cropping.crops(list(FACES.values())), alone, strict=True):
        assert (one == other).all()
    assert cropping.crops([]) == []


def test_a_place_beyond_what_a_float_counts_to_is_found(
    cropping: DeviceCrops, monkeypatch: pytest.MonkeyPatch
) -> None:
    face = FACES["turned"]
    run = module._run  # noqa: SLF001 - to put something large before it

    def behind(session: object, faces: list[module._Placed]) -> object:
        (one,) = faces
        much = one._replace(surroundings=np.zeros((1, (1 << 24) + 5), np.uint8))
        return run(session, [much, one])[1:]

    (right,) = cropping.crops([face])
    monkeypatch.setattr(module, "_run", behind)
    assert (cropping.crops([face])[0] == right).all()


def test_where_the_device_cannot_cut_the_host_does_which_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert device_crops(EMOTION, "cpu") is None
    assert device_crops(replace(EMOTION, input=replace(EMOTION.input, colour="rgb")), "cuda") is None
    assert caplog.records == []

    def refused(*_: object) -> None:
        raise RuntimeError("ONNX Runtime could not load cuda")

    monkeypatch.setattr(module, "_opened", refused)
    assert device_crops(EMOTION, "cuda") is None
    assert [record.message for record in caplog.records] == [
        "Faces are cut out by the host, since the device cannot do it: ONNX Runtime could not load cuda"
    ]


def test_crops_that_differ_from_the_hosts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_APART", 0.0)
    assert EMOTION.crop is not None
    with pytest.raises(ValueError, match=r"a face of \d+ pixels differs by"):
        DeviceCrops(EMOTION.crop, 48, "cpu")
