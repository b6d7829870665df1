"""Crops into emotion scores."""

from __future__ import annotations

from dataclasses import replace
from math import exp
from typing import TYPE_CHECKING

import numpy as np
import pytest

from inference.classifier import Classifier
from inference.reading import EMOTIONS
from inference.sessions import InferenceError, open_session
from models import Input, Prior, shipped
from tests.networks import LABELS, Constant, Judging, manifest

if TYPE_CHECKING:
    from typing import Any, Literal

    from numpy.typing import NDArray

CROP = np.full((48, 48), 100, np.uint8)
# In the order of LABELS: neutral, happiness, surprise, sadness, anger, disgust, fear, contempt.
SHARES = (0.4, 0.2, 0.1, 0.1, 0.08, 0.06, 0.05, 0.01)
LOGITS = tuple(float(value) for value in np.log(SHARES))


def test_scores_come_in_the_one_order_of_the_emotions_and_sum_to_one() -> None:
    ((scores, _),) = Classifier(Constant(LOGITS), manifest("emotion")).classify([CROP])
    assert dict(zip(EMOTIONS, scores, strict=True)) == pytest.approx(dict(zip(LABELS, SHARES, strict=True)))
    assert sum(scores) == pytest.approx(1)


def test_the_training_s_uneven_classes_are_taken_out_as_far_as_the_manifest_says() -> None:
    training = dict(zip(LABELS, SHARES, strict=True))
    ((even, _),) = Classifier(Constant(LOGITS), manifest("emotion", Prior(training, 1.0))).classify([CROP])
    assert even == pytest.approx([1 / 8] * 8)
    ((half, _),) = Classifier(Constant(LOGITS), manifest("emotion", Prior(training, 0.5))).classify([CROP])
    roots = np.sqrt(SHARES)
    assert dict(zip(EMOTIONS, half, strict=True)) == pytest.approx(
        dict(zip(LABELS, (roots / roots.sum()).tolist(), strict=True))
    )


def test_a_deployment_may_correct_for_them_by_more_or_less_than_the_manifest_says() -> None:
    said = manifest("emotion", Prior(dict(zip(LABELS, SHARES, strict=True)), 1.0))
    ((plain, _),) = Classifier(Constant(LOGITS), said, tau=0.0).classify([CROP])
    assert dict(zip(EMOTIONS, plain, strict=True)) == pytest.approx(dict(zip(LABELS, SHARES, strict=True)))


def test_a_tau_for_a_model_without_a_prior_is_refused() -> None:
    with pytest.raises(InferenceError, match=r"names no prior that a tau of 0\.5"):
        Classifier(Constant(LOGITS), manifest("emotion"), tau=0.5)


def test_outputs_that_are_no_emotion_are_left_out_before_the_scores_are_shared_out() -> None:
    wider = replace(manifest("emotion"), labels=(None, *LABELS, None))
    ((scores, _),) = Classifier(Constant((50.0, *LOGITS, 9.0)), wider).classify([CROP])
    assert dict(zip(EMOTIONS, scores, strict=True)) == pytest.approx(dict(zip(LABELS, SHARES, strict=True)))


def test_a_model_that_does_not_judge_how_readable_a_face_is_takes_all_for_readable() -> None:
    assert [
        each.readability for each in Classifier(Constant(LOGITS), manifest("emotion")).classify([CROP] * 3)
    ] == [1, 1, 1]


def test_a_second_output_says_how_readable_each_face_is() -> None:
    judging = replace(manifest("emotion"), outputs=("y", "readable"))
    crops = [np.full((48, 48), level, np.uint8) for level in (0, 50, 100, 200, 255)]
    found = Classifier(Judging(LOGITS), judging).classify(crops)
    assert [each.readability for each in found] == pytest.approx(
        [1 / (1 + exp(-(level - 100) / 10)) for level in (0, 50, 100, 200, 255)]
    )
    assert {each.scores for each in found} == {found[0].scores}


def test_readability_of_the_largest_logits_is_nought_or_one() -> None:
    judging = replace(manifest("emotion"), outputs=("y", "readable"))
    for steep, expected in ((1e5, 1.0), (-1e5, 0.0)):
        (one,) = Classifier(Judging(LOGITS, steep=steep), judging).classify(
            [np.full((48, 48), 200, np.uint8)]
        )
        assert one.readability == expected


@pytest.mark.parametrize(("colour", "seen"), [("rgb", (200, 100, 50)), ("bgr", (50, 100, 200))])
def test_a_model_of_colours_is_fed_them_in_its_order_with_its_mean_and_scale(
    colour: Literal["rgb", "bgr"], seen: tuple[int, int, int]
) -> None:
    network = Constant(LOGITS)
    wanted = Input("x", "float32", "NCHW", colour, 64, 64, None, (10.0, 20.0, 30.0), (0.1, 0.2, 0.5))
    classifier = Classifier(network, replace(manifest("emotion"), input=wanted))
    assert (classifier.coloured, classifier.size) == (True, 64)
    classifier.classify([np.full((64, 64, 3), (50, 100, 200), np.uint8)])
    expected = (np.array(seen) - (10, 20, 30)) * (0.1, 0.2, 0.5)
    assert network.batches[0].shape == (1, 3, 64, 64)
    assert network.batches[0][0, :, 7, 9] == pytest.approx(expected)
    classifier.warm()


def test_a_temperature_above_one_makes_the_scores_less_sure() -> None:
    ((scores, _),) = Classifier(Constant(LOGITS), manifest("emotion", temperature=2.0)).classify([CROP])
    roots = np.sqrt(SHARES)
    assert max(scores) == pytest.approx(roots.max() / roots.sum())


def test_huge_logits_do_not_overflow() -> None:
    ((scores, _),) = Classifier(Constant((1e4, *[0.0] * 7)), manifest("emotion")).classify([CROP])
    assert scores[EMOTIONS.index("neutral")] == 1.0


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_face_answered_by_no_numbers_is_unreadable_said_once_and_the_others_are_read(
    wrong: float, caplog: pytest.LogCaptureFixture
) -> None:
    class Overflowing(Constant):
        def run(self, batch: NDArray[Any], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
            (logits,) = super().run(batch, outputs)
            logits[batch[:, 0, 0, 0] == 200, 2] = wrong
            return [logits]

    classifier = Classifier(Overflowing(LOGITS), manifest("emotion"))
    first, second = classifier.classify([np.full((48, 48), 200, np.uint8), CROP])
    classifier.classify([np.full((48, 48), 200, np.uint8)])
    assert first == ((1 / 8,) * 8, 0)
    assert second.readability == 1
    assert second.scores == pytest.approx([SHARES[LABELS.index(emotion)] for emotion in EMOTIONS])
    assert [record.message for record in caplog.records] == [
        "made-up-emotion answered what is no number; such faces count as unreadable. Said once."
    ]


def test_a_readability_that_is_no_number_is_none() -> None:
    judging = replace(manifest("emotion"), outputs=("y", "readable"))
    (one,) = Classifier(Judging(LOGITS, steep=np.nan), judging).classify([CROP])
    assert one == ((1 / 8,) * 8, 0)


def test_no_crops_are_no_scores_and_no_run() -> None:
    network = Constant(LOGITS)
    assert Classifier(network, manifest("emotion")).classify([]) == []
    assert network.shapes == []


def test_seven_faces_are_four_two_and_one_on_the_cpu_and_eight_on_a_gpu() -> None:
    for on_gpu, sizes in ((False, [4, 2, 1]), (True, [8])):
        network = Constant(LOGITS, on_gpu=on_gpu)
        assert len(Classifier(network, manifest("emotion")).classify([CROP] * 7)) == 7
        assert [shape[0] for shape in network.shapes] == sizes


def test_inputs_lie_in_the_memory_that_the_classifier_is_given() -> None:
    asked = []

    def noted(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
        asked.append(shape)
        return np.zeros(shape, dtype)

    Classifier(Constant(LOGITS), manifest("emotion"), None, noted).classify([CROP] * 2)
    assert asked == [(2, 1, 48, 48)]


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
    (alone,) = classifier.classify([crops[3]])
    assert together[3].scores == pytest.approx(alone.scores, abs=1e-5)
    assert all(sum(each.scores) == pytest.approx(1) for each in together)
    assert len({each.scores for each in together}) == 5
