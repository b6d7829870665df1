"""What Prometheus gets of hooks."""

from __future__ import annotations

import asyncio

from prometheus_client import CollectorRegistry

from semblance.hooks_metrics import HooksCollector
from tests.history_database import MemoryDatabase
from tests.hook_world import DELIVERED, FAILED, REFUSED, FakeDeliverer, event, hook, now
from tests.virtual_clock import run_virtual
from web.history.definitions import Definitions
from web.hooks.hooks import Hooks


def test_deliveries_and_what_waits_are_told_by_hook() -> None:
    async def main() -> None:
        database = MemoryDatabase()
        lights = hook(FakeDeliverer([FAILED, DELIVERED]))
        gone = hook(FakeDeliverer([REFUSED]), "gone", max_age=60)
        hooks = Hooks(
            database,
            Definitions(database, "webhook"),
            lambda webhook: hook(FakeDeliverer(), webhook.id),
            lambda _: None,
            hooks=[lights, gone],
            clock=now,
        )
        registry = CollectorRegistry()
        registry.register(HooksCollector(hooks))

        def told(name: str, of: str, **labels: str) -> float | None:
            return registry.get_sample_value(name, {"hook": of, **labels})

        task = asyncio.create_task(hooks.run())
        hooks.add(event(1))
        await asyncio.sleep(10)
        assert told("semblance_hook_deliveries_total", "lights", outcome="failed") == 1
        assert told("semblance_hook_deliveries_total", "lights", outcome="delivered") == 2  # gone is, too
        assert told("semblance_hook_waiting", "lights") == 0
        assert told("semblance_hook_oldest_waiting_seconds", "lights") == 0
        assert told("semblance_hook_waiting", "gone") == 1
        assert told("semblance_hook_oldest_waiting_seconds", "gone") == 10
        assert (told("semblance_hook_enabled", "lights"), told("semblance_hook_enabled", "gone")) == (1, 0)
        await asyncio.sleep(60)
        assert told("semblance_hook_deliveries_total", "gone", outcome="expired") == 1
        database.fails = True
        hooks.add(event(2))
        assert registry.get_sample_value("semblance_outbox_unstored") == 1
        assert registry.get_sample_value("semblance_outbox_dropped_total") == 0
        task.cancel()
        await asyncio.wait([task])
        database.close()

    run_virtual(main())
