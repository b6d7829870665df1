"""A message as the bytes that go over a WebSocket, the same for every client."""

from __future__ import annotations

from websockets.frames import Frame, Opcode


def framed(message: str | bytes) -> bytes:
    """One whole frame, text or binary; a server's is not masked (RFC 6455, 5.1), so that all can share it."""
    if isinstance(message, str):
        return Frame(Opcode.TEXT, message.encode()).serialize(mask=False)
    return Frame(Opcode.BINARY, message).serialize(mask=False)
