"""Rules of faces that are there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aggregation.rules.definition import PresenceRule
from aggregation.rules.judge import Judge
from tests.rule_windows import EPOCH, TWO, drawn, story, with_scores

if TYPE_CHECKING:
    from aggregation import Summary
    from aggregation.event import Event


def judged(summaries: list[Summary], rule: PresenceRule) -> list[Event]:
    judge = Judge("lobby", [rule], [TWO])
    return [event for summary in summaries for event in judge.summary(summary)]


def crowds(*faces: int, frames: int = 20) -> list[Summary]:
    """Windows with so many faces in all their frames together."""
    return [
        with_scores((1 / 8,) * 8, EPOCH + index / 2, faces=each, frames=frames, sequence=index + 1)
        for index, each in enumerate(faces)
    ]


def test_faces_come_and_go() -> None:
    started, ended = judged(drawn("..nnnnn...."), PresenceRule(id="somebody"))
    assert story([started, ended]) == [(2.0, "started"), (4.5, "ended")]
    assert (started.name, ended.name) == ("faces.present.started", "faces.present.ended")
    assert (started.before, started.after, ended.before, ended.after) == (0, 1, 1, 0)
    assert (ended.started, ended.duration) == (started.id, 2.5)


def test_a_glance_is_not_told() -> None:
    assert judged(drawn("..nn..n.nn.."), PresenceRule(id="somebody")) == []


def test_so_many_as_asked_are_there_when_most_frames_show_them() -> None:
    #   frames 20, faces 49: 2.45 a frame are two; 50: 2.5 are three
    assert judged(crowds(49, 49, 49), PresenceRule(id="three", faces=3)) == []
    events = judged(crowds(50, 50, 50, 49, 49, 49), PresenceRule(id="three", faces=3))
    assert [(each.before, each.after) for each in events] == [(None, 3), (3, 2)]


def test_windows_that_say_nothing_are_not_what_was_before() -> None:
    hardly = [with_scores((1 / 8,) * 8, EPOCH, coverage=0.2)]
    (began,) = judged(hardly + drawn("nnn", began=EPOCH + 0.5), PresenceRule(id="somebody"))
    assert (began.before, began.after) == (None, 1)
    (came,) = judged(drawn("..--nnn"), PresenceRule(id="somebody"))
    assert (came.before, came.after) == (0, 1)
    (held,) = judged(drawn(".n-nnn"), PresenceRule(id="somebody"))
    assert (held.before, held.after) == (0, 1)


def test_a_camera_that_is_down_leaves_everybody_where_they_are() -> None:
    assert story(judged(drawn("nnn---------nnn"), PresenceRule(id="somebody"))) == [(1.0, "started")]


def test_faces_that_cannot_be_read_are_there() -> None:
    assert story(judged(drawn("????"), PresenceRule(id="somebody"))) == [(1.0, "started")]


def test_the_faces_of_a_group_are_those_that_all_its_cameras_saw() -> None:
    #   two cameras, 20 frames each: one face in one of them, two in the other
    room = [replace(window, tracks=3) for window in crowds(60, 60, 60, frames=40)]
    of_streams, of_groups = (
        PresenceRule(id="three", faces=3),
        PresenceRule(id="three", faces=3, groups=("lobby",)),
    )
    assert judged(room, of_streams) == []
    (began,) = judged(room, of_groups)
    assert (began.before, began.after) == (None, 3)
