"""What the web layer needs of the running service: the interface that the composition root implements."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregation.summary import Summary, Window
    from inference.loaded_model import LoadedModel
    from inference.reading import Reading
    from stream.source import ErrorCode, SourceInfo, State
    from stream.spec import Detail, StreamSpec


class UnknownStreamError(Exception):
    """No stream has this id."""


class StreamExistsError(Exception):
    """A stream with this id is there already."""


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


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from a frame's capture to its reading, over the last readings."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class StreamView:
    """A stream as the API shows it; credentials in `url` are already replaced.

    `dropped` counts frames by cause, `irregular` readings that were late, doubled or out of order.
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
        """Raises `StreamExistsError`."""
        ...

    async def change(self, spec: StreamSpec) -> StreamView:
        """Replaces the stream of this id. Raises `UnknownStreamError`."""
        ...

    async def remove(self, stream_id: str) -> None:
        """Returns when all the stream held is free. Raises `UnknownStreamError`."""
        ...

    def spec(self, stream_id: str) -> StreamSpec:
        """What the stream was made from, with its credentials. Raises `UnknownStreamError`."""
        ...


class Publisher(Protocol):
    """Where the pipeline puts what it made. Never blocks; called on the event loop."""

    def publish(self, message: Summary | Reading | StatusChange) -> None: ...

    def forget(self, stream: str) -> None:
        """The stream is gone: its history and subscriptions' state are dropped."""
        ...
