"""Crops into emotion scores."""

from __future__ import annotations

import numpy as np
import pytest

from inference.classifier import Classifier
from inference.reading import EMOTIONS
from inference.sessions import InferenceError, open_session
from models import Prior, shipped
from tests.networks import LABELS, Constant, manifest

CROP = np.full((48, 48), 100, np.uint8)
# In the order of LABELS: neutral, happiness, surprise, sadness, anger, disgust, fear, contempt.
SHARES = (0.4, 0.2, 0.1, 0.1, 0.08, 0.06, 0.05, 0.01)
LOGITS = tuple(float(value) for value in np.log(SHARES))


def test_scores_come_in_the_one_order_of_the_emotions_and_sum_to_one() -> None:
    (scores,) = Classifier(Constant(LOGITS), manifest("emotion")).classify([CROP])
    assert dict(zip(EMOTIONS, scores, strict=True)) == pytest.approx(dict(zip(LABELS, SHARES, strict=True)))
    assert sum(scores) == pytest.approx(1)


def test_the_training_s_uneven_classes_are_taken_out_as_far_as_the_manifest_says() -> None:
    training = dict(zip(LABELS, SHARES, strict=True))
    (even,) = Classifier(Constant(LOGITS), manifest("emotion", Prior(training, 1.0))).classify([CROP])
    assert even == pytest.approx([1 / 8] * 8)
    (half,) = Classifier(Constant(LOGITS), manifest("emotion", Prior(training, 0.5))).classify([CROP])
    roots = np.sqrt(SHARES)
    assert dict(zip(EMOTIONS, half, strict=True)) == pytest.approx(
        dict(zip(LABELS, (roots / roots.sum()).tolist(), strict=True))
    )


def test_a_temperature_above_one_makes_the_scores_less_sure() -> None:
    (scores,) = Classifier(Constant(LOGITS), manifest("emotion", temperature=2.0)).classify([CROP])
    roots = np.sqrt(SHARES)
    assert max(scores) == pytest.approx(roots.max() / roots.sum())


def test_huge_logits_do_not_overflow() -> None:
    (scores,) = Classifier(Constant((1e4, *[0.0] * 7)), manifest("emotion")).classify([CROP])
    assert scores[EMOTIONS.index("neutral")] == 1.0


def test_no_crops_are_no_scores_and_no_run() -> None:
    network = Constant(LOGITS)
    assert Classifier(network, manifest("emotion")).classify([]) == []
    assert network.shapes == []


def test_seven_faces_are_four_two_and_one_on_the_cpu_and_eight_on_a_gpu() -> None:
    for on_gpu, sizes in ((False, [4, 2, 1]), (True, [8])):
        network = Constant(LOGITS, on_gpu=on_gpu)
        assert len(Classifier(network, manifest("emotion")).classify([CROP] * 7)) == 7
        assert [shape[0] for shape in network.shapes] == sizes


def test_each_crop_reaches_the_network_at_its_own_place() -> None:
    network = Constant(LOGITS)
    crops = [np.full((48, 48), level, np.uint8) for level in (10, 20, 30)]
    Classifier(network, manifest("emotion")).classify(crops)
    assert [batch[place, 0, 5, 5] for batch in network.batches for place in range(len(batch))] == [10, 20, 30]


def test_a_model_without_a_crop_rule_is_refused() -> None:
    with pytest.raises(InferenceError, match="made-up-emotion names no crop rule"):
        Classifier(Constant(LOGITS), manifest("emotion", crop=None))


def test_the_shipped_model_scores_a_crop_alike_alone_and_in_a_batch() -> None:
    emotion = shipped("emotion")
    classifier = Classifier(open_session(emotion.path, "cpu", 1), emotion)
    random = np.random.default_rng(0)
    crops = [random.integers(0, 256, (classifier.size, classifier.size), np.uint8) for _ in range(5)]
    together = classifier.classify(crops)
    assert together[3] == pytest.approx(classifier.classify([crops[3]])[0], abs=1e-5)
    assert all(sum(scores) == pytest.approx(1) for scores in together)
    assert len(set(together)) == 5
