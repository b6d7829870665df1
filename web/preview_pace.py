"""The pace of previews: of each stream as many as are wanted, to one client or of all that are made."""

from __future__ import annotations

from stream.cadence import Cadence


class PreviewPace:
    """Picks those of a stream's previews that are due, by the times their frames were captured."""

    def __init__(self) -> None:
        self._cadences: dict[str, tuple[float, Cadence]] = {}

    def is_due(self, stream: str, fps: float, captured: float) -> bool:
        """Whether this one is to be sent where at most `fps` a second are wanted; the times must not fall."""
        kept = self._cadences.get(stream)
        if kept is None or kept[0] != fps:
            kept = self._cadences[stream] = (fps, Cadence(fps))
        return kept[1].picks(captured)

    def forget(self, stream: str) -> None:
        self._cadences.pop(stream, None)
