"""What goes out when something happens: events to hooks, scores and events to an MQTT broker."""

from __future__ import annotations

import logging
import os
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from semblance.hooks_metrics import HooksCollector
from semblance.mqtt_metrics import MqttCollector
from semblance.mqtt_publisher import make_mqtt
from semblance.reach import reaching
from semblance.running import running
from web.history.definitions import Definitions
from web.hooks.command import CommandHooks
from web.hooks.hooks import Hooks
from web.hooks.python_hooks import installed, python_hooks
from web.hooks.routes import hooks_router
from web.hooks.webhook import Webhooks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from fastapi import APIRouter
    from prometheus_client.registry import Collector

    from aggregation.event import Event
    from semblance import hooks_settings
    from semblance.recorder import Listener
    from semblance.settings import Settings
    from web.history.store import Store
    from web.hooks.hook import Hook

log = logging.getLogger("semblance.hooks")

_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Where events go, who listens to scores and states besides, and what is shown of all that."""

    events: Hooks
    listeners: Sequence[Listener]
    routers: Sequence[APIRouter]
    collectors: Sequence[Collector]


@asynccontextmanager
async def outgoing(
    settings: Settings, store: Store, announce: Callable[[Event], None]
) -> AsyncIterator[Outgoing]:
    """Delivers until the block has ended. `announce` is told of events of the service itself."""
    mqtt = make_mqtt(settings, version("semblance"))
    brokers = [mqtt] if mqtt else []
    async with reaching(settings.hooks.allow, "hooks.allow") as reach:
        hooks = Hooks(
            store,
            Definitions(store, "webhook"),
            Webhooks(reach.pool, reach.agent, time.time).hook,
            announce,
            hooks=[*_configured(settings.hooks), *(broker.hook() for broker in brokers)],
            webhooks=[webhook.options() for webhook in settings.hooks.webhooks],
            disable_after=settings.hooks.disable_after * _A_DAY,
            logs=settings.history.keep.deliveries > 0,
        )
        out = Outgoing(
            hooks,
            listeners=brokers,
            routers=[hooks_router(hooks, reach.guard.check)],
            collectors=[HooksCollector(hooks), *(MqttCollector(broker.figures) for broker in brokers)],
        )
        async with running(*(broker.run() for broker in brokers)), running(hooks.run()):
            yield out


def _configured(settings: hooks_settings.Hooks) -> list[Hook]:
    """The commands and Python functions; a program that is missing now may be there later."""
    programs = CommandHooks(os.environ)
    commands = [command.options() for command in settings.commands]
    for command in commands:
        if complaint := programs.complaint(command):
            log.warning("%s: %s", command.id, complaint)
    return [*map(programs.hook, commands), *python_hooks(settings.python, installed())]
