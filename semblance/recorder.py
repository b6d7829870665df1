"""The recorder: hands what is published to the store, the outbox and listeners, and passes it on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aggregation.event import Event
from aggregation.summary import Summary
from web.service import StatusChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.service import Published, Publisher


class Summaries(Protocol):
    """Where summaries are kept."""

    def add(self, summary: Summary) -> None:
        """Never blocks; keeps a bounded number of those that wait to be written."""
        ...


class Events(Protocol):
    """Where events are kept, and sent to hooks from."""

    def add(self, event: Event) -> None:
        """Never blocks; keeps a bounded number of those that wait to be written."""
        ...


class Listener(Protocol):
    """Something that shows scores and states elsewhere, such as at an MQTT broker. Neither call may block."""

    def hear(self, message: Summary | StatusChange) -> None: ...

    def forget(self, stream: str) -> None:
        """The stream or group is gone."""
        ...


class Recorder:
    """Implements `Publisher` before the one it was given, which gets everything at once and in order.

    Nobody who watches live waits for a disk: what is recorded is on its way there, no more. Markers are
    recorded by whoever made them.
    """

    def __init__(
        self, publisher: Publisher, summaries: Summaries, events: Events, listeners: Sequence[Listener] = ()
    ) -> None:
        self._publisher = publisher
        self._summaries = summaries
        self._events = events
        self._listeners = tuple(listeners)

    def publish(self, message: Published) -> None:
        match message:
            case Summary():
                self._summaries.add(message)
                self._tell(message)
            case StatusChange():
                self._tell(message)
            case Event():
                self._events.add(message)
            case _:
                pass
        self._publisher.publish(message)

    def previews_wanted(self, stream: str) -> float:
        return self._publisher.previews_wanted(stream)

    def retract_previews(self, stream: str) -> None:
        self._publisher.retract_previews(stream)

    def forget(self, stream: str) -> None:
        """What was recorded stays."""
        for listener in self._listeners:
            listener.forget(stream)
        self._publisher.forget(stream)

    def _tell(self, message: Summary | StatusChange) -> None:
        for listener in self._listeners:
            listener.hear(message)
