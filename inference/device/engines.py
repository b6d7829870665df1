"""Where TensorRT keeps the engines it built, and for which shapes it builds them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import platformdirs

from inference.batching import BUCKETS, GPU_LARGEST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from models import Input, Manifest

_LEAST, _USUAL, _MOST = (64, 64), (512, 384), (1280, 1280)
"""Width and height of a detector's input: the smallest, the one to be fastest at, the largest."""

_log = logging.getLogger(__name__)


def tensorrt_options(manifest: Manifest, *, half: bool, folder: Path | None = None) -> Mapping[str, str]:
    """The provider's options for one model (https://onnxruntime.ai/docs/execution-providers/
    TensorRT-ExecutionProvider.html#configurations).

    An engine is built for a range of shapes, by minutes of measuring; it and what was measured are kept in
    `folder`, by default the user's cache. TensorRT tells engines apart by their graphs' names and not by
    their weights, so that each model and precision has a folder of its own.
    """
    kept = (folder or platformdirs.user_cache_path("semblance") / "tensorrt") / (
        f"{manifest.sha256[:16]}-{'fp16' if half else 'fp32'}"
    )
    # TensorRT reserves memory for the largest, and chooses its kernels for the usual one.
    most = GPU_LARGEST if manifest.task == "face" else BUCKETS[-1]
    shapes = {
        "min": _shape(manifest.input, 1, *_LEAST),
        "opt": _shape(manifest.input, GPU_LARGEST, *_USUAL),
        "max": _shape(manifest.input, most, *_MOST),
    }
    return {
        "trt_fp16_enable": str(half),
        **_caching(kept),
        **{f"trt_profile_{which}_shapes": shape for which, shape in shapes.items()},
    }


def _caching(kept: Path) -> Mapping[str, str]:
    try:
        kept.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _log.warning("TensorRT's engines are built anew at each start, since they cannot be kept: %s", error)
        return {}
    return {
        "trt_engine_cache_enable": "True",
        "trt_engine_cache_path": str(kept),
        "trt_timing_cache_enable": "True",
        "trt_timing_cache_path": str(kept),
    }


def _shape(wanted: Input, count: int, width: int, height: int) -> str:
    channels = 1 if wanted.colour == "grey" else 3
    width, height = wanted.width or width, wanted.height or height
    sides = (channels, height, width) if wanted.layout == "NCHW" else (height, width, channels)
    return f"{wanted.name}:" + "x".join(map(str, (count, *sides)))
