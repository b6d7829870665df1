"""The veil over faces: where they are hidden, for how long, and when everything is."""

from __future__ import annotations

import numpy as np
import pytest

from inference.veil import MEMORY, Veil

FACE = np.array([[40.0, 20.0, 40.0, 50.0]], np.float32)
NOBODY = np.empty((0, 4), np.float32)
SIZE = (640, 360)


def watching(until: float, fps: float = 10.0, boxes: np.typing.NDArray[np.float32] = NOBODY) -> Veil:
    """A veil that has seen these boxes for five seconds and some frames, the last of them just before."""
    veil = Veil()
    for number in range(round(5 * fps) + 5, 0, -1):
        veil.see(until - number / fps, boxes, SIZE)
    return veil


def hides(
    veil: Veil, seconds: float, face: np.typing.NDArray[np.float32], size: tuple[int, int] = SIZE
) -> bool:
    """Whether some place that is hidden holds all of this face."""
    left, top, width, height = face[0]
    right, bottom = min(left + width, size[0]), min(top + height, size[1])
    return any(
        x <= left and y <= top and x + w >= right and y + h >= bottom for x, y, w, h in veil.boxes(seconds)
    )


def hides_everything(veil: Veil, seconds: float, size: tuple[int, int] = SIZE) -> bool:
    return hides(veil, seconds, np.array([(0, 0, *size)], np.float32), size)


def test_the_place_around_a_face_is_hidden_too() -> None:
    veil = watching(10.0)
    veil.see(10.0, FACE, SIZE)
    # forehead, ears and chin: 0.3 of the longer side of 50 on each
    assert veil.boxes(10.0)[0].tolist() == pytest.approx([25.0, 5.0, 70.0, 80.0])


def test_a_face_that_is_lost_for_a_frame_stays_hidden_for_a_second_and_the_place_grows() -> None:
    veil = watching(10.0)
    veil.see(10.0, FACE, SIZE)
    for tenth in range(1, 6):
        veil.see(10.0 + tenth / 10, NOBODY, SIZE)
    (box,) = veil.boxes(10.5)
    assert box[2] > 90.0  # 40 and half a second more of margin
    assert len(veil.boxes(10.0 + MEMORY)) == 1
    assert len(veil.boxes(10.0 + MEMORY + 0.01)) == 0


def test_a_face_that_stays_is_one_place_however_often_it_is_seen() -> None:
    veil = Veil()
    for frame in range(100):
        veil.see(frame / 10, FACE + np.float32(frame % 3), SIZE)
    assert len(veil.boxes(9.9)) == 1
    assert veil.boxes(9.9)[0][2] == pytest.approx(70.0)  # no larger than the face and its margin


def test_a_face_that_goes_by_is_hidden_where_it_is_and_where_it_came_from() -> None:
    #   was [----]   is       [----]     nothing of where it was lies outside what is hidden
    veil = Veil()
    for frame in range(30):
        veil.see(frame / 10, FACE + np.array([[frame * 20, 0, 0, 0]], np.float32), SIZE)
    hidden = veil.boxes(2.9)
    assert 2 <= len(hidden) <= 11
    assert hidden[-1][0] == pytest.approx(40 + 29 * 20 - 15)
    assert hidden[0][0] < 40 + 20 * 20


def test_of_two_faces_the_one_that_is_lost_stays_hidden() -> None:
    veil, beside = watching(10.0), FACE + np.array([[50, 0, 0, 0]], np.float32)
    veil.see(10.0, np.concatenate((FACE, beside)), SIZE)
    veil.see(10.1, FACE, SIZE)
    assert len(veil.boxes(10.1)) == 2
    veil.see(10.2, np.concatenate((FACE, beside)), SIZE)
    assert len(veil.boxes(10.2)) == 2


def test_nothing_is_hidden_where_nobody_was_seen_for_as_long_as_it_remembers() -> None:
    veil = Veil()
    for tenth in range(10):
        veil.see(5.0 + tenth / 10, NOBODY, SIZE)
        assert hides_everything(veil, 5.0 + tenth / 10)
    veil.see(6.0, NOBODY, SIZE)
    assert veil.boxes(6.0).shape == (0, 4)


@pytest.mark.parametrize("pause", [1.6, 10.0, 3600.0, -5.0])
def test_after_a_pause_everything_is_hidden_until_it_has_watched_again(pause: float) -> None:
    veil = watching(10.0, boxes=FACE)
    again = 9.9 + pause
    for tenth in range(10):
        veil.see(again + tenth / 10, NOBODY, SIZE)
        assert hides_everything(veil, again + tenth / 10)
    veil.see(again + 1.0, NOBODY, SIZE)
    assert len(veil.boxes(again + 1.0)) == 0


@pytest.mark.parametrize("size", [(320, 180), (360, 640), (1280, 720)])
def test_after_a_change_of_size_everything_is_hidden_for_the_old_places_are_others(
    size: tuple[int, int],
) -> None:
    veil = watching(10.0, boxes=FACE)
    for tenth in range(10):
        veil.see(10.0 + tenth / 10, NOBODY, size)
        assert hides_everything(veil, 10.0 + tenth / 10, size)
    veil.see(11.0, NOBODY, size)
    assert len(veil.boxes(11.0)) == 0


@pytest.mark.parametrize("fps", [0.7, 1.0, 2.0, 5.0, 30.0])
def test_a_face_may_be_missed_in_three_frames_in_a_row_however_far_apart_they_are(fps: float) -> None:
    veil = watching(100.0, fps, FACE)
    assert len(veil.boxes(100.0 - 1 / fps)) == 1  # nothing but the face's own place
    for miss in range(3):
        veil.see(100.0 + miss / fps, NOBODY, SIZE)
        assert hides(veil, 100.0 + miss / fps, FACE)
        assert not hides_everything(veil, 100.0 + miss / fps)


@pytest.mark.parametrize("fps", [0.01, 0.1, 0.5, 0.65])
def test_where_frames_are_too_rare_to_remember_anything_everything_is_hidden(fps: float) -> None:
    veil = Veil()
    for frame in range(50):
        veil.see(frame / fps, NOBODY if frame % 3 else FACE, SIZE)
        assert hides_everything(veil, frame / fps)


def test_a_memory_that_pauses_made_long_shortens_again_and_holds_little() -> None:
    veil = watching(10.0, boxes=FACE)
    veil.see(11.3, NOBODY, SIZE)
    assert hides(veil, 11.3, FACE)
    for frame in range(1, 100):
        veil.see(11.3 + frame / 10, FACE + np.float32(frame * 40), SIZE)
    assert len(veil.boxes(21.2)) <= 11
