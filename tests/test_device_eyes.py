"""Looks at pictures on the device, here the CPU."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from inference.detector import Detector
from inference.device.accelerated import opened
from inference.device.eyes import Eyes, eyes_for
from inference.device.form import Form
from inference.device.gate import Gate
from inference.look import LOOKS
from inference.metered import Spent
from inference.sessions import open_session
from models import shipped
from stream.array_pixels import ArrayPixels
from stream.pattern import Scene
from tests.test_device_shrinking import picture

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from inference.device.shrinking import Geometry
    from inference.network import Network
    from inference.sessions import Session

FACE = shipped("face")
FORM = Form(half=False, graphs=True)
ASKED = [(picture(), 320, 180)]
SHAPE = (320, 192)


@pytest.fixture(scope="module")
def plain() -> Session:
    return open_session(FACE.path, "cpu", 1)


def for_cpu(geometry: Geometry) -> Network:
    return opened(FACE, "cpu", FORM, Gate(), geometry)


def ready(eyes: Eyes, asked: Any = ASKED, shape: tuple[int, int] = SHAPE) -> list[NDArray[np.float32]] | None:
    """What is seen once all that was begun has been prepared."""
    eyes.outputs(asked, shape)
    eyes._preparing.submit(lambda: None).result(20)  # noqa: SLF001 - there is nothing else to wait for
    return eyes.outputs(asked, shape)


def test_until_an_eye_is_prepared_the_host_shrinks_the_pictures() -> None:
    may_open = threading.Event()

    def slowly(geometry: Geometry) -> Network:
        may_open.wait(20)
        return for_cpu(geometry)

    eyes = Eyes(FACE, slowly, largest=1)
    assert eyes.outputs(ASKED, SHAPE) is None
    assert eyes.outputs(ASKED, SHAPE) is None
    may_open.set()
    assert ready(eyes) is not None


def test_pictures_of_no_planes_or_of_several_kinds_are_the_hosts() -> None:
    eyes = Eyes(FACE, for_cpu, largest=2)
    drawn = ArrayPixels(Scene(320, 180, people=1, seed=2).render(1.0))
    assert ready(eyes, [*ASKED, (drawn, 320, 180)]) is None
    assert ready(eyes, [*ASKED, (picture("yuvj420p"), 320, 180)]) is None
    assert ready(eyes, ASKED * 2) is not None


def test_frames_lie_in_the_memory_that_the_eyes_are_given() -> None:
    asked = []

    def noted(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
        asked.append(shape)
        return np.zeros(shape, dtype)

    assert ready(Eyes(FACE, for_cpu, 1, noted)) is not None
    assert asked == [(1, 270, 320)]


def test_large_pictures_are_seen_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference.device.eyes._BYTES", 2 * 320 * 270)
    sizes = []

    class Noted:
        on_gpu = False

        def __init__(self, network: Network) -> None:
            self._network = network

        def run(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
            sizes.append(len(batch))
            return self._network.run(batch, outputs)

    eyes = Eyes(FACE, lambda geometry: Noted(for_cpu(geometry)), largest=4)
    together = ready(eyes, ASKED * 5)
    alone = eyes.outputs(ASKED, SHAPE)
    assert together is not None
    assert alone is not None
    assert sizes == [1, 2, 2, 2, 1, 1]
    for several, one in zip(together, alone, strict=True):
        assert several.shape[0] == 5
        assert several == pytest.approx(one.repeat(5, 0), abs=1e-3)


def test_beyond_so_many_kinds_pictures_are_the_hosts_until_one_of_them_is_not_used(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("inference.device.eyes._MOST", 1)
    caplog.set_level("INFO", "inference.device.eyes")
    now = [100.0]
    eyes = Eyes(FACE, for_cpu, largest=1, now=lambda: now[0])
    assert ready(eyes) is not None
    now[0] += 50
    assert ready(eyes) is not None
    now[0] += 50
    assert ready(eyes, [(picture(), 256, 144)]) is None
    assert ready(eyes, [(picture(), 256, 144)]) is None
    assert [record.message for record in caplog.records] == [
        "Pictures of other than 1 sizes at a time are shrunk by the host."
    ]
    now[0] += 11
    assert ready(eyes, [(picture(), 256, 144)]) is not None
    assert eyes.outputs(ASKED, SHAPE) is None


def test_an_eye_that_cannot_be_opened_or_sees_otherwise_is_said_once_and_not_used(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Dark:
        """Sees black, whatever it is shown."""

        on_gpu = False

        def __init__(self, geometry: Geometry) -> None:
            self._network = for_cpu(geometry)

        def run(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
            return self._network.run(np.zeros_like(batch), outputs)

    def refuse(_: Geometry) -> Network:
        raise RuntimeError("CUDA failure 2: out of memory")

    for open_one in (refuse, Dark):
        eyes = Eyes(FACE, open_one, largest=1)
        assert ready(eyes) is None
        assert ready(eyes) is None
    first, second = (record.message for record in caplog.records)
    assert first == (
        "Pictures of 320x180 are shrunk by the host, since the device cannot do it: "
        "CUDA failure 2: out of memory"
    )
    assert "its output s8 is" in second
    assert second.endswith("from the CPU's on average")


def test_an_eye_that_fails_while_it_looks_is_said_once_and_the_host_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("CUDA failure 2: out of memory")

    networks = []

    def kept(geometry: Geometry) -> Network:
        networks.append(for_cpu(geometry))
        return networks[0]

    eyes = Eyes(FACE, kept, largest=1)
    assert ready(eyes) is not None
    monkeypatch.setattr(networks[0], "run", refuse)
    assert eyes.outputs(ASKED, SHAPE) is None
    monkeypatch.undo()
    assert eyes.outputs(ASKED, SHAPE) is None
    assert [record.message for record in caplog.records] == [
        "Pictures of 320x180 are shrunk by the host, since the device cannot do it: "
        "CUDA failure 2: out of memory"
    ]


def test_a_detector_with_eyes_finds_what_it_finds_without(plain: Session) -> None:
    eyes = Eyes(FACE, for_cpu, largest=1)
    ready(eyes, [(picture(size=(256, 144)), 256, 144)], (256, 160))
    ready(eyes)
    assert [eye is not None for eye in eyes._eyes.values()] == [True, True]  # noqa: SLF001 - both in use
    pictures = [picture(size=size) for size in ((256, 144), (320, 180), (256, 144))]
    looks = [LOOKS["normal"]] * 3
    with_them = Detector(plain, FACE, 0.5, eyes=eyes).detect(pictures, looks)
    without = Detector(plain, FACE, 0.5).detect(pictures, looks)
    assert [len(found) for found in with_them] == [len(found) for found in without] == [1, 1, 1]
    for here, there in zip(with_them, without, strict=True):
        assert here.boxes == pytest.approx(there.boxes, abs=1.5)
        assert here.scores == pytest.approx(there.scores, abs=0.02)


def test_only_networks_in_a_form_for_cuda_are_given_eyes(plain: Session) -> None:
    assert eyes_for(FACE, plain, Spent(), Gate(), np.zeros) is None
    assert eyes_for(FACE, opened(FACE, "cpu", FORM, Gate()), Spent(), Gate(), np.zeros) is None
