"""The share of frames that are lost for want of time, and when the log says so."""

from __future__ import annotations

import logging

import pytest

from semblance.overload import Overload
from semblance.shedding import SPAN, Shedding


class Counts:
    """Of a stream of ten frames a second, looked at as often, of which `losing` are lost."""

    def __init__(self) -> None:
        self.shedding = Shedding()
        self.now = 100.0
        self.analysed = 0
        self.dropped: dict[str, int] = {}

    def pass_time(self, seconds: float, losing: int = 0, cause: str = "superseded") -> None:
        for step in range(round(seconds * 10)):
            lost = step % 10 < losing
            self.analysed += not lost
            self.dropped[cause] = self.dropped.get(cause, 0) + lost
            self.now += 0.1
            self.shedding.note(self.analysed, self.dropped, self.now)

    @property
    def share(self) -> float:
        return self.shedding.share(self.analysed, self.dropped)


def test_nothing_is_shed_where_all_frames_are_read() -> None:
    counts = Counts()
    assert counts.share == 0.0
    counts.pass_time(20)
    assert counts.share == 0.0


@pytest.mark.parametrize("cause", ["superseded", "expired", "overload"])
def test_the_share_is_that_of_the_last_seconds(cause: str) -> None:
    counts = Counts()
    counts.pass_time(20)
    counts.pass_time(2 * SPAN, losing=4, cause=cause)
    assert counts.share == pytest.approx(0.4, abs=0.04)
    counts.pass_time(SPAN + 1)
    assert counts.share == 0.0


@pytest.mark.parametrize("cause", ["fps", "corrupt", "disordered"])
def test_frames_that_nobody_wanted_or_could_read_are_not_shed(cause: str) -> None:
    counts = Counts()
    counts.pass_time(20, losing=5, cause=cause)
    assert counts.share == 0.0


def test_what_a_camera_sends_at_once_when_it_is_opened_is_no_overload() -> None:
    counts = Counts()
    for _ in range(2):
        counts.pass_time(0.8, losing=8)
        counts.pass_time(1)
        assert counts.share == 0.0
        counts.shedding.rest()  # the connection broke
        assert counts.share == 0.0


def test_what_is_remembered_is_bounded() -> None:
    counts = Counts()
    counts.pass_time(100, losing=1)
    assert len(counts.shedding._counts) <= 2 * SPAN + 3  # noqa: SLF001 - memory cannot be seen otherwise


def test_the_log_names_the_edges_alone(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "semblance.overload")
    overload = Overload()
    story = [(0, []), (1, [0.0, 0.04]), (2, [0.0, 0.2]), (3, [0.3, 0.5]), (4, [0.0, 0.0]), (20, [0.06, 0.0])]
    story += [(21, [0.0, 0.0]), (49, [0.0, 0.04]), (50, [0.0, 0.0]), (51, [0.0, 0.0]), (60, [0.06, 0.0])]
    for now, shares in story:
        overload.watch(shares, float(now))
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO", "WARNING"]
    assert caplog.messages[0].startswith(
        "Overloaded: 1 of 2 streams lose frames, the one that loses most 20 % "
    )
