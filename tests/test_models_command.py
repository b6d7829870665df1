"""`semblance models`: what it lists, pulls and verifies, and the sentence of each mistake."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from inference import EMOTIONS
from models.catalogue import Known
from models.catalogue import known as really_known
from semblance.__main__ import main
from tests.mirror import PROXIES, Mirror, cut, file, from_the_start, mirror, stuck
from tests.yunet import yunet_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

YUNET = really_known("yunet")


def classifier(emotions: int = 8) -> bytes:
    """A classifier of 48x48 faces that sees in each the same."""
    faces = helper.make_tensor_value_info("faces", TensorProto.FLOAT, ["n", 1, 48, 48])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", emotions])
    weights = numpy_helper.from_array(np.zeros((48 * 48, emotions), np.float32), "weights")
    nodes = [
        helper.make_node("Flatten", ["faces"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["logits"]),
    ]
    graph = helper.make_graph(nodes, "small", [faces], [logits], [weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    content: bytes = model.SerializeToString()
    return content


def entry(content: bytes, **changes: object) -> dict[str, Any]:
    return {
        "name": "small",
        "task": "emotion",
        "version": "1",
        "file": "small.onnx",
        "sha256": hashlib.sha256(content).hexdigest(),
        "input": {
            "name": "faces",
            "dtype": "float32",
            "layout": "NCHW",
            "colour": "grey",
            "width": 48,
            "height": 48,
            "mean": 0,
            "scale": 1,
        },
        "outputs": ["logits"],
        "labels": list(EMOTIONS),
        "crop": {"scale": 1.0, "level": "eyes"},
        "licence": "MIT",
        **changes,
    }


class Shell:
    """Types commands, in this process."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capture = patch, capture

    def __call__(self, *words: str) -> tuple[int, str, str]:
        """Exit status, standard output and error of `semblance models WORDS`."""
        self._patch.setattr(sys, "argv", ["semblance", "models", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = self._capture.readouterr()
        assert "Traceback" not in said.err
        return int(ended.value.code or 0), said.out, said.err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of pulled models."""
    monkeypatch.setenv("SEMBLANCE_MODELS", str(tmp_path / "pulled"))
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return tmp_path / "pulled"


@pytest.fixture
def typed(
    folder: Path,  # noqa: ARG001 - commands must not see what was really pulled
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Shell:
    return Shell(monkeypatch, capsys)


@pytest.fixture
def server() -> Iterator[Mirror]:
    with mirror() as running:
        yield running


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The file of a catalogue that has one model, small."""
    content = classifier()
    manifest = entry(content)
    model = Known(
        "small",
        "emotion",
        "small.onnx",
        len(content),
        manifest["sha256"],
        (),
        "MIT",
        "It is small.",
        manifest,
    )
    monkeypatch.setattr("semblance.pulling.known", {"small": model}.__getitem__)
    return content


def test_a_pulled_model_is_told_with_its_licence_and_is_there(
    typed: Shell, server: Mirror, small: bytes, folder: Path
) -> None:
    server.answers["/small.onnx"] = file(small)
    status, out, _ = typed("pull", "small", "--from", server.address)
    assert status == 0
    assert f"small was pulled from {server.address}/small.onnx to {folder}/small/small.onnx." in out
    assert "Licence: MIT. It is small." in out
    assert typed("pull", "small")[:2] == (0, f"small is there already and whole: {folder}/small/small.onnx\n")
    assert "emotion: small 1 is whole" in typed("verify", "small")[1]


def test_a_model_is_pulled_from_a_folder(typed: Shell, small: bytes, tmp_path: Path) -> None:
    (tmp_path / "small.onnx").write_bytes(small)
    assert typed("pull", "small", "--from", str(tmp_path))[0] == 0


def test_pulling_an_unknown_name_lists_those_known(typed: Shell) -> None:
    status, out, err = typed("pull", "yolo")
    assert (status, out) == (1, "")
    assert err == (
        "semblance: There is no model 'yolo' to pull; those known are enet_b0_8, ferplus-vgg13, yunet.\n"
    )


def test_each_failure_of_a_pull_is_one_line_and_status_one(
    typed: Shell, server: Mirror, folder: Path
) -> None:
    wrong = bytes(YUNET.size)
    cases = {
        "nothing": (None, "is not there (404)"),
        "wrong": (file(wrong), f"expected {YUNET.sha256}; it was not kept"),
        "cut": (cut(wrong, 1000), "broke off after 1,000 of 232,589 bytes; pull again, which goes on"),
        "other": (file(b"<html>"), "offers 6 bytes where 232,589 are missing"),
    }
    for name, (answer, said) in cases.items():
        if answer is not None:
            server.answers[f"/{name}/{YUNET.file}"] = answer
        status, out, err = typed("pull", "yunet", "--from", f"{server.address}/{name}")
        assert (status, out, err.count("\n")) == (1, "", 1), name
        assert said in err
    assert not (folder / "yunet" / YUNET.file).exists()


@pytest.mark.timeout(60)
def test_ctrl_c_keeps_what_came_and_the_next_pull_goes_on(typed: Shell, server: Mirror, folder: Path) -> None:
    over = threading.Event()
    server.answers[f"/{YUNET.file}"] = stuck(bytes(YUNET.size), 50_000, over)
    command = [sys.executable, "-m", "semblance", "models", "pull", "yunet", "--from", server.address]
    pulling = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ})
    part = folder / "yunet" / f"{YUNET.file}.part"
    try:
        deadline = time.monotonic() + 10
        while not (part.is_file() and part.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.02)
        pulling.send_signal(signal.SIGINT)
        _, err = pulling.communicate(timeout=10)
    finally:
        pulling.kill()
        over.set()
    assert pulling.returncode == 130
    assert err == "semblance: stopped; `semblance models pull yunet` goes on from what is there\n"
    assert part.stat().st_size == 50_000
    server.answers[f"/{YUNET.file}"] = from_the_start(bytes(YUNET.size))
    assert "it was not kept" in typed("pull", "yunet", "--from", server.address)[2]
    assert server.asked[1] == (f"/{YUNET.file}", "bytes=50000-")


def test_the_list_tells_what_ships_and_what_can_be_pulled(typed: Shell) -> None:
    status, out, _ = typed("list")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert status == 0
    assert any(line.startswith("face semblance-face") and "ships, used" in line for line in lines)
    assert any(line.startswith("face yunet 2023mar to pull 0.23 MB MIT") for line in lines)
    assert "AffectNet, which is given out for research only" in out


def test_the_list_as_json_has_all_that_is_known(typed: Shell, folder: Path) -> None:
    content = classifier()
    (folder / "small").mkdir(parents=True)
    (folder / "small" / "small.onnx").write_bytes(content)
    (folder / "small" / "manifest.json").write_text(json.dumps(entry(content)), "utf-8")
    (folder / "small" / "card.json").write_text('{"figures": {"accuracy": 0.5}}', "utf-8")
    models = {model["name"]: model for model in json.loads(typed("list", "--json")[1])}
    assert list(models) == [
        "semblance-emotion", "semblance-face", "small", "enet_b0_8", "ferplus-vgg13", "yunet",
    ]  # fmt: skip
    assert models["small"]["state"] == "pulled"
    assert models["small"]["card"] == {"figures": {"accuracy": 0.5}}
    assert models["small"]["provider"] in ("cpu", "cuda")
    assert models["yunet"] | {"note": ""} == {
        "name": "yunet",
        "task": "face",
        "version": "2023mar",
        "state": "known",
        "usedByDefault": False,
        "provider": None,
        "bytes": 232_589,
        "licence": "MIT",
        "trainedOn": [],
        "sha256": YUNET.sha256,
        "path": None,
        "card": None,
        "note": "",
    }
    assert [name for name, model in models.items() if model["usedByDefault"]] == [
        "semblance-emotion",
        "semblance-face",
    ]


def test_the_list_tells_how_well_each_emotion_is_read(typed: Shell, folder: Path) -> None:
    content = classifier()
    (folder / "small").mkdir(parents=True)
    (folder / "small" / "small.onnx").write_bytes(content)
    (folder / "small" / "manifest.json").write_text(json.dumps(entry(content)), "utf-8")
    card = {
        "conditions": "On ten faces.",
        "figures": {"accuracy": 0.5},
        "perClass": {"anger": {"precision": 0.25, "recall": 0.125, "count": 8}},
    }
    (folder / "small" / "card.json").write_text(json.dumps(card), "utf-8")
    out = typed("list")[1]
    assert "small: On ten faces.\n  accuracy: 0.500\n" in out
    assert ["anger", "0.250", "0.125", "8"] in [line.split() for line in out.splitlines()]


def test_a_card_that_is_wrong_is_told_in_the_list(typed: Shell, folder: Path) -> None:
    content = classifier()
    (folder / "small").mkdir(parents=True)
    (folder / "small" / "manifest.json").write_text(json.dumps(entry(content)), "utf-8")
    (folder / "small" / "card.json").write_text('{"figures": {}}', "utf-8")
    status, out, _ = typed("list")
    assert status == 0
    assert "The card of small lacks the key 'conditions'." in out
    assert any(
        line.split()[:5] == ["emotion", "small", "1", "pulled", "missing"] for line in out.splitlines()
    )


def test_a_broken_model_is_in_the_list_with_what_is_wrong(typed: Shell, folder: Path) -> None:
    (folder / "yunet").mkdir(parents=True)
    (folder / "yunet" / "manifest.json").write_text("{", "utf-8")
    status, out, _ = typed("list")
    assert status == 0
    assert "yunet: The manifest" in out
    assert "is not whole JSON" in out


def test_verifying_looks_at_all_and_tells_every_mistake(typed: Shell, folder: Path) -> None:
    content = classifier()
    for name, weights, changes in (
        ("damaged", content[:-5] + b"xxxxx", {}),
        ("empty", b"", {}),
        ("fine", content, {}),
        ("page", b"<html>", {}),
        ("seven", content, {"labels": list(EMOTIONS[:-1])}),
    ):
        (folder / name).mkdir(parents=True)
        (folder / name / "small.onnx").write_bytes(weights)
        manifest = entry(content, **{"name": name, **changes})
        (folder / name / "manifest.json").write_text(json.dumps(manifest), "utf-8")
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
    (tmp_path / "small.onnx").write_bytes(content)
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(entry(content)), "utf-8")
    assert typed("verify", str(path))[:2] == (0, "emotion: small 1 is whole\n")
    path.write_text(json.dumps(entry(content, **changes)), "utf-8")
    status, _, err = typed("verify", str(path))
    assert status == 1
    assert said in err


def test_a_file_with_the_right_hash_that_is_no_model_is_told(typed: Shell, tmp_path: Path) -> None:
    for content, said in ((b"GIF89a", "is not an ONNX model"), (classifier()[:-40], "is cut short")):
        (tmp_path / "small.onnx").write_bytes(content)
        (tmp_path / "manifest.json").write_text(json.dumps(entry(content)), "utf-8")
        status, _, err = typed("verify", str(tmp_path / "manifest.json"))
        assert status == 1
        assert said in err


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
