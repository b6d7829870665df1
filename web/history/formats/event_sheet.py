"""Events as JSON, as they were sent, and as columns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from web.history.formats.sheet import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from web.history.event_log import RecordedEvent

_TEXTS = ("before", "after", "reason")


class EventSheet:
    """Implements `Sheet`. Thresholds, evidence and details are in the documents alone."""

    name = "events"
    columns = (
        Column("id", "id"),
        Column("at", "time"),
        Column("stream", "id"),
        Column("rule", "id"),
        Column("name", "id"),
        Column("phase", "id"),
        *(Column(name, "text") for name in _TEXTS),
        Column("window", "id"),
        Column("track", "count"),
        Column("duration", "number"),
        Column("started", "id"),
        Column("sequence", "count"),
    )

    def documents(self, portion: Sequence[RecordedEvent]) -> Iterable[str]:
        return (event.document for event in portion)

    def values(self, portion: Sequence[RecordedEvent]) -> Sequence[Sequence[object]]:
        documents = [json.loads(event.document) for event in portion]
        times: Sequence[object] = [event.at for event in portion]
        return [
            times if column.name == "at" else [_value(document, column) for document in documents]
            for column in self.columns
        ]


def _value(document: dict[str, object], column: Column) -> object:
    """What stands before and after is a number, a word or nothing: always text, as a column has one type."""
    value = document.get(column.name)
    if column.kind == "text" and value is not None:
        return str(value)
    return value
