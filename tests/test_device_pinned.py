"""Memory pinned by CUDA's runtime."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from inference.device import pinned
from inference.device.pinned import pin

if TYPE_CHECKING:
    import ctypes

    import pytest


@dataclass
class Runtime:
    """CUDA's, which notes what it pins."""

    status: int = 0
    held: dict[int | None, int] = field(default_factory=dict)

    def cudaHostRegister(  # noqa: N802 - CUDA's own name
        self, address: ctypes.c_void_p, size: ctypes.c_size_t, flags: ctypes.c_uint
    ) -> int:
        assert flags.value == 1
        if self.status == 0:
            self.held[address.value] = size.value
        return self.status

    def cudaHostUnregister(self, address: ctypes.c_void_p) -> None:  # noqa: N802 - CUDA's own name
        del self.held[address.value]


def test_an_array_is_pinned_for_as_long_as_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Runtime()
    monkeypatch.setattr(pinned, "_runtime", lambda: runtime)
    values = np.zeros((4, 8), np.uint8)
    assert pin(values)
    assert runtime.held == {values.ctypes.data: 32}
    del values
    gc.collect()
    assert runtime.held == {}


def test_without_cuda_or_with_a_refusal_of_it_memory_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for runtime in (None, Runtime(status=2)):
        monkeypatch.setattr(pinned, "_runtime", lambda runtime=runtime: runtime)
        assert not pin(np.zeros(4, np.uint8))
