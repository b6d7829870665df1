"""A small service and real sockets around it, for the tests of the web layer."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import websockets

from aggregation.event import Event, Evidence, Marker
from aggregation.summary import Summary, Window
from inference.loaded_model import LoadedModel
from inference.preview import Preview
from inference.reading import Box, Face, Reading
from stream.source import SourceInfo
from web.app import create_app
from web.hub import Hub
from web.live import SUBPROTOCOL
from web.options import WebOptions
from web.server import address, bind, serve_on
from web.service import (
    Condition,
    PublishSession,
    StreamExistsError,
    StreamView,
    UnknownSessionError,
    UnknownStreamError,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from stream.spec import StreamSpec
    from web.catching_up import Past
    from web.feed import Message

WINDOWS = (Window("2s", 2.0, 0.5), Window("60s", 60.0, 5.0))
EPOCH = 1_790_000_000.0
TOKEN = "a-token-that-is-long-enough"
SCORES = (0.01, 0.0, 0.0, 0.0, 0.9, 0.08, 0.0, 0.01)


class FakeService:
    """A service that holds streams and does nothing with them."""

    def __init__(self, *ids: str) -> None:
        self.ready = True
        self.changes = 0
        self.tested: list[StreamSpec] = []
        self.tests_to: SourceInfo | Exception = SourceInfo(1280, 720, 25.0, "h264")
        self.testing = 0
        self.answers = asyncio.Event()
        self.answers.set()
        self.specs: dict[str, StreamSpec] = {}
        self.views = {name: view(name) for name in ids}
        self.offers: list[tuple[str, str]] = []
        self.sessions: list[tuple[str, str]] = []
        self.refusal: Exception | None = None
        self.answer_after = 0.0

    @property
    def windows(self) -> Sequence[Window]:
        return WINDOWS

    def models(self) -> Sequence[LoadedModel]:
        return (LoadedModel("face", "semblance-face", "1.0", "ab" * 32, "CPUExecutionProvider", ()),)

    def streams(self) -> Sequence[StreamView]:
        return tuple(self.views.values())

    def stream(self, stream_id: str) -> StreamView:
        try:
            return self.views[stream_id]
        except KeyError:
            raise UnknownStreamError(stream_id) from None

    async def add(self, spec: StreamSpec) -> StreamView:
        if spec.id in self.views:
            raise StreamExistsError(spec.id)
        self.specs[spec.id] = spec
        self.views[spec.id] = replace(
            view(spec.id),
            url=spec.url.replace("user:secret@", "***@"),
            fps=spec.fps,
            priority=spec.priority,
            sampling=spec.sampling,
            preview=spec.preview or "full",
            preview_setting=spec.preview,
        )
        return self.views[spec.id]

    async def change(self, spec: StreamSpec) -> StreamView:
        self.changes += 1
        self.stream(spec.id)
        del self.views[spec.id]
        return await self.add(spec)

    async def remove(self, stream_id: str) -> None:
        self.stream(stream_id)
        del self.views[stream_id]

    async def publish(self, stream_id: str, offer: str) -> PublishSession:
        self.offers.append((stream_id, offer))
        if self.refusal is not None:
            raise self.refusal
        await asyncio.sleep(self.answer_after)
        self.sessions.append((stream_id, "s3cr3t"))
        return PublishSession("s3cr3t", "v=0 answer")

    async def unpublish(self, stream_id: str, session: str) -> None:
        if (stream_id, session) not in self.sessions:
            raise UnknownSessionError(session)
        self.sessions.remove((stream_id, session))

    async def test(self, spec: StreamSpec) -> SourceInfo:
        self.tested.append(spec)
        self.testing += 1
        try:
            await self.answers.wait()
            if isinstance(self.tests_to, Exception):
                raise self.tests_to
            return self.tests_to
        finally:
            self.testing -= 1

    def spec(self, stream_id: str) -> StreamSpec:
        self.stream(stream_id)
        return self.specs[stream_id]


def view(name: str) -> StreamView:
    return StreamView(
        id=name,
        url="rtsp://***@10.0.0.7/stream2",
        fps=10.0,
        detail="normal",
        condition=Condition("running", None, EPOCH),
        source=None,
        analysed_fps=9.98,
        decoded=100,
        analysed=40,
        dropped={"replaced": 60},
        latency=None,
        reconnects=0,
    )


def summary(sequence: int, stream: str = "lobby", window: str = "2s") -> Summary:
    end = EPOCH + sequence * 0.5
    return Summary(
        stream, window, sequence, end - 2.0, end, 0.25, 20, 31, 2, 1.0, SCORES, SCORES, "happiness"
    )


def reading(sequence: int, stream: str = "lobby") -> Reading:
    face = Face(7, Box(67.6, 97.2, 63.9, 96.7), (), 0.98, 0.8, SCORES)
    return Reading(stream, sequence, 12.0, EPOCH, 12.345, 1280, 720, (face,))


def event(number: int, sequence: int, stream: str | None = "lobby", window: str = "2s") -> Event:
    """The stream's event of this number, which followed the summary of this sequence."""
    at = EPOCH + sequence * 0.5
    return Event(
        id=f"evt_{stream}_{number}",
        stream=stream,
        rule="dominant-emotion",
        name="emotion.dominant.changed",
        phase="changed",
        at=at,
        sequence=sequence,
        before="neutral",
        after="happiness",
        window=window,
        duration=12.5,
        thresholds={"margin": 0.05, "hold": 1.0},
        evidence=(Evidence(at, sequence, "happiness", 31, 1.0, 0.6),),
    )


def marker(number: int, stream: str | None = "lobby") -> Marker:
    return Marker(f"mrk_{number}", stream, EPOCH, f"joke {number}")


def preview(sequence: int, stream: str = "lobby", fps: float = 10.0, size: int = 2000) -> Preview:
    """Of a picture that takes `size` bytes."""
    at = 100.0 + sequence / fps
    return Preview(
        stream, sequence, at, EPOCH + at, 1280, 720, "full", sequence.to_bytes(4, "big") * (size // 4)
    )


def unframed(frame: bytes | None) -> Message | None:
    """What a whole WebSocket frame of a server brings."""
    if frame is None:
        return None
    start = {126: 4, 127: 10}.get(frame[1], 2)
    return frame[start:].decode() if frame[0] == 0x81 else frame[start:]


class Client:
    """A program on the live WebSocket that reads JSON."""

    def __init__(self, connection: websockets.ClientConnection) -> None:
        self.connection = connection

    async def say(self, **message: object) -> None:
        await self.connection.send(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            message: dict[str, Any] = json.loads(await self.connection.recv())
        return message

    async def see(self) -> tuple[dict[str, Any], bytes]:
        """The next message, which is a picture: its header and the JPEG."""
        async with asyncio.timeout(5):
            message = await self.connection.recv()
        assert isinstance(message, bytes), message
        end = 2 + int.from_bytes(message[:2], "big")
        return json.loads(message[2:end]), message[end:]

    async def hear_all(self, count: int) -> list[dict[str, Any]]:
        return [await self.hear() for _ in range(count)]

    async def closed(self) -> tuple[int | None, str | None]:
        """The code and reason of the server's close, reading on until it comes."""
        async with asyncio.timeout(5):
            with suppress(websockets.ConnectionClosed):
                while True:
                    await self.connection.recv()
        return self.connection.close_code, self.connection.close_reason


class Site:
    """A service on a real port of this machine."""

    def __init__(self, service: FakeService, hub: Hub, options: WebOptions, past: Past | None = None) -> None:
        self.service = service
        self.hub = hub
        self.past = past
        self._options = options
        self.port = 0
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def run(self) -> AsyncIterator[Site]:
        nowhere = Path("no-such-folder")
        app = create_app(self.service, self.hub, self._options, past=self.past, dashboard=nowhere)
        sockets = bind("127.0.0.1", self.port)  # when it is run again, the port it had
        self.port = address(sockets)[1]
        self._task = asyncio.create_task(serve_on(app, sockets))
        try:
            yield self
        finally:
            await self.stop()

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/api/v1/live"

    @asynccontextmanager
    async def connect(self, token: str | None = None, **options: Any) -> AsyncIterator[Client]:
        """A client that has been let in; its greeting is still to be read."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        async with websockets.connect(
            self.url,
            subprotocols=options.pop("subprotocols", [websockets.Subprotocol(SUBPROTOCOL)]),
            additional_headers={**headers, **options.pop("headers", {})},
            compression=None,
            proxy=None,
            **options,
        ) as connection:
            yield Client(connection)

    async def attached(self, count: int) -> None:
        """Wait until so many clients listen to the hub."""
        async with asyncio.timeout(5):
            while self.hub.receivers != count:  # noqa: ASYNC110 - the hub tells nobody of it
                await asyncio.sleep(0.005)


def site(*ids: str, **options: Any) -> Site:
    hub, past = Hub(options.pop("history", 100)), options.pop("past", None)
    return Site(FakeService(*(ids or ("lobby",))), hub, WebOptions(version="1.2.3", **options), past)
