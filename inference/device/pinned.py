"""Pinned memory: pages that stay where they are, from which a GPU fetches by itself at full speed."""

from __future__ import annotations

import ctypes
import logging
import weakref
from functools import cache
from typing import TYPE_CHECKING

from onnxruntime.capi import build_and_package_info

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

_PORTABLE = 1
"""`cudaHostRegisterPortable`: for every device."""

_log = logging.getLogger(__name__)


def pin(values: NDArray[Any]) -> bool:
    """Pins the memory of an array for as long as it lives; whether that was done.

    Where it was not, copies only take longer: the driver first copies into pinned memory of its own
    (https://docs.nvidia.com/cuda/cuda-runtime-api/api-sync-behavior.html).
    """
    runtime = _runtime()
    if runtime is None or not values.nbytes:
        return False
    address = ctypes.c_void_p(values.ctypes.data)
    status: int = runtime.cudaHostRegister(address, ctypes.c_size_t(values.nbytes), ctypes.c_uint(_PORTABLE))
    if status != 0:
        _log.debug("CUDA does not pin %d bytes: status %d.", values.nbytes, status)
        return False
    weakref.finalize(values, runtime.cudaHostUnregister, address).atexit = False
    return True


@cache
def _runtime() -> ctypes.CDLL | None:
    """CUDA's runtime, which ONNX Runtime has loaded by then."""
    major = str(getattr(build_and_package_info, "cuda_version", "")).partition(".")[0]
    try:
        return ctypes.CDLL(f"libcudart.so.{major}")
    except OSError as error:
        _log.debug("CUDA's runtime cannot be loaded, so that no memory is pinned: %s", error)
        return None
