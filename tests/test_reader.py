"""Frames and detections into readings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inference.classifier import Classifier
from inference.detections import NONE
from inference.followers import Followers
from inference.reader import Reader
from inference.reading import EMOTIONS, Box
from models import Crop, Input
from stream.array_pixels import ArrayPixels
from tests.faces import Painted, detections, frame
from tests.networks import Constant, Judging, manifest

SURE = (5.0, *[0.0] * 7)


def painted() -> Painted:
    return Painted(np.random.default_rng(0).integers(60, 200, (240, 320), np.uint8))


def reader(network: Constant | None = None) -> Reader:
    return Reader(Classifier(network or Constant(SURE), manifest("emotion")), Followers(0.5, 1.0))


def test_a_reading_carries_the_frame_s_own_times_and_size() -> None:
    shot = frame(painted(), 7, pts=0.7)
    (reading,) = reader().read([shot], [NONE])
    assert (reading.stream, reading.sequence, reading.captured) == ("lobby", 7, shot.captured)
    assert (reading.captured_utc, reading.pts) == (shot.captured_utc, 0.7)
    assert (reading.width, reading.height, reading.faces) == (320, 240, ())


def test_a_followed_face_is_read_with_its_box_landmarks_and_scores() -> None:
    found = detections((100, 120, 60, 0.9))
    _, reading = reader().read([frame(painted(), 0), frame(painted(), 1)], [found, found])
    (face,) = reading.faces
    assert face.id == 1
    assert (face.box.left, face.box.top, face.box.width, face.box.height) == (70, 90, 60, 60)
    assert face.landmarks[2] == pytest.approx((100, 126))
    assert face.confidence == pytest.approx(0.9)
    assert 0 < face.quality <= 1
    assert EMOTIONS[int(np.argmax(face.scores))] == "neutral"


def test_faces_of_all_streams_are_classified_together() -> None:
    network = Constant(SURE)
    one = reader(network)
    streams = ["lobby", "hall", "gate"]
    found = detections((60, 60, 50, 0.9), (200, 160, 50, 0.8))
    for sequence in range(2):
        frames = [frame(painted(), sequence, stream) for stream in streams]
        readings = one.read(frames, [found, NONE, found])
    assert [shape[0] for shape in network.shapes] == [4]
    assert [[face.id for face in reading.faces] for reading in readings] == [[1, 2], [], [1, 2]]


def test_a_face_seen_with_too_little_confidence_is_kept_in_mind_but_not_reported() -> None:
    one = reader()
    scores = [0.9, 0.9, 0.4, *[0.4] * 9, 0.9, 0.9]
    told = []
    for sequence, score in enumerate(scores):
        (reading,) = one.read([frame(painted(), sequence)], [detections((100, 120, 60, score))])
        told.append([face.id for face in reading.faces])
        assert all(face.confidence >= 0.5 for face in reading.faces)
    assert told[:4] == [[], [1], [1], [1]]  # dim for a moment
    assert told[10:12] == [[], []]
    assert told[-1] == [1]


def test_a_newcomer_needs_more_confidence_than_a_face_that_is_known() -> None:
    one = reader()
    for sequence in range(5):
        (reading,) = one.read([frame(painted(), sequence)], [detections((100, 120, 60, 0.55))])
        assert reading.faces == ()


def test_of_a_picture_every_confident_face_is_read_at_once_the_largest_first() -> None:
    found = detections((60, 60, 30, 0.95), (200, 160, 80, 0.55), (250, 50, 40, 0.45))
    faces = reader().read_picture(painted(), found)
    assert [(face.id, face.box.width) for face in faces] == [(1, 80), (2, 30)]


def test_a_picture_without_faces_has_none() -> None:
    assert reader().read_picture(painted(), NONE) == ()


def test_given_boxes_are_read_in_their_order_without_a_doubt_and_without_landmarks() -> None:
    boxes = [Box(20, 30, 40, 40), Box(150, 100, 80, 90)]
    faces = reader().read_within(painted(), boxes)
    assert [(face.id, face.box, face.landmarks) for face in faces] == [(1, boxes[0], ()), (2, boxes[1], ())]
    assert all(face.confidence == 1 and face.quality > 0.2 for face in faces)
    assert all(EMOTIONS[int(np.argmax(face.scores))] == "neutral" for face in faces)
    assert reader().read_within(painted(), []) == ()


@pytest.mark.parametrize(
    "box", [(-60, -60, 100, 100), (300, 200, 90, 90), (-500, -500, 9000, 9000), (-900, 20, 40, 40)]
)
def test_a_given_box_may_reach_over_the_edge_or_lie_beyond_it(box: tuple[float, ...]) -> None:
    (face,) = reader().read_within(painted(), [Box(*box)])
    assert face.box == Box(*box)
    assert sum(face.scores) == pytest.approx(1)


def test_a_given_box_without_an_area_is_refused() -> None:
    with pytest.raises(ValueError, match="A box of 0x20 holds nothing"):
        reader().read_within(painted(), [Box(10, 10, 0, 20)])


def test_a_given_box_shows_the_model_what_a_found_one_without_landmarks_does() -> None:
    given, found = Constant(SURE), Constant(SURE)
    reader(given).read_within(painted(), [Box(70, 90, 60, 60)])
    reader(found).read_picture(painted(), replace(detections((100, 120, 60, 0.9)), landmarks=None))
    assert np.array_equal(given.batches[0], found.batches[0])


def test_a_forgotten_stream_begins_anew() -> None:
    one, found = reader(), detections((100, 120, 60, 0.9))
    for sequence in range(2):
        one.read([frame(painted(), sequence)], [found])
    one.forget("lobby")
    one.forget("never there")
    answers = [one.read([frame(painted(), sequence)], [found])[0].faces for sequence in (2, 3)]
    assert [[face.id for face in faces] for faces in answers] == [[], [1]]


def test_a_face_without_landmarks_is_read_by_its_box() -> None:
    found = replace(detections((100, 120, 60, 0.9)), landmarks=None)
    (face,) = reader().read_picture(painted(), found)
    assert face.landmarks == ()
    assert 0 < face.quality <= 1


def test_a_face_that_cannot_be_read_says_so_and_shows_no_emotion() -> None:
    small, large = detections((60, 60, 12, 0.9)), detections((60, 60, 60, 0.9))
    for found, unread in ((small, True), (large, False)):
        (face,) = reader().read_picture(painted(), found)
        assert (face.quality == 0) == unread
        assert (face.scores == (1 / 8,) * 8) == unread


def test_a_face_that_the_model_calls_unreadable_has_no_quality() -> None:
    judging = replace(manifest("emotion"), outputs=("y", "readable"))
    dark = Painted(np.random.default_rng(0).integers(0, 60, (240, 320), np.uint8))
    one = Reader(Classifier(Judging(SURE, steep=1e3), judging), Followers(0.5, 1.0))
    for pixels, readable in ((dark, False), (painted(), True)):
        (face,) = one.read_picture(pixels, detections((100, 120, 60, 0.9)))
        assert (face.quality > 0) == readable


def test_a_model_of_colours_gets_the_picture_s_and_only_where_there_are_faces() -> None:
    network = Constant(SURE)
    wanted = Input("x", "float32", "NCHW", "rgb", 64, 64, None, (0.0,), (1.0,))
    classifier = Classifier(network, replace(manifest("emotion", crop=Crop(1.0, "none")), input=wanted))
    one = Reader(classifier, Followers(0.5, 1.0))
    picture = np.zeros((240, 320, 3), np.uint8)
    picture[...] = (10, 120, 230)
    one.read_picture(ArrayPixels(picture), detections((100, 120, 60, 0.9)))
    assert network.batches[0][0, :, 30, 30].tolist() == [230, 120, 10]
    empty = painted()
    one.read_picture(empty, NONE)
    assert empty.asked == []


def test_a_grey_model_costs_no_conversion_to_colours() -> None:
    pixels = painted()
    reader().read_picture(pixels, detections((100, 120, 60, 0.9)))
    assert pixels.asked == []
