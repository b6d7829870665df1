"""Parameter sets from the session description, for senders that do not send them."""

from __future__ import annotations

import base64
import re
from fractions import Fraction

import av
import pytest
from av.error import FFmpegError

from stream.webrtc.parameter_sets import complete, stated_sets


def key_picture() -> tuple[list[bytes], bytes]:
    """The parameter sets of a picture that libx264 has coded, and the rest of it."""
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt, encoder.framerate = 64, 48, "yuv420p", Fraction(25)
    encoder.options = {"tune": "zerolatency"}
    data = b"".join(bytes(packet) for packet in encoder.encode(av.VideoFrame(64, 48, "yuv420p")))
    units = [unit for unit in re.split(rb"\x00?\x00\x00\x01", data) if unit]
    sets = [unit for unit in units if unit[0] & 0x1F in (7, 8)]
    rest = [unit for unit in units if unit[0] & 0x1F not in (7, 8)]
    return sets, b"".join(b"\0\0\0\1" + unit for unit in rest)


def decoded(data: bytes) -> list[av.VideoFrame]:
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.thread_count = 1
    return decoder.decode(av.Packet(data)) + decoder.decode(None)


def test_a_picture_that_comes_without_its_sets_is_decoded_with_the_stated_ones() -> None:
    sets, picture = key_picture()
    stated = ",".join(base64.b64encode(unit).decode() for unit in sets)
    completed = complete(stated_sets(f"packetization-mode=1; sprop-parameter-sets={stated}"), picture)
    with pytest.raises(FFmpegError):
        decoded(picture)
    assert [(frame.width, frame.height) for frame in decoded(completed)] == [(64, 48)]


def test_a_picture_that_brings_its_own_is_left_alone() -> None:
    sets, picture = key_picture()
    whole = b"".join(b"\0\0\0\1" + unit for unit in sets) + picture
    assert complete(b"\0\0\0\1\x67other", whole) is whole


@pytest.mark.parametrize("parameters", ["", "packetization-mode=1", "sprop-parameter-sets=%%,x"])
def test_what_is_missing_or_damaged_is_nothing(parameters: str) -> None:
    assert stated_sets(parameters) == b""
    assert complete(b"", b"picture") == b"picture"
