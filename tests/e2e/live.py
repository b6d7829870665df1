"""A client of the live WebSocket, as a program of somebody else would be."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from websockets.sync.client import ClientConnection

SUBPROTOCOL = "semblance.v1.json"


class Live:
    """One connection that is subscribed."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    def next(self, within: float) -> dict[str, Any]:
        """The next message; that of a picture has it as `jpeg`."""
        received = self._connection.recv(timeout=within)
        if isinstance(received, bytes):
            end = 2 + int.from_bytes(received[:2], "big")
            return {**json.loads(received[2:end]), "jpeg": received[end:]}
        message: dict[str, Any] = json.loads(received)
        return message

    def first(self, wanted: Callable[[dict[str, Any]], bool], within: float) -> dict[str, Any]:
        """The first message that is wanted; raises `TimeoutError` when none comes in time."""
        return next(message for message in self.for_seconds(within, strict=True) if wanted(message))

    def for_seconds(self, seconds: float, strict: bool = False) -> Iterator[dict[str, Any]]:
        """All messages of the next seconds; `strict` raises `TimeoutError` at their end."""
        end = time.monotonic() + seconds
        while True:
            try:
                yield self.next(max(0.0, end - time.monotonic()))
            except TimeoutError:
                if strict:
                    raise
                return


@contextmanager
def listening(address: str, streams: list[str] | str = "*", *messages: str) -> Iterator[Live]:
    """Subscribed to `messages` (without any: summaries) of `streams`."""
    with connect(address, subprotocols=[SUBPROTOCOL]) as connection:  # type: ignore[list-item]
        live = Live(connection)
        assert live.next(5)["type"] == "session"
        subscription = {"type": "subscribe", "streams": streams, "messages": list(messages) or ["summary"]}
        connection.send(json.dumps(subscription))
        yield live
