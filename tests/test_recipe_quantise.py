"""The classifier in whole numbers of 8 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx

from inference.classifier import Classifier
from inference.loading import load
from models import shipped
from models.emotion.quantise import NAME, quantise
from stream.pattern import Scene

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_loaded_by_its_manifest_and_reads_faces_nearly_as_the_whole_model_does(tmp_path: Path) -> None:
    drawn = Scene(480, 480, people=2, seed=1).render(1.0)[..., 1]
    pictures = [np.ascontiguousarray(drawn[top : top + 480 : 10, ::10]) for top in range(8)]
    manifest = quantise(shipped("emotion"), np.stack(pictures), tmp_path)
    assert manifest.name == NAME
    assert manifest.path.stat().st_size < shipped("emotion").path.stat().st_size / 2
    layers = [node.op_type for node in onnx.load(manifest.path).graph.node]
    assert layers.count("DequantizeLinear") > layers.count("Conv") > 0
    whole, quantised = (
        Classifier(load(one, "cpu", 1), one).classify(pictures) for one in (shipped("emotion"), manifest)
    )
    apart = [
        max(abs(a - b) for a, b in zip(one.scores, other.scores, strict=True))
        for one, other in zip(whole, quantised, strict=True)
    ]
    assert 0 < max(apart) < 0.2
