"""Files as far as `semblance analyze` can read them, and what it says of the rest."""

import io
import json
import os
import random
import shutil
import struct
import zlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import pytest

from inference.engine import Engine
from inference.options import InferenceOptions
from semblance.analysis import Analysis
from semblance.analysis_output import JsonLines
from semblance.files.outcome import Outcome
from stream.addresses import file_address
from stream.pattern import Scene
from stream.recorded_end import recorded_length
from tests.videos import write_sound, write_video


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = Engine.load(InferenceOptions())
    yield engine
    engine.close()


async def analysed(
    engine: Engine, path: Path, fps: float | None = None
) -> tuple[Outcome, list[dict[str, Any]]]:
    out = io.StringIO()
    outcome = await Analysis(engine, fps=fps).file(path, JsonLines(out, 2.0, 0.5), lambda _: None)
    return outcome, [json.loads(line) for line in out.getvalue().splitlines()]


async def complaint(engine: Engine, path: Path) -> str:
    """Of a file of which nothing can be read."""
    outcome, messages = await analysed(engine, path)
    assert not messages
    assert outcome.frames == 0
    assert outcome.complaint
    return outcome.complaint


def empty_png(path: Path, width: int, height: int) -> Path:
    """A picture that says how large it is and holds nothing."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", b""),
        (b"IEND", b""),
    ]
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
            for name, body in chunks
        )
    )
    return path


def cut(path: Path, share: float) -> Path:
    whole = path.read_bytes()
    path.write_bytes(whole[: round(len(whole) * share)])
    return path


def with_sound(path: Path, video: Path, seconds: float) -> Path:
    """The same pictures, with silence that goes on after them."""
    with av.open(str(video)) as pictures, av.open(str(path), "w") as output:
        shown = output.add_stream_from_template(pictures.streams.video[0])
        heard = output.add_stream("pcm_s16le", rate=8000, layout="mono")
        for packet in pictures.demux(video=0):
            if packet.dts is not None:
                packet.stream = shown
                output.mux(packet)
        for number in range(round(seconds * 8)):
            frame = av.AudioFrame("s16", "mono", 1000)
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            frame.sample_rate, frame.pts, frame.time_base = 8000, number * 1000, Fraction(1, 8000)
            output.mux(heard.encode(frame))
        output.mux(heard.encode(None))
    return path


async def test_a_picture_is_one_reading_of_its_faces(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "people.png"
    cv2.imwrite(str(path), Scene(640, 360, people=2, seed=4).render(1.0))
    outcome, (reading,) = await analysed(engine, path)
    assert len(reading["faces"]) == 2
    assert outcome == Outcome(1, 2, 0.0)


async def test_a_picture_cut_short_is_read_as_far_as_it_goes(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "people.jpg"
    cv2.imwrite(str(path), Scene(640, 360, people=2, seed=4).render(1.0))
    outcome, readings = await analysed(engine, cut(path, 0.8))
    assert len(readings) == 1
    assert outcome.complaint
    assert outcome.complaint.startswith(f"{path}: breaks off or is damaged: ")


async def test_every_frame_is_read_of_a_video_whatever_its_name(engine: Engine, tmp_path: Path) -> None:
    path = write_video(tmp_path / "new\nline :; 100%d é.mp4", 30)
    outcome, messages = await analysed(engine, path)
    assert (outcome.frames, outcome.complaint) == (30, None)
    assert outcome.seconds == pytest.approx(29 / 25)
    assert {message["file"] for message in messages} == {str(path)}


async def test_frames_are_thinned_by_media_time(engine: Engine, tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mp4", 100)
    outcome, messages = await analysed(engine, path, fps=5)
    times = [message["pts"] for message in messages if message["type"] == "reading"]
    assert len(times) in (20, 21)
    assert times == pytest.approx([number / 5 for number in range(len(times))], abs=0.05)
    assert outcome.complaint is outcome.remark is None
    windows = [message["coverage"] for message in messages if message["type"] == "summary"]
    assert windows[3:] == pytest.approx([1.0] * len(windows[3:]), abs=0.06)


async def test_a_variable_frame_rate_and_a_last_picture_that_stays_are_whole(
    engine: Engine, tmp_path: Path
) -> None:
    times = [0.0, 0.04, 0.5, 0.52, 1.4, 1.44, 1.5, 3.0]
    path = write_video(tmp_path / "clip.mkv", len(times), times=times)
    outcome, messages = await analysed(engine, path)
    assert outcome.complaint is outcome.remark is None
    assert [m["pts"] for m in messages if m["type"] == "reading"] == pytest.approx(times, abs=0.002)


async def test_a_turned_video_is_read_upright(engine: Engine, tmp_path: Path) -> None:
    _, messages = await analysed(engine, write_video(tmp_path / "clip.mp4", 3, turned=90))
    assert [(m["width"], m["height"]) for m in messages if m["type"] == "reading"] == [(120, 160)] * 3


@pytest.mark.parametrize("container", ["mkv", "mp4"])
async def test_a_video_that_breaks_off_is_read_so_far_and_said_to(
    engine: Engine, tmp_path: Path, container: str
) -> None:
    options = {"movflags": "faststart"} if container == "mp4" else {}
    # Key frames alone: each takes the same room, so that six tenths of the bytes are six of the seconds.
    path = write_video(tmp_path / f"clip.{container}", 250, options={"g": "1"}, container=options)
    outcome, messages = await analysed(engine, cut(path, 0.6))
    assert 4.5 < outcome.seconds < 7.5
    assert len([m for m in messages if m["type"] == "reading"]) == outcome.frames
    assert outcome.complaint
    assert f"{path}: breaks off after {outcome.seconds:.1f} of 10.0 s" in outcome.complaint


async def test_a_video_whose_sound_goes_on_is_whole(engine: Engine, tmp_path: Path) -> None:
    path = with_sound(tmp_path / "long.mkv", write_video(tmp_path / "clip.mp4", 25), 4.0)
    outcome, _ = await analysed(engine, path)
    assert (outcome.frames, outcome.complaint) == (25, None)


async def test_a_video_that_begins_late_is_whole(engine: Engine, tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mkv", 50, container={"output_ts_offset": "5"})
    outcome, _ = await analysed(engine, path)
    assert (outcome.frames, outcome.complaint) == (50, None)
    assert recorded_length(file_address(path)) == pytest.approx(2.0, abs=0.1)


async def test_frames_that_cannot_be_decoded_are_counted(engine: Engine, tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mp4", 100, options={"g": "100"})
    data, chance = bytearray(path.read_bytes()), random.Random(1)
    half = len(data) // 2
    data[half : half + len(data) // 10] = chance.randbytes(len(data) // 10)
    path.write_bytes(data)
    outcome, _ = await analysed(engine, path)
    assert outcome.frames > 50
    assert outcome.complaint
    assert "could not be decoded" in outcome.complaint
    assert int(outcome.complaint.removeprefix(f"{path}: ").split()[0]) + outcome.frames <= 101


async def test_a_long_time_without_pictures_is_remarked_and_no_failure(
    engine: Engine, tmp_path: Path
) -> None:
    path = write_video(tmp_path / "clip.mkv", 4, times=[0.0, 0.04, 9.0, 9.04])
    outcome, _ = await analysed(engine, path)
    assert outcome.complaint is None
    assert outcome.remark == f"{path}: has no pictures from 0.0 to 9.0 s"


async def test_what_holds_no_video_says_what_it_is(engine: Engine, tmp_path: Path) -> None:
    sound = tmp_path / "sound.mp4"
    write_sound(sound)
    assert "has no video, only audio" in await complaint(engine, sound)
    empty = tmp_path / "empty.mp4"
    empty.touch()
    assert "is empty" in await complaint(engine, empty)
    text = tmp_path / "text.mp4"
    text.write_text("not a video\n" * 100)
    assert "holds no video" in await complaint(engine, text)
    unfinished = cut(write_video(tmp_path / "unfinished.mp4", 50), 0.8)
    assert "has no index (moov)" in await complaint(engine, unfinished)


async def test_a_picture_of_more_pixels_than_can_be_read_is_refused(engine: Engine, tmp_path: Path) -> None:
    assert "the most is" in await complaint(engine, empty_png(tmp_path / "huge.png", 40_000, 40_000))


async def test_a_folder_and_a_missing_file_are_told_apart(engine: Engine, tmp_path: Path) -> None:
    assert "is not a file" in await complaint(engine, tmp_path)
    assert "no such file" in await complaint(engine, tmp_path / "nothing.mp4")
    (tmp_path / "circle.mp4").symlink_to("circle.mp4")
    assert "no such file" in await complaint(engine, tmp_path / "circle.mp4")


@pytest.mark.parametrize("address", ["whip:", "rtsp://viewer:hunter2@camera/stream"])
async def test_an_address_is_refused_with_the_command_that_takes_it(engine: Engine, address: str) -> None:
    said = await complaint(engine, Path(address))
    assert "semblance serve" in said
    assert "hunter2" not in said


async def test_a_name_that_is_not_utf8_is_refused(engine: Engine, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.mp4"))
    shutil.copy(write_video(tmp_path / "clip.mp4", 2), path)
    assert "not UTF-8" in await complaint(engine, path)
