"""`semblance models verify`: what is whole, and the sentence of each mistake."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from inference import EMOTIONS
from tests.models_shell import Shell, classifier, put
from tests.yunet import yunet_json

if TYPE_CHECKING:
    from pathlib import Path


def test_verifying_looks_at_all_and_tells_every_mistake(typed: Shell, folder: Path) -> None:
    content = classifier()
    right = hashlib.sha256(content).hexdigest()
    for name, weights, changes in (
        ("damaged", content[:-5] + b"xxxxx", {}),
        ("empty", b"", {}),
        ("fine", content, {}),
        ("page", b"<html>", {}),
        ("seven", content, {"labels": list(EMOTIONS[:-1])}),
    ):
        put(folder / name, weights, **{"name": name, "sha256": right, **changes})
    status, out, err = typed("verify")
    assert status == 1
    assert [line.split()[1] for line in out.splitlines()] == ["semblance-emotion", "semblance-face", "fine"]
    damaged, empty, page, seven = err.splitlines()
    assert "its sha256 is" in damaged or "is not an ONNX" in damaged or "is cut short" in damaged
    assert "is empty; `semblance models pull empty --force`" in empty
    assert "is not an ONNX model (it begins with b'<html>')" in page
    assert "this model has no surprise" in seven


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sha256": "0" * 64}, "its sha256 is "),
        ({"outputs": ["scores"]}, "it has no output 'scores', but 'logits'"),
        ({"labels": [*EMOTIONS, None]}, "has the shape n x 8, not 9 labels"),
        ({"file": "none.onnx"}, "The model small has no file at "),
    ],
)
def test_a_manifest_of_ones_own_is_verified_by_its_path(
    typed: Shell, tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    content = classifier()
    path = put(tmp_path, content)
    assert typed("verify", str(path))[:2] == (0, "emotion: small 1 is whole\n")
    put(tmp_path, content, **changes)
    status, _, err = typed("verify", str(path))
    assert status == 1
    assert said in err


def test_a_file_with_the_right_hash_that_is_no_model_is_told(typed: Shell, tmp_path: Path) -> None:
    for content, said in ((b"GIF89a", "is not an ONNX model"), (classifier()[:-40], "is cut short")):
        status, _, err = typed("verify", str(put(tmp_path, content)))
        assert status == 1
        assert said in err


def test_what_a_file_says_steers_no_terminal_and_makes_no_line(typed: Shell, tmp_path: Path) -> None:
    content = classifier().replace(b"MatMul", b"M\x1b]0\x07\n")  # a kind of node that no runtime knows
    status, _, err = typed("verify", str(put(tmp_path, content)))
    assert (status, err.count("\n")) == (1, 1)
    assert "\x1b" not in err
    assert "\x07" not in err


def test_a_card_that_would_stop_the_service_is_a_mistake(typed: Shell, tmp_path: Path) -> None:
    path = put(tmp_path, classifier())
    path.with_name("card.json").write_text('{"conditions": 3}', "utf-8")
    status, out, err = typed("verify", str(path))
    assert (status, out) == (1, "")
    assert "conditions must be a text, not 3; mend or delete card.json beside its manifest" in err


def test_verifying_an_unknown_name_tells_those_there_are(typed: Shell) -> None:
    status, _, err = typed("verify", "yolo")
    assert status == 1
    assert "no model 'yolo' here, only semblance-emotion, semblance-face" in err


def test_another_export_of_yunet_is_used_through_a_manifest_of_ones_own(
    typed: Shell, tmp_path: Path, data: Path
) -> None:
    manifest = yunet_json(data / "reference_models/yunet_n_dynamic.onnx") | {"freeSizes": False}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert typed("verify", str(tmp_path / "manifest.json"))[:2] == (0, "face: my-yunet 1 is whole\n")
