"""The events that are in memory, found as those that were recorded are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.history.event_log import RecordedEvent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from web.feed import EventKey, Feed, Notice
    from web.history.event_log import EventFilter, Order
    from web.history.place import Place


def remembered_events(
    feed: Feed, wanted: EventFilter, order: Order, *, limit: int, after: Place | None
) -> Sequence[RecordedEvent]:
    """The first `limit` in this order that follow a place."""
    newest = order == "newest"
    found = [
        ((key.at, notice.id), notice)
        for notice, key in _kept(feed, wanted.streams or feed.streams())
        if _matches(key, wanted) and (after is None or _follows((key.at, notice.id), after, newest=newest))
    ]
    found.sort(key=lambda each: each[0], reverse=newest)
    return [RecordedEvent(at, event, str(notice.message)) for (at, event), notice in found[:limit]]


def remembered_event(feed: Feed, event_id: str) -> str | None:
    """The document of one event."""
    kept = _kept(feed, feed.streams())
    return next((str(notice.message) for notice, _ in kept if notice.id == event_id), None)


def _kept(feed: Feed, streams: Sequence[str]) -> Iterator[tuple[Notice, EventKey]]:
    for stream in dict.fromkeys(streams):
        for notice in feed.events(stream, 0):
            if notice.event is not None:
                yield notice, notice.event


def _matches(key: EventKey, wanted: EventFilter) -> bool:
    return (
        wanted.since < key.at <= wanted.until
        and (not wanted.rules or key.rule in wanted.rules)
        and (not wanted.names or key.name in wanted.names)
    )


def _follows(place: tuple[int, str], after: Place, *, newest: bool) -> bool:
    return place < tuple(after) if newest else place > tuple(after)
