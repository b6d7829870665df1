"""Writes crops of drawn faces for the classifier's training: `python -m models.emotion.rendered`.

They are cut as inference cuts them: by the shipped detector's box and landmarks where it finds the face,
else by the true ones.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from models.drawn import TRAINING_SEEDS, Drawn, drawn
from models.emotion.crop import cropped
from models.emotion.ferplus import LABELS
from models.face.faces import overlaps
from models.face.finder import Finder
from models.manifest import Crop
from models.registry import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

log = logging.getLogger("models.emotion.rendered")

LEAST_SCORE, SAME_FACE = 0.5, 0.5


def crops(picture: Drawn, finder: Finder, rule: Crop) -> Iterator[tuple[NDArray[np.uint8], bool]]:
    """A crop of each face of a picture, and whether the detector found it."""
    found = finder.find(picture.picture, LEAST_SCORE)
    grey = np.asarray(cv2.cvtColor(picture.picture, cv2.COLOR_BGR2GRAY), np.uint8)
    for box, landmarks in zip(picture.boxes, picture.landmarks, strict=True):
        shared = overlaps(box, found.boxes) if len(found.boxes) else np.zeros(1, np.float32)
        best = int(shared.argmax())
        if shared[best] >= SAME_FACE:
            yield cropped(grey, found.boxes[best], found.landmarks[best], rule), True
        else:
            yield cropped(grey, box, landmarks, rule), False


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=Path(".training/rendered_emotions.npz"))
    parser.add_argument("--scenes", type=int, default=150)
    parser.add_argument("--per-emotion", type=int, default=3)
    options = parser.parse_args()
    rule = shipped("emotion").crop or Crop(1.0, "eyes")
    finder = Finder(shipped("face").path)
    pictures, labels, finds = [], [], []
    for picture in drawn(TRAINING_SEEDS[: options.scenes], options.per_emotion):
        for crop, found in crops(picture, finder, rule):
            pictures.append(crop)
            labels.append(LABELS.index(picture.emotion))
            finds.append(found)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    np.savez(options.output, pictures=np.stack(pictures), labels=np.array(labels))
    log.info("%d faces, %d found by the detector: %s", len(finds), sum(finds), options.output)


if __name__ == "__main__":
    main()
