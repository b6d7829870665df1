"""Looks for faces nobody labelled: `python -m models.face.teacher`.

YuNet goes over the scenes at a long side of 720 pixels. What it is sure of becomes a face, what it half
believes is not held against the detector in training (see `photographs.py`).
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from models import data_folder
from models.face.photographs import labelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

log = logging.getLogger("models.face.teacher")

LONG_SIDE, LEAST_SCORE = 720, 0.3


def found_in(detector: cv2.FaceDetectorYN, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Rows (n, 15) of box, five landmarks and score, in the picture's pixels."""
    height, width = picture.shape[:2]
    scale = LONG_SIDE / max(height, width)
    size = (round(width * scale), round(height * scale))
    detector.setInputSize(size)
    _, rows = detector.detect(cv2.resize(picture, size))
    if rows is None:
        return np.zeros((0, 15), np.float32)
    found: NDArray[np.float32] = np.concatenate([rows[:, :14] / scale, rows[:, 14:]], axis=1).astype(
        np.float32
    )
    return found


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    data_folder.add_option(parser)
    parser.add_argument("--output", type=Path, default=Path(".training/teacher.npz"))
    options = parser.parse_args()
    cv2.setNumThreads(1)
    weights = str(options.data / "reference_models" / "yunet_n_640_640.onnx")
    detector = cv2.FaceDetectorYN.create(weights, "", (320, 320), LEAST_SCORE, 0.4, 500)
    scenes = labelled(options.data, "scenes", held_back=False)
    finds = {name: found_in(detector, picture) for name, picture, _ in scenes}
    options.output.parent.mkdir(parents=True, exist_ok=True)
    np.savez(options.output, **finds)  # type: ignore[arg-type]
    log.info("%d faces in %d scenes: %s", sum(map(len, finds.values())), len(finds), options.output)


if __name__ == "__main__":
    main()
