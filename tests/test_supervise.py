"""A source that fails is opened again; what becomes of it is reported."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from stream.backoff import Backoff
from stream.frame import Frame
from stream.source import SourceError, SourceFigures, SourceInfo, State
from stream.supervise import supervise
from tests.virtual_clock import run_virtual

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from stream.frame import Pixels

LOST = SourceError("ended", "The camera closed the connection.")
REFUSED = SourceError("unreachable", "Nobody listens.")


@dataclass
class Scripted:
    """Plays one script after the other: the number of frames, a second apart, then a failure or the end."""

    scripts: list[tuple[int, Exception | None]]
    closed: int = 0
    info: SourceInfo | None = None
    figures: SourceFigures = field(default_factory=SourceFigures)

    def pace(self, fps: float) -> None:
        pass

    async def frames(self) -> AsyncGenerator[Frame, None]:
        count, end = self.scripts.pop(0)
        try:
            for number in range(count):
                await asyncio.sleep(1)
                yield Frame("s", number, 0, 0, None, pixels=no_pixels())
            if end:
                raise end
        finally:
            self.closed += 1


def no_pixels() -> Pixels:
    return None  # type: ignore[return-value]  # nobody looks at them


@dataclass
class Story:
    lines: list[tuple[float, State, str | None]] = field(default_factory=list)

    def __call__(self, state: State, error: SourceError | None, /) -> None:
        now = asyncio.get_running_loop().time()
        self.lines.append((now, state, error.code if error else None))


def ignore(frame: Frame) -> None:
    del frame


def steady() -> Backoff:
    return Backoff(chance=lambda: 1.0)


def test_a_camera_that_goes_and_comes_back_is_reported() -> None:
    story = Story()
    source = Scripted([(2, LOST), (0, REFUSED), (40, LOST), (1, None)])
    run_virtual(supervise(source, ignore, story, backoff=steady()))
    assert story.lines == [
        (0, "connecting", None),
        (1, "running", None),
        (2, "reconnecting", "ended"),  # tried again after 1 s
        (3, "reconnecting", "unreachable"),  # after 2 s
        (6, "running", None),
        (45, "reconnecting", "ended"),  # was healthy for 39 s: after 1 s
        (47, "running", None),
        (47, "ended", None),
    ]
    assert source.closed == 4


def test_without_again_the_first_failure_is_the_last() -> None:
    story = Story()
    run_virtual(supervise(Scripted([(0, REFUSED)]), ignore, story, again=False))
    assert [line[1:] for line in story.lines] == [("connecting", None), ("failed", "unreachable")]


def test_every_frame_is_delivered_to_a_plain_function_and_to_a_coroutine() -> None:
    sync: list[int] = []
    slow: list[int] = []

    async def slowly(frame: Frame) -> None:
        await asyncio.sleep(5)
        slow.append(frame.sequence)

    run_virtual(supervise(Scripted([(3, None)]), lambda frame: sync.append(frame.sequence), Story()))
    run_virtual(supervise(Scripted([(3, None)]), slowly, Story()))
    assert sync == slow == [0, 1, 2]


def test_a_bug_in_a_source_is_not_retried() -> None:
    story = Story()
    with pytest.raises(ZeroDivisionError):
        run_virtual(supervise(Scripted([(1, ZeroDivisionError())]), ignore, story))
    assert [line[1] for line in story.lines] == ["connecting", "running"]


def test_a_bug_in_the_delivery_closes_the_source_and_passes_through() -> None:
    source = Scripted([(5, None)])

    def fail(frame: Frame) -> None:
        raise KeyError(frame.sequence)

    with pytest.raises(KeyError):
        run_virtual(supervise(source, fail, Story()))
    assert source.closed == 1


def test_cancelling_closes_the_source() -> None:
    source = Scripted([(1000, None)])

    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10.5):
                await supervise(source, ignore, Story())

    run_virtual(main())
    assert source.closed == 1


def test_a_reported_error_holds_on_to_nothing() -> None:
    reported: list[SourceError] = []

    def report(state: State, error: SourceError | None, /) -> None:
        del state
        if error:
            reported.append(error)

    run_virtual(supervise(Scripted([(0, REFUSED)]), ignore, report, again=False))
    assert reported[0].__traceback__ is None
    assert reported[0].__context__ is None
