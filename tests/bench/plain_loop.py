"""The loop that anybody would write first: OpenCV reads, the same models run, one frame after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import onnxruntime

from inference.decode import decoder
from models import shipped

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from inference.detections import Detections

_LONGEST = 512


class PlainLoop:
    """Sessions with ONNX Runtime's default options, which compute on all cores; OpenCV's defaults too."""

    def __init__(self) -> None:
        self._face, self._emotion = shipped("face"), shipped("emotion")
        self._detector = onnxruntime.InferenceSession(str(self._face.path))
        self._classifier = onnxruntime.InferenceSession(str(self._emotion.path))
        self._decode = decoder(self._face)

    def run(self, file: Path) -> tuple[int, int]:
        """Frames read and faces classified in them."""
        threads = cv2.getNumThreads()
        cv2.setNumThreads(-1)
        capture = cv2.VideoCapture(str(file))
        frames = faces = 0
        while True:
            read, picture = capture.read()
            if not read:
                break
            frames += 1
            faces += self._read(np.asarray(picture, np.uint8))
        capture.release()
        cv2.setNumThreads(threads)
        return frames, faces

    def _read(self, picture: NDArray[np.uint8]) -> int:
        grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
        boxes = self._find(picture).boxes.astype(int).tolist()
        for left, top, width, height in boxes:
            self._classify(grey[max(0, top) : top + height, max(0, left) : left + width])
        return len(boxes)

    def _find(self, picture: NDArray[np.uint8]) -> Detections:
        height, width = picture.shape[:2]
        factor = min(1.0, _LONGEST / max(height, width))
        across, down = round(width * factor), round(height * factor)
        shape = -(-across // 32) * 32, -(-down // 32) * 32
        batch = np.zeros((1, shape[1], shape[0], 3), np.uint8)
        batch[0, :down, :across] = cv2.resize(picture, (across, down))
        outputs = self._detector.run(list(self._face.outputs), {self._face.input.name: batch})
        return self._decode(outputs, shape, 1, self._face.confidence)[0].scaled(width / across, height / down)

    def _classify(self, face: NDArray[np.uint8]) -> None:
        side = self._emotion.input.width or 0
        crop = cv2.resize(face, (side, side)).astype(np.float32)[None, None]
        self._classifier.run(list(self._emotion.outputs), {self._emotion.input.name: crop})
