"""Measures of a classifier: confusion, calibration, temperature."""

import numpy as np
import pytest

from models.emotion.measures import (
    accuracy,
    best_temperature,
    calibration_error,
    confusion,
    crossed_calibration_error,
    mean_recall,
    negative_log_likelihood,
    per_class,
    reliability,
    softmax,
)

LABELS = np.array([0, 0, 0, 1, 1, 2])
READ = np.array([0, 0, 1, 1, 0, 1])


def scores_of(read: np.ndarray, height: float = 0.8, count: int = 4) -> np.ndarray:
    """Rows whose highest score, at `read`, is `height`."""
    scores = np.full((len(read), count), (1 - height) / (count - 1))
    scores[np.arange(len(read)), read] = height
    return scores


def test_a_confusion_matrix_has_labels_as_rows() -> None:
    table = confusion(scores_of(READ), LABELS)
    assert table.tolist() == [[2, 1, 0, 0], [1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    assert accuracy(table) == 0.5


def test_a_label_nobody_shows_does_not_lower_the_mean_recall() -> None:
    table = confusion(scores_of(READ), LABELS)
    assert mean_recall(table) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)


def test_precision_is_of_what_is_read_and_recall_of_what_is_shown() -> None:
    first, second, third, fourth = per_class(confusion(scores_of(READ), LABELS))
    assert (first.precision, first.recall, first.count) == pytest.approx((2 / 3, 2 / 3, 3))
    assert (second.precision, second.recall, second.count) == pytest.approx((1 / 3, 1 / 2, 2))
    assert (third.precision, third.recall, third.count) == (0, 0, 1)
    assert (fourth.precision, fourth.recall, fourth.count) == (0, 0, 0)


def test_a_score_that_is_right_as_often_as_it_says_is_calibrated() -> None:
    labels = np.array([0, 0, 0, 0, 1])
    assert calibration_error(scores_of(np.zeros(5, int), 0.8), labels) == pytest.approx(0)
    assert calibration_error(scores_of(np.zeros(5, int), 0.98), labels) == pytest.approx(0.18)


def test_a_score_of_one_falls_into_the_last_range() -> None:
    (only,) = reliability(scores_of(np.zeros(3, int), 1.0), np.zeros(3, int))
    assert (only.confidence, only.accuracy, only.count) == (1, 1, 3)


def sampled(temperature: float, count: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and labels drawn from their softmax at that temperature."""
    chance = np.random.default_rng(7)
    logits = chance.normal(0, 2, (count, 8))
    shares = softmax(logits, temperature).cumsum(axis=1)
    labels = (shares < chance.random((count, 1))).sum(axis=1)
    return logits, np.minimum(labels, 7)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_the_temperature_that_made_the_labels_is_found(temperature: float) -> None:
    logits, labels = sampled(temperature)
    assert best_temperature(logits, labels) == pytest.approx(temperature, rel=0.05)
    fitted = softmax(logits, temperature)
    assert calibration_error(fitted, labels) < 0.02
    assert crossed_calibration_error(logits, labels) < 0.02
    assert negative_log_likelihood(fitted, labels) <= negative_log_likelihood(
        softmax(logits, temperature * 1.5), labels
    )


def test_a_temperature_changes_no_answer() -> None:
    logits, _ = sampled(1.0, 100)
    assert (softmax(logits, 0.5).argmax(axis=1) == logits.argmax(axis=1)).all()
