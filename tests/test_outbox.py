"""Tests that events are stored before they are sent, whatever happens to the database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import pytest

from tests.history_database import MemoryDatabase
from tests.hook_world import START, FakeDeliverer, event, hook, world
from tests.virtual_clock import run_virtual

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

T = TypeVar("T")


def test_an_event_that_nobody_wants_is_stored_too() -> None:
    async def main() -> None:
        async with world([]) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(1)
            assert await it.events() == ["evt_1"]
            assert await it.rows() == []

    run_virtual(main())


def test_an_event_whose_id_is_there_already_adds_nothing() -> None:
    async def main() -> None:
        lights = FakeDeliverer()
        async with world([hook(lights)]) as it:
            it.outbox.add(event(1))
            it.outbox.add(event(1))
            await asyncio.sleep(1)
            it.outbox.add(event(1))
            await asyncio.sleep(1)
            assert lights.events == ["evt_1"]
            assert await it.rows() == [("evt_1", "delivered", 1)]
            assert it.dispatcher.courier("lights").waiting == 0

    run_virtual(main())


def test_nothing_is_sent_while_it_cannot_be_stored_and_all_in_order_afterwards() -> None:
    async def main() -> None:
        lights = FakeDeliverer()
        async with world([hook(lights)]) as it:
            await asyncio.sleep(1)
            it.database.fails = True
            for number in range(500):
                it.outbox.add(event(number))
            await asyncio.sleep(60)
            assert lights.events == []
            assert it.outbox.waiting == 500
            it.database.fails = False
            await asyncio.sleep(10)
            assert lights.events == [f"evt_{number}" for number in range(500)]
            assert it.outbox.waiting == it.outbox.dropped == 0

    run_virtual(main())


def test_the_outage_is_told_of_once_and_so_is_its_end(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with world([]) as it:
            await asyncio.sleep(1)
            it.database.fails = True
            for number in range(50):
                it.outbox.add(event(number))
                await asyncio.sleep(1)
            it.database.fails = False
            await asyncio.sleep(10)

    run_virtual(main())
    told = [record.message for record in caplog.records if record.name == "web.hooks.outbox"]
    assert [message.split(":")[0] for message in told] == [
        "events wait in memory, and are sent to no hook, until they can be stored",
        "events are stored again; 0 were dropped since the start",
    ]


def test_too_many_that_wait_cost_the_oldest_and_are_counted() -> None:
    async def main() -> None:
        async with world([], room=300) as it:
            await asyncio.sleep(1)
            it.database.fails = True
            for number in range(1000):
                it.outbox.add(event(number))
            assert it.outbox.waiting == 300
            assert it.outbox.dropped == 700
            it.database.fails = False
            await asyncio.sleep(10)
            assert len(await it.events()) == 300

    run_virtual(main())


def test_events_before_the_database_is_there_wait_for_it() -> None:
    async def main() -> None:
        lights = FakeDeliverer()
        database = MemoryDatabase()
        database.fails = True
        async with world([hook(lights)], database) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(30)
            assert lights.events == []
            database.fails = False
            await asyncio.sleep(10)
            assert lights.events == ["evt_1"]
        database.close()

    run_virtual(main())


def test_what_is_in_memory_at_the_end_is_stored() -> None:
    async def main() -> None:
        database = MemoryDatabase()
        async with world([hook(FakeDeliverer())], database) as it:
            await asyncio.sleep(1)
            for number in range(3):
                it.outbox.add(event(number))
        assert await it.events() == ["evt_0", "evt_1", "evt_2"]
        assert {state for _, state, _ in await it.rows()} == {"waiting"}
        database.close()

    run_virtual(main())


def test_what_is_lost_at_the_end_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        database = MemoryDatabase()
        database.fails = True
        async with world([], database) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(5)
        database.close()

    run_virtual(main())
    assert "1 events were not stored, so they are lost: The database is gone." in caplog.text


def test_one_that_the_database_does_not_take_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    class Strict(MemoryDatabase):
        async def write(self, change: Callable[[Connection], T]) -> T:
            def strict(connection: Connection) -> T:
                result = change(connection)
                connection.exec_driver_sql("INSERT INTO events SELECT * FROM events WHERE id = 'evt_2'")
                return result

            return await super().write(strict)

    async def main() -> None:
        database = Strict()
        async with world([], database) as it:
            for number in range(5):
                it.outbox.add(event(number))
            await asyncio.sleep(1)
            assert await it.events() == ["evt_0", "evt_1", "evt_3", "evt_4"]
            assert it.outbox.dropped == 1
        database.close()

    run_virtual(main())
    assert "the database does not take the event evt_2" in caplog.text


def test_the_rows_say_when_the_event_was() -> None:
    async def main() -> None:
        async with world([hook(FakeDeliverer(seconds=100))]) as it:
            it.outbox.add(event(1, at=START - 60))
            await asyncio.sleep(1)
            assert it.dispatcher.courier("lights").oldest == pytest.approx(START - 60)
            assert it.dispatcher.courier("lights").waiting == 1

    run_virtual(main())
