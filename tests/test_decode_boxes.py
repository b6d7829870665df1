"""Boxes that a network has decoded itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from inference.candidates import LayoutError
from inference.decode_boxes import DecodeBoxes

if TYPE_CHECKING:
    from typing import Literal

    from numpy.typing import NDArray

SIDES = (200, 100)
FACE = (20.0, 30.0, 40.0, 50.0)  # left, top, width, height
SHAPES: dict[Literal["corners", "sizes", "centres"], tuple[float, ...]] = {
    "corners": (20, 30, 60, 80),
    "sizes": FACE,
    "centres": (40, 55, 40, 50),
}


def outputs(numbers: tuple[float, ...], score: float = 0.8) -> list[NDArray[np.float32]]:
    """Two pictures of three boxes each; the second picture's second is the face."""
    boxes, scores = np.zeros((2, 3, 4), np.float32), np.zeros((2, 3), np.float32)
    boxes[1, 1], scores[1, 1] = numbers, score
    return [boxes, scores]


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize("relative", [False, True])
def test_four_numbers_are_a_box_in_pixels(
    kind: Literal["corners", "sizes", "centres"], relative: bool
) -> None:
    numbers = np.array(SHAPES[kind]) / ((*SIDES, *SIDES) if relative else 1)
    decode = DecodeBoxes(kind, relative=relative, overlap=0.45)
    first, second = decode(outputs(tuple(numbers)), SIDES, 2, 0.5)
    assert len(first) == 0
    assert second.boxes[0].tolist() == pytest.approx(FACE)
    assert second.scores.tolist() == pytest.approx([0.8])
    assert second.landmarks is None


def test_of_two_scores_the_second_is_the_faces() -> None:
    boxes, scores = outputs(FACE)
    decode = DecodeBoxes("sizes", relative=False, overlap=0.45)
    both = np.stack((1 - scores, scores), 2)
    for shaped in (both, scores[..., None]):
        assert [len(found) for found in decode([shaped, boxes], SIDES, 2, 0.5)] == [0, 1]


def test_a_score_a_little_above_one_is_one() -> None:
    decode = DecodeBoxes("sizes", relative=False, overlap=0.45)
    assert decode(outputs(FACE, 1.005), SIDES, 2, 0.5)[1].scores.tolist() == [1]


@pytest.mark.parametrize("shape", [(2, 3, 10), (2, 3, 5, 2)])
def test_landmarks_are_taken_where_there_are_any(shape: tuple[int, ...]) -> None:
    points = np.full((2, 3, 5, 2), 0.5, np.float32).reshape(shape)
    decode = DecodeBoxes("sizes", relative=True, overlap=0.45)
    found = decode([*outputs((0.1, 0.1, 0.2, 0.2)), points], SIDES, 2, 0.5)[1]
    landmarks = found.landmarks_of(0)
    assert landmarks is not None
    assert landmarks.tolist() == [[100, 50]] * 5


def test_boxes_that_overlap_more_than_the_manifest_allows_are_one_face() -> None:
    boxes, scores = outputs(FACE)
    boxes[1, 2], scores[1, 2] = (20.0, 30.0, 40.0, 25.0), 0.6  # shares half
    for overlap, count in ((0.4, 1), (0.6, 2)):
        decode = DecodeBoxes("sizes", relative=False, overlap=overlap)
        assert len(decode([boxes, scores], SIDES, 2, 0.5)[1]) == count


@pytest.mark.parametrize("wrong", [np.inf, -np.inf, np.nan, 3e38])
@pytest.mark.parametrize("kind", SHAPES)
def test_a_box_that_is_no_number_is_left_out_without_a_word(
    kind: Literal["corners", "sizes", "centres"], wrong: float
) -> None:
    boxes, scores = outputs(SHAPES[kind])
    boxes[0, 0], scores[0, 0] = wrong, 0.9
    found = DecodeBoxes(kind, relative=True, overlap=0.45)([boxes / np.float32(200), scores], SIDES, 2, 0.5)
    assert [len(of_picture) for of_picture in found] == [0, 1]


@pytest.mark.parametrize("shape", [(2, 3, 7), (2, 4), (6, 4)])
def test_outputs_that_are_no_boxes_and_scores_are_refused_with_their_shapes(shape: tuple[int, ...]) -> None:
    boxes, _ = outputs(FACE)
    with pytest.raises(LayoutError, match=r"\(2, "):
        DecodeBoxes("sizes", relative=False, overlap=0.45)(
            [boxes, np.zeros(shape, np.float32)], SIDES, 2, 0.5
        )
