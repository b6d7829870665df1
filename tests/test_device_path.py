"""The whole way over a GPU, from frames to readings, with the CPU in the place of CUDA."""

from __future__ import annotations

import logging
from itertools import count
from typing import TYPE_CHECKING, ClassVar

import av
import numpy as np
import pytest

from inference import engine as engine_module
from inference import providers, sessions
from inference.device import accelerated, eyes
from inference.device.gate import Gate
from inference.device.spared import Spared
from inference.engine import Engine
from inference.options import InferenceOptions
from stream.frame import Frame
from stream.pattern import Scene
from stream.pixels import AvPixels, Scaler

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import NDArray

    from inference.measured import Measured

FRAMES = 4


@pytest.fixture
def cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose CUDA is its CPU."""
    monkeypatch.setitem(providers.NAMES, "cuda", "CPUExecutionProvider")
    monkeypatch.setitem(providers.DEVICES, "cuda", "cpu")
    monkeypatch.setattr(sessions, "stack", lambda *_: [("CPUExecutionProvider", {})])
    monkeypatch.setattr(eyes, "GPU_LARGEST", 2)
    monkeypatch.setattr(engine_module, "Pinned", NotedPinned)
    NotedPinned.made.clear()
    for module in (accelerated, sessions):
        monkeypatch.setattr(module, "obstacle", lambda _: None)


class NotedPinned:
    """Ordinary memory, of which it is noted what was asked for."""

    made: ClassVar[list[tuple[int, ...]]] = []

    def __init__(self, gate: Gate) -> None:
        assert gate.records

    def zeros(self, shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
        self.made.append(shape)
        return np.zeros(shape, dtype)


class Film:
    """An inlet of a few frames of two cameras, one of each at a time."""

    def __init__(self) -> None:
        scaler, scenes = Scaler(), {"lobby": Scene(320, 180, 2, seed=1), "gate": Scene(320, 180, 1, seed=2)}
        self._frames = [
            Frame(name, number, number / 10, number / 10, number / 10, AvPixels(shown, scaler), 0.1)
            for number in range(FRAMES)
            for name, scene in scenes.items()
            for shown in [_decoded(scene, number / 10)]
        ]

    async def take(self, limit: int, wait: float) -> list[Frame]:  # noqa: ARG002 - an inlet's
        taken, self._frames = self._frames[:2], self._frames[2:]
        return taken


def _decoded(scene: Scene, seconds: float) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(scene.render(seconds), format="bgr24").reformat(format="yuv420p")


async def read(
    options: InferenceOptions, prepare: Callable[[Engine], None] = lambda _: None
) -> list[Measured]:
    engine = Engine.load(options)
    found: list[Measured] = []
    try:
        await engine.run(Film(), lambda _: None)  # what was prepared beside it is in use from here on
        prepare(engine)
        for stream in ("lobby", "gate"):
            engine.forget(stream)
        await engine.run(Film(), found.append)
    finally:
        engine.close()
        eyes_of_it = engine._finder.detector._eyes  # noqa: SLF001
        assert eyes_of_it is None or eyes_of_it._closed  # noqa: SLF001
    return found


def wait_for_eyes(engine: Engine) -> None:
    detector = engine._finder.detector  # noqa: SLF001 - what the engine is made of, here and below
    watching = detector._eyes  # noqa: SLF001
    assert watching is not None
    networks = [detector._network, engine._reader._classifier._network]  # noqa: SLF001
    assert [type(each._network) for each in networks] == [Spared] * 2  # type: ignore[attr-defined]  # noqa: SLF001
    watching._preparing.submit(lambda: None).result(15)  # noqa: SLF001 - comes after what was begun
    assert [eye is not None for eye in watching._eyes.values()] == [True]  # noqa: SLF001 - of one size


async def test_an_engine_records_nothing_where_it_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Loaded(Exception):  # noqa: N818 - far enough
        pass

    def load(*given: object) -> None:
        (gate,) = (each for each in given if isinstance(each, Gate))
        raise Loaded(gate.records)

    monkeypatch.setattr(engine_module, "load", load)
    for graphs in (True, False):
        with pytest.raises(Loaded, match=str(graphs)):
            Engine.load(InferenceOptions(), graphs=graphs)


async def test_faces_are_read_over_a_gpu_as_they_are_without(
    cuda: None,  # noqa: ARG001 - for what it patches
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    plainly = await read(InferenceOptions(provider="cpu", detect_every=1))
    over_it = await read(InferenceOptions(provider="cuda"), wait_for_eyes)
    assert [record.message for record in caplog.records] == []
    assert [one.reading.sequence for one in over_it] == [one.reading.sequence for one in plainly]
    numbered = count()
    for here, there in zip(over_it, plainly, strict=True):
        assert [face.id for face in here.reading.faces] == [face.id for face in there.reading.faces]
        for one, other in zip(here.reading.faces, there.reading.faces, strict=True):
            next(numbered)
            assert (one.box.left, one.box.width) == pytest.approx((other.box.left, other.box.width), abs=2)
            assert one.scores == pytest.approx(other.scores, abs=0.1)
            assert one.quality == pytest.approx(other.quality, abs=0.1)
    assert {len(shape) for shape in NotedPinned.made} == {3, 4}  # of eyes, and of both networks
    assert next(numbered) >= 2 * FRAMES  # three people, the first frame of each unread
