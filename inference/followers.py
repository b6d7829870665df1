"""The memory of every stream that is followed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from inference.following import Following

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.detections import Detections
    from inference.tracker import Sighting
    from stream.frame import Frame, Grey

_MOST_STREAMS = 1000
"""Those read last are kept; a frame that was still on its way when its stream was forgotten leaks nothing."""


class Followers:
    """A `Following` for each stream. Threads may share it, if one stream's frames come from one at a time."""

    def __init__(self, confident: float, patience: float) -> None:
        """Faces are reported from a confidence of `confident`; see `Tracker` for `patience`."""
        self.confident = confident
        self._patience = patience
        self._streams: dict[str, Following] = {}
        self._lock = threading.Lock()

    def follow(
        self, frames: Sequence[Frame], greys: Sequence[Grey], found: Sequence[Detections]
    ) -> list[list[Sighting]]:
        """The faces to report of each frame; those of one stream must come in capture order.

        One seen too dimly is kept in mind, but hardly worth reading.
        """
        return [
            [
                face
                for face in self._following(frame.stream).follow(frame, grey.values, in_it)
                if face.confidence >= self.confident
            ]
            for frame, grey, in_it in zip(frames, greys, found, strict=True)
        ]

    def forget(self, stream: str) -> None:
        """Drop what is kept of a stream; should it come again, its ids start anew."""
        with self._lock:
            self._streams.pop(stream, None)

    def _following(self, stream: str) -> Following:
        with self._lock:
            following = self._streams.pop(stream, None)
            self._streams[stream] = following or Following(self.confident, self._patience)
            if len(self._streams) > _MOST_STREAMS:
                del self._streams[next(iter(self._streams))]
            return self._streams[stream]
