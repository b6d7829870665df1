"""What a file is, told from the frame of its bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from models import all_shipped
from models.onnx_file import flaw

if TYPE_CHECKING:
    from pathlib import Path


def small() -> bytes:
    """A model as the ONNX package writes it."""
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [3]) for name in "xy")
    weights = numpy_helper.from_array(np.arange(3, dtype=np.float32), "w")
    graph = helper.make_graph([helper.make_node("Add", ["x", "w"], ["y"])], "small", [x], [y], [weights])
    content: bytes = helper.make_model(graph, producer_name="a test").SerializeToString()
    return content


def test_models_have_no_flaw(tmp_path: Path) -> None:
    path = tmp_path / "small.onnx"
    path.write_bytes(small())
    assert flaw(path) is None
    assert [flaw(model.path) for model in all_shipped()] == [None, None]


def test_a_model_cut_anywhere_before_its_end_is_cut_short(tmp_path: Path) -> None:
    path, content = tmp_path / "small.onnx", small()
    ends = [length for length in range(1, len(content)) if flaw(_written(path, content[:length])) is None]
    assert len(ends) <= 1  # after the graph, before the number of its operators' edition: a hash's to tell


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html>", r"is not an ONNX model \(it begins with b'<!DOCTYPE ht'\)"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "is a pointer of Git LFS"),
        (b"PK\x03\x04zip", "is not an ONNX model"),
        (b"\x7fELF\x02\x01", "is not an ONNX model"),
        (b'{"name": "small"}', "is not an ONNX model"),
        (b"\x08\x08\x3a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "is cut short"),
    ],
)
def test_other_files_are_told_for_what_they_are(tmp_path: Path, content: bytes, said: str) -> None:
    assert re.match(said, flaw(_written(tmp_path / "x", content)) or "none")


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
