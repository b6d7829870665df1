"""Files through PyAV: every frame offline, their own pace live, and whatever may be wrong with them."""

from __future__ import annotations

import asyncio
import os
import random
import sys
import threading
import time
from contextlib import aclosing
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from stream.addresses import parse_address
from stream.av_source import AvSource
from stream.source import SourceError, SourceInfo
from tests.videos import number_of, write_sound, write_video

if TYPE_CHECKING:
    from pathlib import Path

    from stream.frame import Frame

B_FRAMES = {"bf": "3", "b_strategy": "0", "g": "50"}


def offline(path: Path, *, loop: bool = False) -> AvSource:
    return AvSource("file", parse_address(str(path)), live=False, loop=loop)


def live(path: Path, fps: float = 100, *, loop: bool = False) -> AvSource:
    return AvSource("file", parse_address(str(path)), fps=fps, loop=loop)


async def collect(source: AvSource, most: int = 10_000) -> list[Frame]:
    frames: list[Frame] = []
    async with aclosing(source.frames()) as coming:
        async for frame in coming:
            frames.append(frame)
            if len(frames) == most:
                break
    return frames


def numbers(frames: list[Frame]) -> list[int]:
    return [number_of(frame.pixels.bgr(160, 120)) for frame in frames]


async def failure(source: AvSource) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await collect(source)
    return caught.value


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("a.mp4", "libx264", {"bf": "0"}),
        ("a.mkv", "libx264", B_FRAMES),
        ("a.ts", "libx264", B_FRAMES),
        ("a.mp4", "libx265", {"x265-params": "log-level=none"}),
        ("a.avi", "mpeg4", {"bf": "2", "qmin": "1", "qmax": "2"}),
        ("a.mkv", "mjpeg", {}),
        ("a.webm", "libvpx", {"deadline": "realtime"}),
    ],
)
async def test_offline_every_frame_comes_once_and_in_order(
    tmp_path: Path, name: str, codec: str, options: dict[str, str]
) -> None:
    layout = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    source = offline(write_video(tmp_path / name, 60, codec=codec, options=options, pixel_format=layout))
    frames = await collect(source)
    assert numbers(frames) == [number % 20 for number in range(60)]
    assert [frame.sequence for frame in frames] == list(range(60))
    assert [frame.pts for frame in frames] == pytest.approx([number / 25 for number in range(60)], abs=0.002)
    assert source.figures.decoded == 60
    assert sum(source.figures.dropped.values()) == 0
    assert source.info is not None
    assert (source.info.width, source.info.height) == (160, 120)
    assert source.info.fps == pytest.approx(25, 0.01)


async def test_offline_decoding_waits_for_the_consumer(tmp_path: Path) -> None:
    source = offline(write_video(tmp_path / "a.mp4", 200, options={"bf": "0"}))
    async with aclosing(source.frames()) as coming:
        await anext(coming)
        await asyncio.sleep(0.3)
        assert source.figures.decoded < 30
        await asyncio.sleep(0.2)
        assert len([frame async for frame in coming]) == 199


async def test_the_times_of_a_frame_agree(tmp_path: Path) -> None:
    began, began_utc = time.monotonic(), time.time()
    frames = await collect(live(write_video(tmp_path / "a.mp4", 10)))
    for frame in frames:
        assert began <= frame.captured <= time.monotonic()
        assert frame.captured - began == pytest.approx(frame.captured_utc - began_utc, abs=0.05)
        assert frame.stream == "file"


async def test_a_frame_says_how_often_they_come(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", 4)
    (as_it_is,) = await collect(offline(path), 1)
    assert as_it_is.interval == pytest.approx(1 / 25)
    (thinned,) = await collect(live(path, fps=2), 1)
    assert thinned.interval == 0.5


async def test_live_a_file_is_played_at_its_own_pace(tmp_path: Path) -> None:
    frames = await collect(live(write_video(tmp_path / "a.mp4", 20)))
    for before, after in pairwise(frames):
        assert before.pts is not None
        assert after.pts is not None
        assert after.captured - before.captured == pytest.approx(after.pts - before.pts, abs=1e-3)
    assert frames[-1].captured - frames[0].captured == pytest.approx(0.76, abs=0.05)


@pytest.mark.parametrize("options", [{"bf": "0"}, B_FRAMES])
async def test_live_as_many_frames_a_second_as_asked_for(tmp_path: Path, options: dict[str, str]) -> None:
    source = live(write_video(tmp_path / "a.mp4", 50, options=options), fps=10)
    frames = await collect(source)
    pts = [frame.pts for frame in frames]
    superseded = source.figures.dropped.get("superseded", 0)
    assert len(frames) + superseded == 20
    assert pts[:5] == pytest.approx([0, 0.08, 0.2, 0.28, 0.4], abs=0.002)
    assert source.figures.dropped["fps"] == 30


async def test_pictures_no_other_depends_on_are_not_even_decoded(tmp_path: Path) -> None:
    with_b = live(write_video(tmp_path / "b.mp4", 48, options=B_FRAMES), fps=5)
    intra = live(
        write_video(tmp_path / "j.mkv", 48, codec="mjpeg", pixel_format="yuvj420p", options={"q": "3"}), fps=5
    )
    for source in (with_b, intra):
        frames = await collect(source)
        assert len(frames) + source.figures.dropped.get("superseded", 0) == 10
    assert with_b.figures.decoded < 35
    assert intra.figures.decoded == 10


async def test_a_slow_consumer_gets_the_newest_frame(tmp_path: Path) -> None:
    source = live(write_video(tmp_path / "a.mp4", 30))
    async with aclosing(source.frames()) as coming:
        await anext(coming)
        await asyncio.sleep(0.6)
        frame = await anext(coming)
        assert time.monotonic() - frame.captured < 0.45
        assert frame.sequence == 1
        assert source.figures.dropped["superseded"] >= 8


async def test_a_loop_goes_on_with_rising_time_and_sequence(tmp_path: Path) -> None:
    frames = await collect(offline(write_video(tmp_path / "a.mp4", 10), loop=True), most=35)
    assert numbers(frames) == [number % 10 for number in range(35)]
    assert [frame.sequence for frame in frames] == list(range(35))
    assert [frame.pts for frame in frames] == pytest.approx([number / 25 for number in range(35)], abs=0.002)


async def test_a_second_reading_goes_on_with_sequence_and_figures(tmp_path: Path) -> None:
    source = offline(write_video(tmp_path / "a.mp4", 10))
    frames = await collect(source) + await collect(source)
    assert [frame.sequence for frame in frames] == list(range(20))
    assert source.figures.decoded == 20
    pts = [frame.pts for frame in frames if frame.pts is not None]
    assert pts == sorted(set(pts))


async def test_changes_of_resolution_and_jumps_of_time_are_survived(tmp_path: Path) -> None:
    joined = b"".join(
        write_video(
            tmp_path / f"{index}.ts", 25, size=size, container={"output_ts_offset": offset}
        ).read_bytes()
        for index, (size, offset) in enumerate([((160, 120), "900"), ((320, 240), "2"), ((160, 120), "5000")])
    )
    (tmp_path / "joined.ts").write_bytes(joined)
    source = offline(tmp_path / "joined.ts")
    frames = await collect(source)
    assert {(frame.pixels.width, frame.pixels.height) for frame in frames} == {(160, 120), (320, 240)}
    assert len(frames) >= 70
    pts = [frame.pts for frame in frames if frame.pts is not None]
    assert pts == sorted(set(pts))
    assert pts[-1] < 6
    assert source.info is not None
    assert source.info.width == 160


async def test_uneven_times_are_kept(tmp_path: Path) -> None:
    times = [0.0, 0.5, 0.52, 2.0, 40.0]
    frames = await collect(offline(write_video(tmp_path / "a.mkv", 5, times=times)))
    assert [frame.pts for frame in frames] == pytest.approx(times, abs=0.002)


async def test_a_turned_video_is_upright(tmp_path: Path) -> None:
    source = offline(write_video(tmp_path / "a.mp4", 3, turned=90))
    frames = await collect(source)
    assert (frames[0].pixels.width, frames[0].pixels.height) == (120, 160)
    assert source.info == SourceInfo(120, 160, 25, "h264", 0.12)


async def test_what_was_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.ts", 60, options={"g": "5"}).read_bytes()
    (tmp_path / "cut.ts").write_bytes(whole[: len(whole) // 2 + 77])
    frames = await collect(offline(tmp_path / "cut.ts"))
    assert 15 <= len(frames) < 45


async def test_damage_in_the_middle_costs_only_the_pictures_it_hits(tmp_path: Path) -> None:
    data = bytearray(write_video(tmp_path / "whole.ts", 100, options={"g": "10"}).read_bytes())
    chance = random.Random(1)
    for _ in range(40):
        data[chance.randrange(len(data) // 4, len(data) // 2)] = chance.randrange(256)
    (tmp_path / "damaged.ts").write_bytes(data)
    source = offline(tmp_path / "damaged.ts")
    frames = await collect(source)
    assert 40 <= len(frames) <= 100
    assert source.figures.decoded <= 100


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.txt", b"milk\nbread\n" * 200),
        ("empty.mp4", b""),
        ("noise.mp4", random.Random(2).randbytes(20_000)),
        ("list.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"),
        (
            "list.m3u8",
            b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:1/a.ts\n#EXT-X-ENDLIST\n",
        ),
        ("list.ffconcat", b"ffconcat version 1.0\nfile a.mp4\n"),
        ("page.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"),
    ],
)
async def test_a_file_that_is_no_video_is_a_codec_error(tmp_path: Path, name: str, content: bytes) -> None:
    write_video(tmp_path / "a.mp4", 3)
    (tmp_path / name).write_bytes(content)
    error = await failure(offline(tmp_path / name))
    assert error.code == "codec"
    assert str(tmp_path / name) in error.message


async def test_sound_alone_is_a_codec_error(tmp_path: Path) -> None:
    error = await failure(offline(write_sound(tmp_path / "a.m4a")))
    assert (error.code, error.message.endswith("a.m4a has no video, only audio.")) == ("codec", True)
    error = await failure(offline(write_sound(tmp_path / "song.mp4", cover=True)))
    assert error.message.endswith("song.mp4 has no video, only audio and a cover.")


async def test_a_file_without_its_index_is_a_codec_error(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.mp4", 60).read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    assert (await failure(offline(tmp_path / "cut.mp4"))).code == "codec"


async def test_pictures_larger_than_any_camera_s_are_a_codec_error(tmp_path: Path) -> None:
    path = write_video(
        tmp_path / "a.avi", 1, size=(8256, 16), codec="mjpeg", pixel_format="yuvj420p", options={"q": "3"}
    )
    error = await failure(offline(path))
    assert (error.code, "8256x16" in error.message) == ("codec", True)


async def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    assert (await failure(offline(tmp_path / "none.mp4"))).code == "notFound"


async def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert (await failure(offline(tmp_path))).code == "codec"


async def test_a_camera_that_is_not_there_is_not_found() -> None:
    source = AvSource("camera", parse_address("/dev/video97"))
    assert (await failure(source)).code == "notFound"


async def test_closing_early_leaves_no_thread_and_no_file_open(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", 200)
    threads, files = threading.active_count(), len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        assert len(await collect(offline(path), most=3)) == 3
        assert len(await collect(live(path), most=1)) == 1
    await asyncio.sleep(0.05)
    assert threading.active_count() == threads
    assert len(os.listdir("/proc/self/fd")) == files


async def test_a_file_tells_how_long_it_is(tmp_path: Path) -> None:
    source = offline(write_video(tmp_path / "a.mp4", 50))
    await collect(source, 1)
    assert source.info is not None
    assert source.info.duration == pytest.approx(2.0)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no priority of its own")
async def test_a_gentle_one_gives_way_to_every_other_thread(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", 50)
    gentle = AvSource("gentle", parse_address(str(path)), live=False, gentle=True)
    async with aclosing(gentle.frames()) as coming:
        await anext(coming)
        mine = next(one for one in threading.enumerate() if one.name == "decode gentle")
        assert os.getpriority(os.PRIO_PROCESS, mine.native_id or 0) == 5
        assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) < 5
    assert numbers(await collect(gentle)) == [number % 20 for number in range(50)]
