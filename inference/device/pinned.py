"""Pinned memory: pages that stay where they are, from which a GPU fetches by itself at full speed."""

from __future__ import annotations

import ctypes
import logging
import math
import mmap
import weakref
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from onnxruntime.capi import build_and_package_info

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike, NDArray

    from inference.device.gate import Gate

_PORTABLE = 1
"""`cudaHostRegisterPortable`: for every device."""
_LEAST = 1 << 16
"""Bytes: what is less is copied as fast as it is."""

_log = logging.getLogger(__name__)


class Pinned:
    """Makes arrays in pinned memory. May be used from several threads, none of them within the gate."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._left: list[tuple[int, mmap.mmap]] = []

    def zeros(self, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """As NumPy's, in pages of its own, which are pinned where CUDA does that.

        Where it does not, copies only take longer: the driver first copies into pinned memory of its own
        (https://docs.nvidia.com/cuda/cuda-runtime-api/api-sync-behavior.html).
        """
        self._release()
        size = math.prod(shape) * np.dtype(dtype).itemsize
        runtime = self._runtime
        if runtime is None or size < _LEAST:
            return np.zeros(shape, dtype)
        pages = mmap.mmap(-1, size)
        values = np.frombuffer(pages, dtype)
        address = values.ctypes.data
        with self._gate.shared():
            status: int = runtime.cudaHostRegister(
                ctypes.c_void_p(address), ctypes.c_size_t(size), ctypes.c_uint(_PORTABLE)
            )
            if status != 0:
                runtime.cudaGetLastError()  # else ONNX Runtime takes it for one of its own
        if status != 0:
            _log.debug("CUDA does not pin %d bytes: status %d.", size, status)
        else:
            # Whichever thread drops an array last may be within the gate, so that it is released later.
            weakref.finalize(values, self._left.append, (address, pages)).atexit = False
        return values.reshape(shape)

    def _release(self) -> None:
        """Lets go of the pages whose arrays are gone."""
        while self._left and self._runtime is not None:
            address, _pages = self._left.pop()
            with self._gate.shared():
                self._runtime.cudaHostUnregister(ctypes.c_void_p(address))

    @cached_property
    def _runtime(self) -> ctypes.CDLL | None:
        """CUDA's, which ONNX Runtime has loaded by then."""
        major = str(getattr(build_and_package_info, "cuda_version", "")).partition(".")[0]
        try:
            return ctypes.CDLL(f"libcudart.so.{major}")
        except OSError as error:
            _log.debug("CUDA's runtime cannot be loaded, so that no memory is pinned: %s", error)
            return None
