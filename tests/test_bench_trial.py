"""When so many streams count as carried."""

from __future__ import annotations

import pytest

from tests.bench_trials import trial


@pytest.mark.parametrize(
    ("share", "p95", "carried"),
    [(1.0, 0.5, True), (0.95, 0.5, True), (0.94, 0.1, False), (1.0, 0.501, False), (0.0, None, False)],
)
def test_enough_must_be_analysed_and_soon_enough(share: float, p95: float | None, carried: bool) -> None:
    assert trial(streams=10, share=share, p95=p95).carried(0.5) is carried


def test_one_frame_may_come_just_after_the_end() -> None:
    assert trial(streams=1, due=10.0, analysed=9).carried(0.5)
    assert not trial(streams=1, due=10.0, analysed=8).carried(0.5)


def test_more_than_what_is_due_is_all_of_it() -> None:
    assert trial(due=100.0, analysed=101).share == 1.0


def test_what_chance_may_have_decided_is_told_from_what_is_clear() -> None:
    assert trial(share=0.93).nearly(0.5)
    assert trial(p95=0.6).nearly(0.5)
    assert not trial(share=0.8).nearly(0.5)
    assert not trial(p95=0.8).nearly(0.5)
    assert not trial(share=0.0, p95=None).nearly(0.5)
