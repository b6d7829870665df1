"""Videos read beside the live streams: whole, behind the live ones, and nothing left of what was given up."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import numpy as np
import pytest

from semblance.videos import Videos
from stream.frame import Frame
from tests.faces import Painted
from tests.models_at_work import ModelsAtWork
from tests.readers import reader
from tests.videos import write_sound, write_video
from web.emotion.models import VideoError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from aggregation import Summary, Window
    from inference.measured import Measured
    from semblance.reader import Reader
    from stream import SourceInfo
    from web.emotion.models import OutputStyle

COUNT = 50


class Noted:
    """Notes the times of the frames that were read; `slowness` seconds for each."""

    def __init__(self, style: OutputStyle = "aggregate", slowness: float = 0.0) -> None:
        self.times: list[float] = []
        self.ended = False
        self._style = style
        self._slowness = slowness

    @property
    def frames(self) -> int:
        return len(self.times)

    def windows(self, _info: SourceInfo) -> Sequence[Window]:
        return ()

    async def begin(self, file: str, info: SourceInfo) -> None:
        pass

    async def reading(self, measured: Measured) -> None:
        await asyncio.sleep(self._slowness)
        self.times.append(measured.reading.pts or 0.0)

    async def summary(self, summary: Summary) -> None:
        pass

    async def end(self, *, picture: bool) -> None:
        assert not picture
        self.ended = True

    def text(self) -> str:
        assert self.ended
        return f"{self._style} of {self.frames} frames"


@asynccontextmanager
async def at_work(models: ModelsAtWork) -> AsyncIterator[Reader]:
    one = reader()
    await one.load(lambda: models)
    running = asyncio.create_task(one.run())
    yield one
    running.cancel()
    await asyncio.wait([running])


def decoding() -> bool:
    return any(thread.name.startswith("decode recording") for thread in threading.enumerate())


async def decoder_ends() -> bool:
    """A thread that has said so is gone a moment later."""
    for _ in range(200):
        if not decoding():
            return True
        await asyncio.sleep(0.001)
    return False


@pytest.mark.parametrize("slowness", [0.0, 0.002])
async def test_every_frame_of_a_video_is_read_once_and_in_order(tmp_path: Path, slowness: float) -> None:
    path, models = write_video(tmp_path / "a.mp4", COUNT), ModelsAtWork()
    shares: list[float] = []
    noted = Noted("perFrame", slowness)
    async with at_work(models) as one:
        read = await Videos(one, lambda _: noted).read(path, "perFrame", shares.append)
        assert one.figures.taken == COUNT
    assert (read.result, read.message) == (f"perFrame of {COUNT} frames", None)
    assert noted.times == pytest.approx([number / 25 for number in range(COUNT)])
    assert shares == sorted(shares)
    assert (shares[0], len(shares)) == (0.0, COUNT)
    assert 0.95 < shares[-1] <= 1.0
    assert set(models.forgotten) == set(models.details) == {"recording 1"}
    assert await decoder_ends()


async def test_live_frames_go_first_and_the_video_gets_on_between_them(tmp_path: Path) -> None:
    path, models = write_video(tmp_path / "a.mp4", COUNT), ModelsAtWork(0.002)
    async with at_work(models) as one:
        reading = asyncio.create_task(Videos(one, Noted).read(path, "aggregate", lambda _: None))
        for number in range(10_000):
            if reading.done():
                break
            one.put(live_frame(number))
            await asyncio.sleep(0.01)
        assert (await reading).result == f"aggregate of {COUNT} frames"
    with_live = models.taken[next(place for place, batch in enumerate(models.taken) if "camera" in batch) :]
    assert {len(batch) for batch in with_live} == {1}  # no live frame had to wait for more than one
    assert len([batch for batch in with_live if batch == ["camera"]]) > 5


def live_frame(number: int) -> Frame:
    return Frame("camera", number, time.monotonic(), time.time(), None, Painted(np.zeros((9, 16), np.uint8)))


async def test_a_video_waits_for_the_models_to_be_loaded(tmp_path: Path) -> None:
    one = reader()
    reading = asyncio.create_task(
        Videos(one, Noted).read(write_video(tmp_path / "a.mp4", 5), "aggregate", lambda _: None)
    )
    await asyncio.sleep(0.05)
    assert not decoding()
    await one.load(ModelsAtWork)
    running = asyncio.create_task(one.run())
    assert (await reading).result == "aggregate of 5 frames"
    running.cancel()
    await asyncio.wait([running])


async def test_a_video_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    path, models = write_video(tmp_path / "a.mp4", COUNT), ModelsAtWork()
    models.may_go_on.clear()
    async with at_work(models) as one:
        videos = Videos(one, Noted)
        reading = asyncio.create_task(videos.read(path, "aggregate", lambda _: None))
        while not models.taken:  # noqa: ASYNC110 - a fake that has nobody to tell
            await asyncio.sleep(0.001)
        reading.cancel()
        await asyncio.wait([reading])
        assert reading.cancelled()
        assert await decoder_ends()
        assert models.forgotten == ["recording 1"]
        models.may_go_on.set()
        await videos.read(path, "aggregate", lambda _: None)  # the models go on without what was inside
        assert models.forgotten.count("recording 1") == 1 + len(models.taken[0])  # which is forgotten anew
        assert one.figures.taken == COUNT + len(models.taken[0])


async def test_several_videos_are_read_at_once_each_for_itself(tmp_path: Path) -> None:
    counts = (20, 5, 30)
    paths = [write_video(tmp_path / f"{count}.mp4", count) for count in counts]
    models = ModelsAtWork(0.001)
    async with at_work(models) as one:
        videos = Videos(one, Noted)
        every = [videos.read(path, "aggregate", lambda _: None) for path in paths]
        read = await asyncio.gather(*every)
    assert [each.result for each in read] == [f"aggregate of {count} frames" for count in counts]
    assert max(len(set(batch)) for batch in models.taken) > 1


async def complaint(path: Path) -> str:
    async with at_work(ModelsAtWork()) as one:
        with pytest.raises(VideoError) as caught:
            await Videos(one, Noted).read(path, "aggregate", lambda _: None)
    assert str(path.parent) not in str(caught.value)
    return str(caught.value)


async def test_what_is_no_video_is_refused_without_saying_where_it_lies(tmp_path: Path) -> None:
    text, empty = tmp_path / "text", tmp_path / "empty"
    text.write_text("no video\n" * 100, "utf-8")
    empty.touch()
    whole = write_video(tmp_path / "a.mp4", COUNT)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    playlist = tmp_path / "list.m3u8"
    playlist.write_text(f"#EXTM3U\n#EXTINF:2,\n{whole}\n#EXT-X-ENDLIST\n", "utf-8")
    assert await complaint(text) == "This is no video that can be read here."
    assert await complaint(playlist) == "This is no video that can be read here."
    assert await complaint(empty) == "The video is empty."
    assert "no index (moov)" in await complaint(cut)
    assert "no video, only audio" in await complaint(write_sound(tmp_path / "sound.m4a"))
    assert await complaint(tmp_path / "gone") == "The video cannot be read: No such file or directory."


async def test_a_video_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "a.mkv", 100, options={"g": "10"})
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    noted = Noted()
    async with at_work(ModelsAtWork()) as one:
        read = await Videos(one, lambda _: noted).read(cut, "aggregate", lambda _: None)
    assert 20 < noted.frames < 80
    assert read.result == f"aggregate of {noted.frames} frames"
    assert read.message == f"The video breaks off after {noted.times[-1]:.1f} of 4.0 s."


async def test_of_large_pictures_fewer_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("semblance.videos._MOST_PIXELS", 2 * 160 * 120 + 1)
    models = ModelsAtWork(0.005)
    async with at_work(models) as one:
        path = write_video(tmp_path / "a.mp4", COUNT)
        read = await Videos(one, Noted).read(path, "aggregate", lambda _: None)
    assert read.result == f"aggregate of {COUNT} frames"
    assert max(map(len, models.taken)) <= 2  # of four that fit
