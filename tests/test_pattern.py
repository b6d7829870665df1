"""The rendered test pictures: deterministic, with a known timeline and known places of the faces."""

from __future__ import annotations

import numpy as np
import pytest

from stream.pattern import PatternAddress, Scene, Timeline, parse_address
from stream.pattern.expression import EXPRESSIONS, Expression
from stream.pattern.looks import looks
from stream.pattern.paint import curve
from stream.pattern.portrait import SITTINGS, portrait
from stream.pattern.pose import Motion

WIDTH, HEIGHT = 320, 180


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(WIDTH, HEIGHT, people=2, seed=3)


def test_a_picture_is_bgr_of_the_size_asked_for(scene: Scene) -> None:
    picture = scene.render(1.0)

    assert picture.shape == (180, 320, 3)
    assert picture.dtype == np.uint8


def test_the_same_seed_and_time_give_the_same_picture_in_another_scene(scene: Scene) -> None:
    again = Scene(WIDTH, HEIGHT, people=2, seed=3)

    scene.render(5.0)  # what was drawn before must not matter
    assert np.array_equal(scene.render(9.7), again.render(9.7))


def test_another_seed_gives_other_people(scene: Scene) -> None:
    other = Scene(WIDTH, HEIGHT, people=2, seed=4)

    assert not np.array_equal(scene.render(1.0), other.render(1.0))


def test_people_move_while_they_hold_an_expression(scene: Scene) -> None:
    assert not np.array_equal(scene.render(1.0), scene.render(1.4))


@pytest.mark.parametrize("people", [1, 2, 3, 6])
def test_true_boxes_and_landmarks_lie_inside_the_picture(people: int) -> None:
    scene = Scene(WIDTH, HEIGHT, people=people, seed=people)

    for seconds in np.arange(0.0, 32.0, 1.9):
        boxes = scene.faces(float(seconds))
        assert len(boxes) == people
        for box in boxes:
            assert box.left >= 0
            assert box.top >= 0
            assert box.left + box.width <= 320
            assert box.top + box.height <= 180
            right_eye, left_eye, nose, right_mouth, left_mouth = box.landmarks
            assert right_eye[0] < nose[0] < left_eye[0]
            assert right_mouth[0] < left_mouth[0]
            assert max(right_eye[1], left_eye[1]) < nose[1] < min(right_mouth[1], left_mouth[1])
            assert all(box.left < x < box.left + box.width for x, _ in box.landmarks)
            assert all(box.top < y < box.top + box.height for _, y in box.landmarks)


def test_the_eyes_are_dark_where_the_landmarks_say(scene: Scene) -> None:
    picture = scene.render(0.5).astype(float).mean(2)
    for box in scene.faces(0.5):
        x, y = (round(value) for value in box.landmarks[0])
        cheek_y = round(box.top + 0.62 * box.height)
        assert picture[y - 2 : y + 3, x - 2 : x + 3].min() < picture[cheek_y, x]


def test_faces_of_one_scene_do_not_overlap() -> None:
    for people in (2, 3, 4, 6):
        boxes = Scene(WIDTH, HEIGHT, people=people, seed=1).faces(0.0)
        for index, one in enumerate(boxes):
            for two in boxes[index + 1 :]:
                across = min(one.left + one.width, two.left + two.width) - max(one.left, two.left)
                down = min(one.top + one.height, two.top + two.height) - max(one.top, two.top)
                assert min(across, down) <= 0


def test_a_scene_holds_one_to_six_people() -> None:
    with pytest.raises(ValueError, match="1 to 6 people, not 7"):
        Scene(WIDTH, HEIGHT, people=7)


def test_everybody_blinks_but_seldom() -> None:
    times = np.arange(0.0, 35.0, 0.02)
    for seed in range(5):
        closed = np.array([Motion(seed).blink_at(float(t)) for t in times]) > 0.5

        assert 5 <= np.count_nonzero(np.diff(closed.astype(int)) == 1) <= 12
        assert closed.mean() < 0.1


def test_a_blink_shows_in_the_acted_expression(scene: Scene) -> None:
    # Neutral for four seconds: only a blink can close the eyes.
    closed = max(scene.expression_at(t).closed for t in np.arange(0.0, 4.0, 0.02).tolist())

    assert closed > 0.9


def test_the_timeline_starts_neutral_and_visits_all_eight_emotions_once_a_cycle() -> None:
    timeline = Timeline()
    acted = [timeline.emotion_at(start * 4.0 + 0.1) for start in range(8)]

    assert acted[0] == "neutral"
    assert sorted(acted) == sorted(EXPRESSIONS)
    assert timeline.cycle == 32.0
    assert timeline.emotion_at(32.0) == "neutral"


def test_a_segment_begins_and_ends_where_the_emotion_changes() -> None:
    timeline = Timeline(hold=2.5, emotions=("neutral", "anger"))
    segment = timeline.segment_at(8.0)

    assert (segment.emotion, segment.start, segment.end) == ("anger", 7.5, 10.0)
    assert timeline.emotion_at(7.49) == "neutral"
    assert timeline.emotion_at(10.0) == "neutral"


def test_a_face_eases_into_a_new_emotion_within_the_ease() -> None:
    timeline = Timeline(hold=4.0)

    assert timeline.blend_at(0.0)[:2] == ("neutral", "neutral")
    assert timeline.blend_at(4.0) == ("neutral", "happiness", 0.0)
    assert timeline.blend_at(4.3)[2] == pytest.approx(0.5)
    assert timeline.blend_at(4.6)[2] == pytest.approx(1.0)
    assert timeline.blend_at(7.9)[2] == 1.0


def test_half_way_between_two_expressions_lies_their_mean() -> None:
    half = Expression(jaw=1.0).towards(Expression(frown=0.5), 0.5)

    assert (half.jaw, half.frown) == (0.5, 0.25)


def test_contempt_is_the_only_lopsided_expression() -> None:
    lopsided = [name for name, expression in EXPRESSIONS.items() if expression.mirrored() != expression]

    assert lopsided == ["contempt"]


def test_a_person_of_a_seed_never_changes() -> None:
    assert looks(11) == looks(11)
    assert looks(11) != looks(12)


def test_a_portrait_shows_its_emotion_with_its_face_inside() -> None:
    calm, amazed = (portrait(5, emotion, intensity=1.0, size=120) for emotion in ("neutral", "surprise"))

    assert calm.picture.shape == (120, 120, 3)
    assert np.array_equal(calm.picture, portrait(5, "neutral", intensity=1.0, size=120).picture)
    assert amazed.face.height > calm.face.height  # the jaw has dropped
    assert all(0 < x < 120 and 0 < y < 120 for x, y in calm.face.landmarks)


def test_portraits_of_one_sitting_differ() -> None:
    first, second = (portrait(seed, "neutral", size=96).picture for seed in (SITTINGS, SITTINGS + 1))

    assert not np.array_equal(first, second)


def test_a_curve_passes_through_its_points() -> None:
    through = ((0.0, 0.0), (1.0, 2.0), (3.0, 1.0))

    assert np.allclose(curve(*through, steps=4)[::4], through)


def test_an_address_without_settings_has_the_defaults() -> None:
    assert parse_address("pattern:") == PatternAddress(
        people=2, seed=0, width=640, height=360, fps=15.0, hold=4.0
    )


def test_an_address_sets_everything() -> None:
    address = parse_address("pattern:?people=3&seed=7&width=960&height=540&fps=12.5&hold=2")

    assert address == PatternAddress(people=3, seed=7, width=960, height=540, fps=12.5, hold=2.0)
    assert isinstance(address.people, int)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("pattern:?people=0", r'people must be a whole number from 1 to 6, not "0"'),
        ("pattern:?people=two", r'people must be a whole number from 1 to 6, not "two"'),
        ("pattern:?people=2.5", r'people must be a whole number from 1 to 6, not "2.5"'),
        ("pattern:?width=4000", r'width must be a whole number from 160 to 1920, not "4000"'),
        ("pattern:?fps=nan", r'fps must be a number from 1 to 60, not "nan"'),
        ("pattern:?fps=", r'fps must be a number from 1 to 60, not ""'),
        ("pattern:?hold=0.5", r'hold must be a number from 1 to 60, not "0.5"'),
        ("pattern:?seed=-1", r'seed must be a whole number from 0 to 2147483647, not "-1"'),
        (
            "pattern:?colour=red",
            r'no setting "colour"; its settings are people, seed, width, height, fps, hold',
        ),
        ("pattern:?seed=1&seed=2", r'"seed" is given twice'),
        ("pattern://host?seed=1", r'"pattern://host\?seed=1" is not the address of a test pattern'),
        ("rtsp://camera", r'"rtsp://camera" is not the address of a test pattern'),
    ],
)
def test_a_wrong_address_is_refused_with_a_sentence(address: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_address(address)
