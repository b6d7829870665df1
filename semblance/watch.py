"""Live window scores of a running service in the terminal."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from semblance.failure import Failure, UsageFailure

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

RETRY = 2.0
"""Seconds between attempts to reach the service again."""


async def watch(url: str, stream: str | None, token: str | None) -> None:
    """Shows what the service at `url` says until cancelled; one line a summary where there is no terminal."""
    console = Console()
    address = live_address(url)
    if not console.is_terminal:
        async for message in _messages(address, stream, token, Console(stderr=True)):
            if message["type"] == "summary":
                print(json.dumps(message, separators=(",", ":")), flush=True)  # noqa: T201 - a filter's output
        return
    board = Board()
    with Live(board.render(), console=console, refresh_per_second=8, transient=False) as live:
        async for message in _messages(address, stream, token, console):
            board.take(message)
            live.update(board.render())


def live_address(url: str) -> str:
    """The live WebSocket's address of a service's; raises `UsageFailure`."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    scheme = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}.get(parts.scheme)
    if scheme is None or not parts.hostname:
        raise UsageFailure(f"{url!r} is no address of a service; one looks like http://127.0.0.1:8484")
    return urlunsplit((scheme, parts.netloc, "/api/v1/live", "", ""))


class Board:
    """The latest of each stream and window, drawn as bars."""

    def __init__(self) -> None:
        self._summaries: dict[tuple[str, str], dict[str, Any]] = {}
        self._states: dict[str, dict[str, Any]] = {}

    def take(self, message: dict[str, Any]) -> None:
        """Keeps what a message says; a stream that was removed goes."""
        if message["type"] == "summary":
            self._summaries[message["stream"], message["window"]] = message
        elif message["type"] == "status" and message.get("removed"):
            self._states.pop(message["stream"], None)
            self._summaries = {key: s for key, s in self._summaries.items() if key[0] != message["stream"]}
        elif message["type"] == "status":
            self._states[message["stream"]] = message

    def render(self) -> Group:
        if not self._states:
            return Group(Text("No streams yet.", style="dim"))
        return Group(*(self._state(stream, status) for stream, status in sorted(self._states.items())))

    def _state(self, stream: str, status: dict[str, Any]) -> Group:
        error = status["error"]
        style = {"running": "green", "failed": "red", "reconnecting": "yellow"}.get(status["state"], "dim")
        head = Text.assemble((stream, "bold"), "  ", (status["state"], style))
        if error:
            head.append(f"  {error['message']}", style="dim")
        windows = [self._bars(s) for (name, _), s in sorted(self._summaries.items()) if name == stream]
        return Group(head, *windows, Text(""))

    @staticmethod
    def _bars(summary: dict[str, Any]) -> Group:
        nothing = "no face" if not summary["tracks"] else "no face could be read"
        head = Text(f"  {summary['window']}: {summary['dominant'] or nothing}", style="cyan")
        head.append(f"  {summary['tracks']} faces, coverage {summary['coverage']:.0%}", style="dim")
        if summary["windowMeanScores"] is None:
            return Group(head)
        table = Table.grid(padding=(0, 1))
        for emotion, score in summary["windowMeanScores"].items():
            share = summary["windowFaceDistribution"][emotion]
            table.add_row(
                f"    {emotion:<10}",
                ProgressBar(1.0, score, width=40),
                f"{score:6.1%}",
                f"{share:4.0%} of faces",
            )
        return Group(head, table)


async def _messages(
    address: str, stream: str | None, token: str | None, console: Console
) -> AsyncGenerator[dict[str, Any], None]:
    reached = False
    while True:
        try:
            async for message in _session(address, stream, token):
                reached = True
                yield message
        except InvalidStatus as error:
            status = error.response.status_code
            if status in (401, 403):
                raise Failure(f"{address}: refused ({status}); give a token with --token") from None
            raise Failure(f"{address}: answered {status}; is that a Semblance service?") from None
        except (OSError, WebSocketException, TimeoutError) as error:
            reason = str(error) or type(error).__name__
            if not reached:
                raise Failure(
                    f"{address} cannot be reached ({reason}); is a service running there?"
                ) from None
            console.print(
                f"{address}: {reason}; trying again in {RETRY:g} s", style="yellow", highlight=False
            )
        await asyncio.sleep(RETRY)


async def _session(
    address: str, stream: str | None, token: str | None
) -> AsyncGenerator[dict[str, Any], None]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    subscription = {
        "type": "subscribe",
        "streams": [stream] if stream else "*",
        "messages": ["summary", "status"],
        "windows": "*",
    }
    async with connect(address, subprotocols=["semblance.v1.json"], additional_headers=headers) as socket:  # type: ignore[list-item]
        await socket.send(json.dumps(subscription))
        try:
            async for text in socket:
                message = json.loads(text)
                if message["type"] == "error":
                    raise Failure(f"{address}: {message['message']}")
                yield message
        except ConnectionClosed as closed:
            if closed.rcvd and closed.rcvd.code in (4401, 4403):
                raise Failure(
                    f"{address}: {closed.rcvd.reason or 'refused'}; give a token with --token"
                ) from None
            raise
