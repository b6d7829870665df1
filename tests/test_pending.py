"""What waits for one client: what may be replaced, and what never is."""

from __future__ import annotations

import pytest

from tests.web_service import event, marker, reading, summary
from web.feed import Notice
from web.pending import BURST, MOST_LASTING, OverfullError, Pending
from web.recent import Loss


def taken(pending: Pending) -> list[tuple[str, int]]:
    order = []
    while (entry := pending.take()) is not None:
        what = entry[1]
        order.append(("gap", what.last) if isinstance(what, Loss) else (what.kind, what.sequence))
    return order


def test_an_event_keeps_its_place_among_the_summaries_of_its_stream() -> None:
    pending = Pending()
    for notice in (summary(1), event(1, 1), summary(2), event(2, 2), event(3, 2), summary(3)):
        pending.add(Notice(notice))
    expected = [("summary", 1), ("event", 1), ("summary", 2), ("event", 2), ("event", 2), ("summary", 3)]
    assert taken(pending) == expected


def test_events_and_markers_outlast_the_summaries_they_came_with() -> None:
    pending = Pending()
    for sequence in range(1, 4 * BURST + 1):
        pending.add(Notice(summary(sequence)))
        pending.add(Notice(event(sequence, sequence)))
        pending.add(Notice(reading(sequence)))
        pending.add(Notice(marker(sequence)))
    order = taken(pending)
    events = [("event", sequence) for sequence in range(1, 4 * BURST + 1)]
    assert [entry for entry in order if entry[0] == "event"] == events
    assert len([entry for entry in order if entry[0] == "marker"]) == 4 * BURST
    newest = order.index(("summary", 4 * BURST))
    assert order[newest + 1] == ("event", 4 * BURST)
    assert order[newest - 2 : newest] == [("event", 4 * BURST - 1), ("marker", 0)]


def test_so_many_may_wait_of_all_streams_and_no_more() -> None:
    pending = Pending()
    for number in range(MOST_LASTING):
        pending.add(Notice(event(number, number, stream=f"s{number % 7}")))
    with pytest.raises(OverfullError, match="256"):
        pending.add(Notice(marker(1)))
    pending.take()
    pending.add(Notice(marker(1)))
    pending.keep(lambda notice: notice.kind == "marker")
    assert taken(pending) == [("marker", 0)]
    for number in range(MOST_LASTING):
        pending.add(Notice(event(number, number)))
