"""Summaries of many looks, and a database in memory that has them on record."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from aggregation.summary import Summary
from inference.reading import EMOTIONS
from tests.history_database import MemoryDatabase
from tests.web_service import EPOCH, WINDOWS
from web.app import create_app
from web.history.tail import Appender
from web.options import WebOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import APIRouter

    from tests.web_service import FakeService
    from web.hub import Hub


def varied(count: int, stream: str = "lobby", first: int = 1, window: str = "2s") -> list[Summary]:
    """Windows of 2 s each half second from `EPOCH` on, of no two the same; every seventh saw no face."""
    return [_varied(number, stream, window) for number in range(first, first + count)]


def _varied(number: int, stream: str, window: str) -> Summary:
    chance = random.Random(number)
    end = EPOCH + number * 0.5
    if number % 7 == 0:
        return Summary(stream, window, number, end - 2.0, end, 0.25, 20, 0, 0, 1.0, None, None, None)
    mean, distribution = _scores(chance), _scores(chance)
    faces = chance.randrange(1, 40)
    return Summary(
        stream=stream,
        window=window,
        sequence=number,
        start=end - 2.0,
        end=end,
        smoothing_delay=0.25,
        frames=20,
        faces=faces,
        tracks=chance.randrange(1, 4),
        coverage=chance.random(),
        mean_scores=mean,
        face_distribution=distribution,
        dominant=EMOTIONS[mean.index(max(mean))],
        weight=float(faces),
    )


def _scores(chance: random.Random) -> tuple[float, ...]:
    parts = [chance.random() ** 4 for _ in EMOTIONS]
    return tuple(part / sum(parts) for part in parts)


class RecordedDatabase(MemoryDatabase):
    """Keeps summaries at once."""

    def __init__(self) -> None:
        super().__init__()
        self._appender = Appender(WINDOWS)

    async def record(self, summaries: Sequence[Summary]) -> None:
        await self.write(lambda connection: self._appender.append(connection, summaries))


def api_client(service: FakeService, hub: Hub, *routers: APIRouter) -> httpx.AsyncClient:
    """A program that speaks to these routers."""
    app = create_app(
        service, hub, WebOptions(version="1.2.3"), routers=routers, dashboard=Path("no-such-folder")
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost/api/v1")
