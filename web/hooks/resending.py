"""Sends recorded events to a hook again: new entries in the outbox, whose age counts from now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from aggregation.microseconds import from_seconds
from web.history.schema import events, outbox
from web.hooks.storing import entry_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Select

    from web.hooks.hook import Hook

MOST = 10_000
"""Events that are sent again at once."""

_CHUNK = 500


class TooManyEventsError(Exception):
    """A range holds more events than are sent again at once; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Resent:
    """How many events are sent again, by stream; `waiting` are on their way already, and left as they are."""

    queued: Mapping[str | None, int]
    waiting: int


def resend_event(connection: Connection, hook: str, event: str, now: float) -> Resent | None:
    """One event, whether the hook's filter wants it or not; `None` if there is none of this id."""
    if "\0" in event:  # PostgreSQL refuses it, and no event has it
        return None
    found = _found(connection, select(events.c.id, events.c.stream).where(events.c.id == event))
    return _queue(connection, hook, found, now) if found else None


def resend_range(connection: Connection, hook: Hook, since: float, until: float, now: float) -> Resent:
    """The events after `since`, up to `until`, that the hook's filter wants, oldest first.

    Raises `TooManyEventsError`.
    """
    wanted = hook.filter
    query = select(events.c.id, events.c.stream).where(
        events.c.at > from_seconds(since), events.c.at <= from_seconds(until)
    )
    if wanted.rules is not None:
        query = query.where(events.c.rule.in_(wanted.rules))
    if wanted.streams is not None:
        query = query.where(events.c.stream.in_(wanted.streams))
    found = _found(connection, query.order_by(events.c.at, events.c.id).limit(MOST + 1))
    if len(found) > MOST:
        raise TooManyEventsError(f"There are more than {MOST} events in that time; ask for less of it.")
    return _queue(connection, hook.id, found, now)


def _found(connection: Connection, query: Select[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    return [(row.id, row.stream) for row in connection.execute(query)]


def _queue(connection: Connection, hook: str, found: Sequence[tuple[str, str | None]], now: float) -> Resent:
    there = _waiting(connection, hook, [event for event, _ in found])
    fresh = [(event, stream) for event, stream in found if event not in there]
    if fresh:
        entries = [entry_values(hook, event, stream, now, now) for event, stream in fresh]
        connection.execute(insert(outbox), entries)
    return Resent(Counter(stream for _, stream in fresh), len(there))


def _waiting(connection: Connection, hook: str, asked: Sequence[str]) -> set[str]:
    """Those of them that wait for the hook already."""
    query = select(outbox.c.event).where(outbox.c.hook == hook, outbox.c.state == "waiting")
    there: set[str] = set()
    for start in range(0, len(asked), _CHUNK):
        some = query.where(outbox.c.event.in_(asked[start : start + _CHUNK]))
        there.update(connection.scalars(some))
    return there
