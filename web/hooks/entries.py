"""The entries of the outbox in the database: one event on its way to one hook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlalchemy import func, select, update

from aggregation.microseconds import from_seconds, to_seconds
from web.history.schema import events, outbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection

State: TypeAlias = Literal["waiting", "delivered", "failed", "expired", "cancelled"]

CHUNK = 1000
"""Entries that are changed together at most, so that nobody waits long for the database."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One that waits, with its event; times in UTC seconds. Its age counts from `since`.

    `document` is `None` where the event has been erased since.
    """

    id: int
    event: str
    stream: str | None
    attempts: int
    next_at: float
    since: float
    name: str
    at: float
    document: str | None


@dataclass(frozen=True, slots=True)
class Ref:
    """An entry by what its log needs."""

    id: int
    event: str
    attempts: int


def page(connection: Connection, hook: str, stream: str | None, limit: int) -> list[Entry]:
    """The oldest that wait for this hook of this stream, oldest first."""
    query = (
        select(outbox, events.c.name, events.c.at, events.c.document)
        .outerjoin(events, events.c.id == outbox.c.event)
        .where(*_waiting(hook), outbox.c.stream == stream)
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return [
        Entry(
            row.id,
            row.event,
            row.stream,
            row.attempts,
            to_seconds(row.next_at),
            to_seconds(row.event_at),
            row.name or "",
            to_seconds(row.at or 0),
            row.document,
        )
        for row in connection.execute(query)
    ]


def waiting_by_stream(connection: Connection, hook: str) -> list[tuple[str | None, int]]:
    """The streams of which something waits for this hook, and how much."""
    query = select(outbox.c.stream, func.count()).where(*_waiting(hook)).group_by(outbox.c.stream)
    return [(stream, count) for stream, count in connection.execute(query)]


def hooks(connection: Connection) -> Iterator[str]:
    """Every hook that an entry is for; a look into the index for each, not at each entry."""
    query = select(func.min(outbox.c.hook))
    hook = connection.scalar(query)
    while hook is not None:
        yield hook
        hook = connection.scalar(query.where(outbox.c.hook > hook))


def too_old(connection: Connection, hook: str, stream: str | None, cutoff: float) -> list[Ref]:
    """Those among the oldest of this stream whose age counts from `cutoff` or earlier; a chunk at most."""
    oldest = (
        select(outbox.c.id, outbox.c.event, outbox.c.attempts, outbox.c.event_at)
        .where(*_waiting(hook), outbox.c.stream == stream)
        .order_by(outbox.c.id)
        .limit(CHUNK)
    )
    # A microsecond more: what was found too old by its seconds shall not be young by its microseconds.
    latest = from_seconds(cutoff) + 1
    return [
        Ref(row.id, row.event, row.attempts) for row in connection.execute(oldest) if row.event_at <= latest
    ]


def some_waiting(connection: Connection, hook: str) -> list[Ref]:
    """Any that wait for this hook; a chunk at most."""
    query = select(outbox.c.id, outbox.c.event, outbox.c.attempts).where(*_waiting(hook)).limit(CHUNK)
    return [Ref(row.id, row.event, row.attempts) for row in connection.execute(query)]


def close(connection: Connection, entries: Sequence[int], state: State) -> None:
    """Those that still wait do no more."""
    connection.execute(
        update(outbox).where(outbox.c.id.in_(entries), outbox.c.state == "waiting").values(state=state)
    )


def settle(connection: Connection, entry: int, state: State, attempts: int, next_at: float) -> None:
    """After an attempt; what was cancelled meanwhile stays so."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == entry, outbox.c.state == "waiting")
        .values(state=state, attempts=attempts, next_at=from_seconds(next_at))
    )


def make_due(connection: Connection, hook: str, now: float) -> None:
    """No entry of this hook waits for its next attempt any longer."""
    at = from_seconds(now)
    connection.execute(update(outbox).where(*_waiting(hook), outbox.c.next_at > at).values(next_at=at))


def _waiting(hook: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return outbox.c.hook == hook, outbox.c.state == "waiting"
