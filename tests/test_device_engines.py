"""TensorRT's engines: where they are kept and for which shapes they are built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.device.engines import tensorrt_options
from models import shipped

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_each_model_and_precision_keeps_its_engines_in_a_folder_of_its_own(tmp_path: Path) -> None:
    face, emotion = shipped("face"), shipped("emotion")
    folders = set()
    for model, half in ((face, True), (face, False), (emotion, True)):
        options = tensorrt_options(model, half=half, folder=tmp_path)
        assert options["trt_fp16_enable"] == str(half)
        assert options["trt_engine_cache_enable"] == options["trt_timing_cache_enable"] == "True"
        assert options["trt_engine_cache_path"] == options["trt_timing_cache_path"]
        folders.add(options["trt_engine_cache_path"])
    assert folders == {str(each) for each in tmp_path.iterdir()}
    assert len(folders) == 3


def test_where_no_engine_can_be_kept_they_are_built_each_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_text("a file, and no folder")
    options = tensorrt_options(shipped("face"), half=True, folder=tmp_path / "cache")
    assert options["trt_fp16_enable"] == "True"
    assert not any("cache" in name for name in options)
    (record,) = caplog.records
    assert record.message.startswith("TensorRT's engines are built anew at each start, since")


def test_engines_are_built_for_all_the_shapes_that_are_run(tmp_path: Path) -> None:
    shapes = [
        tensorrt_options(shipped(task), half=True, folder=tmp_path)[f"trt_profile_{which}_shapes"]
        for task in ("face", "emotion")
        for which in ("min", "opt", "max")
    ]
    assert shapes == [
        "input:1x64x64x3",
        "input:16x384x512x3",
        "input:16x1280x1280x3",
        "faces:1x1x48x48",
        "faces:16x1x48x48",
        "faces:32x1x48x48",
    ]
