"""The recorder: hands what is published to the store, the outbox and listeners, and passes it on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from aggregation.event import Event
from aggregation.summary import Summary
from semblance.erased_times import ErasedTimes
from web.service import Publisher, StatusChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.service import Published


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


class Remembering(Publisher, Protocol):
    """One who remembers what is published."""

    def erase(self, stream: str, since: float, until: float) -> None:
        """Forgets what tells of the stream or group between two times, in UTC seconds."""
        ...

    def miss(self, summary: Summary) -> None:
        """The summary was made, and is published to nobody."""
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

    A window may reach back into a time that was erased, and an event show it: such a one goes to nobody.
    """

    def __init__(
        self,
        publisher: Remembering,
        summaries: Summaries,
        events: Events,
        listeners: Sequence[Listener] = (),
        erased: ErasedTimes | None = None,
    ) -> None:
        self._publisher = publisher
        self._erased = erased or ErasedTimes()
        self._summaries = summaries
        self._events = events
        self._listeners = tuple(listeners)

    def publish(self, message: Published) -> None:
        match message:
            case Summary() if self._erased.reach(message):
                self._publisher.miss(message)
                return
            case Event() if self._erased.told_by(message):
                return
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

    def erase(self, stream: str, since: float, until: float) -> None:
        """Lets go of what tells of the stream or group between two times, in UTC seconds, now and later."""
        self._erased.add(stream, since, until)
        self._publisher.erase(stream, since, until)

    def _tell(self, message: Summary | StatusChange) -> None:
        for listener in self._listeners:
            listener.hear(message)
