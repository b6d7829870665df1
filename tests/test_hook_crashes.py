"""Fuzzing: wherever the service dies, no stored event is lost, and none of a stream overtakes another."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.history_database import MemoryDatabase
from tests.hook_world import FAILED, FakeDeliverer, event, hook, world
from tests.virtual_clock import run_virtual
from web.history.database import HistoryUnavailableError
from web.hooks.hook import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from web.hooks.hook import Delivery

T = TypeVar("T")

STREAMS = 3
EVENTS = 20


@dataclass
class Life:
    """One life of the service: it dies at a given point of all those at which anything is waited for."""

    left: float
    chance: random.Random
    dead: bool = False
    died: asyncio.Event = field(default_factory=asyncio.Event)

    async def point(self) -> None:
        """Somewhere that something else may happen, and at the end the last that ever does."""
        self.left -= 1
        if self.left < 0:
            self.dead = True
            self.died.set()
        if self.dead:
            await asyncio.Event().wait()
        await asyncio.sleep(self.chance.choice((0, 0, 0.01, 0.2)))
        if self.dead:
            await asyncio.Event().wait()


@dataclass
class MortalDatabase:
    """A database that fails now and then, and of which a dead service gets nothing more."""

    memory: MemoryDatabase
    life: Life

    async def read(self, query: Callable[[Connection], T]) -> T:
        return await self.write(query)

    async def write(self, change: Callable[[Connection], T]) -> T:
        await self.life.point()
        if self.life.chance.random() < 0.1:
            raise HistoryUnavailableError("The database is gone.")
        result = await self.memory.write(change)
        await self.life.point()
        return result


@dataclass
class MortalDeliverer(FakeDeliverer):
    """Takes what it is given, and is not always believed."""

    life: Life | None = None
    arrived: list[Delivery] = field(default_factory=list)

    async def deliver(self, delivery: Delivery) -> Outcome:
        assert self.life is not None
        await self.life.point()
        if self.life.chance.random() < 0.2:
            return FAILED
        self.arrived.append(delivery)
        await self.life.point()
        return FAILED if self.life.chance.random() < 0.1 else Outcome("delivered", 200)


@pytest.mark.timeout(60)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32), lives=st.lists(st.integers(0, 100), max_size=4))
def test_nothing_stored_is_lost_and_no_event_overtakes_another(seed: int, lives: list[int]) -> None:
    arrived, stored = run_virtual(_live(seed, lives))
    assert {delivery.event_id for delivery in arrived} == set(stored)
    last = range(EVENTS * len(lives), EVENTS * (len(lives) + 1))
    assert {f"evt_{number}" for number in last} <= set(stored)
    for stream in range(STREAMS):
        numbers = [_number(each) for each in arrived if each.stream == f"s{stream}"]
        assert all(before <= after for before, after in pairwise(numbers)), numbers


async def _live(seed: int, lives: Sequence[int]) -> tuple[list[Delivery], list[str]]:
    chance = random.Random(seed)
    memory = MemoryDatabase()
    arrived: list[Delivery] = []
    numbers = iter(range(EVENTS * (len(lives) + 1)))
    for points in (*lives, float("inf")):
        life = Life(points, chance)
        deliverer = MortalDeliverer(life=life, arrived=arrived)
        patient = hook(deliverer, delays=(1.0,), repeats=True, max_age=1e6, concurrency=2)
        async with world([patient], memory, wrapped=MortalDatabase(memory, life)) as it:
            for _ in range(EVENTS):
                number = next(numbers)
                it.outbox.add(event(number, f"s{number % STREAMS}"))
                await asyncio.sleep(chance.choice((0, 0.05)))
            if points == float("inf"):
                await asyncio.sleep(2000)
            else:
                await _until_dead(life)
                life.dead = True
    stored = await it.events()
    assert {state for _, state, _ in await it.rows()} <= {"delivered"}
    memory.close()
    return arrived, stored


async def _until_dead(life: Life) -> None:
    try:
        async with asyncio.timeout(60):
            await life.died.wait()
    except TimeoutError:
        pass  # everything was done before


def _number(delivery: Delivery) -> int:
    return int(delivery.event_id.removeprefix("evt_"))
