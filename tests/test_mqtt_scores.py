"""Window scores that wait for a broker: the newest of each window, in turn, and none that is old news."""

from __future__ import annotations

from tests.web_service import EPOCH, summary
from web.hooks.mqtt_figures import MqttFigures
from web.hooks.mqtt_scores import FRESH, WaitingScores


class Clock:
    """UTC, as the test says."""

    now = EPOCH

    def __call__(self) -> float:
        return self.now


def taken(scores: WaitingScores) -> list[tuple[str, str, int]]:
    found = []
    while each := scores.next():
        found.append((each.stream, each.window, each.sequence))
    return found


def test_a_newer_one_takes_the_place_of_the_one_that_waits() -> None:
    figures = MqttFigures()
    scores = WaitingScores(figures, Clock())
    for sequence, stream, window in (
        (1, "a", "2s"),
        (1, "b", "2s"),
        (2, "a", "2s"),
        (3, "a", "60s"),
        (4, "a", "2s"),
    ):
        scores.add(summary(sequence, stream, window))
    assert taken(scores) == [("a", "2s", 4), ("b", "2s", 1), ("a", "60s", 3)]
    assert taken(scores) == []
    assert (figures.scores, figures.dropped) == (3, 2)


def test_old_news_is_dropped_and_counted() -> None:
    figures, clock = MqttFigures(), Clock()
    scores = WaitingScores(figures, clock)
    old, new = summary(1, "a"), summary(2, "b")
    scores.add(old)
    scores.add(new)
    clock.now = old.end + FRESH + 0.1
    assert taken(scores) == [("b", "2s", 2)]
    assert (figures.scores, figures.dropped) == (1, 1)


def test_of_a_stream_that_is_gone_nothing_waits() -> None:
    scores = WaitingScores(MqttFigures(), Clock())
    for window in ("2s", "60s"):
        for stream in ("a", "b"):
            scores.add(summary(1, stream, window))
    scores.forget("a")
    assert taken(scores) == [("b", "2s", 1), ("b", "60s", 1)]
