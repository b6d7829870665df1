"""The routes of rules, groups and back-tests around a small service, for the tests of each."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from semblance.court import Court
from tests.history_database import MemoryDatabase
from tests.published import EPOCH, WINDOWS, Kept
from tests.web_service import FakeService
from web.app import create_app
from web.backtests import backtests_router
from web.groups import groups_router
from web.hub import Hub
from web.options import WebOptions
from web.rules import rules_router

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from aggregation.rules.definition import Rule
    from web.group import Group


class Remembering(MemoryDatabase):
    async def last_sequence(self, stream: str) -> int:  # noqa: ARG002 - nothing is known of any
        return 0


class RulesSite:
    """Two streams, `lobby` and `hall`; what is published to `court.ruling` ends in `kept`."""

    def __init__(
        self, rules: Iterable[Rule] = (), groups: Iterable[Group] = (), database: Remembering | None = None
    ) -> None:
        self.service = FakeService("lobby", "hall")
        self.database = database or Remembering()
        self.kept = Kept()
        self.court = Court(self.kept, self.database, WINDOWS, rules, groups, lambda: list(self.service.views))
        routers = [
            backtests_router(self.service, self.court.rules, self.court.groups, self.database),
            rules_router(self.service, self.court.rules),
            groups_router(self.court.groups),
        ]
        options = WebOptions(version="1.2.3")
        nowhere = Path("no-such-folder")
        self.app = create_app(self.service, Hub(100), options, routers=routers, dashboard=nowhere)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[httpx.AsyncClient]:
        await self.court.open()
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost/api/v1") as client:
            yield client
        self.database.close()


__all__ = ["EPOCH", "RulesSite"]
