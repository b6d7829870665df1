"""The body of a request as it comes in, written in blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.emotion import operation_refusals as refusals

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

BLOCK = 256 * 1024
"""Bytes that are written at once, and about all that is in memory of an upload."""


async def receive(body: AsyncIterator[bytes], write: Callable[[bytes], Awaitable[None]], limit: int) -> None:
    """All that comes is written, something at least. Raises `EmotionError`, and what these two raise.

    A body that stalls is none of its concern: it ends with an error of its own.
    """
    size, block = 0, bytearray()
    async for part in body:
        size += len(part)
        if size > limit:
            raise refusals.too_large(limit)
        block += part
        if len(block) >= BLOCK:
            await write(bytes(block))
            block.clear()
    if not size:
        raise refusals.empty()
    await write(bytes(block))
