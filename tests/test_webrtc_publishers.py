"""Publishers by WebRTC: real peers over loopback, one at a time per stream."""

from __future__ import annotations

import asyncio
import random
import socket
import threading
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from stream.limits import Limits
from stream.source import SourceError
from stream.spec import StreamSpec
from stream.webrtc.depayload import depayload
from stream.webrtc.failures import FullError, OfferError, TakenError, UnknownStreamError
from stream.webrtc.options import WebRtcOptions
from stream.webrtc.publishers import Publishers
from tests.webrtc_publisher import DrawnPublisher

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from stream.frame import Frame
    from stream.webrtc.publishers import Session

PORTS = (52300, 52319)
LIMITS = Limits(open=1.0, first_frame=2.0, stall=0.7, close=2.0)
SPEC = StreamSpec(id="lobby", url="whip:", fps=30)


@asynccontextmanager
async def publishers(sessions: int = 10, limits: Limits = LIMITS) -> AsyncIterator[Publishers]:
    """Whatever happened in between, everything is free again afterwards."""
    tasks, threads = asyncio.all_tasks(), set(threading.enumerate())
    opened = Publishers(WebRtcOptions(ports=PORTS, sessions=sessions, loopback=True), limits)
    try:
        yield opened
    finally:
        await opened.close()
    assert [task for task in asyncio.all_tasks() - tasks if "RTCPeerConnection" not in repr(task)] == []
    assert [thread.name for thread in set(threading.enumerate()) - threads if "decode" in thread.name] == []
    assert bound_ports() == set()


def bound_ports() -> set[int]:
    taken = set()
    for port in range(PORTS[0], PORTS[1] + 1):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                taken.add(port)
    return taken


async def publish(to: Publishers, publisher: DrawnPublisher, stream: str = "lobby") -> Session:
    session = await to.publish(stream, await publisher.offer())
    await publisher.accept(session.answer)
    return session


async def use_up(frames: AsyncGenerator[Frame, None]) -> None:
    while True:
        await anext(frames)


async def take(frames: AsyncGenerator[Frame, None], count: int) -> list[Frame]:
    return [await anext(frames) for _ in range(count)]


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
    assert sum(step for _, step in steps) == pytest.approx(sum(step for step, _ in steps), abs=0.2)


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


async def test_frames_end_when_the_publisher_says_so_and_begin_again_with_the_next() -> None:
    async with publishers() as door:
        source = door.source(SPEC)
        async with DrawnPublisher() as first:
            session = await publish(door, first)
            frames = source.frames()
            numbers = [frame.sequence for frame in await take(frames, 3)]
            ending = asyncio.ensure_future(door.end("lobby", session.id))
            with pytest.raises(StopAsyncIteration):
                await use_up(frames)
            assert await ending
            assert not await door.end("lobby", session.id)
        async with DrawnPublisher() as second, aclosing(source.frames()) as frames:
            await publish(door, second)
            again = await anext(frames)
        assert again.sequence > numbers[-1]
        assert again.pts is not None
        assert again.pts > 0.05


async def test_a_wrong_session_ends_nothing() -> None:
    async with publishers() as door, DrawnPublisher() as publisher:
        source = door.source(SPEC)
        await publish(door, publisher)
        assert not await door.end("lobby", "guessed")
        assert not await door.end("elsewhere", "guessed")
        assert source.taken


async def test_of_many_who_publish_at_once_exactly_one_gets_in() -> None:
    async with publishers() as door:
        source = door.source(SPEC)
        several = [DrawnPublisher() for _ in range(5)]
        offers = [await publisher.offer() for publisher in several]
        outcomes = await asyncio.gather(
            *(door.publish("lobby", offer) for offer in offers), return_exceptions=True
        )
        refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        assert [type(outcome) for outcome in refused] == [TakenError] * 4
        assert source.taken
        for publisher in several:
            await publisher.connection.close()


async def test_a_publisher_that_falls_silent_is_lost_and_the_next_one_gets_in_at_once() -> None:
    async with publishers() as door, DrawnPublisher() as publisher, DrawnPublisher() as next_one:
        source = door.source(SPEC)
        await publish(door, publisher)
        frames = source.frames()
        await take(frames, 3)
        publisher.track.shown.clear()
        began = asyncio.get_running_loop().time()
        with pytest.raises(SourceError, match=r"has gone: it has sent no video for 0\.7 s") as failure:
            await use_up(frames)
        assert failure.value.code == "timeout"
        assert asyncio.get_running_loop().time() - began < 1.5
        assert bound_ports() == set()
        await publish(door, next_one)
        async with aclosing(source.frames()) as frames:
            await anext(frames)


async def test_a_publisher_that_closes_the_connection_is_noticed_at_once() -> None:
    async with publishers() as door, DrawnPublisher() as publisher:
        frames = door.source(SPEC).frames()
        await publish(door, publisher)
        await take(frames, 3)
        await publisher.connection.close()
        with pytest.raises(SourceError, match="closed the connection") as failure:
            await use_up(frames)
        assert failure.value.code == "ended"


async def test_a_publisher_that_never_connects_gives_its_place_back() -> None:
    async with publishers() as door, DrawnPublisher() as publisher:
        source = door.source(SPEC)
        await door.publish("lobby", await publisher.offer())
        assert source.taken
        with pytest.raises(SourceError, match="did not connect within 1 s") as failure:
            await anext(source.frames())
        assert failure.value.code == "timeout"
        assert not source.taken
        assert bound_ports() == set()


async def test_nothing_is_left_of_a_publisher_whom_nobody_watches() -> None:
    async with publishers(limits=Limits(open=0.3)) as door, DrawnPublisher() as publisher:
        source = door.source(SPEC)
        await door.publish("lobby", await publisher.offer())
        await asyncio.sleep(0.5)
        assert not source.taken
        assert bound_ports() == set()


async def test_closing_the_frames_ends_the_session() -> None:
    async with publishers() as door, DrawnPublisher() as publisher:
        source = door.source(SPEC)
        await publish(door, publisher)
        async with aclosing(source.frames()) as frames:
            await anext(frames)
        assert not source.taken
        assert bound_ports() == set()


async def test_a_stream_that_is_left_is_unknown_and_its_publisher_gone() -> None:
    async with publishers() as door, DrawnPublisher() as publisher, DrawnPublisher() as late:
        frames = door.source(SPEC).frames()
        await publish(door, publisher)
        await take(frames, 2)
        leaving = asyncio.ensure_future(door.leave("lobby"))
        with pytest.raises(StopAsyncIteration):
            await use_up(frames)
        await leaving
        with pytest.raises(UnknownStreamError):
            await door.publish("lobby", await late.offer())


async def test_a_bad_offer_leaves_the_place_free() -> None:
    async with publishers() as door:
        source = door.source(SPEC)
        with pytest.raises(OfferError):
            await door.publish("lobby", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n")
        assert not source.taken
        assert bound_ports() == set()


async def test_no_more_sessions_are_let_in_than_allowed() -> None:
    async with publishers(sessions=1) as door, DrawnPublisher() as first, DrawnPublisher() as second:
        door.source(SPEC)
        door.source(SPEC.model_copy(update={"id": "yard"}))
        await publish(door, first)
        with pytest.raises(FullError, match=r"webrtc\.sessions"):
            await door.publish("yard", await second.offer())


async def test_sound_beside_the_video_does_no_harm() -> None:
    async with publishers() as door, DrawnPublisher(sound=True) as publisher:
        source = door.source(SPEC)
        session = await publish(door, publisher)
        async with aclosing(source.frames()) as frames:
            await anext(frames)
        assert session.answer.count("a=inactive") == 1


@pytest.mark.parametrize("candidate", [None, "candidate:1 1 udp 2113937151 4f2c9a7e.local 9 typ host"])
async def test_publishers_whose_addresses_are_unknown_or_hidden_connect_at_once(
    candidate: str | None,
) -> None:
    async with publishers() as door, DrawnPublisher() as publisher:
        source = door.source(SPEC)
        lines = (await publisher.offer()).splitlines()
        kept = [line for line in lines if not line.startswith(("a=candidate", "a=end-of-candidates"))]
        kept += [f"a={candidate}"] if candidate else []
        began = asyncio.get_running_loop().time()
        await publisher.accept((await door.publish("lobby", "\r\n".join(kept))).answer)
        async with aclosing(source.frames()) as frames:
            await anext(frames)
        assert asyncio.get_running_loop().time() - began < LIMITS.open


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
        assert max(ages) < 0.6  # they would wait longer and longer in a queue
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


async def test_what_nobody_has_foreseen_ends_one_session_and_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("stream.webrtc.peer.Peer._watch", broken)
    async with publishers() as door, DrawnPublisher() as publisher:
        source = door.source(SPEC)
        await publish(door, publisher)
        with pytest.raises(SourceError, match="could not be handled"):
            await anext(source.frames())
        assert not source.taken
        assert "ZeroDivisionError" in caplog.text
