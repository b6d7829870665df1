"""What waits for the decoder: bounded, counted, and never without what it needs."""

from __future__ import annotations

import pytest

from stream.source import SourceError, SourceFigures
from stream.webrtc.assembler import Assembled
from stream.webrtc.encoded_frames import EncodedFrame, EncodedFrames


def frame(number: int, *, key: bool = False, size: int = 10) -> EncodedFrame:
    return EncodedFrame("vp8", Assembled(number * 3000, number / 30, bytes(size), key, False), None)


def numbers(frames: EncodedFrames, count: int) -> list[int]:
    taken = [frames.take() for _ in range(count)]
    return [item.picture.timestamp // 3000 for item in taken if item]


def test_pictures_before_the_first_key_are_dropped() -> None:
    figures = SourceFigures()
    frames = EncodedFrames(figures)
    for number in range(4):
        frames.put(frame(number, key=number == 2))
    assert numbers(frames, 2) == [2, 3]
    assert figures.dropped == {"keyless": 2}


def test_after_a_loss_only_a_key_goes_on() -> None:
    frames = EncodedFrames(SourceFigures())
    frames.put(frame(0, key=True))
    frames.lose()
    assert frames.wants_key
    frames.put(frame(1))
    frames.put(frame(2, key=True))
    assert not frames.wants_key
    assert numbers(frames, 2) == [0, 2]


@pytest.mark.parametrize(("size", "fit"), [(10, 60), (4 << 20, 4)])
def test_a_decoder_too_far_behind_goes_on_with_the_next_key(size: int, fit: int) -> None:
    figures = SourceFigures()
    frames = EncodedFrames(figures)
    frames.put(frame(0, key=True, size=size))
    for number in range(1, fit + 5):
        frames.put(frame(number, size=size))
    frames.put(frame(999, key=True, size=size))
    assert numbers(frames, 1) == [999]
    assert figures.dropped == {"overload": fit, "keyless": 5}


def test_the_end_comes_at_once_and_for_good() -> None:
    frames = EncodedFrames(SourceFigures())
    frames.put(frame(0, key=True))
    frames.close()
    frames.close(SourceError("ended", "too late"))
    frames.put(frame(1, key=True))
    assert frames.take() is None
    assert frames.closed


def test_a_failure_is_raised_where_the_frames_are_taken() -> None:
    frames = EncodedFrames(SourceFigures())
    frames.close(SourceError("timeout", "silent"))
    with pytest.raises(SourceError, match="silent"):
        frames.take()
