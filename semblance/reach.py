"""What requests that leave this machine go through: connections to where the settings let them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from web.outbound.allowed import read_allowed
from web.outbound.connections import connections
from web.outbound.guarding import Guard
from web.outbound.names import SystemNames

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    import httpcore


@dataclass(frozen=True, slots=True)
class Reach:
    """`agent` is what servers are told of who asks."""

    guard: Guard
    pool: httpcore.AsyncConnectionPool
    agent: str


@asynccontextmanager
async def reaching(allow: Sequence[str], setting: str) -> AsyncIterator[Reach]:
    """Until the block has ended. `allow` lists what is reached beyond the internet, in the setting named."""
    guard = Guard(read_allowed(allow), SystemNames(), setting)
    async with connections(guard) as pool:
        yield Reach(guard, pool, f"Semblance/{version('semblance')}")
