"""Coded pictures on their way from the network to the decoder: few, and never one without those it needs."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stream.source import SourceError, SourceFigures
    from stream.webrtc.assembler import Assembled
    from stream.webrtc.sender_clock import SenderReport

_MOST = 60  # two seconds of most cameras: a decoder further behind will not catch up
_MOST_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """`codec` is FFmpeg's name; `report` the newest the sender has made of its clock."""

    codec: str
    picture: Assembled
    report: SenderReport | None


class EncodedFrames:
    """`put` is for the event loop, `take` for the decoder, the rest for both; only `take` waits.

    When the decoder falls too far behind, everything that waits is dropped (`overload`). After any loss the
    pictures up to the next key frame are dropped too (`keyless`), and `wants_key` is true until it comes.
    """

    def __init__(self, figures: SourceFigures) -> None:
        self.wants_key = True
        self.closed = False
        self._figures = figures
        self._frames: deque[EncodedFrame] = deque()
        self._bytes = 0
        self._failure: SourceError | None = None
        self._changed = threading.Condition()

    def put(self, frame: EncodedFrame) -> None:
        with self._changed:
            if self.closed:
                return
            if len(self._frames) >= _MOST or self._bytes >= _MOST_BYTES:
                self._figures.drop("overload", len(self._frames))
                self._clear()
                self.wants_key = True
            if self.wants_key and not frame.picture.key:
                self._figures.drop("keyless")
                return
            self.wants_key = False
            self._frames.append(frame)
            self._bytes += len(frame.picture.data)
            self._changed.notify()

    def lose(self) -> None:
        """A picture is missing: those that follow need it."""
        with self._changed:
            self.wants_key = True

    def take(self) -> EncodedFrame | None:
        """Waits for the next one; `None` after the end, or raises what `close` was given."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self._frames)
            if not self.closed:
                frame = self._frames.popleft()
                self._bytes -= len(frame.picture.data)
                return frame
            if self._failure:
                raise self._failure
            return None

    def close(self, failure: SourceError | None = None) -> None:
        """The first call counts."""
        with self._changed:
            if self.closed:
                return
            self.closed = True
            self._failure = failure
            self._clear()
            self._changed.notify()

    def _clear(self) -> None:
        self._frames.clear()
        self._bytes = 0
