"""A service that makes its streams up, for looking at the wall and measuring it: no cameras, no models.

    python -m tests.bench.wall_service [--port 8499] [--streams 40] [--lost 3] [--static FOLDER]

It speaks the REST and live interface as far as the wall uses it, and carries forty streams on a small share
of one core, so that what is measured is the page.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from stream.pattern.room import paint_room
from stream.pattern.scene import Scene
from web.dashboard import FOLDER, dashboard_routes
from web.headers import security_headers
from web.messages import encode, utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.requests import Request

EMOTIONS = ("anger", "contempt", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")
PLACES = (
    "lobby entrance-north entrance-south stage-left stage-right foyer box-office window-display desk-1 desk-2"
)
KINDS = (
    "rtsp://***@10.0.0.{}/stream2",
    "http://10.0.0.{}/video.mjpg",
    "whip:",
    "wheps://media.example/cam{}/whep",
)
TROUBLES = (
    ("reconnecting", "unreachable", "10.0.0.{}:554 refused the connection."),
    ("reconnecting", "timeout", "10.0.0.{}:554 took the connection and sent nothing for 5 seconds."),
    ("failed", "codec", "The stream of 10.0.0.{} is MPEG-4 part 2, which cannot be decoded."),
    ("reconnecting", "unauthorized", "10.0.0.{}:554 refuses this user name and password."),
)
INTERVAL, LENGTH = 0.5, 2.0
SIZE = (640, 360)
SETS = 7
REMEMBERED = 600
PICTURES = 10
"""Drawn once and sent in turn: drawing is not what is measured."""


@dataclass(slots=True)
class MadeUp:
    """One stream; its scores are a function of its number and of time."""

    id: str
    number: int
    trouble: tuple[str, str, str] | None
    since: float
    people: int
    pictures: Sequence[bytes]

    def document(self) -> dict[str, Any]:
        state, code, message = self.trouble or ("running", "", "")
        error = {"code": code, "message": message.format(20 + self.number)} if code else None
        running = error is None
        return {
            "id": self.id,
            "url": KINDS[self.number % len(KINDS)].format(20 + self.number),
            "fps": 5.0,
            "detail": "normal",
            "preview": "full",
            "state": state,
            "error": error,
            "source": {"width": 1280, "height": 720, "fps": 25.0, "codec": "h264"},
            "analysedFps": 4.97 if running else 0.0,
            "frames": {"decoded": 1000, "analysed": 400, "dropped": {"superseded": 12}},
            "latency": {"p50": 0.031, "p95": 0.052} if running else None,
            "reconnects": 0 if running else 7,
            "since": utc(self.since),
        }

    def summary(self, sequence: int) -> dict[str, Any]:
        end = sequence * INTERVAL
        faces = self.people
        scores = self.scores(end) if faces else None
        return {
            "type": "summary",
            "stream": self.id,
            "window": "2s",
            "sequence": sequence,
            "start": utc(end - LENGTH),
            "end": utc(end),
            "smoothingDelay": 0.25,
            "frames": 10,
            "faces": 10 * faces,
            "tracks": faces,
            "coverage": 1.0,
            "windowMeanScores": scores,
            "windowFaceDistribution": scores,
            "dominant": max(scores, key=lambda name: scores[name]) if scores else None,
        }

    def scores(self, moment: float) -> dict[str, float]:
        weights = [
            math.exp(7 * math.sin(moment / (17 + 5 * index) + self.number * (1 + index) * 1.7))
            for index in range(len(EMOTIONS))
        ]
        return {name: round(weight / sum(weights), 4) for name, weight in zip(EMOTIONS, weights, strict=True)}

    def was_there(self, moment: float) -> bool:
        return (self.trouble is None or moment < self.since) and int(moment / 7 + self.number) % 41 != 0


@dataclass(eq=False, slots=True)
class Listener:
    """One page: what it subscribed to, and what waits for it."""

    queue: asyncio.Queue[str | bytes] = field(default_factory=lambda: asyncio.Queue(2000))
    previews: dict[str, float] = field(default_factory=dict)

    def follow(self, command: dict[str, Any], everything: Sequence[str]) -> None:
        streams = everything if command.get("streams", "*") == "*" else command["streams"]
        if "preview" not in command.get("messages", ()):
            return
        for stream in streams:
            if command["type"] == "subscribe":
                self.previews[stream] = command.get("previewFps", 10.0)
            else:
                self.previews.pop(stream, None)

    def put(self, message: str | bytes) -> None:
        if not self.queue.full():
            self.queue.put_nowait(message)


class WallService:
    """Forty cameras' worth of messages to every page that listens."""

    def __init__(self, streams: Sequence[MadeUp], fps: float) -> None:
        self.streams = {each.id: each for each in streams}
        self.fps = fps
        self.listeners: set[Listener] = set()

    def app(self, static: Path) -> Starlette:
        routes = [
            Route("/api/v1/streams", self.list),
            Route("/api/v1/streams/{id}", self.show),
            Route("/api/v1/streams/{id}/summaries", self.history),
            WebSocketRoute("/api/v1/live", self.live),
            *dashboard_routes(static),
        ]
        return Starlette(routes=routes)

    async def list(self, _: Request) -> Response:
        return JSONResponse({"streams": [each.document() for each in self.streams.values()]})

    async def show(self, request: Request) -> Response:
        return JSONResponse(self.streams[request.path_params["id"]].document())

    async def history(self, request: Request) -> Response:
        stream = self.streams[request.path_params["id"]]
        newest = int(time.time() / INTERVAL)
        count = min(int(request.query_params.get("limit", 100)), REMEMBERED)
        past = (stream.summary(number) for number in range(newest - count, newest))
        kept = [each for each in past if stream.was_there(each["sequence"] * INTERVAL)]
        return JSONResponse({"summaries": kept})

    async def live(self, socket: WebSocket) -> None:
        await socket.accept(subprotocol="semblance.v1.json")
        await socket.send_text(encode(session()))
        listener = Listener()
        self.listeners.add(listener)
        sending = asyncio.create_task(send_all(socket, listener))
        try:
            while True:
                command = json.loads(await socket.receive_text())
                if command["type"] in ("subscribe", "unsubscribe"):
                    listener.follow(command, list(self.streams))
        except WebSocketDisconnect:
            pass
        finally:
            self.listeners.discard(listener)
            sending.cancel()

    async def make(self) -> None:
        """Summaries at their times, spread over the interval as cameras spread them; previews between."""
        for tick in itertools.count(int(time.time() * 20)):
            await asyncio.sleep(max(0.0, tick / 20 - time.time()))
            for message in self.due(tick):
                for listener in self.listeners:
                    listener.put(message)
            for listener in self.listeners:
                for picture in self.due_previews(tick, listener):
                    listener.put(picture)

    def due(self, tick: int) -> Iterator[str]:
        """The summaries of this twentieth of a second."""
        for stream in self.streams.values():
            if (tick + stream.number) % 10 == 0 and stream.was_there(tick / 20) and stream.trouble is None:
                yield encode(stream.summary(tick // 10))

    def due_previews(self, tick: int, listener: Listener) -> Iterator[bytes]:
        for name, wanted in listener.previews.items():
            stream, every = self.streams.get(name), max(1, round(20 / min(wanted, self.fps)))
            if stream is not None and stream.trouble is None and (tick + stream.number) % every == 0:
                yield preview(name, tick, stream.pictures[(tick // every) % len(stream.pictures)])


async def send_all(socket: WebSocket, listener: Listener) -> None:
    while True:
        message = await listener.queue.get()
        if isinstance(message, str):
            await socket.send_text(message)
        else:
            await socket.send_bytes(message)


def session() -> dict[str, Any]:
    windows = [{"name": "2s", "length": LENGTH, "interval": INTERVAL}]
    limits = {
        "windows": windows,
        "messages": ["summary", "reading", "status", "preview"],
        "preview": {"fps": 10, "width": 640, "mode": "full"},
    }
    return {"type": "session", "version": 1, "session": "made-up", "limits": limits}


def preview(stream: str, sequence: int, jpeg: bytes) -> bytes:
    document = {
        "type": "preview",
        "stream": stream,
        "sequence": sequence,
        "capturedAt": utc(time.time()),
        "width": 1280,
        "height": 720,
        "mode": "full",
    }
    head = encode(document).encode()
    return len(head).to_bytes(2, "big") + head + jpeg


def drawn(seed: int) -> list[bytes]:
    """A room with nobody, one, two or three people in it, as the seed has it."""
    people = seed % 4
    scene = Scene(*SIZE, people=max(1, people), seed=seed)
    pictures = (
        [scene.render(number / 3) for number in range(PICTURES)]
        if people
        else [paint_room(*SIZE, seed).picture]
    )
    return [bytes(cv2.imencode(".jpg", each, [cv2.IMWRITE_JPEG_QUALITY, 75])[1]) for each in pictures]


def made_up(count: int, lost: int) -> list[MadeUp]:
    """So many streams, of which `lost` are spread among them with troubles of their own."""
    sets = [drawn(seed) for seed in range(1, min(count, SETS) + 1)]
    names = PLACES.split()
    now, lost_ones = time.time(), {(3 + 7 * index) % count: index for index in range(lost)}
    streams = []
    for number in range(count):
        name = names[number % len(names)] + (f"-{number // len(names) + 1}" if number >= len(names) else "")
        index = lost_ones.get(number)
        trouble = None if index is None else TROUBLES[index % len(TROUBLES)]
        since = now - 3000 - 61 * number if index is None else now - 17 - 45 * index
        people = (number % SETS + 1) % 4
        streams.append(MadeUp(name, number, trouble, since, people, sets[number % SETS]))
    return streams


class Headers:
    """The security headers of the real service: a page that breaks them must break here too."""

    def __init__(self, app: Any, port: int) -> None:
        self._app = app
        self._headers = [(k.encode(), v.encode()) for k, v in security_headers(f"127.0.0.1:{port}").items()]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers]
            await send(message)

        await self._app(scope, receive, send_with_headers)


async def serve(service: WallService, static: Path, port: int) -> None:
    app = Headers(service.app(static), port)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", ws_per_message_deflate=False))
    async with asyncio.TaskGroup() as group:
        making = group.create_task(service.make())
        await server.serve()
        making.cancel()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--port", type=int, default=8499)
    parser.add_argument("--streams", type=int, default=40)
    parser.add_argument("--lost", type=int, default=3)
    parser.add_argument(
        "--fps", type=float, default=10.0, help="preview pictures a second of each stream, at most"
    )
    parser.add_argument("--static", type=Path, default=FOLDER, help="the built page")
    options = parser.parse_args()
    service = WallService(made_up(options.streams, options.lost), options.fps)
    asyncio.run(serve(service, options.static, options.port))


if __name__ == "__main__":
    main()
