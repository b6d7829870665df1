"""Which of ONNX Runtime's providers this machine can use, and what is missing for the others."""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import sys
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

import onnxruntime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inference.options import Setting

Provider: TypeAlias = Literal["cpu", "cuda", "tensorrt"]

NAMES: Mapping[Provider, str] = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
}

DEVICES: Mapping[Provider, str] = {"cpu": "cpu", "cuda": "cuda", "tensorrt": "cuda"}
"""Where the buffers of a provider's sessions lie, in ONNX Runtime's words."""

# A new shape makes cuDNN search for its fastest algorithm, hundreds of milliseconds each time, unless told to
# guess. The memory arena grows by what is asked for, not by the next power of two.
OPTIONS: Mapping[Provider, Mapping[str, str]] = {
    "cpu": {},
    "cuda": {"cudnn_conv_algo_search": "HEURISTIC", "arena_extend_strategy": "kSameAsRequested"},
    "tensorrt": {},
}


def candidates(setting: Setting) -> tuple[Provider, ...]:
    """The providers to try for a setting, best first.

    `auto` leaves TensorRT out: it compiles the models for minutes at its first start, which should be
    somebody's decision.
    """
    return ("cuda", "cpu") if setting == "auto" else (setting,)


def stack(
    provider: Provider, own: Mapping[str, str] = MappingProxyType({})
) -> list[tuple[str, dict[str, str]]]:
    """`provider`, with options of its `own`, and those that take the operators it cannot run, in ONNX
    Runtime's form.
    """
    below: Mapping[Provider, tuple[Provider, ...]] = {
        "cpu": ("cpu",),
        "cuda": ("cuda", "cpu"),
        "tensorrt": ("tensorrt", "cuda", "cpu"),
    }
    return [(NAMES[name], {**OPTIONS[name], **(own if name == provider else {})}) for name in below[provider]]


def obstacle(provider: Provider) -> str | None:
    """What keeps `provider` from loading, as a sentence; `None` where nothing was found that does.

    Asked before ONNX Runtime is, because its wheel lists CUDA and TensorRT on every machine and prints errors
    where their libraries are missing.
    """
    if NAMES[provider] not in onnxruntime.get_available_providers():
        return "This build of onnxruntime lacks it; install onnxruntime-gpu."
    if provider == "cpu":
        return None
    return (
        _driver_obstacle()
        or _libraries_obstacle()
        or (provider == "tensorrt" and _tensorrt_obstacle())
        or None
    )


def _driver_obstacle() -> str | None:
    name = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
    try:
        driver = ctypes.CDLL(name)
    except OSError:
        return f"There is no NVIDIA driver on this machine ({name} cannot be loaded)."
    status = driver.cuInit(0)
    count = ctypes.c_int(0)
    if status == 0:
        status = driver.cuDeviceGetCount(ctypes.byref(count))
    if status != 0 or count.value == 0:
        return f"NVIDIA's driver finds no GPU it can use (status {status}, {count.value} devices)."
    return None


def _libraries_obstacle() -> str | None:
    """Load CUDA's and cuDNN's libraries, those of the installed wheels first."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        onnxruntime.preload_dlls()
    missing = [line.split(":")[0].split()[-1] for line in printed.getvalue().splitlines() if "Failed" in line]
    if not missing:
        return None
    names = ", ".join(os.path.basename(name) for name in missing)
    return f"CUDA's libraries {names} cannot be loaded; install semblance[cuda], which brings them."


def _tensorrt_obstacle() -> str | None:
    name = "nvinfer_10.dll" if sys.platform == "win32" else "libnvinfer.so.10"
    try:
        ctypes.CDLL(name)
    except OSError:
        return f"TensorRT 10 is not installed ({name} cannot be loaded)."
    return None
