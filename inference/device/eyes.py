"""Eyes: looks at pictures as they were decoded, which the device itself shrinks and converts."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from inference import sessions
from inference.batching import BUCKETS, GPU_LARGEST
from inference.device.accelerated import opened
from inference.device.eye import Eye, frames_shape
from inference.device.rewriting import rewritten
from inference.device.shrinking import FRAMES, Geometry
from inference.freeing import FixedError
from inference.metered import Metered
from inference.sessions import FAILURES
from inference.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from inference.device.gate import Gate
    from inference.metered import Spent
    from inference.network import Network
    from inference.sessions import Session
    from inference.tensor import Zeros
    from models import Manifest
    from stream.frame import Pixels, Planes

    Outputs = list[NDArray[np.float32]]
    Asked = tuple[Pixels, int, int]
    Open = Callable[[Geometry], Network]

_MOST, _IDLE = 4, 60.0
"""Geometries for which there is an eye, and the seconds after which one that is not used gives its place to
another; until then the host shrinks pictures of others."""
_BYTES = 1 << 24
"""Of frames in a run at most: a batch of four of 1080p. While they go up no other thread gets on, since ONNX
Runtime keeps Python's lock, and while they are shrunk they take five times as much.
"""
_APART = 0.02
"""By how much the numbers of a detector's outputs may differ on average from the CPU's, on made-up blocks.

Of the shipped model fp16 makes 0.001, a level of 255 everywhere 0.005, a wrong place or colour 0.07 or more.
"""
_SEED = 20

_log = logging.getLogger(__name__)


def eyes_for(manifest: Manifest, session: Session, spent: Spent, gate: Gate, zeros: Zeros) -> Eyes | None:
    """Those of a detector in a form of its own on CUDA; `None` for others.

    TensorRT would build an engine for minutes for each size of camera.
    """
    form = session.form
    if form is None or session.provider != "cuda":
        return None

    def opened_for(geometry: Geometry) -> Network:
        return Metered(opened(manifest, session.provider, form, gate, geometry), spent)

    return Eyes(manifest, opened_for, GPU_LARGEST, zeros)


class Eyes:
    """A network for each geometry, prepared beside the work: until then, and where it cannot be used, the
    host shrinks the pictures. May be used from several threads.
    """

    def __init__(
        self,
        manifest: Manifest,
        opened: Open,
        largest: int,
        zeros: Zeros = np.zeros,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`manifest` is the detector's own. `opened` answers the network of a geometry. Up to `largest`
        pictures go into a run, in memory that `zeros` makes.
        """
        self._manifest = manifest
        self._open = opened
        self._largest = largest
        self._zeros = zeros
        self._now = now
        self._eyes: dict[Geometry, Eye | None] = {}
        self._used: dict[Geometry, float] = {}
        self._full = False
        self._changing = threading.Lock()
        self._preparing = ThreadPoolExecutor(1, "prepare")
        self._closed = False

    def outputs(self, asked: Sequence[Asked], shape: tuple[int, int]) -> Outputs | None:
        """The network's outputs for pictures, each with the width and height it is to be shrunk to, in an
        input of `shape`; `None` where the host is to shrink them.
        """
        pictures = [each for picture, _, _ in asked if (each := picture.planes()) is not None]
        geometries = {_geometry(planes, one, shape) for planes, one in zip(pictures, asked, strict=False)}
        if len(pictures) < len(asked) or len(geometries) != 1:
            return None
        geometry = geometries.pop()
        eye = self._eye(geometry)
        if eye is None:
            return None
        try:
            return eye.look(pictures)
        except FAILURES as error:
            with self._changing:
                if self._eyes.get(geometry) is eye:  # no other thread has come first
                    self._eyes[geometry] = None
                    _tell(geometry, error)
            return None

    def close(self) -> None:
        """Nothing more is prepared."""
        with self._changing:
            self._closed = True
        self._preparing.shutdown(wait=False, cancel_futures=True)

    def _eye(self, geometry: Geometry) -> Eye | None:
        with self._changing:
            if not self._closed and geometry not in self._eyes and self._has_room():
                self._eyes[geometry] = None  # until it is prepared
                self._preparing.submit(self._prepare, geometry)
            if geometry in self._eyes:
                self._used[geometry] = self._now()
            return self._eyes.get(geometry)

    def _has_room(self) -> bool:
        """Whether there is a place for one more, once that of the one unused for longest is given up."""
        if len(self._eyes) < _MOST:
            return True
        oldest = min(self._used, key=self._used.__getitem__)
        if self._now() - self._used[oldest] < _IDLE:
            if not self._full:
                _log.info("Pictures of other than %d sizes at a time are shrunk by the host.", _MOST)
            self._full = True
            return False
        del self._eyes[oldest], self._used[oldest]
        return True

    def _prepare(self, geometry: Geometry) -> None:
        """An eye of a geometry, once it has seen what the CPU sees."""
        shown = _blocks(geometry)
        most = max(size for size in BUCKETS if size == 1 or size * shown.nbytes <= _BYTES)
        try:
            network = self._open(geometry)
            eye = Eye(geometry, network, self._manifest.outputs, min(most, self._largest), self._zeros)
            self._compare(eye.warm(shown), shown, geometry)
        except (*FAILURES, FixedError) as error:
            if not self._closed:  # else what it needs is being ended too
                _tell(geometry, error)
            return
        with self._changing:
            if geometry in self._eyes:  # has not given its place to another
                self._eyes[geometry] = eye

    def _compare(self, seen: Outputs, shown: NDArray[np.uint8], geometry: Geometry) -> None:
        content = rewritten(self._manifest, half=False, geometry=geometry)
        right = sessions.opened(content, "cpu", 1).run(self._manifest.outputs, {FRAMES: shown})
        for name, here, there in zip(self._manifest.outputs, seen, right, strict=True):
            apart = float(np.abs(here[:1] - there).mean())
            if not apart <= _APART:  # so that what is no number is refused too
                raise ValueError(f"its output {name} is {apart:.3g} from the CPU's on average")


def _tell(geometry: Geometry, error: Exception) -> None:
    _log.warning(
        "Pictures of %dx%d are shrunk by the host, since the device cannot do it: %s",
        geometry.width,
        geometry.height,
        one_line(error),
    )


def _blocks(geometry: Geometry) -> NDArray[np.uint8]:
    """A frame of coloured blocks, eight pixels wide once shrunk: of finer noise networks see little."""
    _, height, width = frames_shape(geometry, 1)
    side = 8 * max(1, geometry.width // geometry.across)
    coarse = np.random.default_rng(_SEED).integers(0, 256, (height // side + 1, width // side + 1), np.uint8)
    frame = coarse.repeat(side, 0).repeat(side, 1)[:height, :width]
    return np.ascontiguousarray(frame[None])


def _geometry(planes: Planes, asked: Asked, shape: tuple[int, int]) -> Geometry:
    height, width = planes.luma.shape
    return Geometry(width, height, asked[1], asked[2], shape, tuple(planes.to_bgr.ravel().tolist()))
