"""What streams and groups begin with after a restart."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from aggregation.rules.definition import DominantRule, ThresholdRule
from semblance.beginnings import PATIENCE, Beginnings
from semblance.ruling import Ruling
from tests.history_database import MemoryDatabase
from tests.published import EPOCH, WINDOWS, Kept, window
from tests.virtual_clock import run_virtual
from web.history.schema import events
from web.messages import encode, event_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from aggregation.event import Event

RULES = (
    DominantRule(id="dominant"),
    ThresholdRule(id="happy", emotion="happiness", enter=0.6, exit=0.4, groups=("room",), streams="*"),
)


class Remembering(MemoryDatabase):
    """A memory whose streams had all come to a thousand; it `hangs` where it does not answer at all."""

    hangs = False

    async def last_sequence(self, stream: str) -> int:
        if self.hangs:
            await asyncio.sleep(3600)
        return 0 if self.fails or stream == "new" else 1000


@dataclass
class Life:
    """One life of a service with two streams and a group."""

    database: Remembering
    kept: Kept = field(default_factory=Kept)

    def __post_init__(self) -> None:
        self.ruling = Ruling(self.kept, WINDOWS, lambda: EPOCH + 1000)
        self.beginnings = Beginnings(self.database, self.ruling)

    async def begin(self, streams: Sequence[str]) -> list[int]:
        self.ruling.replace(RULES)
        await self.beginnings.load()
        await self.beginnings.begin_group("room", ["a", "b"])
        sequences = [await self.beginnings.begin(stream) for stream in streams]
        await self.beginnings.settle()
        return sequences

    def show(self, emotion: str, first: int, streams: Sequence[str] = ("a", "b")) -> None:
        for sequence in range(first, first + 4):
            for stream in streams:
                self.ruling.publish(window(sequence, emotion, stream))

    async def end(self) -> list[Event]:
        """The events, which are stored as the outbox would have."""
        happened = self.kept.events()

        def write(connection: Connection) -> None:
            for event in happened:
                connection.execute(
                    insert(events).values(
                        id=event.id,
                        stream=event.stream,
                        rule=event.rule,
                        name=event.name,
                        at=round(event.at * 1e6),
                        sequence=event.sequence,
                        document=encode(event_json(event)),
                    )
                )

        await self.database.write(write)
        return happened


@pytest.fixture
def database() -> Iterator[Remembering]:
    database = Remembering()
    yield database
    database.close()


async def test_numbers_and_firings_go_on_after_a_restart(database: Remembering) -> None:
    first = Life(database)
    await first.begin(["a", "b", "new"])
    first.show("happiness", 1001)
    happened = await first.end()
    assert {(event.stream, event.name) for event in happened} == {
        (stream, name)
        for stream in ("a", "b", "room")
        for name in ("emotion.dominant.changed", "emotion.threshold.started")
    } - {("room", "emotion.dominant.changed")}

    second = Life(database)
    assert await second.begin(["a", "b", "new"]) == [1000, 1000, 0]
    second.show("happiness", 1001)
    assert not second.kept.events()
    assert {summary.sequence for summary in second.kept.summaries("room")} == {1001, 1002, 1003, 1004}
    second.show("neutral", 1005)
    ended = {event.started for event in second.kept.events() if event.phase == "ended"}
    assert ended == {event.id for event in happened if event.phase == "started"}


async def test_what_was_open_of_a_stream_that_is_not_there_any_more_ends_once(database: Remembering) -> None:
    first = Life(database)
    await first.begin(["a", "b"])
    first.show("happiness", 1001)
    happened = await first.end()
    second = Life(database)
    await second.begin(["a"])
    (ended,) = await second.end()
    assert (ended.stream, ended.reason, ended.at) == ("b", "removed", EPOCH + 1000)
    assert ended.started in {event.id for event in happened}
    third = Life(database)
    await third.begin(["a"])
    assert not third.kept.events()


async def test_what_was_open_of_a_group_none_of_whose_streams_is_there_any_more_ends(
    database: Remembering,
) -> None:
    first = Life(database)
    await first.begin(["a", "b"])
    first.show("happiness", 1001)
    await first.end()
    second = Life(database)
    await second.begin(["new"])
    ended = {(event.stream, event.reason) for event in second.kept.events()}
    assert ended == {("a", "removed"), ("b", "removed"), ("room", "removed")}
    assert not second.ruling.firings.active("happy")


async def test_without_the_database_all_begins_anew_and_says_so(
    database: Remembering, caplog: pytest.LogCaptureFixture
) -> None:
    database.fails = True
    life = Life(database)
    with caplog.at_level(logging.WARNING):
        assert await life.begin(["a"]) == [0]
    assert "rules begin anew, because their last events cannot be read: The database is gone." in caplog.text
    life.show("happiness", 1)
    assert life.kept.events()


def test_a_database_that_does_not_answer_is_not_waited_for_long(database: Remembering) -> None:
    async def story() -> float:
        database.hangs = True
        began = asyncio.get_running_loop().time()
        assert await Life(database).beginnings.begin("a") == 0
        return asyncio.get_running_loop().time() - began

    assert run_virtual(story()) == pytest.approx(PATIENCE, abs=0.01)
