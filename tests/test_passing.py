"""How time passes between the frames of a stream."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inference.passing import Passing
from tests.faces import frame, white_square


def test_the_first_frame_comes_at_no_time_and_at_the_pace_its_source_knows() -> None:
    shot = replace(frame(white_square(0, 0)), interval=0.2)
    assert Passing().see(shot) == (0.0, 0.2)


def test_media_time_counts_and_capture_time_where_there_is_none() -> None:
    passing = Passing()
    passing.see(frame(white_square(0, 0), 0, pts=5.0))
    assert passing.see(frame(white_square(0, 0), 1, pts=5.25))[0] == pytest.approx(0.25)
    assert passing.see(frame(white_square(0, 0), 2))[0] == pytest.approx(0.1)
    assert passing.now == pytest.approx(0.35)


def test_one_frame_that_comes_late_makes_no_slow_stream() -> None:
    passing = Passing()
    paces = [passing.see(frame(white_square(0, 0), 0, pts=at))[1] for at in (0.0, 0.1, 0.2, 0.9, 1.6)]
    assert paces[2:] == pytest.approx([0.1, 0.1, 0.7])
