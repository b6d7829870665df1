"""The classifier's recipe: FER+'s rules for votes, and the crop."""

from pathlib import Path

import numpy as np
import pytest

from models import Crop
from models.emotion.crop import SIDE, cropped
from models.emotion.ferplus import LABELS, Faces, for_scoring, for_training, majority, soft_shares

UNKNOWN, NO_FACE = len(LABELS), len(LABELS) + 1


def votes(**cast: int) -> np.ndarray:
    """One row of ten columns: votes by label, `unknown` and `no_face`."""
    columns = {**{label: index for index, label in enumerate(LABELS)}, "unknown": UNKNOWN, "no_face": NO_FACE}
    row = np.zeros((1, len(columns)), np.uint8)
    for name, count in cast.items():
        row[0, columns[name]] = count
    return row


def test_a_label_needs_more_than_half_of_the_votes_to_be_scored() -> None:
    usable, _ = majority(votes(anger=5, disgust=5))
    assert not usable[0]
    usable, shares = majority(votes(anger=6, disgust=4))
    assert usable[0]
    assert LABELS[shares[0].argmax()] == "anger"


def test_single_votes_are_dropped_before_the_half_is_counted() -> None:
    usable, shares = majority(votes(fear=5, surprise=1, neutral=1, sadness=1, anger=1, contempt=1))
    assert usable[0]
    assert LABELS[shares[0].argmax()] == "fear"


def test_a_face_most_people_know_no_word_for_is_neither_scored_nor_learnt() -> None:
    for rule in (majority, soft_shares):
        assert not rule(votes(unknown=8, neutral=2))[0][0]
        assert not rule(votes(no_face=9))[0][0]


def test_a_face_of_nothing_but_single_votes_is_not_used() -> None:
    cast = votes(neutral=1, happiness=1, surprise=1)
    assert not majority(cast)[0][0]
    assert not soft_shares(cast)[0][0]


def test_training_keeps_doubt_as_shares_of_the_emotions_alone() -> None:
    usable, shares = soft_shares(votes(sadness=4, neutral=3, unknown=2, fear=1))
    assert usable[0]
    assert shares[0, LABELS.index("sadness")] == pytest.approx(4 / 7)
    assert shares[0, LABELS.index("neutral")] == pytest.approx(3 / 7)
    assert shares.sum() == pytest.approx(1)


def test_the_two_splits_are_read_each_by_its_rule(tmp_path: Path) -> None:
    cast = np.concatenate([votes(happiness=10), votes(anger=5, disgust=5), votes(no_face=10)])
    pictures = np.arange(3, dtype=np.uint8)[:, None, None] * np.ones((1, 48, 48), np.uint8)
    (tmp_path / "ferplus").mkdir()
    np.savez(
        tmp_path / "ferplus" / "ferplus.npz",
        train_images=pictures,
        train_votes=cast,
        valid_images=pictures,
        valid_votes=cast,
    )
    assert for_training(tmp_path).pictures[:, 0, 0].tolist() == [0, 1]
    assert for_scoring(tmp_path).pictures[:, 0, 0].tolist() == [0]


def test_the_prior_is_the_mean_share() -> None:
    shares = np.eye(8, dtype=np.float32)[[0, 0, 1, 2]]
    prior = Faces(np.zeros((4, 48, 48), np.uint8), shares).prior
    assert prior[:3].tolist() == [0.5, 0.25, 0.25]


def face_at(x: float, y: float, size: float, angle: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A grey picture with two bright eyes on a line of that slope, its box and landmarks."""
    picture = np.zeros((200, 300), np.uint8)
    reach = size / 4 * np.array([np.cos(angle), np.sin(angle)])
    eyes = np.array([np.array([x, y]) - reach, np.array([x, y]) + reach])
    for column, row in eyes:
        picture[round(row) - 3 : round(row) + 4, round(column) - 3 : round(column) + 4] = 255
    box = np.array([x - size / 2, y - size / 2, size, size], np.float32)
    return picture, box, np.concatenate([eyes, np.zeros((3, 2))]).astype(np.float32)


@pytest.mark.parametrize("angle", [0.0, 0.4, -0.4])
def test_a_crop_puts_the_eyes_level_where_the_box_has_them(angle: float) -> None:
    picture, box, landmarks = face_at(150, 100, 96, angle)
    crop = cropped(picture, box, landmarks, Crop(1.0, "eyes"))
    assert crop.shape == (SIDE, SIDE)
    rows, columns = np.nonzero(crop > 128)
    for half, expected in ((columns < SIDE / 2, SIDE / 4), (columns >= SIDE / 2, SIDE * 3 / 4)):
        assert columns[half].mean() + 0.5 == pytest.approx(expected, abs=0.8)
        assert rows[half].mean() + 0.5 == pytest.approx(SIDE / 2, abs=0.8)


def test_a_crop_beyond_the_edge_repeats_the_edge() -> None:
    picture = np.full((50, 50), 90, np.uint8)
    box = np.array([-30, -30, 60, 60], np.float32)
    crop = cropped(picture, box, np.zeros((5, 2), np.float32), Crop(1.0, "none"))
    assert (crop == 90).all()
