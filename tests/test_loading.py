"""Models checked against their manifests before they are used."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from inference.loading import load
from inference.sessions import InferenceError
from models import Decoder, ModelError, shipped
from tests.boxes_detector import boxes_model

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("free", [False, True])
def test_a_model_for_one_picture_at_a_time_is_given_batches_all_the_same(tmp_path: Path, free: bool) -> None:
    face = replace(boxes_model(tmp_path / "a.onnx"), free_sizes=free)
    boxes, scores = load(face, "cpu", 1).run(np.zeros((3, 3, 32, 64), np.float32), face.outputs)
    assert (boxes.shape, scores.shape) == ((3, 2, 4), (3, 2, 2))


def test_the_shipped_models_are_what_their_manifests_say() -> None:
    for task in ("face", "emotion"):
        assert load(shipped(task), "cpu", 1).provider == "cpu"


def test_another_input_is_named_with_the_one_that_was_expected(tmp_path: Path) -> None:
    face = boxes_model(tmp_path / "a.onnx")
    wrong = replace(face, input=replace(face.input, name="picture"))
    with pytest.raises(ModelError, match="has no input 'picture', but 'x'"):
        load(wrong, "cpu", 1)


def test_another_type_is_named_with_the_one_that_was_expected(tmp_path: Path) -> None:
    face = boxes_model(tmp_path / "a.onnx")
    with pytest.raises(ModelError, match=r"its input x is a tensor\(float\), not tensor\(uint8\)"):
        load(replace(face, input=replace(face.input, dtype="uint8")), "cpu", 1)


def test_an_output_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="has no output 'landmarks', but 'b', 's'"):
        load(replace(boxes_model(tmp_path / "a.onnx"), outputs=("b", "s", "landmarks")), "cpu", 1)


def test_a_size_the_network_does_not_take_is_told_before_the_first_picture(tmp_path: Path) -> None:
    face = boxes_model(tmp_path / "a.onnx")
    wrong = replace(face, input=replace(face.input, width=96))
    with pytest.raises(ModelError, match="the width of its input x is 64, not 96"):
        load(wrong, "cpu", 1)


def test_outputs_of_another_layout_are_told_before_the_first_picture(tmp_path: Path) -> None:
    face = boxes_model(tmp_path / "a.onnx")
    cells = Decoder("cells", (8, 16), None, relative=False, overlap=0.45)
    with pytest.raises(ModelError, match="output b has the shape 1 x 2 x 4, where the layout cells has 15"):
        load(replace(face, decoder=cells), "cpu", 1)
    with pytest.raises(InferenceError, match=r"not what its manifest says: .*\(2, 2, 4\)"):
        load(replace(face, outputs=("b", "b")), "cpu", 1)


@pytest.mark.parametrize("scores", [(3.5, 0.4), (0.5, -2.0)])
def test_a_detector_whose_scores_are_logits_is_refused(tmp_path: Path, scores: tuple[float, float]) -> None:
    face = boxes_model(tmp_path / "a.onnx", scores)
    with pytest.raises(
        InferenceError, match=r"scores lie from .* not from 0 to 1; most likely these are logits"
    ):
        load(face, "cpu", 1)


def test_a_classifier_with_another_number_of_outputs_is_told() -> None:
    emotion = shipped("emotion")
    with pytest.raises(ModelError, match=r"output logits has the shape .* x 8, not 9 labels"):
        load(replace(emotion, labels=(*emotion.labels, None)), "cpu", 1)


def test_another_file_than_the_manifest_names_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    face = boxes_model(tmp_path / "a.onnx")
    face.path.write_bytes(face.path.read_bytes()[:-10])
    with pytest.raises(ModelError, match=r"sha256|cut short"):
        load(face, "cpu", 1)
