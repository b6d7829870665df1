"""The pace at which a recording is played."""

from __future__ import annotations

import pytest

from stream.pace import Pace


def test_pictures_are_shown_as_far_apart_as_they_were_taken() -> None:
    pace = Pace()
    assert pace.shows_at(3.0, 100.0) == 100.0
    assert pace.shows_at(3.5, 100.1) == 100.5


def test_a_little_lateness_is_made_up_for() -> None:
    pace = Pace()
    pace.shows_at(0.0, 100.0)
    assert pace.shows_at(1.0, 101.3) == 101.0


def test_much_lateness_is_not_made_up_for() -> None:
    pace = Pace()
    pace.shows_at(0.0, 100.0)
    assert pace.shows_at(1.0, 110.0) == 110.0
    assert pace.shows_at(2.0, 110.1) == pytest.approx(111.0)
