"""What travels from the pipeline to the clients, and the interface of the thing that carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias

from aggregation import microseconds
from aggregation.event import Event, Marker
from aggregation.summary import Summary
from inference.preview import Preview
from inference.reading import Reading
from web.framing import framed
from web.messages import (
    encode,
    event_json,
    marker_json,
    preview_bytes,
    reading_json,
    removed_json,
    status_json,
    summary_json,
)
from web.service import StatusChange

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from web.recent import Kept, Loss

Kind: TypeAlias = Literal["summary", "event", "reading", "status", "preview", "marker"]
KINDS: tuple[Kind, ...] = ("summary", "event", "reading", "status", "preview", "marker")

OF_THE_SERVICE = ""
"""In place of a stream's id. An event of the service itself goes to who asked for all streams, a marker of
all streams to everybody who asked for markers."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A stream was taken away (UTC seconds)."""

    stream: str
    at_utc: float


Source: TypeAlias = Summary | Event | Reading | StatusChange | Removal | Marker
Message: TypeAlias = str | bytes
"""As it goes over the WebSocket: JSON text, or binary where it brings a picture."""


class EventKey(NamedTuple):
    """What an event is looked up by; `at` in microseconds."""

    at: int
    rule: str | None
    name: str


class Notice:
    """A message on its way to the clients, encoded and framed when the first of them takes it and only once.

    `window` is empty where it does not matter which windows a client named: an event is wanted whatever
    window it looked at. `id` and `event` are an event's, `captured` a preview's time (monotonic).
    """

    __slots__ = (
        "_framed",
        "_message",
        "_source",
        "captured",
        "event",
        "id",
        "kind",
        "sequence",
        "stream",
        "window",
    )

    def __init__(self, source: Source | Preview) -> None:
        self._source: Source | Preview | None = source
        self._message: Message = ""
        self._framed = b""
        self.captured = 0.0
        self.kind: Kind = "status"
        self.stream = source.stream or OF_THE_SERVICE
        self.window = ""
        self.sequence = 0
        self.id = ""
        self.event: EventKey | None = None
        match source:
            case Summary():
                self.kind, self.window, self.sequence = "summary", source.window, source.sequence
            case Event():
                self.kind, self.id, self.sequence = "event", source.id, source.sequence
                self.event = EventKey(microseconds.from_seconds(source.at), source.rule, source.name)
            case Reading():
                self.kind, self.sequence = "reading", source.sequence
            case Preview():
                self.kind, self.sequence, self.captured = "preview", source.sequence, source.captured
            case Marker():
                self.kind = "marker"
            case _:
                pass

    @property
    def message(self) -> Message:
        if self._source is not None:
            self._message = _encoded(self._source)
            self._source = None
        return self._message

    @property
    def framed(self) -> bytes:
        """The message as it goes over a WebSocket."""
        if not self._framed:
            self._framed = framed(self.message)
        return self._framed


class Receiver(Protocol):
    """A client's end of the feed. No call may block, raise or keep more than a bounded amount."""

    def wants(self, kind: Kind, stream: str, window: str = "") -> bool:
        """Whether such messages are to be offered; `window` is empty for one that has none.

        The answer holds until `Feed.revise`.
        """
        ...

    def offer(self, notice: Notice) -> None: ...

    def retract(self, stream: str) -> None:
        """The stream's pictures are not to be shown any more: none that waits may be sent."""
        ...

    def forget(self, stream: str, notice: Notice) -> None:
        """The stream is gone; `notice` is the status that says so."""
        ...


class Feed(Protocol):
    """Publish and subscribe with a memory, in one process or over a broker.

    Streams are named by id. Summaries are kept up to a bound per stream and window, events per stream.
    """

    def attach(self, receiver: Receiver) -> None:
        """From now on each notice it wants is offered to the receiver, in the order of publication."""
        ...

    def detach(self, receiver: Receiver) -> None: ...

    def revise(self, receiver: Receiver) -> None:
        """The receiver may want something else from now on."""
        ...

    def want_previews(self, receiver: Receiver, rates: Mapping[str, float]) -> None:
        """From now on this receiver wants so many pictures a second of these streams, and of no others.

        `"*"` stands for every stream.
        """
        ...

    def previews_wanted(self, stream: str) -> float:
        """Pictures a second that the keenest receiver wants of this stream; 0 if nobody wants any."""
        ...

    def streams(self) -> Sequence[str]:
        """Of which anything is kept."""
        ...

    def newest(self, stream: str) -> int:
        """The sequence of the stream's last summary; 0 if there was none."""
        ...

    def after(self, stream: str, sequence: int, windows: Collection[str], limit: int) -> Sequence[Kept]:
        """The first `limit` summaries of these windows that follow `sequence`, in order."""
        ...

    def events(self, stream: str, sequence: int) -> Sequence[Notice]:
        """The events of this sequence and later ones, in order."""
        ...

    def losses(
        self, stream: str, sequence: int, windows: Collection[str], *, events: bool = False
    ) -> Sequence[Loss]:
        """What followed `sequence` and is no longer kept, or was made before the feed began to keep it."""
        ...

    def begins_after(self, stream: str) -> int:
        """The sequence after which the feed has kept what was made of the stream; 0 if it was the first."""
        ...

    def between(self, stream: str, window: str, since: float, until: float, limit: int) -> Sequence[Kept]:
        """The newest `limit` summaries with since < end <= until (UTC seconds), oldest first."""
        ...


def _encoded(source: Source | Preview) -> Message:
    return preview_bytes(source) if isinstance(source, Preview) else encode(_document(source))


def _document(source: Source) -> dict[str, object]:
    match source:
        case Summary():
            return summary_json(source)
        case Event():
            return event_json(source)
        case Reading():
            return reading_json(source)
        case StatusChange():
            return status_json(source)
        case Removal():
            return removed_json(source.stream, source.at_utc)
        case Marker():
            return marker_json(source)
