"""What is said to the MQTT broker over one connection."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from aiomqtt import MqttError

from web.hooks.home_assistant import BIRTH
from web.messages import encode, summary_json

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    import aiomqtt

    from aggregation.summary import Summary
    from web.hooks.home_assistant import HomeAssistant
    from web.hooks.mqtt_topics import Topics

ONLINE, OFFLINE = "online", "offline"

STRANGERS = 10_000
"""Streams of earlier days that are remembered, at most, to be taken from the broker."""


class Shown(Protocol):
    """What there is to show, as it is now."""

    def streams(self) -> Iterator[str]: ...

    def online(self, stream: str) -> bool | None:
        """Whether it runs; `None` where there is no such stream or group (any more)."""
        ...

    def is_group(self, stream: str) -> bool: ...

    def next_score(self) -> Summary | None:
        """The newest summary of the window that has waited longest; it is not given again."""
        ...


class Session:
    """Says all that is shown, then each change of it, until the connection is lost (`MqttError`).

    Retained messages are QoS 1 and one after another: the slower the broker, the fewer of them, because
    what is said of a stream is what holds when its turn comes. Scores are QoS 0 and do not wait for them.
    """

    def __init__(
        self,
        client: aiomqtt.Client,
        topics: Topics,
        assistant: HomeAssistant | None,
        shown: Shown,
        grace: float,
    ) -> None:
        self._client = client
        self._topics = topics
        self._assistant = assistant
        self._shown = shown
        self._grace = grace
        self._due = dict.fromkeys(shown.streams())
        self._changed = asyncio.Event()
        self._scored = asyncio.Event()
        self._introduced: set[str] = set()
        self._strangers: set[str] = set()
        self._fault: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self) -> NoReturn:
        try:
            await self._say_online()
            await self._subscribe()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._show())
                tasks.create_task(self._score())
                tasks.create_task(self._listen())
                tasks.create_task(self._forget_strangers())
                await self._fault
        finally:
            self._fail("The connection has been closed")
        raise AssertionError("the tasks run until one of them fails")

    async def leave(self) -> None:
        """The service ends: says so, which the last will does not where the connection is closed in order."""
        await self._client.publish(self._topics.status, OFFLINE, qos=1, retain=True)

    def changed(self, stream: str) -> None:
        """It came, went, or came into another condition."""
        self._due[stream] = None
        self._changed.set()

    def scored(self) -> None:
        """There is a next score."""
        self._scored.set()

    async def event(self, topic: str, document: str) -> None:
        """Returns when the broker has acknowledged it. Raises `MqttError`."""
        try:
            await self._done(self._client.publish(topic, document, qos=1))
        except MqttError as error:
            self._fail(str(error))
            raise

    async def _done(self, call: Coroutine[Any, Any, object]) -> None:
        """Returns when the library's call has, which it is not told to do when the connection is lost.

        In a task of its own: `asyncio.wait_for`, which the library uses, can swallow that it is cancelled
        (until Python 3.12), and then the service would never end.
        """
        task: asyncio.Future[Any] = asyncio.ensure_future(call)
        try:
            await asyncio.wait([task, self._fault], return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise MqttError("The connection was lost before the broker answered")
            task.result()
        finally:
            task.cancel()

    def _fail(self, reason: str) -> None:
        if not self._fault.done():
            self._fault.set_exception(MqttError(reason))
            self._fault.exception()  # looked at: nobody need have waited for it

    async def _subscribe(self) -> None:
        topics = [self._topics.status, self._topics.availabilities]
        if self._assistant:
            topics.append(self._assistant.status)
        await self._done(self._client.subscribe([(topic, 1) for topic in topics]))

    async def _show(self) -> NoReturn:
        while True:
            while self._due:
                stream = next(iter(self._due))
                del self._due[stream]
                await self._tell(stream)
            self._changed.clear()
            await self._changed.wait()

    async def _tell(self, stream: str) -> None:
        online = self._shown.online(stream)
        if online is None:
            await self._take_away(stream)
            return
        if self._assistant and stream not in self._introduced:
            self._introduced.add(stream)
            group = self._shown.is_group(stream)
            for topic, message in self._assistant.messages(stream, group=group).items():
                await self._retain(topic, message)
        await self._retain(self._topics.availability(stream), ONLINE if online else OFFLINE)

    async def _take_away(self, stream: str) -> None:
        """Clients that show it see it go offline first."""
        self._introduced.discard(stream)
        availability = self._topics.availability(stream)
        await self._retain(availability, OFFLINE)
        for topic in self._assistant.topics_of(stream) if self._assistant else []:
            await self._retain(topic, "")
        await self._retain(availability, "")

    async def _score(self) -> NoReturn:
        while True:
            while summary := self._shown.next_score():
                topic = self._topics.scores(summary.stream, summary.window)
                await self._done(self._client.publish(topic, encode(summary_json(summary))))
            self._scored.clear()
            await self._scored.wait()

    async def _listen(self) -> NoReturn:
        with suppress(MqttError):
            await self._attend()
        raise MqttError("The connection was lost")

    async def _attend(self) -> None:
        async for message in self._client.messages:
            topic, payload = message.topic.value, message.payload
            if self._assistant and topic == self._assistant.status:
                if payload == BIRTH.encode() and not message.retain:
                    self._introduce_again()
            elif topic == self._topics.status:
                if payload == OFFLINE.encode() and not message.retain:
                    await self._say_online()  # the will of a connection of ours that was cut
            elif message.retain and len(self._strangers) < STRANGERS:
                stream = self._topics.stream_of(topic)
                if stream is not None:
                    self._strangers.add(stream)

    def _introduce_again(self) -> None:
        self._introduced.clear()
        for stream in self._shown.streams():
            self.changed(stream)

    async def _forget_strangers(self) -> None:
        """Takes away what was retained before the service started and has not come again since."""
        await asyncio.sleep(self._grace)
        await self._done(self._client.unsubscribe(self._topics.availabilities))
        for stream in self._strangers:
            if self._shown.online(stream) is None:
                self.changed(stream)
        self._strangers.clear()

    async def _say_online(self) -> None:
        await self._retain(self._topics.status, ONLINE)

    async def _retain(self, topic: str, message: str) -> None:
        await self._done(self._client.publish(topic, message, qos=1, retain=True))
