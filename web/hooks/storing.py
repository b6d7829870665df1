"""Puts an event into the database, with an entry in the outbox for each hook that gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

from aggregation.microseconds import from_seconds
from web.history.schema import events, outbox
from web.messages import encode, event_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from aggregation.event import Event


def store_event(connection: Connection, event: Event, hooks: Sequence[str], now: float) -> bool:
    """Whether it is new; an event whose id is there already adds nothing at all. `now` in UTC seconds."""
    values = {
        "id": event.id,
        "stream": event.stream,
        "rule": event.rule,
        "name": event.name,
        "at": from_seconds(event.at),
        "sequence": event.sequence,
        "document": encode(event_json(event)),
    }
    # The two write the same statement, and have no name for it in common.
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    insert_new = dialect.insert(events).values(values).on_conflict_do_nothing().returning(events.c.id)
    if connection.scalar(insert_new) is None:
        return False
    entries = [entry_values(hook, event.id, event.stream, event.at, now) for hook in hooks]
    if entries:
        connection.execute(insert(outbox), entries)
    return True


def entry_values(
    hook: str, event: str, stream: str | None, since: float, now: float
) -> dict[str, str | int | None]:
    """A row of the outbox that is due at once; its age counts from `since`."""
    return {
        "hook": hook,
        "event": event,
        "stream": stream,
        "event_at": from_seconds(since),
        "state": "waiting",
        "attempts": 0,
        "next_at": from_seconds(now),
        "created": from_seconds(now),
    }
