"""The memory of every stream that is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.following import Following
from inference.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.detections import Detections
    from inference.tracker import Sighting
    from stream.frame import Frame, Grey


class Followers:
    """A `Following` for each stream. Threads may share it, if one stream's frames come from one at a time."""

    def __init__(self, confident: float, patience: float) -> None:
        """Faces are reported from a confidence of `confident`; see `Tracker` for `patience`."""
        self.confident = confident
        self._streams = Remembered(lambda: Following(confident, patience))

    def follow(
        self, frames: Sequence[Frame], greys: Sequence[Grey], found: Sequence[Detections]
    ) -> list[list[Sighting]]:
        """The faces to report of each frame; those of one stream must come in capture order.

        One seen too dimly is kept in mind, but hardly worth reading.
        """
        return [
            [
                face
                for face in self._streams.of(frame.stream).follow(frame, grey.values, in_it)
                if face.confidence >= self.confident
            ]
            for frame, grey, in_it in zip(frames, greys, found, strict=True)
        ]

    def forget(self, stream: str) -> None:
        """Drop what is kept of a stream; should it come again, its ids start anew."""
        self._streams.forget(stream)
