"""Which packets can be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from stream.disposable import disposable_test, never_referenced
from tests.videos import number_of, write_video

if TYPE_CHECKING:
    from pathlib import Path

SEI, AUD, SPS, REFERENCED, UNREFERENCED, IDR = 0x06, 0x09, 0x67, 0x41, 0x01, 0x65


def annex_b(*headers: int) -> bytes:
    return b"".join(b"\0\0\0\1" + bytes([header]) + b"\x55" * 20 for header in headers)


def with_lengths(*headers: int) -> bytes:
    return b"".join((21).to_bytes(4, "big") + bytes([header]) + b"\x55" * 20 for header in headers)


@pytest.mark.parametrize(
    ("headers", "disposable"),
    [
        ((UNREFERENCED,), True),
        ((AUD, SEI, UNREFERENCED), True),
        ((REFERENCED,), False),
        ((AUD, REFERENCED), False),
        ((IDR,), False),
        ((SPS, UNREFERENCED), False),  # what follows may need the parameters
        ((SEI,), False),
        ((), False),
    ],
)
def test_only_a_slice_that_nobody_refers_to_is_disposable(headers: tuple[int, ...], disposable: bool) -> None:
    assert never_referenced(annex_b(*headers), 0) is disposable
    assert never_referenced(with_lengths(*headers), 4) is disposable


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\1", b"\xff\xff\xff\xff", b"\0\0\0\0\0\0", bytes(9)])
def test_data_that_is_no_video_is_not_disposable(data: bytes) -> None:
    assert not never_referenced(data, 0)
    assert not never_referenced(data, 4)


@pytest.mark.parametrize("name", ["a.mp4", "a.ts", "a.mkv", "a.h264"])
def test_leaving_them_out_changes_no_other_picture(tmp_path: Path, name: str) -> None:
    path = write_video(tmp_path / name, 60, options={"bf": "3", "b_strategy": "0", "g": "50"})
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        disposable = disposable_test(stream)
        left_out, numbers = 0, []
        for packet in container.demux(stream):
            if disposable(packet):
                left_out += 1
            else:
                pictures = [frame.to_ndarray(format="bgr24") for frame in packet.decode()]
                numbers += [number_of(np.asarray(picture, np.uint8)) for picture in pictures]
    assert left_out >= 20
    assert len(numbers) == 60 - left_out
    assert numbers[:3] == [0, 2, 4] or numbers[:2] == [0, 4]


def test_every_picture_of_an_intra_codec_is_disposable(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", 5, codec="mjpeg", pixel_format="yuvj420p")
    with av.open(str(path)) as container:
        disposable = disposable_test(container.streams.video[0])
        assert [disposable(packet) for packet in container.demux(video=0)] == [True] * 5 + [False]
