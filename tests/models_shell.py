"""`semblance models` typed in this process, and a small classifier to pull and list."""

from __future__ import annotations

import hashlib
import json
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from inference import EMOTIONS
from semblance.command_line import status
from tests.mirror import without_proxies

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


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


def put(folder: Path, content: bytes | None, **changes: object) -> Path:
    """The small model in the folder, with these changes to its manifest; its file only where there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    if content is not None:
        (folder / "small.onnx").write_bytes(content)
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps(entry(content or b"", **changes)), "utf-8")
    return manifest


class Shell:
    """Types commands, in this process."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capture = patch, capture

    def __call__(self, *words: str) -> tuple[int, str, str]:
        """Exit status, standard output and error of `semblance models WORDS`."""
        self._patch.setattr(sys, "argv", ["semblance", "models", *words])
        ended = status()
        said = self._capture.readouterr()
        assert "Traceback" not in said.err
        return ended, said.out, said.err


def quiet(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """No proxies, and the pulled models in the folder: commands must not see what was really pulled."""
    patch.setenv("SEMBLANCE_MODELS", str(folder))
    without_proxies(patch)
