"""What the streams of a bench play: a clip as a camera would send it, or a file."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from semblance.bench.playing import playing
from semblance.bench.wishes import Drawn
from semblance.failure import UsageFailure

SMALL = Drawn((160, 160), 1, 5.0)


def video(path: Path, count: int, stamps: list[float] | None = None) -> Path:
    """A file of so many pictures, 25 a second or at these times."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for number in range(count):
            picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="bgr24")
            picture.pts = number if stamps is None else round(stamps[number] * 25)
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    return path


def refusal(path: Path) -> str:
    with pytest.raises(UsageFailure) as refused:
        playing(path, 10.0, path.parent, lambda _: None)
    return str(refused.value)


def test_the_clip_is_a_minute_of_h264_with_a_key_frame_every_two_seconds(tmp_path: Path) -> None:
    heard: list[float] = []
    clip = playing(SMALL, 5.0, tmp_path, heard.append)
    assert heard[-1] == 1.0
    assert (clip.info.codec, clip.info.width, clip.info.height, clip.info.fps) == ("h264", 160, 160, 5.0)
    assert clip.info.duration == pytest.approx(60.0)
    assert clip.due == pytest.approx(5.0)
    with av.open(str(tmp_path / "camera.mp4")) as container:
        packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
    assert [number for number, packet in enumerate(packets) if packet.is_keyframe] == list(range(0, 300, 10))


def test_every_frame_of_the_clip_can_be_decoded_over_its_joints(tmp_path: Path) -> None:
    playing(SMALL, 5.0, tmp_path, lambda _: None)
    with av.open(str(tmp_path / "camera.mp4")) as container:
        pictures = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    assert len(pictures) == 300
    np.testing.assert_array_equal(pictures[7], pictures[37])
    assert np.abs(pictures[7].astype(int) - pictures[22].astype(int)).mean() > 1  # they act, with grain


def test_what_is_due_of_a_file_is_told_from_its_timestamps(tmp_path: Path) -> None:
    file = video(tmp_path / "clip.mp4", 100)
    assert playing(file, 10.0, tmp_path, lambda _: None).due == pytest.approx(10.0)
    assert playing(file, 60.0, tmp_path, lambda _: None).due == pytest.approx(25.0)
    pauses = [second + number / 25 for second in range(8) for number in range(5)]
    file = video(tmp_path / "pauses.mp4", 40, pauses)  # a fifth of each second
    assert playing(file, 10.0, tmp_path, lambda _: None).due == pytest.approx(2.0, rel=0.15)


def test_what_cannot_be_played_is_refused_in_a_sentence(tmp_path: Path) -> None:
    assert "There is no file" in refusal(tmp_path / "none.mp4")
    assert "is not a file" in refusal(tmp_path)
    (tmp_path / "text.mp4").write_text("no video\n" * 50)
    assert "holds no video" in refusal(tmp_path / "text.mp4")
    assert "name is not one line of text" in refusal(tmp_path / "new\nline.mp4")
    assert "is not a camera" in refusal(Path("/dev/null"))
    assert "is a device; name a FILE" in refusal(Path("/dev/video0"))
    assert "is 0.4 s long; to be played as a stream it needs a second" in refusal(
        video(tmp_path / "short.mp4", 10)
    )


def test_sound_alone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=48_000)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        silence.sample_rate = 48_000
        out.mux(stream.encode(silence))
        out.mux(stream.encode(None))
    assert "has no video, only audio" in refusal(path)


def test_a_bare_stream_without_times_is_refused_with_the_way_to_give_it_some(tmp_path: Path) -> None:
    path = tmp_path / "bare.h264"
    with av.open(str(path), "w", format="h264") as out:
        stream = out.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for _ in range(30):
            out.mux(
                stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="bgr24"))
            )
        out.mux(stream.encode(None))
    assert "its pictures have no times" in refusal(path)
