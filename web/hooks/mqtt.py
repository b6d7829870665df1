"""MQTT: scores, events and availabilities at a broker, over one connection that is made again and again."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

import aiomqtt

from aggregation.summary import Summary
from stream.backoff import Backoff
from web.hooks.body import webhook_body
from web.hooks.hook import Hook, Outcome, Schedule
from web.hooks.mqtt_connection import ANSWER, connected
from web.hooks.mqtt_figures import MqttFigures
from web.hooks.mqtt_scores import WaitingScores
from web.hooks.mqtt_session import OFFLINE, Session
from web.hooks.mqtt_topics import Topics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from web.hooks.home_assistant import HomeAssistant
    from web.hooks.hook import Delivery
    from web.hooks.mqtt_options import MqttOptions
    from web.service import StatusChange

SCHEDULE = Schedule((1.0, 2.0, 5.0, 10.0), repeats=True)
"""A broker that is away comes back, and events wait for it until they are too old."""

PATIENCE = 5.0
"""Seconds that an event waits for a connection before it counts as failed, for now."""

GRACE = 30.0
"""Seconds of a connection after which what was retained of streams that are not there is taken away."""

CONCURRENCY = 8

UNTRIED = "it has not been tried yet"

_LEAVING = 2.0
_LONGEST = 15.0

log = logging.getLogger("semblance.mqtt")


class Mqtt:
    """Shows streams and groups at a broker, and is a hook that takes events there. Neither ever blocks.

    A stream is known by its first `StatusChange`; what has summaries without ever having had one is a group.
    `trouble` is why there is no connection, "" while there is one.
    """

    def __init__(
        self,
        options: MqttOptions,
        assistant: HomeAssistant | None = None,
        *,
        grace: float = GRACE,
        utc: Callable[[], float] = time.time,
    ) -> None:
        self.figures = MqttFigures()
        self._options = options
        self._topics = Topics(options.topic)
        self._assistant = assistant
        self._grace = grace
        self._running: dict[str, bool] = {}
        self._groups: set[str] = set()
        self._scores = WaitingScores(self.figures, utc)
        self._session: Session | None = None
        self._connected = asyncio.Event()
        self.trouble = UNTRIED

    def hook(self) -> Hook:
        return Hook(
            "mqtt",
            "mqtt",
            self._options.broker,
            self._options.filter,
            SCHEDULE,
            self,
            max_age=self._options.max_age,
            concurrency=CONCURRENCY,
            timeout=PATIENCE + 2 * ANSWER,
            may_be_disabled=False,
        )

    async def run(self) -> NoReturn:
        """Stays connected until it is cancelled, and then says that it goes."""
        backoff = Backoff(cap=_LONGEST)
        now = asyncio.get_running_loop().time
        while True:
            begin = now()
            try:
                await self._attend()
            except* aiomqtt.MqttError as errors:
                self._complain(errors.exceptions[0])
            healthy = now() - begin if self.figures.connected else 0.0
            self.figures.connected = False
            await asyncio.sleep(backoff.after(healthy))

    def hear(self, message: Summary | StatusChange) -> None:
        """For `Recorder`: shows it, or the newest of its kind once there is a connection."""
        if not self._wants(message.stream):
            return
        if isinstance(message, Summary):
            self._hear_scores(message)
        else:
            self._show(message.stream, running=message.condition.state == "running")

    def forget(self, stream: str) -> None:
        """The stream or group is gone, and so is what was retained of it."""
        self._groups.discard(stream)
        self._scores.forget(stream)
        if self._running.pop(stream, None) is not None and self._session:
            self._session.changed(stream)

    async def deliver(self, delivery: Delivery) -> Outcome:
        """As `Deliverer` has it: delivered when the broker has acknowledged."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._connected.wait()
        if self._session is None:
            return Outcome("failed", error=f"There is no connection to the broker: {self.trouble}.")
        try:
            await self._session.event(self._topics.event(delivery.stream), webhook_body(delivery.document))
        except aiomqtt.MqttError as error:
            return Outcome("failed", error=f"{_sentence(error)}.")
        self.figures.events += 1
        return Outcome("delivered")

    def streams(self) -> Iterator[str]:
        """For `Session`."""
        return iter(list(self._running))

    def online(self, stream: str) -> bool | None:
        """For `Session`."""
        return self._running.get(stream)

    def is_group(self, stream: str) -> bool:
        """For `Session`."""
        return stream in self._groups

    def next_score(self) -> Summary | None:
        """For `Session`."""
        return self._scores.next()

    async def _attend(self) -> None:
        will = aiomqtt.Will(self._topics.status, OFFLINE, qos=1, retain=True)
        async with connected(self._options, will) as client:
            log.info("connected to %s", self._options.broker)
            self.trouble = ""
            self.figures.connections += 1
            self.figures.connected = True
            session = Session(client, self._topics, self._assistant, self, self._grace)
            self._session = session
            self._connected.set()
            try:
                await session.run()
            except asyncio.CancelledError:
                with suppress(aiomqtt.MqttError, TimeoutError):
                    async with asyncio.timeout(_LEAVING):
                        await session.leave()
                raise
            finally:
                self._connected.clear()
                self._session = None

    def _wants(self, stream: str) -> bool:
        wanted = self._options.filter.streams
        return wanted is None or stream in wanted

    def _hear_scores(self, summary: Summary) -> None:
        if not self._options.scores:
            return
        if summary.stream not in self._running:
            self._groups.add(summary.stream)
            self._show(summary.stream, running=True)
        self._scores.add(summary)
        if self._session:
            self._session.scored()

    def _show(self, stream: str, *, running: bool) -> None:
        if self._running.get(stream) == running:
            return
        self._running[stream] = running
        if self._session:
            self._session.changed(stream)

    def _complain(self, error: BaseException) -> None:
        """Once for each reason, until it works again."""
        sentence = _sentence(error)
        if sentence != self.trouble:
            log.warning("%s: %s; it is tried again and again", self._options.broker, sentence)
        self.trouble = sentence


def _sentence(error: BaseException) -> str:
    """What the library says was the cause, without its numbers and its full stop."""
    text = str(error.__cause__ or error)
    return text.partition("] ")[2].rstrip(".") or text
