"""The video of real peers over loopback: its pictures, their times, and what is left out."""

from __future__ import annotations

import asyncio
import random
import socket
from contextlib import aclosing
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from aiortc.codecs.h264 import H264Encoder

from stream.limits import Limits
from stream.source import SourceError
from stream.webrtc.depayload import depayload
from tests.webrtc_door import SPEC, publish, publishers, take
from tests.webrtc_publisher import DrawnPublisher

if TYPE_CHECKING:
    from av.frame import Frame


@pytest.mark.parametrize("codec", ["H264", "VP8"])
async def test_frames_come_from_whoever_publishes(codec: str) -> None:
    async with publishers() as door, DrawnPublisher(codec) as publisher:
        source = door.source(SPEC)
        await publish(door, publisher)
        async with aclosing(source.frames()) as frames:
            taken = await take(frames, 10)
        assert source.info is not None
        assert (source.info.width, source.info.height, source.info.codec) == (320, 240, codec.lower())
    assert [frame.sequence for frame in taken] == list(range(10))
    grey = taken[-1].pixels.grey().values
    assert grey.shape == (240, 320)
    assert int(grey.max()) - int(grey.min()) > 150


async def test_times_rise_with_the_media_and_lie_in_the_past() -> None:
    async with publishers() as door, DrawnPublisher() as publisher:
        source = door.source(SPEC)
        await publish(door, publisher)
        ages, steps = [], []
        async with aclosing(source.frames()) as frames:
            before = await anext(frames)
            for frame in await take(frames, 20):
                ages.append(asyncio.get_running_loop().time() - frame.captured)
                steps.append((frame.captured - before.captured, (frame.pts or 0) - (before.pts or 0)))
                before = frame
    assert min(ages) >= 0
    assert all(step >= 0 for step, _ in steps)
    assert sum(step for _, step in steps) > 19.9 / 30


async def test_no_more_frames_are_handed_on_than_wanted() -> None:
    async with publishers() as door, DrawnPublisher() as publisher:
        source = door.source(SPEC.model_copy(update={"fps": 5.0}))
        await publish(door, publisher)
        async with aclosing(source.frames()) as frames:
            taken = await take(frames, 5)
        moments = [frame.pts or 0 for frame in taken]
        steps = [after - before for before, after in pairwise(moments)]
        assert steps == pytest.approx([0.2] * 4, abs=0.07)
        assert source.figures.dropped["fps"] >= 15


async def test_the_picture_may_change_its_size_in_the_middle() -> None:
    async with publishers() as door, DrawnPublisher("H264") as publisher:
        source = door.source(SPEC)
        await publish(door, publisher)
        async with aclosing(source.frames()) as frames:
            assert (await anext(frames)).pixels.width == 320
            publisher.track.size = (160, 120)
            while (frame := await anext(frames)).pixels.width == 320:
                pass
            assert (frame.pixels.width, frame.pixels.height) == (160, 120)
            assert source.info is not None
            assert source.info.width == 160


async def test_sound_beside_the_video_does_no_harm() -> None:
    async with publishers() as door, DrawnPublisher(sound=True) as publisher:
        source = door.source(SPEC)
        session = await publish(door, publisher)
        async with aclosing(source.frames()) as frames:
            await anext(frames)
        assert session.answer.count("a=inactive") == 1


@pytest.mark.parametrize("codec", ["H264", "VP8"])
async def test_packets_that_are_lost_are_sent_again_and_no_broken_picture_comes(codec: str) -> None:
    async with publishers() as door, DrawnPublisher(codec) as publisher:
        source = door.source(SPEC)
        await publish(door, publisher)
        publisher.lose(0.05, random.Random(7))
        async with aclosing(source.frames()) as frames:
            taken = await take(frames, 45)
        steps = [after - before for before, after in pairwise(frame.pts or 0 for frame in taken)]
        assert sum(steps) < 45 / 30 + 1
        assert "corrupt" not in source.figures.dropped


async def test_a_consumer_that_is_slow_gets_the_newest_picture_and_nothing_piles_up() -> None:
    async with publishers() as door, DrawnPublisher() as publisher:
        source = door.source(SPEC)
        await publish(door, publisher)
        ages = []
        async with aclosing(source.frames()) as frames:
            await anext(frames)
            for _ in range(4):
                await asyncio.sleep(0.3)
                ages.append(asyncio.get_running_loop().time() - (await anext(frames)).captured)
        assert max(ages) < 0.9  # they would wait longer and longer in a queue
        assert source.figures.dropped["superseded"] >= 4 * 5
        assert source.figures.dropped.get("overload", 0) == 0


async def test_nonsense_sent_to_a_session_harms_nobody() -> None:
    async with publishers() as door, DrawnPublisher() as publisher:
        source = door.source(SPEC)
        session = await publish(door, publisher)
        port = int(session.answer.partition(" 127.0.0.1 ")[2].split()[0])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            async with aclosing(source.frames()) as frames:
                for nonsense in (b"", b"\0", bytes(20), b"\x16\xfe\xfd" + bytes(20), b"\x80\x60" + bytes(30)):
                    stranger.sendto(nonsense, ("127.0.0.1", port))
                    await anext(frames)
        assert source.figures.dropped.get("corrupt", 0) == 0


async def test_a_publisher_whose_pictures_are_all_corrupt_is_asked_for_better_ones_and_then_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = random.Random(3)
    encode = H264Encoder.encode
    asked = []

    def flipped(self: H264Encoder, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        asked.append(force_keyframe)
        packets, timestamp = encode(self, frame, force_keyframe)
        return [_flipped(packet, chance) for packet in packets], timestamp

    monkeypatch.setattr(H264Encoder, "encode", flipped)
    async with (
        publishers(limits=Limits(open=1.0, first_frame=2.0)) as door,
        DrawnPublisher("H264") as publisher,
    ):
        source = door.source(SPEC)
        await publish(door, publisher)
        async with asyncio.timeout(10):
            with pytest.raises(SourceError, match="no whole picture came of it for 2 s") as failure:
                await anext(source.frames())
        assert failure.value.code == "timeout"
        assert source.figures.dropped["corrupt"] > 1
        assert sum(asked) > 1


def _flipped(packet: bytes, chance: random.Random) -> bytes:
    """One byte of a hundred has another bit."""
    return bytes(byte ^ (1 << chance.randrange(8)) if chance.random() < 0.01 else byte for byte in packet)


async def test_a_publisher_whose_key_frame_never_comes_is_told_to_send_more_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_keys = lambda codec, payload: replace(depayload(codec, payload), key=False)  # noqa: E731
    monkeypatch.setattr("stream.webrtc.receiver.depayload", without_keys)
    async with publishers(limits=Limits(open=1.0, first_frame=0.5)) as door, DrawnPublisher() as publisher:
        source = door.source(SPEC)
        await publish(door, publisher)
        with pytest.raises(SourceError, match="no key frame within"):
            await anext(source.frames())
        assert source.figures.dropped["keyless"] > 5
        assert source.figures.decoded == 0
