"""What travels from the pipeline to the clients, and the interface of the thing that carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from aggregation.summary import Summary
from inference.preview import Preview
from inference.reading import Reading
from web.messages import encode, preview_bytes, reading_json, removed_json, status_json, summary_json
from web.service import StatusChange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from web.recent import Kept, Loss

Kind: TypeAlias = Literal["summary", "reading", "status", "preview"]
KINDS: tuple[Kind, ...] = ("summary", "reading", "status", "preview")


@dataclass(frozen=True, slots=True)
class Removal:
    """A stream was taken away (UTC seconds)."""

    stream: str
    at_utc: float


Source: TypeAlias = Summary | Reading | StatusChange | Removal
Message: TypeAlias = str | bytes
"""As it goes over the WebSocket: JSON text, or binary where it brings a picture."""


class Notice:
    """A message on its way to the clients, encoded when the first of them takes it and only once.

    `window` is empty where the message has none; `captured` is a preview's time (monotonic).
    """

    __slots__ = ("_message", "_source", "captured", "kind", "sequence", "stream", "window")

    def __init__(self, source: Source | Preview) -> None:
        self._source: Source | Preview | None = source
        self._message: Message = ""
        self.captured = 0.0
        self.kind: Kind = "status"
        self.stream = source.stream
        self.window = ""
        self.sequence = 0
        if isinstance(source, Summary):
            self.kind, self.window, self.sequence = "summary", source.window, source.sequence
        elif isinstance(source, Reading):
            self.kind, self.sequence = "reading", source.sequence
        elif isinstance(source, Preview):
            self.kind, self.sequence, self.captured = "preview", source.sequence, source.captured

    @property
    def message(self) -> Message:
        if self._source is not None:
            self._message = _encoded(self._source)
            self._source = None
        return self._message


class Receiver(Protocol):
    """A client's end of the feed. Neither call may block, raise or keep more than a bounded amount."""

    def offer(self, notice: Notice) -> None: ...

    def retract(self, stream: str) -> None:
        """The stream's pictures are not to be shown any more: none that waits may be sent."""
        ...

    def forget(self, stream: str, notice: Notice) -> None:
        """The stream is gone; `notice` is the status that says so."""
        ...


class Feed(Protocol):
    """Publish and subscribe with a memory, in one process or over a broker.

    Streams are named by id. History is of summaries only, kept up to a bound per stream and window.
    """

    def attach(self, receiver: Receiver) -> None:
        """From now on each notice is offered to the receiver, in the order of publication."""
        ...

    def detach(self, receiver: Receiver) -> None: ...

    def want_previews(self, receiver: Receiver, rates: Mapping[str, float]) -> None:
        """From now on this receiver wants so many pictures a second of these streams, and of no others.

        `"*"` stands for every stream.
        """
        ...

    def previews_wanted(self, stream: str) -> float:
        """Pictures a second that the keenest receiver wants of this stream; 0 if nobody wants any."""
        ...

    def newest(self, stream: str) -> int:
        """The sequence of the stream's last summary; 0 if there was none."""
        ...

    def after(self, stream: str, sequence: int, wanted: Callable[[str], bool], limit: int) -> Sequence[Kept]:
        """The first `limit` summaries that follow `sequence` in the windows wanted, in order."""
        ...

    def losses(self, stream: str, sequence: int, wanted: Callable[[str], bool]) -> Sequence[Loss]:
        """What followed `sequence` in the windows wanted and is no longer kept."""
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
        case Reading():
            return reading_json(source)
        case StatusChange():
            return status_json(source)
        case Removal():
            return removed_json(source.stream, source.at_utc)
