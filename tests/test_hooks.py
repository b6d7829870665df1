"""Outbox, dispatcher and webhooks together over the real store, in SQLite and in PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.hook_world import FAILED, REFUSED, FakeDeliverer, event, hook
from tests.postgres import lacking, postgres
from tests.virtual_clock import run_virtual
from web.history.definitions import Definitions
from web.history.keep import Keep
from web.history.store import Store
from web.hooks.definition import Webhook
from web.hooks.hook import Hook, Outcome
from web.hooks.hooks import DisabledHookError, Hooks
from web.hooks.secret import Secret, new_secret

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.postgres import Postgres

START = time.time()  # the store prunes by the clock on the wall
MADE = Webhook("made", "https://made.example/hook", (Secret(new_secret()),))


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    if (reason := lacking()) is not None:
        pytest.skip(reason)
    with postgres() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "history.db")
    running: Postgres = request.getfixturevalue("server")
    return running.create(tmp_path.name)


@asynccontextmanager
async def service(address: str, lights: FakeDeliverer, made: FakeDeliverer) -> AsyncIterator[Hooks]:
    """A life of the service; the store ends after the hooks."""
    store = Store(address, Keep())
    hooks = Hooks(
        store,
        Definitions(store, "webhook"),
        lambda webhook: _webhook(webhook, made),
        lambda _: None,
        hooks=[hook(lights)],
        clock=now,
    )
    storing, running = asyncio.create_task(store.run()), asyncio.create_task(hooks.run())
    try:
        await hooks.dispatcher.loaded()
        yield hooks
    finally:
        for task in (running, storing):
            task.cancel()
            await asyncio.wait([task])


def now() -> float:
    return START + asyncio.get_running_loop().time()


def _webhook(webhook: Webhook, deliverer: FakeDeliverer) -> Hook:
    return hook(deliverer, webhook.id, filter=webhook.filter, max_age=webhook.max_age)


def test_events_are_delivered_over_restarts_and_logged_whatever_is_answered(address: str) -> None:
    async def main() -> None:
        lights = FakeDeliverer([Outcome("failed", 500, "It answered\0 500.", "\0\udc80" * 400), FAILED])
        made = FakeDeliverer(seconds=10)
        async with service(address, lights, made) as hooks:
            await hooks.registry.add(MADE)
            for number in (1, 2, 1):
                hooks.add(event(number, at=now()))
            await asyncio.sleep(2)
        assert (lights.events, made.events) == (["evt_1"], ["evt_1"])
        made = FakeDeliverer()
        async with service(address, lights, made) as hooks:
            assert hooks.registry.webhook("made") == MADE
            await asyncio.sleep(600)
            assert lights.events == ["evt_1"] * 3 + ["evt_2"]
            assert made.events == ["evt_1", "evt_2"]
            lines = await hooks.log("lights", None, 10, None)
            assert [(line.event, line.outcome) for line in lines] == [
                ("evt_2", "delivered"),
                ("evt_1", "delivered"),
                ("evt_1", "failed"),
                ("evt_1", "failed"),
            ]
            assert lines[-1].error == "It answered\N{REPLACEMENT CHARACTER} 500."
            assert lines[-1].at == pytest.approx(START, abs=5)

    run_virtual(main())


def test_a_refused_hook_stays_disabled_over_a_restart_until_it_is_enabled(address: str) -> None:
    async def main() -> None:
        made = FakeDeliverer()
        lights = FakeDeliverer([REFUSED])
        async with service(address, lights, made) as hooks:
            await hooks.registry.add(MADE)
            hooks.add(event(1, at=now()))
            await asyncio.sleep(5)
            names = sorted(delivery.name for delivery in made.given)
            assert names == ["emotion.dominant.changed", "hook.disabled"]
        async with service(address, lights, made) as hooks:
            courier = hooks.dispatcher.courier("lights")
            assert not courier.accepts
            assert courier.waiting == 1
            with pytest.raises(DisabledHookError):
                await hooks.resend("lights", "evt_1")
            await hooks.dispatcher.enable("lights")
            await asyncio.sleep(5)
            assert lights.events == ["evt_1", "evt_1"]

    run_virtual(main())


def test_a_range_is_sent_again_and_a_hook_that_is_removed_leaves_nothing(address: str) -> None:
    async def main() -> None:
        lights, made = FakeDeliverer(), FakeDeliverer()
        async with service(address, lights, made) as hooks:
            for number in range(3):
                hooks.add(event(number, at=START + number))
            await asyncio.sleep(4000)
            lights.given.clear()
            resent = await hooks.resend_range("lights", START, START + 5)
            assert (dict(resent.queued), resent.waiting) == ({"a": 2}, 0)
            await asyncio.sleep(5)
            assert lights.events == ["evt_1", "evt_2"]
            await hooks.registry.add(MADE)
            made.outcomes = [FAILED]
            hooks.add(event(9, at=now()))
            await asyncio.sleep(2)
            await hooks.registry.remove("made")
            await hooks.registry.add(MADE)
            await asyncio.sleep(600)
            assert made.events == ["evt_9"]

    run_virtual(main())
