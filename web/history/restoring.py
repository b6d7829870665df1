"""The newest event of each rule, read from the log after a restart, so that what it saw goes on."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from aggregation import microseconds
from aggregation.event import Event, Evidence
from web.history.schema import events

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

TRACKS = 256
"""Of a rule that looks at each face: how many of its newest events are read to find the faces of then."""


def newest_events(connection: Connection) -> Mapping[str, list[Event]]:
    """By stream or group, the newest event of each rule and, where it looks at faces one by one, of each."""
    pairs = connection.execute(
        select(events.c.stream, events.c.rule)
        .where(events.c.stream.is_not(None), events.c.rule.is_not(None))
        .distinct()
        .order_by(events.c.stream, events.c.rule)
    ).all()
    return {
        stream: list(chain.from_iterable(_of_rule(connection, stream, pair.rule) for pair in of_stream))
        for stream, of_stream in groupby(pairs, attrgetter("stream"))
    }


def event_of(document: str, at: int) -> Event:
    """The event of a document as `web.messages.event_json` wrote it; `at` in microseconds."""
    told: dict[str, Any] = json.loads(document)
    return Event(
        id=told["id"],
        stream=told["stream"],
        rule=told["rule"],
        name=told["name"],
        phase=told["phase"],
        at=microseconds.to_seconds(at),
        sequence=told["sequence"],
        before=told["before"],
        after=told["after"],
        window=told["window"],
        track=told["track"],
        started=told["started"],
        duration=told["duration"],
        reason=told["reason"],
        thresholds=told["thresholds"],
        evidence=tuple(_evidence_of(each) for each in told["evidence"]),
        details=told["details"],
    )


def _evidence_of(told: Mapping[str, Any]) -> Evidence:
    end = datetime.fromisoformat(told["end"]).timestamp()
    return Evidence(end, told["sequence"], told["value"], told["faces"], told["coverage"], lead=told["lead"])


def _of_rule(connection: Connection, stream: str, rule: str) -> list[Event]:
    newest = _newest(connection, stream, rule, 1)
    if newest[0].track is None:
        return newest
    faces: dict[int | None, Event] = {}
    for event in _newest(connection, stream, rule, TRACKS):
        faces.setdefault(event.track, event)
    return list(faces.values())


def _newest(connection: Connection, stream: str, rule: str, limit: int) -> list[Event]:
    rows = connection.execute(
        select(events.c.document, events.c.at)
        .where(events.c.stream == stream, events.c.rule == rule)
        .order_by(events.c.at.desc(), events.c.sequence.desc())
        .limit(limit)
    )
    return [event_of(row.document, row.at) for row in rows]
