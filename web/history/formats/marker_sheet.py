"""Markers as JSON and as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation import microseconds
from web.history.formats.sheet import Column
from web.messages import encode, marker_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregation.event import Marker


class MarkerSheet:
    """Implements `Sheet`."""

    name = "markers"
    columns = (Column("id", "id"), Column("at", "time"), Column("stream", "id"), Column("label", "text"))

    def documents(self, portion: Sequence[Marker]) -> Iterable[str]:
        return (encode(marker_json(marker)) for marker in portion)

    def values(self, portion: Sequence[Marker]) -> Sequence[Sequence[object]]:
        return [
            [marker.id for marker in portion],
            [microseconds.from_seconds(marker.at) for marker in portion],
            [marker.stream for marker in portion],
            [marker.label for marker in portion],
        ]
