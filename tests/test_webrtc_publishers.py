"""Publishers by WebRTC: real peers over loopback, one at a time per stream, and what is left of them."""

from __future__ import annotations

import asyncio
import socket
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from stream.limits import Limits
from stream.source import SourceError
from stream.webrtc.failures import ClosedError, FullError, OfferError, TakenError, UnknownStreamError
from stream.webrtc.options import IceServer
from tests.webrtc_door import LIMITS, SPEC, bound_ports, publish, publishers, take, use_up
from tests.webrtc_publisher import DrawnPublisher

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from stream.frame import Frame
    from stream.webrtc.publishers import Publishers, Session


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
        with pytest.raises(SourceError, match=r"has gone: it has sent no video for 0\.7 s") as failure:
            async with asyncio.timeout(LIMITS.stall + 5):  # a busy machine may be late, but not for ever
                await use_up(frames)
        assert failure.value.code == "timeout"
        assert bound_ports() == set()
        await publish(door, next_one)
        async with aclosing(source.frames()) as frames:
            await anext(frames)


async def test_a_publisher_that_closes_the_connection_is_noticed_at_once() -> None:
    async with publishers() as door, DrawnPublisher() as publisher:
        frames = door.source(SPEC).frames()
        await _publish_and_hang_up(door, publisher, frames)
        with pytest.raises(SourceError, match="closed the connection") as failure:
            await use_up(frames)
        assert failure.value.code == "ended"


async def test_one_that_hung_up_may_say_afterwards_that_it_has_left() -> None:
    async with publishers() as door, DrawnPublisher() as publisher:
        source = door.source(SPEC)
        frames = source.frames()
        session = await _publish_and_hang_up(door, publisher, frames)
        with pytest.raises(SourceError, match="closed the connection"):
            await use_up(frames)
        waiting = asyncio.ensure_future(use_up(source.frames()))
        await asyncio.sleep(0)
        assert not await door.end("lobby", "guessed")
        assert await door.end("lobby", session.id)
        with pytest.raises(StopAsyncIteration):
            await waiting
        assert not await door.end("lobby", session.id)


async def test_the_word_of_one_that_hung_up_counts_before_that_was_noticed_too() -> None:
    async with publishers() as door, DrawnPublisher() as publisher:
        source = door.source(SPEC)
        frames = source.frames()
        session = await _publish_and_hang_up(door, publisher, frames)
        while source.taken:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
        assert await door.end("lobby", session.id)
        with pytest.raises(StopAsyncIteration):
            await use_up(frames)


async def test_the_word_of_one_that_hung_up_does_not_concern_the_next() -> None:
    async with publishers() as door, DrawnPublisher() as publisher, DrawnPublisher() as next_one:
        source = door.source(SPEC)
        frames = source.frames()
        session = await _publish_and_hang_up(door, publisher, frames)
        with pytest.raises(SourceError, match="closed the connection"):
            await use_up(frames)
        await publish(door, next_one)
        assert not await door.end("lobby", session.id)
        async with aclosing(source.frames()) as frames:
            await anext(frames)


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


async def test_a_bad_offer_costs_neither_a_thread_nor_a_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("stream.webrtc.whip_source.IncomingVideo")
    async with publishers() as door:
        door.source(SPEC)
        with pytest.raises(OfferError):
            door.check("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n")
        with pytest.raises(OfferError):
            await door.publish("lobby", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n")


@pytest.mark.parametrize("replaced", [True, False])
async def test_a_stream_that_is_left_while_its_publisher_comes_in_turns_it_away_at_once_and_frees_everything(
    replaced: bool,
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        server = IceServer((f"turn:127.0.0.1:{silent.getsockname()[1]}",), "me", "hush")
        async with publishers(servers=(server,)) as door, DrawnPublisher() as publisher:
            door.source(SPEC)
            coming = asyncio.create_task(door.publish("lobby", await publisher.offer()))
            while not bound_ports():  # noqa: ASYNC110 - sockets tell nobody of it
                await asyncio.sleep(0.01)
            if replaced:
                door.source(SPEC)
            began = asyncio.get_running_loop().time()
            await door.leave("lobby")
            assert asyncio.get_running_loop().time() - began < 3  # the server has five seconds
            assert bound_ports() == set()
            with pytest.raises(ClosedError, match="turned away"):
                await coming
            assert not door.live("lobby")


async def test_a_publisher_that_is_turned_away_is_not_waited_for_by_the_frames(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def late(*_: object) -> str:
        await asyncio.sleep(0.05)
        return "v=0"

    monkeypatch.setattr("stream.webrtc.peer.Peer.answer", late)
    async with publishers() as door, DrawnPublisher() as publisher:
        source = door.source(SPEC)
        coming = asyncio.create_task(door.publish("lobby", await publisher.offer()))
        await asyncio.sleep(0.01)
        await source.close()
        with pytest.raises(ClosedError):
            await coming
        waiting = asyncio.ensure_future(anext(source.frames()))
        await asyncio.sleep(0.01)  # it would spin, and never come back
        assert not waiting.done()
        waiting.cancel()
        await asyncio.wait([waiting])


async def test_no_more_sessions_are_let_in_than_allowed() -> None:
    async with publishers(sessions=1) as door, DrawnPublisher() as first, DrawnPublisher() as second:
        source = door.source(SPEC)
        door.source(SPEC.model_copy(update={"id": "yard"}))
        await publish(door, first)
        async with aclosing(source.frames()) as frames:
            await anext(frames)  # who is closed while it connects leaves a task of aioice's for a while
            with pytest.raises(FullError, match=r"webrtc\.sessions"):
                await door.publish("yard", await second.offer())


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


async def _publish_and_hang_up(
    door: Publishers, publisher: DrawnPublisher, frames: AsyncGenerator[Frame, None]
) -> Session:
    session = await publish(door, publisher)
    await take(frames, 3)
    await publisher.connection.close()
    return session
