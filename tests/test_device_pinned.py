"""Memory pinned by CUDA's runtime."""

from __future__ import annotations

import gc
import mmap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from inference.device.gate import Gate
from inference.device.pinned import Pinned

if TYPE_CHECKING:
    import ctypes
    from contextlib import AbstractContextManager

    import pytest

SHAPE = (4, 1 << 16)


@dataclass
class Runtime:
    """CUDA's, which notes what it pins."""

    status: int = 0
    held: dict[int | None, int] = field(default_factory=dict)
    errors: int = 0

    def cudaHostRegister(  # noqa: N802 - CUDA's own name
        self, address: ctypes.c_void_p, size: ctypes.c_size_t, flags: ctypes.c_uint
    ) -> int:
        assert flags.value == 1
        if self.status == 0:
            self.held[address.value] = size.value
        self.errors += self.status != 0
        return self.status

    def cudaHostUnregister(self, address: ctypes.c_void_p) -> None:  # noqa: N802 - CUDA's own name
        del self.held[address.value]

    def cudaGetLastError(self) -> None:  # noqa: N802 - CUDA's own name
        self.errors = 0


def pinned(runtime: Runtime | None, gate: Gate | None = None) -> Pinned:
    made = Pinned(gate or Gate())
    made.__dict__["_runtime"] = runtime
    return made


def test_an_array_is_pinned_until_the_first_one_asked_for_after_it_is_gone() -> None:
    runtime = Runtime()
    memory = pinned(runtime)
    values = memory.zeros(SHAPE, "uint8")
    address = values.ctypes.data
    assert address % mmap.PAGESIZE == 0
    assert runtime.held == {address: 1 << 18}
    values[1:] = 7
    assert (values.shape, int(values.sum())) == (SHAPE, 3 * 7 << 16)
    part = values[2:]
    del values
    gc.collect()
    memory.zeros((1,), "uint8")
    assert list(runtime.held) == [address]
    del part
    gc.collect()
    memory.zeros((1,), "uint8")
    assert runtime.held == {}


def test_small_arrays_and_those_that_cuda_does_not_take_are_ordinary_ones() -> None:
    refusing, taking = Runtime(status=2), Runtime()
    for runtime, shape in ((None, SHAPE), (refusing, SHAPE), (taking, (64,))):
        values = pinned(runtime).zeros(shape, np.float32)
        assert values.dtype == np.float32
        assert not values.any()
        values[...] = 1
        assert values.sum() == np.prod(shape)
    assert taking.held == refusing.held == {}
    assert refusing.errors == 0


def test_memory_is_pinned_and_released_through_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    entered, gate = [], Gate()
    share = gate.shared

    def noted() -> AbstractContextManager[None]:
        entered.append("shared")
        return share()

    monkeypatch.setattr(gate, "shared", noted)
    memory = pinned(Runtime(), gate)
    memory.zeros(SHAPE, "uint8")
    gc.collect()
    assert entered == ["shared"]
    memory.zeros((1,), "uint8")
    assert entered == ["shared"] * 2
