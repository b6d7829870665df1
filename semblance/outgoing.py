"""What goes out when something happens: events to hooks, scores and events to an MQTT broker."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from semblance.mqtt_metrics import MqttCollector
from semblance.mqtt_publisher import make_mqtt
from web.hooks.dispatcher import Dispatcher
from web.hooks.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from fastapi import APIRouter
    from prometheus_client.registry import Collector

    from aggregation.event import Event
    from semblance.recorder import Events, Listener
    from semblance.settings import Settings
    from web.history.store import Store
    from web.hooks.hook import Hook
    from web.hooks.mqtt import Mqtt


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Where events go, who listens to scores and states besides, and what is shown of all that."""

    events: Events
    listeners: Sequence[Listener]
    routers: Sequence[APIRouter]
    collectors: Sequence[Collector]


@asynccontextmanager
async def outgoing(
    settings: Settings, store: Store, announce: Callable[[Event], None]
) -> AsyncIterator[Outgoing]:
    """Delivers until the block has ended. `announce` is told of events of the service itself."""
    mqtt = make_mqtt(settings, version("semblance"))
    dispatcher = Dispatcher(store, announce, logs=settings.history.keep.deliveries > 0)
    for hook in _hooks(mqtt):
        dispatcher.place(hook)
    outbox = Outbox(store, dispatcher)
    async with asyncio.TaskGroup() as brokers, asyncio.TaskGroup() as tasks:
        running = [
            *([brokers.create_task(mqtt.run(), name="mqtt")] if mqtt else []),
            tasks.create_task(dispatcher.run(_nothing), name="hooks"),
            tasks.create_task(outbox.run(), name="outbox"),
        ]
        try:
            yield Outgoing(
                outbox,
                listeners=[mqtt] if mqtt else [],
                routers=[],
                collectors=[MqttCollector(mqtt.figures)] if mqtt else [],
            )
        finally:
            for task in running:
                task.cancel()


def _hooks(mqtt: Mqtt | None) -> list[Hook]:
    return [mqtt.hook()] if mqtt else []


async def _nothing() -> None:
    """No hook is in the database."""
