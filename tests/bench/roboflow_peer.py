"""Roboflow's InferencePipeline over the two models, as a program that another Python runs.

It is given a JSON object of the models as its argument and, on standard input, a JSON line for each video:
its `file` and the most frames a second (`fps`) or null. It answers each with a JSON line of what its process
spent. It imports nothing of this project, whose package `inference` has the name of Roboflow's.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import onnxruntime

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST = 512
OVERLAP = 0.45


@dataclass(frozen=True, slots=True)
class Models:
    """The models' files and what must be known to run them; `sure` is the least score of a face."""

    face: str
    face_input: str
    face_outputs: list[str]
    strides: list[int]
    sure: float
    emotion: str
    emotion_input: str
    emotion_outputs: list[str]
    side: int


class Logic:
    """What is given to the pipeline as its own logic: each frame's faces are found and classified.

    Sessions have ONNX Runtime's default options.
    """

    def __init__(self, models: Models) -> None:
        self.frames = self.faces = 0
        self._models = models
        self._detector = onnxruntime.InferenceSession(models.face, providers=["CPUExecutionProvider"])
        self._classifier = onnxruntime.InferenceSession(models.emotion, providers=["CPUExecutionProvider"])

    def __call__(self, video_frames: list[Any]) -> list[dict[str, Any]]:
        return [self._read(frame.image) for frame in video_frames]

    def _read(self, picture: NDArray[np.uint8]) -> dict[str, Any]:
        self.frames += 1
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        boxes = self._find(picture)
        self.faces += len(boxes)
        return {"faces": [self._classify(grey, box) for box in boxes]}

    def _find(self, picture: NDArray[np.uint8]) -> list[list[int]]:
        height, width = picture.shape[:2]
        factor = min(1.0, LONGEST / max(height, width))
        across, down = round(width * factor), round(height * factor)
        batch = np.zeros((1, -(-down // 32) * 32, -(-across // 32) * 32, 3), np.uint8)
        batch[0, :down, :across] = cv2.resize(picture, (across, down))
        outputs = self._detector.run(self._models.face_outputs, {self._models.face_input: batch})
        factors = np.tile((width / across, height / down), 2)
        boxes: list[list[int]] = (self._boxes(outputs) * factors).astype(int).tolist()
        return boxes

    def _boxes(self, outputs: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Left, top, width and height of each face, from the layout "cells" (`inference.decode_cells`)."""
        levels = zip(outputs, self._models.strides, strict=True)
        found = np.concatenate(
            [_candidates(output[0], stride, self._models.sure) for output, stride in levels]
        )
        kept = cv2.dnn.NMSBoxes(found[:, :4], found[:, 4], 0.0, OVERLAP)  # type: ignore[arg-type]
        return found[np.asarray(kept, np.intp), :4]

    def _classify(self, grey: NDArray[Any], box: list[int]) -> list[float]:
        left, top, width, height = box
        face = grey[max(0, top) : top + height, max(0, left) : left + width]
        crop = cv2.resize(face, (self._models.side, self._models.side)).astype(np.float32)[None, None]
        outputs = self._classifier.run(self._models.emotion_outputs, {self._models.emotion_input: crop})
        scores: list[float] = np.asarray(outputs[0])[0].tolist()
        return scores


def _candidates(output: NDArray[np.float32], stride: int, sure: float) -> NDArray[np.float32]:
    """Box and score of the cells of one stride that pass for a face: (n, 5)."""
    scores = 1 / (1 + np.exp(-output[0]))
    row, column = np.nonzero(scores > sure)
    values = output[:, row, column].T
    centres = (np.stack((column, row), 1) + 0.5 + values[:, 1:3]) * stride
    sizes = np.exp(np.clip(values[:, 3:5], -3, 3)) * 3 * stride
    return np.concatenate((centres - sizes / 2, sizes, scores[row, column][:, None]), 1).astype(np.float32)


def ignored(*_: object) -> None:
    """Takes predictions and does nothing with them."""


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what the library prints is no answer
    pipelines = importlib.import_module("inference").InferencePipeline
    models = Models(**json.loads(sys.argv[1]))
    logic = Logic(models)
    for line in sys.stdin:
        wanted = json.loads(line)
        logic.frames = logic.faces = 0
        began = time.process_time(), time.perf_counter()
        pipeline = pipelines.init_with_custom_logic(
            video_reference=wanted["file"],
            on_video_frame=logic,
            on_prediction=ignored,
            max_fps=wanted["fps"],
        )
        pipeline.start()
        pipeline.join()
        processor, wall = time.process_time() - began[0], time.perf_counter() - began[1]
        spent = {"processor": processor, "wall": wall, "frames": logic.frames, "faces": logic.faces}
        answers.write(json.dumps(spent) + "\n")


if __name__ == "__main__":
    main()
