"""How fast files are analysed."""

from semblance.files.outcome import Outcome
from semblance.files.pace import Pace


def test_speed_and_time_left_follow_from_what_has_been_done() -> None:
    pace = Pace(2, began=100.0)
    for _ in range(50):
        pace.add(0.1)
    assert pace.said(102.0) == "2.5 x real time, 25 frames/s"
    pace.total = 20.0
    assert pace.said(102.0) == "0:00:06 left, 2.5 x real time, 25 frames/s"
    assert pace.files == "0 of 2 files"


def test_what_a_file_leaves_undone_need_not_be_waited_for() -> None:
    pace = Pace(2, began=0.0)
    pace.total = 20.0
    for _ in range(50):
        pace.add(0.1)
    pace.done(Outcome(50, 7, 5.0, "breaks off"), 10.0)
    assert pace.said(10.0).startswith("0:00:10 left")


def test_the_sum_tells_of_pictures_without_seconds() -> None:
    pace = Pace(1, began=0.0)
    pace.add(0.0)
    pace.done(Outcome(1, 2, 0.0), None)
    assert pace.sum(0.5) == "1 file, 1 frame, 2 faces in 0.5 s: 2 frames/s"
