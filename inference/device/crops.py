"""Crops made on the device: the surroundings of all faces go up, and their pictures come down."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from inference import sessions
from inference.crops import SHRINK_FROM, crop, span
from inference.device.cropping import COLUMNS, CROPS, FACES, LUMA, cropping, parts
from inference.device.gate import GATE
from inference.providers import NAMES
from inference.sessions import FAILURES
from inference.wording import one_line
from models.framing import framed
from stream.frame import Grey

if TYPE_CHECKING:
    from collections.abc import Sequence

    import onnxruntime
    from numpy.typing import NDArray

    from inference.providers import Provider
    from models import Crop, Manifest

    Crops = list[NDArray[np.uint8]]

_SAMPLES = 4
"""Across and down in a pixel of a crop that stands for more than one of its source. They are spread so that
they blur as much as the host's way does, which averages blocks and then looks between them: over `factor`
pixels, a variance of `factor` squared by four, of which one look between pixels has a quarter already."""
_TOGETHER = 128
"""Faces in a run; what lies between the graph's nodes takes about a megabyte for each."""
_APART = 2.0
"""Levels of 255 by which a crop may differ from the host's on average; 0.2 to 1.2 on real clips, where that
changed scores by 0.004 on average."""

_log = logging.getLogger(__name__)


class Wanted(NamedTuple):
    """A face of a picture's luma: its box, and its landmarks where there are some."""

    grey: Grey
    box: NDArray[np.float32]
    landmarks: NDArray[np.float32] | None


class DeviceCrops:
    """As `inference.crops.crop`, for all faces of a batch. May be used from several threads."""

    def __init__(self, rule: Crop, size: int, provider: Provider) -> None:
        """Raises one of `FAILURES` where the provider cannot make them as the host does."""
        self._rule, self._size = rule, size
        self._sessions = {samples: _opened(size, samples, provider) for samples in (1, _SAMPLES)}
        self._try()

    def crops(self, wanted: Sequence[Wanted]) -> Crops:
        """The crops of faces, in their order."""
        squares = [_placed(each, self._rule, self._size) for each in wanted]
        found: dict[int, NDArray[np.uint8]] = {}
        for samples, session in self._sessions.items():
            members = [index for index, one in enumerate(squares) if (one.factor == 1) == (samples == 1)]
            for first in range(0, len(members), _TOGETHER):
                part = members[first : first + _TOGETHER]
                found.update(zip(part, _run(session, [squares[index] for index in part]), strict=True))
        return [found[index] for index in range(len(wanted))]

    def _try(self) -> None:
        """Cuts faces of several sizes out of a picture, one over its edge, and compares."""
        coarse = np.random.default_rng(20).integers(16, 236, (24, 40), np.uint8)
        grey = Grey(np.asarray(cv2.resize(coarse, (960, 576)), np.uint8), 16, 235)
        boxes = ((300, 200, 40, 50), (500, 100, 70, 90), (200, 150, 180, 240), (-20, 400, 300, 400))
        wanted = [Wanted(grey, np.array(box, np.float32), None) for box in boxes]
        for one, here in zip(wanted, self.crops(wanted), strict=True):
            there = crop(one.grey, one.box, one.landmarks, self._rule, self._size)
            apart = float(np.abs(here.astype(np.int16) - there).mean())
            if apart > _APART:
                raise ValueError(f"a face of {one.box[2]:g} pixels differs by {apart:.3g} levels on average")


def device_crops(manifest: Manifest, provider: Provider) -> DeviceCrops | None:
    """Those of a classifier on a GPU; `None` elsewhere, for one of colours, and where the device cannot make
    them, which is said in one sentence.
    """
    rule, size = manifest.crop, manifest.input.width
    if provider == "cpu" or manifest.input.colour != "grey" or rule is None or size is None:
        return None
    try:
        return DeviceCrops(rule, size, "cuda")
    except FAILURES as error:
        _log.warning("Faces are cut out by the host, since the device cannot do it: %s", one_line(error))
        return None


class _Placed(NamedTuple):
    """The surroundings of a face, as bytes, and what the graph is told of it but for where they begin."""

    surroundings: NDArray[np.uint8]
    factor: int
    numbers: tuple[float, ...]
    levels: tuple[float, float]


def _placed(wanted: Wanted, rule: Crop, size: int) -> _Placed:
    grey, box, landmarks = wanted
    x, y, across, down = framed(box.tolist(), None if landmarks is None else landmarks.tolist(), rule)
    side = math.hypot(across, down)
    factor = round(side / size) if side > SHRINK_FROM * size else 1
    reach = (abs(across) + abs(down)) / 2 + 2 * factor
    height, width = grey.values.shape
    left, right = span(x - reach, x + reach, width)
    top, bottom = span(y - reach, y + reach, height)
    spread = math.sqrt(3 * (factor**2 - 1) / (_SAMPLES**2 - 1))
    place = (x - left - 0.5, y - top - 0.5, across, down, spread)
    ends = (right - left - 1, bottom - top - 1, right - left)
    levels = (grey.black, 255 / (grey.white - grey.black))
    return _Placed(grey.values[top:bottom, left:right], factor, (*place, *ends), levels)


def _run(session: onnxruntime.InferenceSession, faces: Sequence[_Placed]) -> NDArray[np.uint8]:
    luma = np.concatenate([one.surroundings.ravel() for one in faces])
    starts = np.cumsum([0, *(one.surroundings.size for one in faces[:-1])]).tolist()
    rows = [(*one.numbers, *parts(start), *one.levels) for one, start in zip(faces, starts, strict=True)]
    told = np.array(rows, np.float32).reshape(-1, len(COLUMNS))
    with GATE.shared():
        answer: NDArray[np.uint8] = session.run([CROPS], {LUMA: luma, FACES: told})[0]
    return answer


def _opened(size: int, samples: int, provider: Provider) -> onnxruntime.InferenceSession:
    with GATE.shared():
        session = sessions.opened(cropping(size, samples), provider, 1)
    if session.get_providers()[0] != NAMES[provider]:
        raise RuntimeError(f"ONNX Runtime could not load {provider}")
    return session
