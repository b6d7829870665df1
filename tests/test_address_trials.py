"""Trying addresses: with a source of its own that is always closed, and few at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from semblance.address_trials import MOST, AddressTrials
from stream import Frame, SourceError, SourceFigures, SourceInfo, StreamSpec
from tests.faces import frame, white_square
from web.service import TooManyTestsError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

SPEC = StreamSpec(id="test", url="rtsp://user:secret@10.0.0.7/stream2")


class Camera:
    """Gives what it is told to, and knows whether it is open."""

    def __init__(self, gives: list[Frame] | SourceError, info: SourceInfo | None = None) -> None:
        self.info = info
        self.figures = SourceFigures()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.opened = 0
        self.open = 0
        self._gives = gives

    def pace(self, fps: float) -> None:
        pass

    async def frames(self) -> AsyncGenerator[Frame, None]:
        self.opened += 1
        self.open += 1
        try:
            await self.may_answer.wait()
            if isinstance(self._gives, SourceError):
                raise self._gives
            for shot in self._gives:
                yield shot
        finally:
            self.open -= 1


def picture() -> Frame:
    return frame(white_square(0, 0))


async def test_the_first_picture_is_enough_and_the_source_is_closed() -> None:
    camera = Camera([picture(), picture()], SourceInfo(1280, 720, 25.0, "h264"))
    assert await AddressTrials(lambda _: camera).run(SPEC) == SourceInfo(1280, 720, 25.0, "h264")
    assert (camera.opened, camera.open) == (1, 0)


async def test_a_medium_that_says_nothing_of_itself_is_known_by_its_picture() -> None:
    assert await AddressTrials(lambda _: Camera([picture()])).run(SPEC) == SourceInfo(320, 192, None, "")


async def test_a_failure_is_passed_on_and_the_source_is_closed() -> None:
    camera = Camera(SourceError("unauthorized", "Another password is wanted."))
    with pytest.raises(SourceError, match="Another password") as failed:
        await AddressTrials(lambda _: camera).run(SPEC)
    assert failed.value.code == "unauthorized"
    assert camera.open == 0


async def test_an_end_without_a_picture_is_a_failure_that_names_no_password() -> None:
    with pytest.raises(SourceError, match="ended before its first picture") as failed:
        await AddressTrials(lambda _: Camera([])).run(SPEC)
    assert failed.value.code == "ended"
    assert "secret" not in failed.value.message


async def test_only_so_many_are_tried_at_once_and_a_cancelled_one_makes_room() -> None:
    camera = Camera([picture()])
    camera.may_answer.clear()
    trials = AddressTrials(lambda _: camera)
    waiting = [asyncio.create_task(trials.run(SPEC)) for _ in range(MOST)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert camera.open == MOST
    with pytest.raises(TooManyTestsError, match="try again"):
        await trials.run(SPEC)
    waiting[0].cancel()
    await asyncio.wait(waiting[:1])
    assert camera.open == MOST - 1
    camera.may_answer.set()
    await trials.run(SPEC)
    await asyncio.gather(*waiting[1:])
    assert camera.open == 0


async def test_where_a_publisher_is_waited_for_there_is_nothing_to_open() -> None:
    def unopened(_: StreamSpec) -> Camera:
        raise AssertionError("a publisher is not opened")

    spec = SPEC.model_copy(update={"url": "whip:"})
    with pytest.raises(SourceError, match="publishes"):
        await AddressTrials(unopened).run(spec)
