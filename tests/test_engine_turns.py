"""A picture that is looked at twice lets live frames go between."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, cast

from inference.detections import NONE
from inference.engine import Engine
from inference.finder import Finder
from inference.look import LOOKS
from inference.reading import Reading
from stream.channel import Channel
from tests.faces import frame, white_square

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.detections import Detections
    from inference.detector import Detector
    from inference.look import Look
    from inference.reader import Reader
    from inference.reading import Face
    from stream.frame import Frame, Pixels

PATIENCE = 10.0


class TwoLooks:
    """Detector and reader in one, held up in the first look at a picture."""

    def __init__(self) -> None:
        self.seen: list[Look] = []
        self.begun, self.may_go_on = threading.Event(), threading.Event()

    def looks(self, _picture: Pixels, look: Look) -> tuple[Look, ...]:
        return look, LOOKS["normal"]

    def together(self, _picture: Pixels, found: Sequence[Detections]) -> Detections:
        assert len(found) == 2
        return NONE

    def detect(self, pictures: Sequence[Pixels], looks: Sequence[Look]) -> list[Detections]:
        self.seen += looks
        self.begun.set()
        assert self.may_go_on.wait(PATIENCE)
        return [NONE] * len(pictures)

    def read(self, frames: Sequence[Frame], _found: Sequence[Detections]) -> list[Reading]:
        return [
            Reading(shot.stream, shot.sequence, shot.captured, shot.captured_utc, shot.pts, 1, 1, ())
            for shot in frames
        ]

    def read_picture(self, _pixels: Pixels, _found: Detections) -> tuple[Face, ...]:
        return ()

    def close(self) -> None:
        """There is nothing to end."""


async def test_a_live_frame_waits_for_one_look_at_a_picture_and_not_for_the_next() -> None:
    stages = TwoLooks()
    both = cast("object", stages)
    engine = Engine(Finder(cast("Detector", both), None), cast("Reader", both), (), 1, 0.0)
    inlet: Channel[Frame] = Channel(1)
    try:
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
            picture = tasks.create_task(engine.read_picture(white_square(0, 0), "high"))
            await asyncio.to_thread(stages.begun.wait, PATIENCE)
            live = tasks.create_task(engine.run(inlet, lambda _: None, lambda _: "low"))
            await inlet.put(frame(white_square(0, 0), 0, "lobby"))
            for _ in range(10):  # it is taken, and handed to the detector's thread
                await asyncio.sleep(0)
            stages.may_go_on.set()
            await picture
            await inlet.close()
            await live
    finally:
        engine.close()
    assert stages.seen == [LOOKS["high"], LOOKS["low"], LOOKS["normal"]]
