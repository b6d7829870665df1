"""The engine: two stages on threads of their own, and the real thing on real weights."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import av
import numpy as np
import pytest

from inference.detections import NONE
from inference.engine import Engine
from inference.finder import Finder
from inference.look import LOOKS
from inference.options import InferenceOptions
from inference.reading import EMOTIONS, Box, Reading
from models import ModelError, shipped
from models.manifest import UnknownModelError
from stream.array_pixels import ArrayPixels
from stream.channel import Channel
from stream.frame import Frame
from tests.boxes_detector import boxes_json
from tests.faces import Painted, frame, white_square
from tests.yunet import yunet_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from inference.detections import Detections
    from inference.detector import Detector
    from inference.look import Look
    from inference.measured import Measured
    from inference.reader import Reader
    from stream.frame import Pixels
    from stream.spec import Detail

PATIENCE = 10.0  # seconds after which a test that hangs gives up


class Stages:
    """Detector and reader in one, that note what they are given and can be held up."""

    def __init__(self) -> None:
        self.detected: list[int] = []
        self.looks: list[Look] = []
        self.read_batches: list[list[int]] = []
        self.threads: set[str] = set()
        self.may_read = threading.Event()
        self.may_read.set()
        self.forgotten: list[str] = []

    def detect(self, pictures: Sequence[Pixels], looks: Sequence[Look]) -> list[Detections]:
        self.threads.add("detect " + threading.current_thread().name)
        self.looks += looks
        self.detected.append(len(pictures))
        return [NONE] * len(pictures)

    def read(self, frames: Sequence[Frame], found: Sequence[Detections]) -> list[Reading]:
        assert len(frames) == len(found)
        self.threads.add("read " + threading.current_thread().name)
        if not self.may_read.wait(PATIENCE):
            raise TimeoutError("reading was never allowed")
        self.read_batches.append([shot.sequence for shot in frames])
        return [
            Reading(shot.stream, shot.sequence, shot.captured, shot.captured_utc, shot.pts, 1, 1, ())
            for shot in frames
        ]

    def forget(self, stream: str) -> None:
        self.forgotten.append(stream)

    def close(self) -> None:
        """There is nothing to end."""


@pytest.fixture
def stages() -> Stages:
    return Stages()


@pytest.fixture
def engine(stages: Stages) -> Iterator[Engine]:
    both = cast("object", stages)
    one = Engine(Finder(cast("Detector", both), None), cast("Reader", both), (), 2, 0.0)
    yield one
    one.close()


class Readings(list[Reading]):
    """What an engine is given to emit to."""

    def take(self, measured: Measured) -> None:
        self.append(measured.reading)


async def filled(frames: Sequence[Frame]) -> Channel[Frame]:
    channel: Channel[Frame] = Channel(max(1, len(frames)))
    for shot in frames:
        await channel.put(shot)
    await channel.close()
    return channel


def shots(count: int) -> list[Frame]:
    return [frame(white_square(0, 0), sequence, f"stream{sequence % 3}") for sequence in range(count)]


async def test_every_frame_is_read_once_in_order_and_the_run_ends_with_the_inlet(
    engine: Engine, stages: Stages
) -> None:
    readings = Readings()
    await asyncio.wait_for(engine.run(await filled(shots(7)), readings.take), PATIENCE)
    assert [reading.sequence for reading in readings] == list(range(7))
    assert stages.detected == [2, 2, 2, 1]
    assert engine.statistics.frames == 7
    assert engine.statistics.batches == {2: 3, 1: 1}


async def test_an_empty_inlet_ends_the_run(engine: Engine) -> None:
    await asyncio.wait_for(engine.run(await filled([]), lambda _: None), PATIENCE)


async def test_readings_may_be_awaited(engine: Engine) -> None:
    measured: Channel[Measured] = Channel(10)
    await asyncio.wait_for(engine.run(await filled(shots(3)), measured.put), PATIENCE)
    assert len(measured) == 3


async def test_the_frame_and_all_that_was_suspected_in_it_come_along(engine: Engine) -> None:
    measured: list[Measured] = []
    frames = shots(3)
    await asyncio.wait_for(engine.run(await filled(frames), measured.append), PATIENCE)
    assert [one.frame for one in measured] == frames
    assert [one.reading.sequence for one in measured] == [0, 1, 2]
    assert all(one.suspects.shape == (0, 4) for one in measured)


async def test_a_frame_says_whether_all_of_it_was_asked_for_when_it_was_looked_at(engine: Engine) -> None:
    measured: list[Measured] = []
    wanted = {"stream1"}

    def emit(one: Measured) -> None:
        measured.append(one)
        wanted.clear()  # those that are on their way stay as they were

    async with asyncio.timeout(PATIENCE):
        await engine.run(await filled(shots(6)), emit, whole=lambda stream: stream in wanted)
    assert [one.whole for one in measured] == [False, True, False, False, False, False]


async def test_the_next_batch_is_detected_while_one_is_read_but_no_more_than_that(
    engine: Engine, stages: Stages
) -> None:
    stages.may_read.clear()
    inlet = await filled(shots(10))
    running = asyncio.create_task(engine.run(inlet, lambda _: None))
    while len(stages.detected) < 2:  # noqa: ASYNC110 - it is counted on another thread
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.05)
    assert stages.detected == [2, 2]
    assert len(inlet) == 6  # the rest waits outside
    assert stages.read_batches == []
    stages.may_read.set()
    await asyncio.wait_for(running, PATIENCE)
    assert [sequence for batch in stages.read_batches for sequence in batch] == list(range(10))


async def test_each_stage_keeps_to_its_own_thread(engine: Engine, stages: Stages) -> None:
    await asyncio.wait_for(engine.run(await filled(shots(9)), lambda _: None), PATIENCE)
    assert stages.threads == {"detect detect_0", "read read_0"}


async def test_an_error_of_a_stage_ends_the_run_loudly(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> list[Detections]:
        raise RuntimeError("a bug")

    monkeypatch.setattr(engine, "_detect", fails)
    with pytest.RaisesGroup(pytest.RaisesExc(RuntimeError, match="a bug")):
        await engine.run(await filled(shots(3)), lambda _: None)


async def test_cancelling_stops_the_run(engine: Engine) -> None:
    silent: Channel[Frame] = Channel(1)
    running = asyncio.create_task(engine.run(silent, lambda _: None))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_stream_is_forgotten_on_the_thread_that_knows_it(engine: Engine, stages: Stages) -> None:
    engine.forget("lobby")
    await asyncio.wait_for(engine.run(await filled(shots(1)), lambda _: None), PATIENCE)
    assert stages.forgotten == ["lobby"]


async def test_each_stream_is_looked_at_as_closely_as_it_wants(engine: Engine, stages: Stages) -> None:
    details: dict[str, Detail] = {"stream0": "low", "stream1": "normal", "stream2": "high"}
    await asyncio.wait_for(engine.run(await filled(shots(3)), lambda _: None, details.__getitem__), PATIENCE)
    assert stages.looks == [LOOKS["low"], LOOKS["normal"], LOOKS["high"]]


# From here on with the shipped weights.


@pytest.fixture(scope="module")
def shipped_engine() -> Iterator[Engine]:
    one = Engine.load(InferenceOptions(provider="cpu"))
    yield one
    one.close()


def test_what_is_loaded_is_told_with_the_provider_it_really_runs_on(shipped_engine: Engine) -> None:
    assert {(model.task, model.provider) for model in shipped_engine.models} == {
        ("emotion", "cpu"),
        ("face", "cpu"),
    }
    assert all(len(model.sha256) == 64 for model in shipped_engine.models)


def test_the_tau_in_force_is_told_be_it_the_manifests_or_the_settings(shipped_engine: Engine) -> None:
    prior = shipped("emotion").prior
    assert prior is not None
    engine = Engine.load(InferenceOptions(provider="cpu", tau=0.125))
    engine.close()
    for one, tau in ((shipped_engine, prior.tau), (engine, 0.125)):
        assert {model.task: model.tau for model in one.models} == {"emotion": tau, "face": None}


def test_a_model_nobody_knows_is_told_from_one_that_is_broken(tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError, match="no model 'bluenet'"):
        Engine.load(InferenceOptions(provider="cpu", detector="bluenet"))
    with pytest.raises(UnknownModelError, match="for the task emotion, not for face"):
        Engine.load(InferenceOptions(provider="cpu", detector=shipped("emotion").name))
    broken = tmp_path / "manifest.json"
    broken.write_text("{", "utf-8")
    with pytest.raises(ModelError, match="not whole JSON") as caught:
        Engine.load(InferenceOptions(provider="cpu", detector=str(broken)))
    assert not isinstance(caught.value, UnknownModelError)


async def test_another_detector_is_loaded_from_its_manifest_and_finds_the_same_people(
    data: Path, tmp_path: Path, clips: Path
) -> None:
    path = data / "reference_models/yunet_n_640_640.onnx"
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(yunet_json(path)), "utf-8")
    engine = Engine.load(InferenceOptions(provider="cpu", detector=str(manifest)))
    try:
        assert {model.name for model in engine.models} == {"my-yunet", shipped("emotion").name}
        readings = await read_clip(engine, clips / "smile.mp4", every=6)
        assert all(len(reading.faces) == 1 for reading in readings[1:])
    finally:
        engine.close()


async def test_a_detector_that_marks_no_landmarks_gives_faces_without(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(boxes_json(tmp_path / "boxes.onnx")), "utf-8")
    engine = Engine.load(InferenceOptions(provider="cpu", detector=str(manifest)))
    try:
        dark = ArrayPixels(np.zeros((128, 256, 3), np.uint8))
        first, second = await engine.read_picture(dark)
    finally:
        engine.close()
    assert first.landmarks == second.landmarks == ()
    assert (first.box.left, first.box.top, first.box.width, first.box.height) == (0, 0, 128, 64)
    assert sum(first.scores) == pytest.approx(1)


async def test_noise_has_no_face(shipped_engine: Engine) -> None:
    await shipped_engine.warm()
    noise = np.random.default_rng(0).integers(0, 256, (360, 640), np.uint8)
    readings = Readings()
    await shipped_engine.run(
        await filled([frame(Painted(noise), n, "noise") for n in range(3)]), readings.take
    )
    assert [reading.faces for reading in readings] == [()] * 3


async def read_clip(engine: Engine, path: Path, every: int = 1) -> list[Reading]:
    with av.open(str(path)) as container:
        decoded = [shot.to_ndarray(format="bgr24") for shot in container.decode(video=0)][::every]
        rate = float(container.streams.video[0].average_rate or 25) / every
    frames = [
        Frame(
            path.name,
            number,
            number / rate,
            number / rate,
            number / rate,
            ArrayPixels(np.asarray(one, np.uint8)),
        )
        for number, one in enumerate(decoded)
    ]
    readings = Readings()
    await engine.run(await filled(frames), readings.take)
    return readings


def emotion(reading: Reading) -> str:
    return EMOTIONS[int(np.argmax(reading.faces[0].scores))]


async def test_a_smile_comes_and_goes_on_one_face(shipped_engine: Engine, clips: Path) -> None:
    readings = await read_clip(shipped_engine, clips / "smile.mp4")
    assert {face.id for reading in readings for face in reading.faces} == {1}
    assert all(len(reading.faces) == 1 for reading in readings[1:])
    told = [emotion(reading) for reading in readings[1:]]
    assert (told[0], told[len(told) // 2], told[-1]) == ("neutral", "happiness", "neutral")


async def test_a_title_card_with_a_drawn_animal_has_no_face(shipped_engine: Engine, clips: Path) -> None:
    readings = await read_clip(shipped_engine, clips / "no_face.mp4", every=3)
    assert all(reading.faces == () for reading in readings)


async def test_a_photograph_is_read_at_once(shipped_engine: Engine, clips: Path) -> None:
    with av.open(str(clips / "smile.mp4")) as container:
        first = next(container.decode(video=0)).to_ndarray(format="bgr24")
    (face,) = await shipped_engine.read_picture(ArrayPixels(np.asarray(first, np.uint8)))
    assert face.id == 1
    assert face.quality > 0.8
    assert sum(face.scores) == pytest.approx(1)


async def test_given_boxes_of_a_photograph_are_read_as_the_faces_found_in_it(
    shipped_engine: Engine, clips: Path
) -> None:
    with av.open(str(clips / "smile.mp4")) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="bgr24")
    pixels = ArrayPixels(np.asarray(picture, np.uint8))
    (found,) = await shipped_engine.read_picture(pixels)
    first, second = await shipped_engine.read_within(pixels, [Box(0, 0, 40, 40), found.box])
    assert (first.id, second.id) == (1, 2)
    assert second.box == found.box
    assert np.argmax(second.scores) == np.argmax(found.scores)


async def read_on_lanes(lanes: int, clip: Path, every: int) -> list[Reading]:
    engine = Engine.load(InferenceOptions(provider="cpu"), lanes)
    try:
        readings = await read_clip(engine, clip, every)
        assert engine.statistics.frames == len(readings)
        assert engine.statistics.faces == sum(len(reading.faces) for reading in readings) > 0
        engine.forget(clip.name)
    finally:
        engine.close()
    return readings


@pytest.mark.parametrize(("clip", "every"), [("stage.mp4", 4), ("webcam_160x120.avi", 2)])
async def test_on_several_lanes_the_same_is_read_as_on_one(clips: Path, clip: str, every: int) -> None:
    one, several = [await read_on_lanes(lanes, clips / clip, every) for lanes in (1, 4)]
    for mine, usual in zip(several, one, strict=True):
        assert replace(mine, faces=()) == replace(usual, faces=())
        for face, same in zip(mine.faces, usual.faces, strict=True):
            assert face.scores == pytest.approx(same.scores, abs=1e-5)  # of batches of other sizes
            assert face.quality == pytest.approx(same.quality, abs=1e-5)
            assert replace(face, scores=(), quality=0) == replace(same, scores=(), quality=0)


async def test_pictures_are_read_on_any_lane(shipped_engine: Engine, clips: Path) -> None:
    with av.open(str(clips / "smile.mp4")) as container:
        first = next(container.decode(video=0)).to_ndarray(format="bgr24")
    pixels = ArrayPixels(np.asarray(first, np.uint8))
    engine = Engine.load(InferenceOptions(provider="cpu"), lanes=3)
    try:
        found = await asyncio.gather(*[engine.read_picture(pixels) for _ in range(6)])
        (within,) = await engine.read_within(pixels, [found[0][0].box])
    finally:
        engine.close()
    assert found == [await shipped_engine.read_picture(pixels)] * 6
    assert within.box == found[0][0].box
