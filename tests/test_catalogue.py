"""The models that can be pulled: each entry whole, and a manifest that can be read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from models.catalogue import Known, catalogue, known
from models.manifest import EMOTIONS, ModelError, UnknownModelError
from models.manifest_file import read

if TYPE_CHECKING:
    from pathlib import Path


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
