"""Rules of thresholds on each face alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aggregation.rules.definition import ThresholdRule
from aggregation.rules.judge import Judge
from tests.aggregation_reference import face, reading
from tests.rule_windows import EPOCH, TWO, happiness, story

if TYPE_CHECKING:
    from aggregation.event import Event

RULE = ThresholdRule(id="smile", emotion="happiness", enter=0.6, exit=0.4, per="face")
FPS = 10


class Camera:
    """Ten frames a second, in which faces are drawn as text: tenths of happiness, or a space for away."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.frame = 0
        self.at = EPOCH

    def show(self, *faces: str) -> list[Event]:
        events: list[Event] = []
        for signs in zip(*faces, strict=True):
            self.frame += 1
            seen = [
                face(track, happiness(int(sign) / 10)) for track, sign in enumerate(signs, 1) if sign != " "
            ]
            events += self.judge.reading(reading(self.frame, *seen), self.at)
            self.at = EPOCH + self.frame / FPS
        return events


def camera(rule: ThresholdRule = RULE) -> Camera:
    return Camera(Judge("lobby", [rule], [TWO], time_constant=0.0))


def test_each_face_has_events_of_its_own() -> None:
    #   face 1 smiles from 0 on, face 2 from 0.5 to 2
    events = camera().show("9" * 35, "2" * 5 + "9" * 15 + "2" * 15)
    assert [(each.track, each.phase, round(each.at - EPOCH, 3)) for each in events] == [
        (1, "started", 1.0),
        (2, "started", 1.5),
        (2, "ended", 3.0),
    ]
    assert events[2].started == events[1].id
    assert events[2].duration == pytest.approx(1.5)
    assert len({each.id for each in events}) == 3


def test_a_score_that_is_no_more_than_a_flicker_is_smoothed_away() -> None:
    quick = Camera(Judge("lobby", [RULE.model_copy(update={"hold": 0.0})], [TWO]))
    assert quick.show("0" * 10 + "9" + "0" * 10) == []
    assert len(quick.show("9" * 20)) == 1


def test_a_face_that_leaves_has_ended_a_second_later() -> None:
    #   seen last at 1.4, so gone at 2.4
    events = camera().show("9" * 15 + " " * 15, "2" * 30)
    assert story(events) == [(1.0, "started"), (pytest.approx(2.4), "ended")]
    assert events[1].reason == "left"
    assert events[1].duration == pytest.approx(1.4)
    assert (events[1].before, events[1].after) == (0.9, None)


def test_a_face_that_is_lost_for_half_a_second_goes_on() -> None:
    assert len(camera().show("9" * 5 + " " * 5 + "9" * 5 + " " * 5 + "9" * 5)) == 1


def test_when_the_camera_is_lost_time_alone_tells_that_the_face_has_left() -> None:
    one = camera()
    one.show("9" * 15)
    assert one.judge.advance(EPOCH + 4.3) == []
    (ended,) = one.judge.advance(EPOCH + 4.5)
    assert ended.reason == "left"
    assert ended.at - EPOCH == pytest.approx(2.4)


def test_a_face_that_comes_back_after_it_left_may_start_again() -> None:
    events = camera().show("9" * 15 + " " * 15 + "9" * 15, "2" * 45)
    assert [each.phase for each in events] == ["started", "ended", "started"]


def test_the_cooldown_is_kept_for_a_face_that_comes_back() -> None:
    cooled = RULE.model_copy(update={"cooldown": 60.0})
    assert len(camera(cooled).show("9" * 15 + " " * 15 + "9" * 15, "2" * 45)) == 2


def test_no_face_is_kept_for_a_long_cooldown_that_will_not_come_back() -> None:
    one = camera(RULE.model_copy(update={"cooldown": 86_400.0}))
    one.show("9" * 15 + " " * 25, "2" * 40)
    one.judge.advance(EPOCH + 70)
    assert [each.phase for each in one.judge.reading(reading(99, face(1, happiness(0.9))), EPOCH + 71)] == []
    assert [each.phase for each in one.judge.reading(reading(100, face(1, happiness(0.9))), EPOCH + 72)] == [
        "started"
    ]


def test_a_face_that_cannot_be_read_says_nothing() -> None:
    judge = Judge("lobby", [RULE], [TWO])
    blurred = face(1, happiness(1.0), quality=0.0)
    for frame in range(40):
        assert judge.reading(reading(frame, blurred), EPOCH + frame / FPS) == []


def test_a_slow_camera_does_not_make_faces_leave_between_two_frames() -> None:
    judge = Judge("lobby", [RULE.model_copy(update={"hold": 0.0})], [TWO], time_constant=0.0)
    events = [
        event
        for frame in range(40)
        for event in judge.reading(reading(frame, face(1, happiness(0.9))), EPOCH + 2 * frame)
    ]
    assert [each.phase for each in events[-1:]] == ["started"]
    assert sum(each.phase == "ended" for each in events) <= 4  # until its rhythm is known


def test_a_source_that_begins_again_shows_other_faces() -> None:
    one = camera()
    one.show("9" * 15)
    one.frame = -1
    ended, *more = one.judge.reading(reading(0, face(1, happiness(0.9))), EPOCH + 2)
    assert (ended.reason, more) == ("left", [])


def test_readings_that_come_late_or_twice_change_nothing() -> None:
    one, other = camera(), camera()
    one.show("9" * 8)
    other.show("9" * 8)
    late = reading(3, face(1, happiness(0.0)))
    assert one.judge.reading(late, EPOCH + 0.2) == []
    assert one.show("9" * 8) == other.show("9" * 8)


def test_a_clock_that_is_set_back_makes_no_negative_duration() -> None:
    one = camera()
    one.show("9" * 15)
    events = [
        event
        for frame in range(16, 40)
        for event in one.judge.reading(reading(frame, face(1, happiness(0.1))), EPOCH - 3600 + frame / FPS)
    ]
    assert [each.phase for each in events] == ["ended"]
    assert events[0].duration == pytest.approx(1.0)


def test_a_clock_that_is_set_back_while_nothing_comes_does_not_hold_faces_back() -> None:
    one = camera()
    one.show("9" * 15)
    assert one.judge.advance(EPOCH - 3600) == []
    (ended,) = one.judge.advance(EPOCH - 3600 + 3.2)
    assert ended.reason == "left"


def test_without_a_rule_for_faces_readings_are_not_looked_at() -> None:
    judge = Judge("lobby", [], [TWO])
    assert judge.reading(reading(1, face(1, happiness(1.0))), EPOCH) == []
