"""The tracker: ids that stay with faces."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.tracker import Sighting, Tracker
from tests.faces import detections

STRONG, LESS, WEAK = 0.9, 0.65, 0.4


def tracker(patience: float = 1.0) -> Tracker:
    return Tracker(confident=0.6, patience=patience)


def ids(seen: list[Sighting]) -> list[int]:
    return [face.id for face in seen]


def test_a_face_gets_its_id_with_its_second_detection() -> None:
    one = tracker()
    assert one.update(detections((100, 100, 50, STRONG)), 0.0) == []
    (face,) = one.update(detections((102, 100, 50, STRONG)), 0.1)
    assert (face.id, face.index) == (1, 0)
    assert face.confidence == pytest.approx(STRONG)


def test_where_frames_are_rare_a_face_the_detector_is_sure_of_gets_its_id_at_once() -> None:
    one = tracker()
    assert ids(one.update(detections((100, 100, 50, STRONG), (300, 100, 50, STRONG)), 0.0, 1.0)) == [1, 2]
    assert ids(one.update(detections((400, 300, 50, STRONG)), 1.0, 1.0)) == [3]


@pytest.mark.parametrize("pace", [0.2, 1.0])
def test_where_frames_are_few_a_face_the_detector_is_less_sure_of_has_to_be_seen_again(pace: float) -> None:
    one = tracker()
    assert one.update(detections((100, 100, 50, LESS)), 0.0, pace) == []
    assert ids(one.update(detections((105, 100, 50, LESS)), pace, pace)) == [1]
    assert one.update(detections((105, 100, 50, WEAK), (300, 100, 50, LESS)), 2 * pace, pace)[1:] == []


def test_where_frames_are_many_a_face_the_detector_is_less_sure_of_waits_for_a_better_look() -> None:
    one = tracker()
    for frame in range(5):
        assert one.update(detections((100, 100, 50, LESS)), frame / 10, 0.1) == []


@pytest.mark.parametrize("every", [0.3, 1.0, 2.0, 5.0])
def test_a_face_that_stays_where_it_was_keeps_its_id_however_rare_frames_are(every: float) -> None:
    one = tracker()
    for frame in range(10):
        score = (STRONG, LESS)[frame % 2]
        found = detections((100 + 5 * (frame % 3), 100, 50, score), (300, 100 - frame, 60, STRONG))
        assert ids(one.update(found, every * frame, every)) == [1, 2]


def test_an_error_of_the_detector_that_passes_is_never_reported() -> None:
    one = tracker()
    one.update(detections((100, 100, 50, STRONG)), 0.0)
    one.update(detections(), 0.1)
    one.update(detections(), 0.3)
    assert one.update(detections((100, 100, 50, STRONG)), 0.4) == []


def test_weak_detections_start_nothing_but_continue_a_face() -> None:
    one = tracker()
    for frame in range(5):
        assert one.update(detections((100, 100, 50, WEAK)), frame / 10) == []
    one.update(detections((100, 100, 50, STRONG)), 0.6)
    one.update(detections((100, 100, 50, STRONG)), 0.7)
    for frame in range(8, 40):
        assert ids(one.update(detections((100, 100, 50, WEAK)), frame / 10)) == [1]


def test_a_face_that_is_only_expected_is_not_reported() -> None:
    one = tracker()
    one.update(detections((100, 100, 50, STRONG)), 0.0)
    one.update(detections((100, 100, 50, STRONG)), 0.1)
    assert one.update(detections(), 0.2) == []


@pytest.mark.parametrize("every", [0.02, 0.1, 0.3])
def test_a_face_hidden_for_less_than_the_patience_keeps_its_id_at_any_frame_rate(every: float) -> None:
    one = tracker(patience=1.0)
    now = 0.0
    for _ in range(4):
        one.update(detections((100, 100, 50, STRONG)), now)
        now += every
    hidden = now + 0.85 - every
    while now < hidden:
        one.update(detections(), now)
        now += every
    assert ids(one.update(detections((110, 100, 50, STRONG)), now)) == [1]


def test_a_face_hidden_for_longer_comes_back_as_another() -> None:
    one = tracker(patience=1.0)
    one.update(detections((100, 100, 50, STRONG)), 0.0)
    one.update(detections((100, 100, 50, STRONG)), 0.1)
    one.update(detections(), 1.2)
    one.update(detections((100, 100, 50, STRONG)), 1.3)
    assert ids(one.update(detections((100, 100, 50, STRONG)), 1.4)) == [2]


def test_two_faces_that_pass_each_other_keep_their_ids() -> None:
    #   1 ->            <- 2      at 300 px a second, 30 px apart in height
    one = tracker()
    seen: dict[int, list[float]] = {}
    for frame in range(31):
        now = frame / 15
        left, right = 100 + 150 * now, 400 - 150 * now
        found = detections((left, 100, 60, 0.95), (right, 130, 60, 0.9))
        for face in one.update(found, now):
            seen.setdefault(face.id, []).append(float(found.boxes[face.index, 1]) + 30)
    assert {id_: set(heights) for id_, heights in seen.items()} == {1: {100.0}, 2: {130.0}}


def test_a_running_face_is_followed_through_dropped_frames() -> None:
    one = tracker()
    times = [0.0, 0.1, 0.2, 0.3, 0.7, 0.8, 1.2, 1.3]  # some frames never came
    answers = [ids(one.update(detections((100 + 100 * now, 100, 60, STRONG)), now)) for now in times]
    assert answers == [[], *[[1]] * 7]


def test_a_second_box_on_a_face_is_no_second_face() -> None:
    one = tracker()
    one.update(detections((100, 100, 60, 0.9)), 0.0)
    one.update(detections((100, 100, 60, 0.9)), 0.1)
    for frame in range(2, 8):
        answer = one.update(detections((100, 100, 60, 0.9), (115, 100, 60, 0.7)), frame / 10)
        assert ids(answer) == [1]


def test_a_weak_detection_further_off_does_not_lead_an_unseen_face_away() -> None:
    one = tracker()
    one.update(detections((100, 100, 60, STRONG)), 0.0)
    one.update(detections((100, 100, 60, STRONG)), 0.1)
    for frame in range(2, 8):
        assert one.update(detections((135, 100, 60, WEAK)), frame / 10) == []
    assert ids(one.update(detections((100, 100, 60, STRONG)), 0.8)) == [1]


def test_a_face_of_another_size_at_the_same_place_is_another_face() -> None:
    one = tracker()
    one.update(detections((100, 100, 30, STRONG)), 0.0)
    one.update(detections((100, 100, 30, STRONG)), 0.1)
    one.update(detections((100, 100, 150, STRONG)), 0.2)
    assert ids(one.update(detections((100, 100, 150, STRONG)), 0.3)) == [2]


def test_after_a_cut_nobody_is_where_they_were() -> None:
    one = tracker()
    one.update(detections((100, 100, 50, STRONG)), 0.0)
    one.update(detections((100, 100, 50, STRONG)), 0.1)
    one.cut()
    assert one.update(detections((100, 100, 50, STRONG)), 0.2) == []
    assert ids(one.update(detections((100, 100, 50, STRONG)), 0.3)) == [2]


def test_confidence_is_averaged_over_half_a_second_whatever_the_frame_rate() -> None:
    for frames in (5, 50):
        one = tracker()
        for _ in range(2):
            one.update(detections((100, 100, 50, 0.9)), 0.0)
        for frame in range(1, frames + 1):
            (face,) = one.update(detections((100, 100, 50, 0.4)), 0.5 * frame / frames)
        assert face.confidence == pytest.approx(0.4 + 0.5 * math.exp(-1), abs=1e-6)


def test_a_crowd_of_sixty_keeps_its_ids() -> None:
    one = tracker()
    random = np.random.default_rng(0)
    places = [(80 * column + 50, 80 * row + 50) for row in range(6) for column in range(10)]
    first: dict[tuple[int, int], int] = {}
    for frame in range(30):
        shift = 20 * math.sin(frame / 5)
        there = [place for place in places if random.uniform() > 0.2]  # each face is missed now and then
        noisy = [(x + shift + random.normal(0, 1.5), y + random.normal(0, 1.5), 40, STRONG) for x, y in there]
        found = detections(*noisy)
        for face in one.update(found, frame / 10):
            left, top = (found.boxes[face.index, :2] + 20).tolist()
            place = min(places, key=lambda at: math.hypot(at[0] + shift - left, at[1] - top))
            assert first.setdefault(place, face.id) == face.id
    assert sorted(first.values()) == list(range(1, 61))


FACE = st.tuples(st.floats(0, 640), st.floats(0, 360), st.floats(10, 300), st.floats(0.3, 1.0))


@given(st.lists(st.tuples(st.floats(0, 3), st.lists(FACE, max_size=6)), max_size=25), st.booleans())
def test_whatever_is_detected_an_id_is_seen_once_a_frame_and_new_ones_are_the_next(
    frames: list[tuple[float, list[tuple[float, float, float, float]]]], paced: bool
) -> None:
    one, now, known = tracker(), 0.0, 0
    for passed, faces in frames:
        now += passed
        answer = one.update(detections(*faces), now, passed if paced else 0.0)
        assert len(set(ids(answer))) == len({face.index for face in answer}) == len(answer)
        assert ids(answer) == sorted(ids(answer))
        assert [id_ for id_ in ids(answer) if id_ > known] == list(
            range(known + 1, max([known, *ids(answer)]) + 1)
        )
        known = max([known, *ids(answer)])
