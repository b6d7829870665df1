"""A connection to an MQTT broker: made, and closed, so that neither can hang or leave something behind."""

from __future__ import annotations

import asyncio
import logging
import secrets
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import aiomqtt

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from web.hooks.mqtt_options import MqttOptions

ANSWER = 10.0
"""Seconds in which the broker must acknowledge; one that does not is taken for gone."""

KEEP_ALIVE = 30
"""Seconds of silence after which one side asks; half as long again after it the last will is published."""

INCOMING = 4096
"""Messages that may wait to be looked at: the availability of each stream, at the start of a connection."""

_CLOSING = 1.0
_CONNECTING = 1.0
_IN_FLIGHT = 64

# The library tells of each packet, and of losses that are told of here anyway.
log = logging.getLogger("semblance.mqtt.packets")
log.setLevel(logging.CRITICAL)


@asynccontextmanager
async def connected(options: MqttOptions, will: aiomqtt.Will) -> AsyncIterator[aiomqtt.Client]:
    """A connection that stands. Raises `aiomqtt.MqttError`.

    Its name is a new one each time, so that two services never throw each other out.
    """
    client = aiomqtt.Client(
        options.host,
        options.port,
        username=options.user,
        password=options.password,
        tls_context=options.tls,
        identifier=f"semblance-{secrets.token_hex(6)}",
        will=will,
        timeout=ANSWER,
        keepalive=KEEP_ALIVE,
        max_queued_incoming_messages=INCOMING,
        logger=log,
    )
    client.pending_calls_threshold = _IN_FLIGHT
    await _open(client)
    try:
        yield client
    finally:
        await _close(client)


async def _open(client: aiomqtt.Client) -> None:
    """A thread connects, and goes on where this is cancelled; whatever it had opened is closed."""
    opening = asyncio.ensure_future(client.__aenter__())
    try:
        await asyncio.shield(opening)
    except (asyncio.CancelledError, aiomqtt.MqttError):
        await asyncio.wait([opening], timeout=_CONNECTING)
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        await _close(client)
        raise


async def _close(client: aiomqtt.Client) -> None:
    """In a task of its own, for the reason that `Session` has."""
    client.timeout = _CLOSING
    closing = asyncio.ensure_future(client.__aexit__(None, None, None))
    await asyncio.wait([closing])
    with suppress(aiomqtt.MqttError):
        closing.result()
