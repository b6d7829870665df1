"""The log of deliveries in the database: one line for each attempt, and for what was never attempted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlalchemy import func, insert, select

from aggregation.microseconds import from_seconds, to_seconds
from web.history.schema import deliveries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

LogOutcome: TypeAlias = Literal["delivered", "failed", "expired", "cancelled"]

HEAD = 500
"""Characters that are kept of an answer, and of an error."""

_RECENT = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """`attempt` counts from 1; 0 where there was none. `at` is its beginning in UTC seconds."""

    hook: str
    event: str
    attempt: int
    at: float
    seconds: float
    outcome: LogOutcome
    status: int | None = None
    error: str | None = None
    answer: str | None = None
    id: int | None = None


def write_lines(connection: Connection, lines: Sequence[Line]) -> None:
    rows = [
        {
            "hook": line.hook,
            "event": line.event,
            "attempt": line.attempt,
            "at": from_seconds(line.at),
            "seconds": line.seconds,
            "outcome": line.outcome,
            "status": line.status,
            "error": _head(line.error),
            "answer": _head(line.answer),
        }
        for line in lines
    ]
    if rows:
        connection.execute(insert(deliveries), rows)


def read_lines(
    connection: Connection, hook: str, outcome: LogOutcome | None, limit: int, before: int | None
) -> list[Line]:
    """Newest first; those with a smaller id than `before`."""
    query = select(deliveries).where(deliveries.c.hook == hook).order_by(deliveries.c.id.desc()).limit(limit)
    if outcome is not None:
        query = query.where(deliveries.c.outcome == outcome)
    if before is not None:
        query = query.where(deliveries.c.id < before)
    return [
        Line(
            row.hook,
            row.event,
            row.attempt,
            to_seconds(row.at),
            row.seconds,
            row.outcome,
            row.status,
            row.error,
            row.answer,
            row.id,
        )
        for row in connection.execute(query)
    ]


def latest(connection: Connection, hook: str) -> dict[str, float]:
    """When each outcome was there last (UTC seconds), as far as the newest lines tell."""
    newest = (
        select(deliveries.c.outcome, deliveries.c.at)
        .where(deliveries.c.hook == hook)
        .order_by(deliveries.c.id.desc())
        .limit(_RECENT)
        .subquery()
    )
    query = select(newest.c.outcome, func.max(newest.c.at)).group_by(newest.c.outcome)
    return {outcome: to_seconds(at) for outcome, at in connection.execute(query)}


def _head(text: str | None) -> str | None:
    """Without what PostgreSQL keeps in no text: NUL, and halves of characters."""
    if text is None:
        return None
    return text[:HEAD].replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
