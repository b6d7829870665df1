"""Which providers can be used here, and why not."""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING

import onnxruntime

from inference import providers
from inference.providers import candidates, obstacle, stack

if TYPE_CHECKING:
    import pytest


def test_auto_prefers_the_gpu_and_a_name_means_that_provider_alone() -> None:
    assert candidates("auto") == ("cuda", "cpu")
    assert candidates("tensorrt") == ("tensorrt",)


def test_what_a_gpu_provider_cannot_run_falls_to_the_next() -> None:
    assert [name for name, _ in stack("tensorrt")] == [
        "TensorrtExecutionProvider",
        "CUDAExecutionProvider",
        "CPUExecutionProvider",
    ]
    assert dict(stack("cuda"))["CUDAExecutionProvider"]["cudnn_conv_algo_search"] == "HEURISTIC"


def test_options_of_a_models_own_go_to_its_provider_alone_beside_the_usual_ones() -> None:
    (_, first), (_, second) = stack("cuda", {"use_tf32": "0"})
    assert first == {
        "use_tf32": "0",
        "cudnn_conv_algo_search": "HEURISTIC",
        "arena_extend_strategy": "kSameAsRequested",
    }
    assert second == {}
    (_, first), (_, second), (_, third) = stack("tensorrt", {"trt_fp16_enable": "True"})
    assert first == {"trt_fp16_enable": "True"}
    assert "trt_fp16_enable" not in {**second, **third}


def test_nothing_keeps_the_cpu_from_being_used() -> None:
    assert obstacle("cpu") is None


def test_a_build_without_cuda_says_which_one_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    assert obstacle("cuda") == "This build of onnxruntime lacks it; install onnxruntime-gpu."


def test_a_machine_without_a_driver_is_told_from_the_driver_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: list(providers.NAMES.values()))

    def no_library(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", no_library)
    for provider in ("cuda", "tensorrt"):
        assert "no NVIDIA driver on this machine" in (obstacle(provider) or "")


class Driver:
    """An NVIDIA driver that has one GPU, or fails to initialise."""

    def __init__(self, status: int) -> None:
        self._status = status

    def cuInit(self, flags: int) -> int:  # noqa: ARG002, N802 - CUDA's own name
        return self._status

    def cuDeviceGetCount(self, count: object) -> int:  # noqa: N802 - CUDA's own name
        count._obj.value = 1  # type: ignore[attr-defined]  # noqa: SLF001 - what ctypes.byref made
        return 0


def test_a_driver_without_a_gpu_is_told_by_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: list(providers.NAMES.values()))
    monkeypatch.setattr(ctypes, "CDLL", lambda _: Driver(100))
    assert "finds no GPU it can use (status 100" in (obstacle("cuda") or "")


def test_missing_cuda_libraries_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def preload() -> None:
        sys.stdout.write("Failed to load /venv/nvidia/libcublas.so.13: no such file\n")
        sys.stdout.write("Failed to load libcurand.so.10: libcurand.so.10: cannot open shared object file\n")
        sys.stdout.write("Please follow the instructions.\n")

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: list(providers.NAMES.values()))
    monkeypatch.setattr(ctypes, "CDLL", lambda _: Driver(0))
    monkeypatch.setattr(onnxruntime, "preload_dlls", preload)
    reason = obstacle("cuda") or ""
    assert "libcublas.so.13, libcurand.so.10 cannot be loaded" in reason
    assert "semblance[cuda]" in reason
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: None)
    assert obstacle("cuda") is None
