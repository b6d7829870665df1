"""Previews beside inference: made only for somebody, once, the newest first, none that may not be seen."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from inference.detections import NONE
from inference.measured import Measured
from inference.options import PreviewOptions
from inference.reading import Reading
from semblance.previews import Previews
from stream.frame import Frame
from tests.faces import Painted
from tests.virtual_clock import run_virtual

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine
    from typing import Any

    from numpy.typing import NDArray

    from inference.preview import Preview

FACE = np.array([[40, 20, 40, 40]], np.float32)


class Watchers:
    """Those who want previews, and what they got."""

    def __init__(self, **wanted: float) -> None:
        self.wanted: dict[str, float] = defaultdict(float, wanted)
        self.got: list[Preview] = []
        self.retracted: list[str] = []

    def previews_wanted(self, stream: str) -> float:
        return self.wanted[stream]

    def publish(self, message: Preview) -> None:
        self.got.append(message)

    def retract_previews(self, stream: str) -> None:
        self.retracted.append(stream)

    def sequences(self, stream: str = "lobby") -> list[int]:
        return [preview.sequence for preview in self.got if preview.stream == stream]


class Stuck(Painted):
    """Pixels that keep whoever converts them until they are let go."""

    def __init__(self) -> None:
        super().__init__(striped())
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self.thread = ""

    def bgr(self, width: int, height: int) -> NDArray[np.uint8]:
        self.thread = threading.current_thread().name
        self.begun.set()
        assert self.go_on.wait(10)
        return super().bgr(width, height)


def striped() -> NDArray[np.uint8]:
    """A picture of fine stripes, of which a mosaic leaves nothing."""
    picture = np.zeros((90, 160), np.uint8)
    picture[::2] = 255
    return picture


def measured(
    sequence: int,
    stream: str = "lobby",
    fps: float = 10.0,
    suspects: NDArray[np.float32] = NONE.boxes,
    pixels: Painted | None = None,
) -> Measured:
    pixels = pixels or Painted(striped())
    at = 100.0 + sequence / fps
    reading = Reading(stream, sequence, at, 1.7e9 + at, None, pixels.width, pixels.height, ())
    return Measured(reading, Frame(stream, sequence, at, 1.7e9 + at, None, pixels), suspects)


@asynccontextmanager
async def running(previews: Previews) -> AsyncIterator[None]:
    task = asyncio.create_task(previews.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def follow(previews: Previews, frames: int, fps: float = 10.0, *streams: str) -> None:
    """So many frames of each stream, each with time enough to be shown."""
    for sequence in range(frames):
        for stream in streams or ("lobby",):
            previews.offer(measured(sequence, stream, fps), None)
        await asyncio.sleep(1 / fps)


def shown(watchers: Watchers, options: PreviewOptions, frames: int, fps: float, *streams: str) -> Previews:
    previews = Previews(watchers, options)

    async def main() -> None:
        async with running(previews):
            await follow(previews, frames, fps, *streams)

    run_virtual(main())
    return previews


def test_nobody_watches_and_nothing_is_made() -> None:
    watchers = Watchers()
    previews = shown(watchers, PreviewOptions(), 50, 10.0)
    assert watchers.got == []
    assert previews.figures.made == 0


def test_each_frame_is_made_into_one_picture_however_many_watch() -> None:
    watchers = Watchers(lobby=30.0)
    previews = shown(watchers, PreviewOptions(), 20, 10.0)
    assert watchers.sequences() == list(range(20))
    assert (previews.figures.made, previews.figures.dropped) == (20, 0)
    assert previews.figures.seconds > 0


def test_no_more_are_made_than_the_service_and_the_keenest_allow() -> None:
    watchers = Watchers(lobby=30.0, door=2.0)
    shown(watchers, PreviewOptions(fps=5.0), 100, 20.0, "lobby", "door")
    assert 25 <= len(watchers.sequences("lobby")) <= 26
    assert 10 <= len(watchers.sequences("door")) <= 11


def test_streams_that_nobody_watches_stay_unseen_beside_one_that_is_watched() -> None:
    watchers = Watchers(lobby=10.0)
    shown(watchers, PreviewOptions(), 10, 10.0, "lobby", "door")
    assert {preview.stream for preview in watchers.got} == {"lobby"}


def test_off_makes_none_whoever_asks_and_a_stream_may_differ_from_the_service() -> None:
    watchers = Watchers(lobby=10.0)
    previews = Previews(watchers, PreviewOptions(mode="off"))

    async def main() -> None:
        async with running(previews):
            previews.offer(measured(0), None)
            previews.offer(measured(1), "off")
            await asyncio.sleep(1)
            previews.offer(measured(2), "full")
            await asyncio.sleep(1)

    run_virtual(main())
    assert watchers.sequences() == [2]
    assert (previews.mode(None), previews.mode("blurred")) == ("off", "blurred")


def test_while_one_is_made_only_the_newest_of_each_stream_waits() -> None:
    watchers, previews, stuck = play()

    async def main() -> None:
        async with running(previews):
            previews.offer(measured(0, pixels=stuck), None)
            await asyncio.to_thread(stuck.begun.wait, 10)
            for sequence in range(1, 6):
                previews.offer(measured(sequence), None)
                previews.offer(measured(sequence, "door"), None)
            stuck.go_on.set()
            await until(lambda: len(watchers.got) == 3)

    asyncio.run(main())
    assert [(preview.stream, preview.sequence) for preview in watchers.got] == [
        ("lobby", 0),
        ("door", 5),
        ("lobby", 5),
    ]
    assert previews.figures.dropped == 8
    assert stuck.thread.startswith("preview")


def test_a_picture_of_before_is_not_published_after_the_stream_was_forgotten() -> None:
    watchers, previews, stuck = play()

    async def main() -> None:
        async with running(previews):
            previews.offer(measured(0, pixels=stuck), None)
            await asyncio.to_thread(stuck.begun.wait, 10)
            previews.offer(measured(1), None)
            previews.forget("lobby")
            previews.offer(measured(2), "off")
            stuck.go_on.set()
            previews.offer(measured(0, "door"), None)
            await until(lambda: bool(watchers.got))

    asyncio.run(main())
    assert [preview.stream for preview in watchers.got] == ["door"]
    assert watchers.retracted == ["lobby"]


def play() -> tuple[Watchers, Previews, Stuck]:
    watchers = Watchers(lobby=100.0, door=100.0)
    return watchers, Previews(watchers, PreviewOptions(fps=100.0)), Stuck()


async def until(fact: Any) -> None:
    async with asyncio.timeout(10):
        while not fact():  # noqa: ASYNC110 - the watchers tell nobody
            await asyncio.sleep(0.005)


def blurred(frames: Coroutine[Any, Any, None], previews: Previews) -> None:
    async def main() -> None:
        async with running(previews):
            await frames

    run_virtual(main())


def stripes(preview: Preview, where: tuple[slice, slice]) -> float:
    """How much of the stripes is seen there, from 0 to about 250."""
    picture = cv2.imdecode(np.frombuffer(preview.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return float(np.abs(np.diff(picture[where].astype(int), axis=0)).mean())


def of_which(watchers: Watchers, where: tuple[slice, slice]) -> list[int]:
    """The pictures in which nothing is seen there."""
    return [preview.sequence for preview in watchers.got if stripes(preview, where) < 50]


HEAD, WALL = (slice(22, 58), slice(42, 78)), (slice(10, 80), slice(120, 160))


def test_blurred_hides_what_was_suspected_for_as_long_as_a_second_after_it_was_lost() -> None:
    watchers = Watchers(lobby=10.0)
    previews = Previews(watchers, PreviewOptions(mode="blurred"))

    async def frames() -> None:
        for sequence in range(40):  # a face in the first two seconds, unseen in every third frame and then
            seen = sequence < 20 and sequence % 3
            previews.offer(measured(sequence, suspects=FACE if seen else NONE.boxes), None)
            await asyncio.sleep(0.1)

    blurred(frames(), previews)
    assert watchers.sequences() == list(range(40))
    assert of_which(watchers, HEAD) == list(range(30))
    assert of_which(watchers, WALL) == list(range(10))  # in the first second everything is
    assert {preview.mode for preview in watchers.got} == {"blurred"}


def test_a_blurred_picture_of_another_size_hides_everything_at_first() -> None:
    watchers = Watchers(lobby=10.0)
    previews = Previews(watchers, PreviewOptions(mode="blurred"))

    async def frames() -> None:
        for sequence in range(40):
            smaller = sequence >= 20
            pixels = Painted(striped()[:45, :80] if smaller else striped())
            suspects = NONE.boxes if smaller else FACE
            previews.offer(measured(sequence, suspects=suspects, pixels=pixels), None)
            await asyncio.sleep(0.1)

    blurred(frames(), previews)
    assert of_which(watchers, (slice(2, 40), slice(2, 20))) == [*range(10), *range(20, 30)]


def test_a_frame_not_seen_wholly_that_was_on_its_way_when_the_mode_changed_is_left_out() -> None:
    watchers = Watchers(lobby=10.0)
    previews = Previews(watchers, PreviewOptions())

    async def frames() -> None:
        previews.offer(replace(measured(9), whole=False), "blurred")
        for sequence in range(10, 25):
            previews.offer(measured(sequence, suspects=FACE), "blurred")
            await asyncio.sleep(0.1)
        previews.offer(replace(measured(25), whole=False), "full")
        await asyncio.sleep(1)

    blurred(frames(), previews)
    assert watchers.sequences() == list(range(10, 26))
    assert of_which(watchers, WALL) == list(range(10, 20))  # the second begins with the first that was


def test_of_a_blurred_stream_it_is_remembered_where_faces_were_before_anybody_came() -> None:
    watchers = Watchers()
    previews = Previews(watchers, PreviewOptions())

    async def frames() -> None:
        for sequence in range(20):
            previews.offer(measured(sequence, suspects=FACE), "blurred")
        watchers.wanted["lobby"] = 10.0
        previews.offer(measured(20), "blurred")
        await asyncio.sleep(1)

    blurred(frames(), previews)
    assert watchers.sequences() == [20]
    assert stripes(watchers.got[0], HEAD) < 50


def test_ending_ends_the_thread() -> None:
    watchers, previews, stuck = play()

    async def main() -> None:
        async with running(previews):
            previews.offer(measured(0, pixels=stuck), None)
            await asyncio.to_thread(stuck.begun.wait, 10)
        stuck.go_on.set()
        await until(lambda: not [t for t in threading.enumerate() if t.name.startswith("preview")])

    asyncio.run(main())
    assert watchers.got == []
