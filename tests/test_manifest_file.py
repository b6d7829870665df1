"""Manifests as they are read from JSON: what other people's models need, and each mistake in its sentence."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING

import pytest

from inference import EMOTIONS
from models import Decoder, Manifest, ModelError
from models.manifest import EMOTIONS as NAMED
from models.manifest_file import read
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

INPUT: dict[str, object] = {
    "name": "x",
    "dtype": "float32",
    "layout": "NCHW",
    "colour": "rgb",
    "width": 224,
    "height": 224,
    "mean": [123.675, 116.28, 103.53],
    "scale": 0.017,
}
LEAST: dict[str, object] = {
    "name": "other",
    "task": "emotion",
    "version": "1",
    "file": "other.onnx",
    "sha256": "AB" * 32,
    "input": INPUT,
    "outputs": ["logits"],
    "labels": list(EMOTIONS),
    "crop": {"scale": 1.0, "level": "eyes"},
    "licence": "MIT",
}
FACE: dict[str, object] = {
    **LEAST,
    "task": "face",
    "input": {**INPUT, "width": None, "height": None, "multipleOf": 32},
    "outputs": ["a", "b", "c"],
    "decoder": {"layout": "cells", "strides": [8, 16, 32]},
}
TEMPLATE = [[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]]


def written(folder: Path, entry: dict[str, object]) -> Manifest:
    path = folder / "manifest.json"
    path.write_text(json.dumps(entry), "utf-8")
    return read(path)


def mistake(folder: Path, entry: dict[str, object]) -> str:
    with pytest.raises(ModelError) as told:
        written(folder, entry)
    return str(told.value)


def test_the_emotions_are_those_of_the_readings() -> None:
    assert NAMED == EMOTIONS


def test_the_least_that_a_classifier_needs(tmp_path: Path) -> None:
    manifest = written(tmp_path, LEAST)
    assert manifest.input.mean == (123.675, 116.28, 103.53)
    assert manifest.input.scale == (0.017,)
    assert manifest.sha256 == "ab" * 32
    assert (manifest.temperature, manifest.prior, manifest.card) == (1.0, None, None)
    assert (manifest.confidence, manifest.free_sizes, manifest.decoder) == (0.5, False, None)
    assert manifest.trained_on == manifest.recipe == ()


def test_the_least_that_a_detector_needs(tmp_path: Path) -> None:
    manifest = written(tmp_path, FACE)
    assert manifest.decoder == Decoder("cells", (8, 16, 32), None, relative=False, overlap=0.45)
    assert manifest.labels == tuple(EMOTIONS)


@pytest.mark.parametrize("boxes", ["corners", "sizes", "centres"])
def test_boxes_of_each_kind(tmp_path: Path, boxes: str) -> None:
    decoder = {"layout": "boxes", "boxes": boxes, "relative": True, "overlap": 0.3}
    manifest = written(tmp_path, {**FACE, "outputs": ["b", "s"], "decoder": decoder})
    assert manifest.decoder == Decoder("boxes", (), boxes, relative=True, overlap=0.3)  # type: ignore[arg-type]


def test_an_output_that_is_no_emotion_is_null(tmp_path: Path) -> None:
    assert written(tmp_path, {**LEAST, "labels": [*EMOTIONS, None]}).labels == (*EMOTIONS, None)


def test_a_template_is_five_points(tmp_path: Path) -> None:
    crop = {"scale": 1.2, "level": "none", "template": TEMPLATE}
    manifest = written(tmp_path, {**LEAST, "crop": crop})
    assert manifest.crop is not None
    assert manifest.crop.template == tuple((x, y) for x, y in TEMPLATE)


def test_the_card_beside_a_manifest_comes_with_it(tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text('{"figures": {"accuracy": 0.86}}', "utf-8")
    assert written(tmp_path, LEAST).card == {"figures": {"accuracy": 0.86}}
    (tmp_path / "card.json").write_text("{", "utf-8")
    assert "delete that file, which the model works without" in mistake(tmp_path, LEAST)
    (tmp_path / "card.json").write_text("[]", "utf-8")
    assert "must be a JSON object" in mistake(tmp_path, LEAST)


def test_a_model_without_contempt_is_refused_by_name(tmp_path: Path) -> None:
    labels = [emotion for emotion in EMOTIONS if emotion != "contempt"]
    told = mistake(tmp_path, {**LEAST, "labels": labels})
    assert "this model has no contempt, so that it cannot be used" in told


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"labels": [*EMOTIONS, "anger"]}, "each once"),
        ({"labels": [*EMOTIONS[:-1], 3]}, "null for what is no emotion"),
        ({"labels": [*EMOTIONS, "boredom"]}, "the labels boredom are not among the eight emotions"),
        ({"outputs": ["a", "b", "c"]}, "outputs must be 1 or 2 names for a classifier"),
        ({"input": {**INPUT, "colour": "yuv"}}, "colour is 'yuv', not grey, bgr or rgb"),
        ({"input": {**INPUT, "layout": "CHW"}}, "layout is 'CHW', not NCHW or NHWC"),
        ({"input": {**INPUT, "dtype": "float16"}}, "dtype is 'float16', not float32 or uint8"),
        ({"input": {**INPUT, "mean": [1, 2]}}, "mean must be a number or three"),
        ({"input": {**INPUT, "mean": ["a"]}}, "mean must be a number or a list of numbers"),
        ({"input": {**INPUT, "colour": "grey"}}, "mean must be a number"),
        ({"input": {**INPUT, "width": 0}}, "width must be a whole number from 1 to 8192, not 0"),
        ({"crop": {"scale": 1, "level": "none", "template": TEMPLATE[:4]}}, "template must be five points"),
        ({"crop": {"scale": 1, "level": "none", "template": [[1]] * 5}}, "template must be five points"),
        ({"freeSizes": "yes"}, "freeSizes must be true or false, not 'yes'"),
        ({"trainedOn": "faces"}, "trainedOn must be a list of texts"),
    ],
)
def test_a_classifiers_mistake_is_named(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    assert said in mistake(tmp_path, {**LEAST, **changes})


@pytest.mark.parametrize(
    ("decoder", "said"),
    [
        (None, "decoder must be a JSON object"),
        ({"layout": "anchors"}, "layout is 'anchors', not cells, yunet or boxes"),
        ({"layout": "cells"}, "lacks the key 'strides'"),
        ({"layout": "cells", "strides": [8, 0, 32]}, "strides must be whole numbers from 1 up"),
        ({"layout": "cells", "strides": [8, 16]}, "outputs must be 2 names for the layout cells"),
        ({"layout": "yunet", "strides": [8]}, "outputs must be 4 names for the layout yunet"),
        ({"layout": "boxes"}, "lacks the key 'boxes'"),
        ({"layout": "boxes", "boxes": "lines"}, "decoder.boxes is 'lines', not corners, sizes or centres"),
        ({"layout": "cells", "strides": [8, 16, 32], "overlap": 0}, "overlap must be above 0"),
    ],
)
def test_a_detectors_mistake_is_named(tmp_path: Path, decoder: object, said: str) -> None:
    assert said in mistake(tmp_path, {**FACE, "decoder": decoder})


PRIOR: dict[str, object] = dict.fromkeys(EMOTIONS, 0.125)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"temperature": 0}, "temperature must be from 0.001 to 1000, not 0"),
        ({"temperature": math.nan}, "temperature must be a finite number, not nan"),
        ({"temperature": 10**400}, "temperature must be a finite number, not 1000"),
        ({"prior": {"training": PRIOR, "tau": 3}}, "prior.tau must be from 0 to 2, not 3"),
        ({"prior": {"training": {**PRIOR, "fear": 0}, "tau": 1}}, "prior.training must give each label"),
        ({"prior": {"training": {**PRIOR, "fear": "a"}, "tau": 1}}, "prior.training.fear must be a number"),
        ({"crop": None}, "crop must say how a face is cut out"),
        ({"crop": {"scale": 0, "level": "eyes"}}, "crop.scale must be from 0.1 to 10, not 0"),
        ({"crop": {"scale": 1, "level": "nose"}}, "crop.level is 'nose', not eyes or none"),
        (
            {"crop": {"scale": 1, "level": "none", "template": [*TEMPLATE[:4], [math.inf, 0]]}},
            "crop.template must be a finite number, not inf",
        ),
        (
            {"crop": {"scale": 1, "level": "none", "template": [[0.5, 0.5]] * 5}},
            "crop.template must be five points in places of their own",
        ),
        ({"input": {**INPUT, "mean": math.inf}}, "input.mean must be a finite number, not inf"),
        (
            {"input": {**INPUT, "scale": [1, 1, 1e300]}},
            "input.scale must be from -1e+06 to 1e+06, not",
        ),
        ({"input": {**INPUT, "width": 9000}}, "input.width must be a whole number from 1 to 8192, not 9000"),
        ({"input": {**INPUT, "height": None}}, "input.height must be given too where width is, 224 here"),
        ({"input": {**INPUT, "height": 112}}, "must be given and the same, not 224 and 112"),
        (
            {"input": {**INPUT, "width": None, "height": None}},
            "and the same, not None and None",
        ),
        ({"input": {**INPUT, "dtype": "uint8", "mean": 0}}, "input.scale must be 1 where dtype is 'uint8'"),
        ({"input": {**INPUT, "dtype": "uint8"}}, "input.mean must be 0 where dtype is 'uint8', not [123.675"),
        ({"outputs": ["a", "a"]}, "outputs must be names of which each is there once, not a, a"),
        ({"file": "a\0b"}, "file has unprintable characters: 'a\\x00b'"),
        ({"name": "\x1b[31m\nmy"}, r"name has unprintable characters: '\x1b[31m\nmy'"),
        ({"version": "\ud800"}, r"version has unprintable characters: '\ud800'"),
        ({"trainedOn": ["a\u202eb"]}, r"trainedOn has unprintable characters: 'a\u202eb'"),
    ],
)
def test_a_value_that_no_classifier_can_have_is_told_with_its_place(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    assert said in mistake(tmp_path, {**LEAST, **changes})


FREE: dict[str, object] = {**INPUT, "width": None, "height": None}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"confidence": -3}, "confidence must be from 0 to 1, not -3"),
        ({"confidence": math.nan}, "confidence must be a finite number, not nan"),
        ({"input": {**FREE, "multipleOf": 10**7}}, "input.multipleOf must be a whole number from 1 to 256"),
        ({"input": {**FREE, "multipleOf": 48}}, "a multiple of the largest of decoder.strides, 32, not 48"),
        (
            {"decoder": {"layout": "cells", "strides": [8, 16, 10**30]}},
            "decoder.strides must be whole numbers from 1 up to 256",
        ),
        (
            {"decoder": {"layout": "cells", "strides": [8, 16, 32], "overlap": math.nan}},
            "decoder.overlap must be a finite number, not nan",
        ),
    ],
)
def test_a_value_that_no_detector_can_have_is_told_with_its_place(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    assert said in mistake(tmp_path, {**FACE, **changes})


def test_a_classifier_may_tell_how_readable_a_face_is(tmp_path: Path) -> None:
    bytewise = {**INPUT, "dtype": "uint8", "mean": [0, 0, 0], "scale": 1.0}
    entry = {**LEAST, "outputs": ["logits", "readability"], "input": bytewise}
    assert written(tmp_path, entry).outputs == ("logits", "readability")


@pytest.mark.parametrize("content", ["[" * 100_000, '{"name": ' + "1" * 5000 + "}"])
def test_json_beyond_all_measure_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content, "utf-8")
    with pytest.raises(ModelError, match="is not whole JSON"):
        read(tmp_path / "manifest.json")


def test_a_detector_without_a_decoder_is_told(tmp_path: Path) -> None:
    entry = {key: value for key, value in FACE.items() if key != "decoder"}
    assert "lacks the key 'decoder'" in mistake(tmp_path, entry)


def test_the_examples_of_the_documentation_can_be_read(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "models.md").read_text("utf-8")
    examples = [json.loads(example) for example in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]
    manifests = [written(tmp_path, example) for example in examples]
    layouts = [manifest.decoder.layout for manifest in manifests if manifest.decoder is not None]
    assert sorted(layouts) == ["boxes", "cells", "yunet"]
    assert [manifest.task for manifest in manifests].count("emotion") == 1
