"""What the web layer needs of the running service: the interface that the composition root implements."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias, Union

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregation.event import Event, Marker
    from aggregation.summary import Summary, Window
    from inference.loaded_model import LoadedModel
    from inference.preview import Preview
    from inference.reading import Reading
    from stream.source import ErrorCode, SourceInfo, State
    from stream.spec import Detail, PreviewMode, Priority, Sampling, StreamSpec


class UnknownStreamError(Exception):
    """No stream has this id."""


class StreamExistsError(Exception):
    """A stream with this id is there already."""


class GroupExistsError(Exception):
    """A group of streams has this id; the message is a sentence."""


class PublisherTakenError(Exception):
    """Somebody publishes this stream, or it comes from elsewhere; the message is a sentence."""


class OfferRefusedError(Exception):
    """An offer that cannot be answered; the message is a sentence."""


class NoRoomError(Exception):
    """No further publisher for now; the message is a sentence. Trying again later may help."""


class UnknownSessionError(Exception):
    """No publisher of this stream has this session."""


class TooManyTestsError(Exception):
    """As many addresses are being tried as may be at once; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class PublishSession:
    """A publisher was let in. `session` is secret: who knows it may end it. `answer` is SDP."""

    session: str
    answer: str


@dataclass(frozen=True, slots=True)
class Condition:
    """The state of a stream, why, and since when (UTC seconds). `error` is (code, message)."""

    state: State
    error: tuple[ErrorCode, str] | None
    since_utc: float


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A stream came into another condition."""

    stream: str
    condition: Condition


SHEDDING = 0.05
"""Of the frames that were wanted: a stream that loses so many is overloaded, fewer may be chance."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from a frame's capture to its reading, over the last readings."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class StreamView:
    """A stream as the API shows it; credentials in `url` are already replaced.

    `dropped` counts frames by cause, `irregular` readings that were late, doubled or out of order. `preview`
    is the mode in force, `preview_setting` what the stream itself says, `None` where it leaves that open.
    `shed` is the share, from 0 to 1, of the frames of the last seconds that there was no time for.
    """

    id: str
    url: str
    fps: float
    detail: Detail
    condition: Condition
    source: SourceInfo | None
    analysed_fps: float
    decoded: int
    analysed: int
    dropped: Mapping[str, int]
    latency: Latency | None
    reconnects: int
    irregular: Mapping[str, int] = field(default_factory=dict)
    preview: PreviewMode = "full"
    preview_setting: PreviewMode | None = None
    loop: bool = False
    priority: Priority = "normal"
    sampling: Sampling = "steady"
    shed: float = 0.0


class Service(Protocol):
    """The running service. Its methods are called on the event loop."""

    @property
    def ready(self) -> bool:
        """Models loaded and warm."""
        ...

    @property
    def windows(self) -> Sequence[Window]: ...

    def models(self) -> Sequence[LoadedModel]: ...

    def streams(self) -> Sequence[StreamView]: ...

    def stream(self, stream_id: str) -> StreamView:
        """Raises `UnknownStreamError`."""
        ...

    async def add(self, spec: StreamSpec) -> StreamView:
        """Raises `StreamExistsError`, `GroupExistsError`."""
        ...

    async def change(self, spec: StreamSpec) -> StreamView:
        """Replaces the stream of this id. Raises `UnknownStreamError`."""
        ...

    async def remove(self, stream_id: str) -> None:
        """Returns when all the stream held is free. Raises `UnknownStreamError`."""
        ...

    async def test(self, spec: StreamSpec) -> SourceInfo:
        """Opens the stream's address beside the streams there are, until the first picture, and closes it.

        Bounded by the limits of sources. Raises `SourceError` where no picture came, `TooManyTestsError`.
        """
        ...

    async def publish(self, stream_id: str, offer: str) -> PublishSession:
        """Lets a publisher in by its SDP offer; makes the stream where there is none of this id.

        Cancelled, it leaves nothing behind. Raises `PublisherTakenError`, `OfferRefusedError`, `NoRoomError`.
        """
        ...

    async def unpublish(self, stream_id: str, session: str) -> None:
        """Returns when all the publisher held is free; the stream has ended. Raises `UnknownSessionError`."""
        ...

    def spec(self, stream_id: str) -> StreamSpec:
        """What the stream was made from, with its credentials. Raises `UnknownStreamError`."""
        ...


Published: TypeAlias = Union["Summary", "Reading", StatusChange, "Preview", "Event", "Marker"]
"""What goes to whoever listens. An event follows the summary that made it."""


class Publisher(Protocol):
    """Where the pipeline puts what it made. Never blocks; called on the event loop."""

    def publish(self, message: Published) -> None: ...

    def previews_wanted(self, stream: str) -> float:
        """Previews a second that somebody wants of this stream, 0 if nobody; asked for every frame."""
        ...

    def retract_previews(self, stream: str) -> None:
        """Pictures of this stream that were published and not sent yet must not be sent."""
        ...

    def forget(self, stream: str) -> None:
        """The stream is gone: its history and subscriptions' state are dropped."""
        ...
