"""The annotated copy of a video: its timing, its size, its sound, and what is drawn into it."""

from __future__ import annotations

import asyncio
import resource
import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import av
import numpy as np
import pytest
from av.stream import Disposition

from inference import Reading
from inference.measured import Measured
from semblance.annotated.output import AnnotatedVideo
from semblance.emotion_looks import LOOKS
from semblance.failure import Failure
from stream import Frame, SourceError, SourceInfo
from stream.array_pixels import ArrayPixels
from stream.opening import open_source
from stream.spec import StreamSpec
from tests.readings import HAPPY, face
from tests.videos import write_video

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from av.audio.stream import AudioStream
    from numpy.typing import NDArray

    from inference import Face

UNEVEN = (0.0, 0.04, 0.3, 0.32, 1.0, 1.9, 2.0)


async def copied(original: Path, path: Path, *faces: Face) -> Path:
    """The copy that the analysis would make, had it found these faces in every frame."""
    source = open_source(StreamSpec(id="file", url=str(original)), live=False)
    output = AnnotatedVideo(path)
    begun = False
    try:
        async for frame in source.frames():
            if not begun and source.info:
                await output.begin(str(original), source.info)
                begun = True
            await output.reading(measured(frame, faces))
    except SourceError:
        pass
    await output.end(picture=False)
    return path


def measured(frame: Frame, faces: Sequence[Face]) -> Measured:
    pixels = frame.pixels
    made = Reading("file", frame.sequence, 0.0, 0.0, frame.pts, pixels.width, pixels.height, tuple(faces))
    return Measured(made, frame, np.empty((0, 4), np.float32))


def pictures(path: Path) -> list[tuple[float, NDArray[np.uint8]]]:
    """The times and the pictures in BGR, as a player shows them."""
    with av.open(str(path)) as video:
        return [
            (frame.time, np.asarray(frame.to_ndarray(format="bgr24"), np.uint8))
            for frame in video.decode(video=0)
        ]


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def heard(path: Path) -> list[tuple[float, bytes]]:
    """The times of the packets of sound, and what is in them."""
    with av.open(str(path)) as video:
        return [
            (float(packet.pts * packet.time_base), bytes(packet))
            for packet in video.demux(video.streams.audio[0])
            if packet.pts is not None and packet.time_base is not None
        ]


def atoms_of(path: Path) -> list[str]:
    """The names of an MP4's outermost atoms, in their order."""
    content, at, found = path.read_bytes(), 0, []
    while at < len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        found.append(name.decode("ascii"))
        at += size
    assert at == len(content)
    return found


def write_with_sound(path: Path, codec: str, later: float = 0.0) -> Path:
    """A second and a half of pictures, and a tone that begins so much later."""
    with av.open(str(path), "w") as output:
        video = output.add_stream("libx264", rate=10)
        video.width, video.height, video.pix_fmt = 160, 120, "yuv420p"
        sound = cast("AudioStream", output.add_stream(codec, rate=16000, layout="mono"))
        for index in range(15):
            frame = av.VideoFrame.from_ndarray(np.full((120, 160, 3), 90, np.uint8), "bgr24")
            frame.pts = index
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        for index in range(20):
            wave = np.sin(np.arange(index * 1024, (index + 1) * 1024) / 8) * 8000
            tone = av.AudioFrame.from_ndarray(wave.astype(np.int16)[None], "s16", "mono")
            tone.sample_rate = 16000
            tone.pts = round(later * 16000) + index * 1024
            output.mux(sound.encode(tone))
        output.mux(sound.encode(None))
    return path


def write_with_tracks(path: Path, tracks: Sequence[tuple[str, str, str]], played: int) -> Path:
    """A second and a half of pictures; each track has its codec, its language and its name."""
    with av.open(str(path), "w") as output:
        video = output.add_stream("libx264", rate=10)
        video.width, video.height, video.pix_fmt = 160, 120, "yuv420p"
        sounds = []
        for number, (codec, language, title) in enumerate(tracks):
            sound = cast("AudioStream", output.add_stream(codec, rate=16000, layout="mono"))
            sound.metadata.update(language=language, title=title)
            sound.disposition = Disposition.default if number == played else Disposition(0)
            sounds.append(sound)
        for index in range(15):
            frame = av.VideoFrame(160, 120, "yuv420p")
            frame.pts = index
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        for sound in sounds:
            for index in range(20):
                tone = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.int16), "s16", "mono")
                tone.sample_rate, tone.pts = 16000, index * 1024
                output.mux(sound.encode(tone))
            output.mux(sound.encode(None))
    return path


async def test_every_frame_is_shown_when_the_original_shows_it(tmp_path: Path) -> None:
    original = write_video(tmp_path / "uneven.mkv", len(UNEVEN), times=UNEVEN)
    shown = pictures(await copied(original, tmp_path / "copy.mp4"))
    assert [time for time, _ in shown] == pytest.approx(UNEVEN, abs=1e-3)
    greys = [[each[:80, :50].mean() for _, each in films] for films in (pictures(original), shown)]
    assert greys[1] == pytest.approx(greys[0], abs=3)  # of 8 from one to the next


async def test_the_copy_is_h264_that_begins_to_play_before_it_is_loaded(tmp_path: Path) -> None:
    copy = await copied(write_video(tmp_path / "a.mkv", codec="mpeg4"), tmp_path / "copy.mp4")
    with av.open(str(copy)) as video:
        context = video.streams.video[0].codec_context
        assert (context.name, context.pix_fmt, context.width, context.height) == ("h264", "yuv420p", 160, 120)
    atoms = atoms_of(copy)
    assert atoms.index("moov") < atoms.index("mdat")


async def test_odd_sizes_become_even(tmp_path: Path) -> None:
    original = write_video(tmp_path / "odd.mkv", 5, size=(161, 121), pixel_format="yuv444p")
    (_, first), *_ = pictures(await copied(original, tmp_path / "copy.mp4"))
    assert first.shape == (122, 162, 3)


async def test_a_rotated_video_is_upright(tmp_path: Path) -> None:
    original = write_video(tmp_path / "phone.mp4", 5, turned=90)
    source = open_source(StreamSpec(id="file", url=str(original)), live=False)
    (upright, *_) = [frame.pixels.bgr(120, 160) async for frame in source.frames()]
    copy = await copied(original, tmp_path / "copy.mp4")
    (_, first), *_ = pictures(copy)
    assert first.shape == (160, 120, 3)
    assert abs(first[:120].astype(int) - upright[:120]).mean() < 8
    with av.open(str(copy)) as video:
        assert next(video.decode(video=0)).rotation == 0


async def test_colours_stay_what_they_are(tmp_path: Path) -> None:
    original = write_video(tmp_path / "a.mp4", 5)
    (_, before), *_ = pictures(original)
    (_, after), *_ = pictures(await copied(original, tmp_path / "copy.mp4"))
    corners = np.s_[10:20, 100:150], np.s_[70:80, 100:150], np.s_[10:80, 10:70]  # red, blue, grey
    for corner in corners:
        assert abs(after[corner].mean((0, 1)) - before[corner].mean((0, 1))).max() < 4


async def test_a_face_has_a_box_in_the_colour_of_its_emotion(tmp_path: Path) -> None:
    original = write_video(tmp_path / "a.mp4", 5, size=(640, 480))
    copy = await copied(original, tmp_path / "copy.mp4", face(HAPPY, 7, (400.0, 200.0, 90.0, 100.0)))
    (_, picture), *_ = pictures(copy)
    top = picture[200, 420:480].mean(0)
    assert abs(top[::-1] - LOOKS["happiness"].rgb).max() < 40
    (_, plain), *_ = pictures(original)
    assert (
        abs(picture[210:290, 410:480].astype(int) - plain[210:290, 410:480]).mean() < 8
    )  # inside it nothing


async def test_sound_that_mp4_holds_is_copied_as_it_is(tmp_path: Path) -> None:
    original = write_with_sound(tmp_path / "a.mkv", "aac")
    before, after = heard(original), heard(await copied(original, tmp_path / "copy.mp4"))
    assert [data for _, data in after] == [data for _, data in before]
    assert [time for time, _ in after] == pytest.approx([time for time, _ in before], abs=2e-3)


async def test_sound_and_pictures_of_a_broadcast_stay_in_step(tmp_path: Path) -> None:
    """Whose clock is not at 0 when it begins, and whose AAC comes without a header for the whole."""
    original = write_with_sound(tmp_path / "a.ts", "aac", later=0.4)
    copy = await copied(original, tmp_path / "copy.mp4")
    begins = [(pictures(path)[0][0], heard(path)[0][0]) for path in (original, copy)]
    assert begins[0][0] > 0.1
    assert begins[1][1] - begins[1][0] == pytest.approx(begins[0][1] - begins[0][0], abs=2e-3)
    with av.open(str(copy)) as video:
        loud = [
            frame.time for frame in video.decode(audio=0) if abs(np.asarray(frame.to_ndarray())).max() > 0.05
        ]
    assert loud[0] == pytest.approx(0.4, abs=0.07)


async def test_frames_closer_than_the_copy_can_tell_apart_are_all_in_it(tmp_path: Path) -> None:
    output = AnnotatedVideo(tmp_path / "copy.mp4")
    await output.begin(str(write_video(tmp_path / "a.mp4", 2)), SourceInfo(160, 120, 1_000_000.0, "h264"))
    for index in range(4):
        pixels = ArrayPixels(np.zeros((120, 160, 3), np.uint8))
        await output.reading(measured(Frame("file", index, 0.0, 0.0, index / 1_000_000, pixels), ()))
    await output.end(picture=False)
    assert len(pictures(tmp_path / "copy.mp4")) == 4


@pytest.mark.parametrize("codec", ["pcm_s16le", "flac"])
async def test_other_sound_becomes_aac_and_stays_in_step(tmp_path: Path, codec: str) -> None:
    original = write_with_sound(tmp_path / "a.mkv", codec, later=0.5)
    copy = await copied(original, tmp_path / "copy.mp4")
    with av.open(str(copy)) as video:
        assert video.streams.audio[0].codec_context.name == "aac"
        frames = [(frame.time, np.asarray(frame.to_ndarray())) for frame in video.decode(audio=0)]
    loud = [time for time, samples in frames if abs(samples).max() > 0.05]
    assert loud[0] == pytest.approx(0.5, abs=0.07)  # a frame of AAC
    assert loud[-1] == pytest.approx(0.5 + 20 * 1024 / 16000, abs=0.14)


async def test_every_sound_track_is_kept_with_its_language_and_which_of_them_is_played(
    tmp_path: Path,
) -> None:
    tracks = (("aac", "eng", "Original"), ("pcm_s16le", "deu", "Kommentar"), ("aac", "fra", ""))
    original = write_with_tracks(tmp_path / "a.mkv", tracks, played=1)
    with av.open(str(await copied(original, tmp_path / "copy.mp4"))) as video:
        streams = video.streams.audio
        assert [stream.codec_context.name for stream in streams] == ["aac"] * 3
        assert [stream.language for stream in streams] == ["eng", "deu", "fra"]
        assert [stream.metadata["handler_name"] for stream in streams[:2]] == ["Original", "Kommentar"]
        assert [bool(stream.disposition & Disposition.default) for stream in streams] == [False, True, False]
        lengths = [float((stream.duration or 0) * (stream.time_base or 0)) for stream in streams]
    assert lengths == pytest.approx([1.28] * 3, abs=0.14)


async def test_what_breaks_off_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    original = write_video(tmp_path / "a.mkv", 100, options={"g": "10"})
    original.write_bytes(original.read_bytes()[: original.stat().st_size * 6 // 10])
    shown = pictures(await copied(original, tmp_path / "copy.mp4"))
    assert 30 < len(shown) < 90


async def test_a_size_that_changes_on_the_way_is_fitted_in(tmp_path: Path) -> None:
    original = write_video(tmp_path / "a.mp4", 2)
    output = AnnotatedVideo(tmp_path / "copy.mp4")
    await output.begin(str(original), SourceInfo(160, 120, 25.0, "h264"))
    for index, size in enumerate(((160, 120), (320, 160), (60, 120))):
        pixels = ArrayPixels(np.full((size[1], size[0], 3), 200, np.uint8))
        await output.reading(measured(Frame("file", index, 0.0, 0.0, index / 25, pixels), ()))
    await output.end(picture=False)
    shown = [picture for _, picture in pictures(tmp_path / "copy.mp4")]
    assert [picture.shape for picture in shown] == [(120, 160, 3)] * 3
    assert shown[1][5, 80].max() < 40  # above the wide one, which fills the width
    assert shown[1][60, 5].min() > 160
    assert shown[2][60, 10].max() < 40  # beside the narrow one
    assert shown[2][60, 80].min() > 160


async def test_a_copy_that_is_discarded_leaves_nothing(tmp_path: Path) -> None:
    original = write_video(tmp_path / "a.mp4", 2)
    output = AnnotatedVideo(tmp_path / "copy.mp4")
    await output.begin(str(original), SourceInfo(160, 120, 25.0, "h264"))
    pixels = ArrayPixels(np.zeros((120, 160, 3), np.uint8))
    await output.reading(measured(Frame("file", 0, 0.0, 0.0, 0.0, pixels), ()))
    assert names(tmp_path) == ["a.mp4", "copy.mp4.part"]
    await asyncio.to_thread(output.discard)
    await asyncio.to_thread(output.discard)
    assert names(tmp_path) == ["a.mp4"]


async def test_a_copy_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    original = write_video(tmp_path / "a.mp4", 2)
    with pytest.raises(Failure, match=r"copy\.mp4: cannot be written: No such file or directory"):
        await copied(original, tmp_path / "missing" / "copy.mp4")
    with pytest.raises(Failure, match="the video itself"):
        await copied(original, original)
    with pytest.raises(Failure, match="is no file"):
        await copied(original, tmp_path)


async def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    original = write_video(tmp_path / "a.mp4", 2)
    output = AnnotatedVideo(tmp_path / "copy.mp4")

    async def noise() -> None:
        await output.begin(str(original), SourceInfo(320, 240, 25.0, "h264"))
        for index in range(60):
            drawn = np.random.default_rng(index).integers(0, 255, (240, 320, 3), np.uint8)
            await output.reading(measured(Frame("file", index, 0.0, 0.0, index / 25, ArrayPixels(drawn)), ()))

    with _files_no_longer_than(20_000), pytest.raises(Failure, match=r"copy\.mp4: cannot be written: "):
        await noise()
    await asyncio.to_thread(output.discard)
    assert names(tmp_path) == ["a.mp4"]


@contextmanager
def _files_no_longer_than(count: int) -> Iterator[None]:
    """As a disk that is full after so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
