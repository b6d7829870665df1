"""Twenty cameras through the whole pipeline, for a minute of virtual time.

Everything between the cameras and the listeners is real, but for the device: a stage that takes frames in
batches and needs a known time for each.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from aggregation import Summary, Window
from inference import Box, Face, Reading
from inference.batching import batches
from inference.detections import NONE
from inference.engine import Statistics
from inference.measured import Measured
from semblance.pipeline import Pipeline
from semblance.shedding import MAX_AGE
from stream import Frame, SourceError, SourceFigures, SourceInfo, StreamSpec
from tests.fake_publishers import FakePublishers
from tests.virtual_clock import run_virtual
from web.service import GroupExistsError, StatusChange, StreamExistsError, StreamView

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from inference import LoadedModel
    from inference.batching import Inlet
    from stream import Grey, Pixels
    from stream.frame import Part
    from stream.spec import Detail, PreviewMode, Priority
    from web.service import Published

EPOCH = 1_795_000_000.0
MINUTE = 60.0
WINDOWS = (Window("2s", 2.0, 0.5), Window("10s", 10.0, 5.0))
FACE = Face(1, Box(10.0, 10.0, 80.0, 80.0), (), 0.9, 0.9, (0.0, 0.0, 0.0, 0.0, 0.9, 0.1, 0.0, 0.0))


def now() -> float:
    return asyncio.get_running_loop().time()


def utc() -> float:
    return EPOCH + now()


class Camera:
    """Gives `spec.fps` frames a second, or as many as it is told, but none from `down` on until `up`."""

    def __init__(self, spec: StreamSpec, phase: float, down: float, up: float) -> None:
        self.figures = SourceFigures()
        self.info: SourceInfo | None = None
        self.fps = spec.fps
        self._spec = spec
        self._phase = phase
        self._down, self._up = down, up
        self._sequence = 0

    def pace(self, fps: float) -> None:
        self.fps = fps

    async def frames(self) -> AsyncGenerator[Frame, None]:
        await asyncio.sleep(self._phase)
        if self._down <= now() < self._up:
            raise SourceError("unreachable", "nobody answers")
        self.info = SourceInfo(640, 360, self._spec.fps, "h264")
        due = now()
        while not self._down <= now() < self._up:
            yield self._frame()
            due += 1 / self.fps
            await asyncio.sleep(due - now())
        raise SourceError("timeout", "no frame came for long")

    def _frame(self) -> Frame:
        self.figures.decoded += 1
        self._sequence += 1
        return Frame(self._spec.id, self._sequence, now(), utc(), None, Picture())


class Picture:
    """Pixels that nobody looks at."""

    width, height = 640, 360

    def bgr(self, width: int, height: int) -> NDArray[np.uint8]:
        raise AssertionError(f"nobody needs this picture, at {width}x{height} or otherwise")

    def part(self, part: Part) -> NDArray[np.uint8]:
        raise AssertionError(f"nobody needs {part} of this picture")

    def grey(self) -> Grey:
        raise AssertionError("nobody needs this picture")

    def planes(self) -> None:
        raise AssertionError("nobody needs this picture")


class Device:
    """Finds the same face in every frame; a batch takes `per_batch` seconds, and `per_frame` for each."""

    models: Sequence[LoadedModel] = ()

    def __init__(self, per_batch: float, per_frame: float, limit: int, warming: float = 0.5) -> None:
        self.statistics = Statistics()
        self.forgotten: list[str] = []
        self.batches: list[int] = []
        self.details: dict[str, Detail] = {}
        self.wholly: set[str] = set()
        self._per_batch, self._per_frame, self._limit = per_batch, per_frame, limit
        self._warming = warming

    async def warm(self) -> None:
        await asyncio.sleep(self._warming)

    async def run(
        self,
        inlet: Inlet[Frame],
        emit: Callable[[Measured], None],
        detail: Callable[[str], Detail],
        whole: Callable[[str], bool],
    ) -> None:
        async for frames in batches(inlet, self._limit, 0.02):
            self.batches.append(len(frames))
            self.details |= {frame.stream: detail(frame.stream) for frame in frames}
            self.wholly |= {frame.stream for frame in frames if whole(frame.stream)}
            await asyncio.sleep(self._per_batch + len(frames) * self._per_frame)
            for frame in frames:
                emit(Measured(_reading(frame), frame, NONE.boxes))

    async def read_picture(self, pixels: Pixels) -> Sequence[Face]:
        raise AssertionError(f"nobody asks for a picture of {pixels.width} pixels")

    async def read_within(self, pixels: Pixels, boxes: Sequence[Box]) -> Sequence[Face]:
        raise AssertionError(f"nobody asks for {len(boxes)} boxes of {pixels.width} pixels")

    def forget(self, stream: str) -> None:
        self.forgotten.append(stream)


def _reading(frame: Frame) -> Reading:
    return Reading(
        frame.stream, frame.sequence, frame.captured, frame.captured_utc, frame.pts, 640, 360, (FACE,)
    )


@dataclass
class Listener:
    """Keeps all that is published, with the time it was."""

    summaries: dict[str, list[tuple[float, Summary]]] = field(default_factory=lambda: defaultdict(list))
    readings: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    states: dict[str, list[tuple[float, str, str | None]]] = field(default_factory=lambda: defaultdict(list))
    forgotten: list[str] = field(default_factory=list)
    retracted: list[tuple[str, float]] = field(default_factory=list)

    def previews_wanted(self, stream: str) -> float:  # noqa: ARG002 - nobody watches
        return 0.0

    def retract_previews(self, stream: str) -> None:
        self.retracted.append((stream, now()))

    def publish(self, message: Published) -> None:
        match message:
            case Summary():
                self.summaries[message.stream].append((now(), message))
            case Reading():
                self.readings[message.stream].append(message.sequence)
            case StatusChange(stream, condition):
                code = condition.error[0] if condition.error else None
                self.states[stream].append((now(), condition.state, code))

    def forget(self, stream: str) -> None:
        self.forgotten.append(stream)


@dataclass
class Minute:
    """What a minute came to."""

    listener: Listener
    views: dict[str, StreamView]
    device: Device


def names(count: int = 20) -> list[str]:
    return [f"camera-{number:02}" for number in range(count)]


async def a_minute(
    device: Device, fps: dict[str, float], broken: str | None, priorities: Mapping[str, Priority]
) -> Minute:
    """The cameras of `fps` for a minute; `broken` is away from 20 s to 30 s."""
    listener = Listener()
    phases = {name: 0.013 * place for place, name in enumerate(fps)}

    def open_source(spec: StreamSpec) -> Camera:
        down, up = (20.0, 30.0) if spec.id == broken else (MINUTE * 2, MINUTE * 2)
        return Camera(spec, phases[spec.id], down, up)

    async with asyncio.TaskGroup() as tasks:
        whole = Pipeline(tasks, listener, WINDOWS, open_source, FakePublishers(Picture()), utc)
        running = tasks.create_task(whole.run(lambda: device))
        for name, rate in fps.items():
            closely: Detail = "high" if rate > 10 else "normal"
            priority = priorities.get(name, "normal")
            url = f"rtsp://10.0.0.1/{name}"
            shown: PreviewMode = "full" if rate > 3 else "blurred"
            spec = StreamSpec(id=name, url=url, fps=rate, detail=closely, priority=priority, preview=shown)
            await whole.add(spec)
        await asyncio.sleep(MINUTE)
        views = {view.id: view for view in whole.streams()}
        for name in fps:
            await whole.remove(name)
        running.cancel()
    return Minute(listener, views, device)


def run(
    device: Device,
    fps: dict[str, float],
    broken: str | None = None,
    priorities: Mapping[str, Priority] = MappingProxyType({}),
) -> Minute:
    random.seed(1)  # the jitter of the waits between attempts
    return run_virtual(a_minute(device, fps, broken, priorities))


@pytest.fixture(scope="module")
def broken() -> Minute:
    """A device that has time to spare, and a camera that breaks."""
    return run(Device(0.01, 0.001, 16), dict.fromkeys(names(), 10.0), broken="camera-07")


@pytest.fixture(scope="module")
def overloaded() -> Minute:
    """20 cameras offer 200 frames a second; the device, in step with them, reads 80: 4 of each."""
    return run(Device(0.1, 0.0, 8), dict.fromkeys(names(), 10.0))


def of(minute: Minute, stream: str, window: str = "2s") -> list[Summary]:
    return [summary for _, summary in minute.listener.summaries[stream] if summary.window == window]


def test_one_camera_breaks_and_the_other_nineteen_miss_nothing(broken: Minute) -> None:
    for name in set(names()) - {"camera-07"}:
        view = broken.views[name]
        assert [state for _, state, _ in broken.listener.states[name]] == ["running"]
        assert view.analysed >= view.decoded - sum(view.dropped.values()) - 2
        assert view.analysed >= 590  # no frame is read in the half second in which the device warms up
        assert view.reconnects == 0
        for window in WINDOWS:
            whole = [each for each in of(broken, name, window.name) if each.start > EPOCH + 1]
            assert len(whole) >= (MINUTE - 1 - window.length) / window.interval - 2
            assert {each.coverage for each in whole} == {1.0}
            assert {each.dominant for each in whole} == {"happiness"}


def test_the_broken_camera_comes_back_by_itself_and_its_windows_tell_of_it(broken: Minute) -> None:
    #   camera    ||||||||||||||||||||             .. a wait ..  |||||||||||||||||
    #             0                  20          30              back            60
    #   windows   1.0 ...           [-) 0.5  [-) null, on time       1.0 ...
    states = broken.listener.states["camera-07"]
    assert [(state, code) for _, state, code in states] == [
        ("running", None),
        ("reconnecting", "timeout"),
        ("reconnecting", "unreachable"),
        ("running", None),
    ]
    assert states[1][0] == pytest.approx(20.0, abs=0.2)
    back = states[-1][0]
    assert 30.0 <= back < 50.0
    assert broken.views["camera-07"].reconnects == 1

    published = [(at, each) for at, each in broken.listener.summaries["camera-07"] if each.window == "2s"]
    assert [each.end for _, each in published] == sorted({each.end for _, each in published})
    dark = [
        (at, each) for at, each in published if each.start >= EPOCH + 20.1 and each.end <= EPOCH + back - 0.2
    ]
    assert len(dark) >= 2 * (back - 20) - 6
    for at, each in dark:
        assert (each.frames, each.coverage, each.mean_scores, each.dominant) == (0, 0.0, None, None)
        assert at - (each.end - EPOCH) <= 1.2
    half = next(each for _, each in published if each.end == EPOCH + 21)
    assert half.coverage == pytest.approx(0.5, abs=0.05)
    bright = [each for _, each in published if each.start >= EPOCH + back]
    assert bright
    assert {each.coverage for each in bright} == {1.0}


def test_under_overload_all_cameras_share_the_device_evenly(overloaded: Minute) -> None:
    analysed = [view.analysed for view in overloaded.views.values()]
    share = sum(analysed) / len(analysed)
    assert share == pytest.approx(8 / 0.1 / 20 * (MINUTE - 0.5), rel=0.02)
    assert max(analysed) - min(analysed) <= 1
    assert set(overloaded.device.batches[5:]) == {8}
    for view in overloaded.views.values():
        assert view.latency is not None
        # a frame that waits is superseded by the next after 100 ms: it is never older than that and its batch
        assert view.latency.p95 <= 0.1 + 0.1 + 0.001
        assert view.dropped["superseded"] > 300
        assert 0 <= view.decoded - view.analysed - view.dropped["superseded"] <= 2


def test_under_overload_the_windows_are_still_covered(overloaded: Minute) -> None:
    coverages = [each.coverage for name in names() for each in of(overloaded, name) if each.start > EPOCH + 5]
    assert len(coverages) > 20 * 100
    assert min(coverages) == 1.0


def test_fast_cameras_do_not_starve_a_slow_one() -> None:
    fps = dict.fromkeys(names(), 20.0) | {"camera-11": 3.0}
    minute = run(Device(0.1, 0.0, 8), fps)
    slow = minute.views["camera-11"]
    assert slow.decoded == pytest.approx(3 * MINUTE, abs=3)
    assert slow.analysed >= 0.97 * slow.decoded
    assert minute.device.details == dict.fromkeys(names(), "high") | {"camera-11": "normal"}
    assert minute.device.wholly == {"camera-11"}  # it is blurred, and nobody may be missed


def test_readings_of_a_stream_stay_in_order_and_summaries_count_up() -> None:
    minute = run(Device(0.05, 0.0, 8), dict.fromkeys(names(5), 25.0), broken="camera-01")
    for name in names(5):
        sequences = minute.listener.readings[name]
        assert sequences == sorted(set(sequences))
        summaries = [each.sequence for _, each in minute.listener.summaries[name]]
        assert summaries == list(range(1, len(summaries) + 1))


def test_a_removed_stream_leaves_nothing_behind() -> None:
    minute = run(Device(0.01, 0.001, 16), dict.fromkeys(names(3), 10.0))
    assert minute.listener.forgotten == minute.device.forgotten == names(3)


async def an_hour_later(summaries: int) -> list[int]:
    """The numbers of a stream's first windows, where an earlier life had come to `summaries`."""
    listener = Listener()

    async def begin(stream: str) -> int:
        await asyncio.sleep(0.5)  # as a database takes
        return summaries if stream == "camera" else 0

    async with asyncio.TaskGroup() as tasks:
        whole = Pipeline(
            tasks,
            listener,
            WINDOWS,
            lambda spec: Camera(spec, 0.0, MINUTE, MINUTE),
            FakePublishers(Picture()),
            utc,
            begin=begin,
            taken={"room"},
        )
        running = tasks.create_task(whole.run(lambda: Device(0.01, 0.001, 16)))
        spec = StreamSpec(id="camera", url="rtsp://10.0.0.1/camera", fps=10)
        both = await asyncio.gather(whole.add(spec), whole.add(spec), return_exceptions=True)
        assert {type(each) for each in both} == {StreamView, StreamExistsError}
        with pytest.raises(GroupExistsError, match="'room' is the id of a group"):
            await whole.add(spec.model_copy(update={"id": "room"}))
        await asyncio.sleep(10)
        await whole.remove("camera")
        running.cancel()
    return [summary.sequence for _, summary in listener.summaries["camera"]]


def test_a_stream_s_numbers_go_on_where_an_earlier_life_left_them() -> None:
    numbers = run_virtual(an_hour_later(5000))
    assert numbers == list(range(5001, 5001 + len(numbers)))
    assert len(numbers) > 10


def test_under_overload_streams_are_analysed_by_their_priority_and_the_surplus_is_shared() -> None:
    #  12 cameras offer 120 frames a second, 80 are read. By shares of 4 : 2 : 1 high ones had 11.4 each and
    #  take the 10 they offer; of the 40 that are left normal ones get 6.67 each and low ones 3.33
    high, normal, low = names(12)[:4], names(12)[4:8], names(12)[8:]
    priorities: dict[str, Priority] = {**dict.fromkeys(high, "high"), **dict.fromkeys(low, "low")}
    minute = run(Device(0.0, 1 / 80, 4), dict.fromkeys(names(12), 10.0), priorities=priorities)
    seconds = MINUTE - 0.5
    for group, rate in ((high, 10.0), (normal, 6.67), (low, 3.33)):
        analysed = [minute.views[name].analysed / seconds for name in group]
        assert analysed == pytest.approx([rate] * 4, rel=0.03)
    assert {minute.views[name].priority for name in low} == {"low"}


def test_priorities_hold_also_among_few_streams_that_would_all_fit_into_a_batch() -> None:
    fps = dict.fromkeys(names(3), 30.0)
    priorities: dict[str, Priority] = {"camera-00": "high", "camera-02": "low"}
    minute = run(Device(0.0, 1 / 12, 16), fps, priorities=priorities)
    analysed = [minute.views[name].analysed for name in names(3)]
    assert [12 * (MINUTE - 0.5) * share / 7 for share in (4, 2, 1)] == pytest.approx(analysed, rel=0.05)


def test_without_overload_nobody_notices_priorities() -> None:
    minute = run(Device(0.01, 0.001, 16), dict.fromkeys(names(3), 10.0), priorities={"camera-01": "low"})
    for view in minute.views.values():
        assert view.analysed >= 590


def test_the_share_of_frames_that_are_shed_is_told(overloaded: Minute, broken: Minute) -> None:
    assert [view.shed for view in overloaded.views.values()] == pytest.approx([0.6] * 20, abs=0.05)
    assert {view.shed for view in broken.views.values()} == {0.0}


def test_a_frame_that_waited_too_long_for_its_turn_is_dropped_and_its_stream_does_not_starve() -> None:
    #  40 cameras give a frame each within half a second, once in 4 s; of those the device reads 15 in 3 s
    minute = run(Device(0.0, 0.2, 1), dict.fromkeys(names(40), 0.25))
    for view in minute.views.values():
        assert view.analysed + sum(view.dropped.values()) >= view.decoded - 1
        assert view.analysed >= 5
        assert view.latency is not None
        assert view.latency.p95 <= MAX_AGE + 0.2 + 0.001
    expired = sum(view.dropped.get("expired", 0) for view in minute.views.values())
    assert expired == pytest.approx(MINUTE / 4 * (40 - 15), rel=0.15)
