"""The figures of the streams, asked for over REST: the live messages carry none."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
from pydantic import ValidationError

from semblance.watch.messages import Message, Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from semblance.watch.address import Address

EVERY = 3.0
"""Seconds between two questions."""


class Medium(Message):
    width: int
    height: int
    codec: Words


class Frames(Message):
    dropped: dict[Words, int]


class Latency(Message):
    p95: float


class Figures(Message):
    """One stream: what is analysed of how much, how late, what was lost."""

    id: Words
    fps: float
    analysed_fps: float
    shed: float = 0.0
    source: Medium | None
    frames: Frames
    latency: Latency | None
    reconnects: int


class _Streams(Message):
    streams: tuple[Figures, ...]


async def follow(address: Address, token: str | None, take: Callable[[dict[str, Figures]], None]) -> None:
    """Gives the figures of all streams until cancelled, none while the service does not tell them."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(headers=headers, timeout=EVERY) as client:
        while True:
            take(await _asked(client, address.streams))
            await asyncio.sleep(EVERY)


async def _asked(client: httpx.AsyncClient, url: str) -> dict[str, Figures]:
    try:
        answer = (await client.get(url)).raise_for_status()
        streams = _Streams.model_validate_json(answer.content).streams
    except (httpx.HTTPError, ValidationError):
        return {}  # the live connection says what is wrong; a figure that is not known is not shown
    return {figures.id: figures for figures in streams}
