"""The documents of the history's own state."""

from __future__ import annotations

from web.documents import Document
from web.history.condition import State  # noqa: TC001 - likewise
from web.history.location import Kind  # noqa: TC001 - pydantic reads the annotations


class CountsDocument(Document):
    """How many there are; `waiting` are events on their way to hooks."""

    streams: int
    summaries: int
    events: int
    markers: int
    deliveries: int
    waiting: int


class KeepDocument(Document):
    """For how many days."""

    summaries: float
    events: float
    markers: float
    deliveries: float


class HistoryDocument(Document):
    """`bytes` and `counts` are null where the history cannot be read.

    `waiting` are summaries that are to be written, `dropped` those given up, `damaged` blocks left out.
    """

    state: State
    error: str | None
    since: str
    kind: Kind
    place: str
    bytes: int | None
    counts: CountsDocument | None
    waiting: int
    dropped: int
    damaged: int
    keep: KeepDocument


class ErasedDocument(Document):
    """What was erased, and of which range. `deliveries` are attempts made, `outbox` deliveries to come.

    `damaged` blocks of summaries went whole. Unless `settled`, others use the database, and its log still has
    what was erased. `setAside` are damaged histories, which may have it too.
    """

    stream: str
    since: str
    until: str
    summaries: int
    events: int
    deliveries: int
    outbox: int
    markers: int
    damaged: int
    settled: bool
    set_aside: list[str]
