"""What a source of frames is, and how it says that it failed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from stream.frame import Frame

ErrorCode: TypeAlias = Literal[
    "unreachable", "unauthorized", "notFound", "timeout", "tls", "codec", "protocol", "ended"
]
State: TypeAlias = Literal["connecting", "running", "reconnecting", "ended", "failed"]


class SourceError(Exception):
    """A declared failure of a source: `code` for programs, the message (no credentials in it) for people."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code: ErrorCode = code
        self.message = message


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What the medium says of itself once it is open; `fps` is its own rate, `None` where unknown.

    `duration` is in seconds, `None` where there is no end or the medium does not say; a file that was cut
    short may say what it once was. `decoder` is "software" or the device that decodes.
    """

    width: int
    height: int
    fps: float | None
    codec: str
    duration: float | None = None
    decoder: str = "software"


@dataclass(slots=True)
class SourceFigures:
    """Counts since the stream was added, kept by the source over reconnects. Drops are by cause.

    `drop` may be called from any thread: a decoder counts what it leaves out, the loop what it supersedes.
    """

    decoded: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    def drop(self, cause: str, count: int = 1) -> None:
        with self._lock:
            self.dropped[cause] = self.dropped.get(cause, 0) + count


class Source(Protocol):
    """A place frames come from, opened anew by each call of `frames()`.

    A live source holds only the newest frame between decoder and consumer; an offline one holds every frame
    and decodes no faster than they are taken.
    """

    @property
    def info(self) -> SourceInfo | None:
        """What was opened; `None` before that."""
        ...

    @property
    def figures(self) -> SourceFigures: ...

    def pace(self, fps: float) -> None:
        """At most so many frames a second are handed on from now on, without opening anything anew."""
        ...

    def frames(self) -> AsyncGenerator[Frame, None]:
        """Opens, then yields frames in capture order until the medium ends.

        Raises `SourceError` when it fails. Closing the generator frees thread, socket and memory.
        """
        ...
