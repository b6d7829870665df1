"""What is declared in the file and over REST: who wins, what is stored, and what comes back."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import pytest

from aggregation.rules.definition import RULE, DominantRule, PresenceRule, Rule, UnknownWindowError
from semblance.book import AGAIN, Book
from tests.history_database import MemoryDatabase
from tests.virtual_clock import run_virtual
from web.history.database import HistoryUnavailableError
from web.history.definitions import Definitions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

USUAL = DominantRule(id="usual")
FILED = PresenceRule(id="filed")


class Applied:
    """What has been put to work."""

    def __init__(self, database: MemoryDatabase) -> None:
        self.items: list[Rule] = []
        self.book = Book[Rule](
            Definitions(database, "rule"), RULE, self.apply, self.check, file=[FILED], usual=[USUAL]
        )

    async def apply(self, items: Sequence[Rule]) -> None:
        self.items = list(items)

    def check(self, rule: Rule) -> None:
        if rule.id == "of-another-day":
            raise UnknownWindowError("there is no window '9s'")

    def declared(self) -> dict[str, str]:
        assert [entry.item for entry in self.book.entries.values()] == self.items
        return {name: entry.declared for name, entry in self.book.entries.items()}


@pytest.fixture
def database() -> Iterator[MemoryDatabase]:
    database = MemoryDatabase()
    yield database
    database.close()


async def opened(database: MemoryDatabase) -> Applied:
    applied = Applied(database)
    await applied.book.load()
    return applied


async def test_what_is_made_over_rest_is_there_again_after_a_restart(database: MemoryDatabase) -> None:
    first = await opened(database)
    await first.book.put(PresenceRule(id="made", faces=3))
    await first.book.put(USUAL.model_copy(update={"enabled": False}))
    assert first.declared() == {"usual": "api", "filed": "file", "made": "api"}
    second = await opened(database)
    assert second.declared() == first.declared()
    assert {rule.id: rule for rule in second.items} == {rule.id: rule for rule in first.items}


async def test_what_is_in_the_file_is_changed_and_removed_until_the_next_start(
    database: MemoryDatabase,
) -> None:
    first = await opened(database)
    await first.book.put(FILED.model_copy(update={"faces": 2}))
    assert first.declared()["filed"] == "file"
    assert FILED not in first.items
    assert FILED in (await opened(database)).items
    await first.book.remove("filed")
    assert "filed" not in first.declared()
    assert FILED in (await opened(database)).items


async def test_what_is_usual_comes_back_when_what_took_its_place_is_removed(database: MemoryDatabase) -> None:
    applied = await opened(database)
    await applied.book.put(DominantRule(id="usual", margin=0.5))
    await applied.book.remove("usual")
    assert applied.declared() == {"usual": "default", "filed": "file"}
    assert USUAL in applied.items
    assert (await opened(database)).declared() == applied.declared()


async def test_the_file_wins_over_what_is_stored_and_what_cannot_be_used_is_left_out(
    database: MemoryDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    stored = Definitions(database, "rule")
    for rule in (PresenceRule(id="filed", faces=9), PresenceRule(id="of-another-day")):
        await stored.keep(rule.id, RULE.dump_json(rule).decode())
    await stored.keep("broken", '{"id": "broken", "type": "presence", "faces": 0}')
    with caplog.at_level(logging.WARNING):
        applied = await opened(database)
    assert applied.declared() == {"usual": "default", "filed": "file"}
    assert FILED in applied.items
    assert "of-another-day is stored but cannot be used, and is left out: there is no window" in caplog.text
    assert "broken is stored but cannot be used, and is left out: presence.faces:" in caplog.text
    assert "filed is stored too" in caplog.text


async def test_nothing_changes_while_it_cannot_be_stored(database: MemoryDatabase) -> None:
    applied = await opened(database)
    await applied.book.put(PresenceRule(id="made"))
    database.fails = True
    with pytest.raises(HistoryUnavailableError):
        await applied.book.put(PresenceRule(id="made", faces=2))
    with pytest.raises(HistoryUnavailableError):
        await applied.book.remove("made")
    assert applied.items == [USUAL, FILED, PresenceRule(id="made")]


def test_a_database_that_is_away_at_the_start_is_read_later(database: MemoryDatabase) -> None:
    async def story() -> None:
        await (await opened(database)).book.put(PresenceRule(id="made"))
        database.fails = True
        applied = await opened(database)
        assert applied.declared() == {"usual": "default", "filed": "file"}
        running = asyncio.create_task(applied.book.run())
        await asyncio.sleep(AGAIN * 2.5)
        assert not running.done()
        database.fails = False
        await running
        assert applied.declared() == {"usual": "default", "filed": "file", "made": "api"}

    run_virtual(story())
