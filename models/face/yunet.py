"""YuNet through OpenCV: the yardstick of the measurements (Wu et al. 2023)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from models.face.finder import Found

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FILE, NETWORK = "reference_models/yunet_n_640_640.onnx", "reference_models/yunet_n_dynamic.onnx"
"""In the data folder: the file OpenCV takes, and the same network for ONNX Runtime at any size."""
CONFIDENCE = 0.7
"""The lowest score at which it reports a face by default, as `models/known/yunet.json` has it."""
_OVERLAP, _LEAST, _MOST = 0.45, 0.02, 2000


class YuNet:
    def __init__(self, folder: Path) -> None:
        self._detector = cv2.FaceDetectorYN.create(
            str(folder / FILE), "", (320, 320), _LEAST, _OVERLAP, _MOST
        )

    def find(self, picture: NDArray[np.uint8], least: float = _LEAST) -> Found:
        """The faces in a BGR picture (h, w, 3), at its own size, scored `least` or higher, best first."""
        self._detector.setInputSize(picture.shape[1::-1])
        self._detector.setScoreThreshold(least)
        _, rows = self._detector.detect(picture)
        found = np.zeros((0, 15), np.float32) if rows is None else np.asarray(rows, np.float32)
        found = found[np.argsort(-found[:, 14])]
        return Found(found[:, :4], found[:, 4:14].reshape(-1, 5, 2), found[:, 14])
