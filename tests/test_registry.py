"""The models that ship: their manifests, and what is said about a file that is not what it should be."""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from onnx import TensorProto, helper

from inference import EMOTIONS
from models import ModelError, all_shipped, find, shipped, verify
from models.manifest import UnknownModelError
from models.manifest_file import read
from models.registry import pulled, pulled_folder

X, Y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy")
WEIGHTS: bytes = helper.make_model(
    helper.make_graph([helper.make_node("Neg", ["x"], ["y"])], "small", [X], [Y])
).SerializeToString()
ENTRY: dict[str, object] = {
    "name": "small",
    "task": "emotion",
    "version": "1",
    "file": "small.onnx",
    "sha256": hashlib.sha256(WEIGHTS).hexdigest(),
    "input": {
        "name": "x",
        "dtype": "float32",
        "layout": "NCHW",
        "colour": "grey",
        "width": 48,
        "height": 48,
        "mean": 0,
        "scale": 1,
    },
    "outputs": ["y"],
    "labels": list(EMOTIONS),
    "prior": {"training": dict.fromkeys(EMOTIONS, 0.125), "tau": 0.75},
    "temperature": 1.0,
    "crop": {"scale": 1.0, "level": "eyes"},
    "licence": "Apache-2.0",
    "trainedOn": ["nothing"],
    "recipe": ["none"],
}


def written(folder: Path, **changes: object) -> Path:
    """A manifest with these changes, beside a model file that fits it; `None` leaves a key out."""
    entry = {key: value for key, value in {**ENTRY, **changes}.items() if value is not None}
    path = folder / "manifest.json"
    path.write_text(json.dumps(entry), encoding="utf-8")
    (folder / "small.onnx").write_bytes(WEIGHTS)
    return path


def test_every_shipped_model_is_the_file_its_manifest_names() -> None:
    models = all_shipped()
    assert [model.task for model in models] == ["emotion", "face"]
    for model in models:
        verify(model)


def test_no_shipped_model_is_larger_than_three_megabytes() -> None:
    assert all(model.path.stat().st_size <= 3_000_000 for model in all_shipped())


def test_the_shipped_classifier_has_the_eight_emotions_and_a_prior_that_sums_to_one() -> None:
    model = shipped("emotion")
    assert sorted(filter(None, model.labels)) == sorted(EMOTIONS)
    assert model.prior is not None
    assert sum(model.prior.training.values()) == pytest.approx(1, abs=1e-3)
    assert model.crop is not None


def test_the_shipped_models_fold_their_normalisation_in() -> None:
    assert all((model.input.mean, model.input.scale) == ((0,), (1,)) for model in all_shipped())


def test_a_task_without_a_model_is_refused_with_the_tasks_there_are() -> None:
    with pytest.raises(ModelError, match="'voice'; there is one for emotion and for face"):
        shipped("voice")  # type: ignore[arg-type]


def test_a_manifest_beside_its_file_verifies(tmp_path: Path) -> None:
    model = read(written(tmp_path))
    verify(model)
    assert model.path == tmp_path / "small.onnx"


def test_a_missing_model_file_is_named(tmp_path: Path) -> None:
    model = read(written(tmp_path))
    model.path.unlink()
    with pytest.raises(ModelError, match=r"small has no file at .*small\.onnx"):
        verify(model)


def test_a_changed_model_file_is_found_out(tmp_path: Path) -> None:
    model = read(written(tmp_path))
    model.path.write_bytes(WEIGHTS + b"\x10\x00")  # one more field of a ModelProto
    with pytest.raises(ModelError, match="not the one its manifest names"):
        verify(model)


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no manifest at .*manifest\.json"):
        read(tmp_path / "manifest.json")


def test_a_cut_manifest_is_told_from_a_wrong_one(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text(encoding="utf-8")[:100], encoding="utf-8")
    with pytest.raises(ModelError, match="not whole JSON"):
        read(path)


def test_a_lacking_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="lacks the key 'sha256'"):
        read(written(tmp_path, sha256=None))


def test_labels_that_are_no_emotions_are_named(tmp_path: Path) -> None:
    labels = ["joy" if emotion == "happiness" else emotion for emotion in EMOTIONS]
    with pytest.raises(ModelError, match="labels joy are not"):
        read(written(tmp_path, labels=labels))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"labels": list(EMOTIONS[:-1])}, "each once"),
        ({"task": "voice"}, "task is 'voice'"),
        ({"temperature": "warm"}, "temperature must be a number, not 'warm'"),
        ({"outputs": "y"}, "outputs must be a list"),
        ({"input": 3}, "input must be a JSON object"),
        ({"prior": {"training": {}, "tau": 1}}, "lacks the key 'anger'"),
        ({"crop": {"scale": 1.0, "level": "nose"}}, "level is 'nose'"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        read(written(tmp_path, **changes))


def placed(folder: Path, name: str, task: str = "emotion") -> Path:
    """A model in the folder of pulled ones."""
    (folder / name).mkdir(parents=True)
    decoder = {"layout": "cells", "strides": [8]} if task == "face" else None
    return written(folder / name, name=name, task=task, decoder=decoder)


def test_without_a_wish_the_shipped_models_are_found(tmp_path: Path) -> None:
    assert find("emotion", "auto", tmp_path) == shipped("emotion")
    assert find("face", "auto", tmp_path) == shipped("face")


def test_yunet_is_found_before_the_shipped_detector_once_it_has_been_pulled(tmp_path: Path) -> None:
    placed(tmp_path, "yunet", "face")
    assert find("face", "auto", tmp_path).path == tmp_path / "yunet" / "small.onnx"
    assert find("face", "semblance-face", tmp_path) == shipped("face")


def test_a_pulled_classifier_is_found_only_by_its_name(tmp_path: Path) -> None:
    placed(tmp_path, "small")
    assert find("emotion", "auto", tmp_path) == shipped("emotion")
    assert find("emotion", "small", tmp_path).name == "small"


def test_a_manifest_of_ones_own_is_found_by_its_path(tmp_path: Path) -> None:
    assert find("emotion", str(written(tmp_path)), tmp_path).name == "small"


def test_a_path_without_a_manifest_is_an_unknown_model(tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError, match=r"There is no manifest at .*/none\.json"):
        find("emotion", str(tmp_path / "none.json"), tmp_path)


def test_an_unknown_model_is_told_with_those_there_are(tmp_path: Path) -> None:
    placed(tmp_path, "small")
    with pytest.raises(UnknownModelError, match=r"no model 'big' here, only semblance-emotion, .*, small;"):
        find("emotion", "big", tmp_path)


def test_a_model_of_the_other_task_is_not_taken(tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError, match="semblance-face is for the task face, not for emotion"):
        find("emotion", "semblance-face", tmp_path)


def test_a_folder_left_by_a_broken_pull_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "yunet").mkdir()
    (tmp_path / "yunet" / "yunet.onnx.part").write_bytes(b"x")
    assert pulled(tmp_path) == ()
    assert find("face", "auto", tmp_path) == shipped("face")


def test_pulled_models_lie_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEMBLANCE_MODELS", str(tmp_path))
    assert pulled_folder() == tmp_path
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SEMBLANCE_MODELS", "~/models")
    assert pulled_folder() == tmp_path / "models"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("SEMBLANCE_MODELS", "")
    assert pulled_folder() == tmp_path / "semblance" / "models"


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"<html>", "is not an ONNX model"), (WEIGHTS[:-9], "is cut short"), (b"", "is empty")],
)
def test_what_lies_in_the_models_place_is_told_for_what_it_is(
    tmp_path: Path, content: bytes, said: str
) -> None:
    model = read(written(tmp_path))
    model.path.write_bytes(content)
    with pytest.raises(ModelError, match=f"{said}.*put the right file there"):
        verify(model)


@pytest.mark.parametrize("place", ["/dev/zero", "pipe", "."])
def test_what_is_no_regular_file_is_not_even_opened(tmp_path: Path, place: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ModelError, match=f"{tmp_path / place} is no regular file"):
        verify(read(written(tmp_path, file=place)))


def test_a_file_that_is_no_model_is_not_hashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = read(written(tmp_path))
    model.path.write_bytes(b"<html>")
    hashed: list[object] = []
    monkeypatch.setattr(hashlib, "file_digest", lambda *given: hashed.append(given))
    with pytest.raises(ModelError, match="is not an ONNX model"):
        verify(model)
    assert hashed == []


def test_the_way_out_depends_on_where_the_model_is_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEMBLANCE_MODELS", str(tmp_path))
    model = read(placed(tmp_path, "small"))
    model.path.unlink()
    with pytest.raises(ModelError, match="`semblance models pull small --force` fetches it anew"):
        verify(model)
    with pytest.raises(ModelError, match="install the package again"):
        verify(replace(shipped("face"), sha256="0" * 64))
