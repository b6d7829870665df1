"""A real WHEP server: aiortc sends pictures, HTTP over a real socket says how to get them, or refuses.

    python -m tests.whep_server [--port PORT] [--authorization "Bearer secret"] [clip.mp4]

As a process it plays a video file, or a drawn disc, at `/live/whep` until it is killed. Its first line is the
port.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import cycle
from typing import TYPE_CHECKING

from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription, VideoStreamTrack

from tests.e2e.clips import drawn, played

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path

    import av

SDP = "application/sdp"
TLS_HANDSHAKE = b"\x16"


class Pictures(VideoStreamTrack):
    """These pictures in a loop, 30 a second, as long as `playing` is set."""

    def __init__(self, pictures: Sequence[av.VideoFrame], playing: asyncio.Event) -> None:
        super().__init__()
        self._pictures = cycle(pictures)
        self._playing = playing

    async def recv(self) -> av.VideoFrame:
        await self._playing.wait()
        pts, time_base = await self.next_timestamp()
        picture = next(self._pictures)
        picture.pts, picture.time_base = pts, time_base
        return picture


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: str

    @classmethod
    async def read(cls, reader: asyncio.StreamReader) -> Request:
        begin = await reader.readexactly(1)
        if begin == TLS_HANDSHAKE:
            raise ConnectionError("this server does not speak TLS")
        head = begin + await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").strip().split("\r\n")
        method, path, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return cls(method, path, headers, body.decode())


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    def write(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines += [f"Content-Length: {len(self.body.encode())}", "", self.body]
        return "\r\n".join(lines).encode()


@dataclass
class WhepServer:
    """Sends `pictures` to whoever posts an offer to `/live/whep` with this `authorization`.

    `status` and `location` are its manners; `answers` are given instead at other paths, `requests` were made.
    """

    pictures: Sequence[av.VideoFrame] = ()
    authorization: str | None = None
    status: int = 201
    location: str | None = "/live/whep/{session}"
    codec: str | None = None
    answers: dict[str, Answer | None] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    sessions: dict[str, RTCPeerConnection] = field(default_factory=dict)
    port: int = 0
    playing: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.playing.set()

    @asynccontextmanager
    async def serving(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[WhepServer]:
        """Until the block ends, which ends all sessions; on the same port each time."""
        listener = await asyncio.start_server(self._attend, "127.0.0.1", self.port, ssl=tls)
        self.port = listener.sockets[0].getsockname()[1]
        try:
            async with listener:
                yield self
        finally:
            await self.hang_up()

    async def hang_up(self) -> None:
        for session in list(self.sessions):
            await self.sessions.pop(session).close()

    def url(self, path: str = "/live/whep", credentials: str = "", scheme: str = "whep") -> str:
        return f"{scheme}://{credentials}{'@' * bool(credentials)}127.0.0.1:{self.port}{path}"

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await Request.read(reader)
            self.requests.append(request)
            answer = await self._answer(request)
            if answer is None:  # never answered, until the client gives up
                await reader.read()
            else:
                writer.write(answer.write())
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # clients that hang up are part of the tests
        finally:
            writer.close()

    async def _answer(self, request: Request) -> Answer | None:
        if request.path in self.answers:
            return self.answers[request.path]
        if self.authorization and request.headers.get("authorization") != self.authorization:
            return Answer(401, {"Content-Type": "application/json"}, '{"error": "authentication error"}')
        match request.method, request.path.partition("?")[0].strip("/").split("/"):
            case "POST", ["live", "whep"]:
                return await self._play(request.body)
            case "DELETE", ["live", "whep", session] if session in self.sessions:
                await self.sessions.pop(session).close()
                return Answer(200)
        return Answer(404, {"Content-Type": "application/json"}, '{"error": "no one is publishing"}')

    async def _play(self, offer: str) -> Answer:
        session = secrets.token_urlsafe(12)
        connection = self.sessions[session] = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        connection.addTrack(Pictures(self.pictures, self.playing))
        if self.codec:
            known = RTCRtpSender.getCapabilities("video").codecs
            connection.getTransceivers()[0].setCodecPreferences(
                [codec for codec in known if codec.mimeType == self.codec]
            )
        await connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        location = (
            {"Location": self.location.format(session=session, port=self.port)} if self.location else {}
        )
        return Answer(self.status, {"Content-Type": SDP, **location}, connection.localDescription.sdp)


async def _run(arguments: argparse.Namespace) -> None:
    path: Path | None = arguments.clip
    pictures = list(played(path)) if path else list(drawn(2, fps=30, width=320, height=180))
    server = WhepServer(pictures, arguments.authorization, port=arguments.port)
    async with server.serving():
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    from pathlib import Path

    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--authorization")
    parser.add_argument("clip", type=Path, nargs="?")
    asyncio.run(_run(parser.parse_args()))
