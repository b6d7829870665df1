"""The court: the rules and groups there are, and all that is judged by them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from semblance.beginnings import Beginnings
from semblance.groupbook import Groupbook
from semblance.rulebook import Rulebook
from semblance.ruling import Ruling
from web.history.definitions import Definitions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from aggregation import Window
    from aggregation.rules.definition import Rule
    from semblance.beginnings import Memory
    from web.group import Group
    from web.service import Publisher


class Court:
    """What is published goes to `ruling`, and on to `publisher`; `beginnings` are those of streams."""

    def __init__(
        self,
        publisher: Publisher,
        memory: Memory,
        windows: Sequence[Window],
        rules: Iterable[Rule],
        groups: Iterable[Group],
        streams: Callable[[], Iterable[str]],
    ) -> None:
        """`rules` and `groups` are those of the configuration; `streams` gives the ids of those
        there are or will be.
        """
        self.ruling = Ruling(publisher, windows)
        self.beginnings = Beginnings(memory, self.ruling)
        self.rules = Rulebook(self.ruling, Definitions(memory, "rule"), windows, rules)
        self.groups = Groupbook(self.ruling, self.beginnings, Definitions(memory, "group"), streams, groups)

    async def open(self) -> None:
        """Before anything is published. What the database does not tell in time comes later or never."""
        await self.rules.load()
        await self.beginnings.load()
        await self.groups.load()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.ruling.run())
            tasks.create_task(self.rules.run())
            tasks.create_task(self.groups.run())
