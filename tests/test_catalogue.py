"""The models that can be pulled: each entry whole, and a manifest that can be read."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from onnx import TensorProto, helper
from onnx.numpy_helper import from_array

from inference.classifier import Classifier
from inference.detector import Detector
from inference.loading import load
from inference.look import LOOKS
from models.catalogue import Known, catalogue, known
from models.manifest import EMOTIONS, ModelError, UnknownModelError
from models.manifest_file import read
from stream.array_pixels import ArrayPixels
from tests.yunet import photographs

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from inference.sessions import Session
    from models import Manifest


def test_the_three_are_known() -> None:
    assert {model.name: model.task for model in catalogue()} == {
        "enet_b0_8": "emotion",
        "ferplus-vgg13": "emotion",
        "yunet": "face",
    }


def test_yunet_is_the_one_of_opencvs_model_zoo() -> None:
    yunet = known("yunet")
    assert yunet.sha256 == "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"
    assert (yunet.size, yunet.licence) == (232_589, "MIT")


@pytest.mark.parametrize("model", catalogue(), ids=lambda model: model.name)
def test_every_entry_has_a_hash_a_size_and_https_addresses_of_its_file(model: Known) -> None:
    assert re.fullmatch("[0-9a-f]{64}", model.sha256)
    assert 100_000 < model.size < 100_000_000
    assert model.urls
    assert all(url.startswith("https://") and url.endswith(f"/{model.file}") for url in model.urls)
    assert model.licence
    assert model.note.endswith(".")


@pytest.mark.parametrize("model", catalogue(), ids=lambda model: model.name)
def test_every_entrys_manifest_can_be_read(model: Known, tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(model.manifest), "utf-8")
    manifest = read(path)
    assert (manifest.name, manifest.task, manifest.sha256) == (model.name, model.task, model.sha256)
    assert manifest.path == tmp_path / model.file
    assert manifest.trained_on
    if model.task == "emotion":
        assert sorted(filter(None, manifest.labels)) == sorted(EMOTIONS)
        assert manifest.crop is not None


def test_what_was_trained_on_affectnet_says_that_it_is_for_research_only() -> None:
    model = known("enet_b0_8")
    assert "research only" in model.licence
    assert "AffectNet" in model.note


def test_an_unknown_name_is_told_with_those_known() -> None:
    with pytest.raises(
        UnknownModelError, match="no model 'yolo' to pull; those known are enet_b0_8, ferplus"
    ):
        known("yolo")


def test_a_wrong_entry_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"name": "a"}', "utf-8")
    with pytest.raises(ModelError, match=r"catalogue's entry .*a\.json is wrong \('task'\)"):
        catalogue(tmp_path)


def loaded(model: Known, content: bytes, folder: Path) -> tuple[Manifest, Session]:
    """The session of a file that stands in for the model's own, through the catalogue's manifest."""
    (folder / model.file).write_bytes(content)
    entry = {**model.manifest, "sha256": hashlib.sha256(content).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(entry), "utf-8")
    manifest = read(folder / "manifest.json")
    return manifest, load(manifest, "cpu", 1)


def network(name: str, sides: list[int | str], result: str, pooled: int) -> bytes:
    """Eight logits of a picture pooled to 4x4, flattened by a reshape to a batch of one as CNTK wrote it."""
    first, channels = sides[0], int(sides[1])
    numbers: dict[str, NDArray[Any]] = {
        "flat": np.array([1 if first == 1 else -1, channels * 16], np.int64),
        "wide": np.array([channels * 16, 8], np.int64),
        "weights": np.ones((1, channels * 16, 8), np.float32),
    }
    nodes = [
        helper.make_node("AveragePool", [name], ["pooled"], kernel_shape=[pooled] * 2, strides=[pooled] * 2),
        helper.make_node("Reshape", ["pooled", "flat"], ["row"]),
        helper.make_node("Reshape", ["weights", "wide"], ["matrix"]),
        helper.make_node("MatMul", ["row", "matrix"], [result]),
    ]
    values = [
        helper.make_tensor_value_info(place, TensorProto.FLOAT, shape)
        for place, shape in ((name, sides), (result, [first, 8]))
    ]
    graph = helper.make_graph(
        nodes, "stand-in", values[:1], values[1:], [from_array(array, key) for key, array in numbers.items()]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 8)], ir_version=8)
    content: bytes = model.SerializeToString()
    return content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("enet_b0_8", network("input", ["batch_size", 3, 224, 224], "output", 56)),
        ("ferplus-vgg13", network("Input3", [1, 1, 64, 64], "Plus692_Output_0", 16)),
    ],
)
def test_a_classifier_of_the_shape_its_authors_tell_of_reads_batches(
    name: str, content: bytes, tmp_path: Path
) -> None:
    manifest, session = loaded(known(name), content, tmp_path)
    classifier = Classifier(session, manifest)
    shape = (classifier.size, classifier.size, 3)[: 3 if classifier.coloured else 2]
    answers = classifier.classify([np.full(shape, value, np.uint8) for value in (0, 100, 255)])
    assert len(answers) == 3


def test_yunets_manifest_frees_the_sizes_that_its_file_declares(data: Path, tmp_path: Path) -> None:
    content = (data / "reference_models/yunet_n_640_640.onnx").read_bytes()
    manifest, session = loaded(known("yunet"), content, tmp_path)
    pictures = [ArrayPixels(picture) for picture in photographs(data, 3)]
    found = Detector(session, manifest, manifest.confidence).detect(pictures, [LOOKS["normal"]] * 3)
    assert sum(map(len, found)) > 0
