"""Cuts faces out of photographs nobody labelled by emotion: `python -m models.emotion.photographs`.

As inference cuts them: found by the shipped detector, framed by the manifest's rule. What a teacher says of
bare faces is learnt from (`teach.py`); masked ones and backgrounds are what cannot be read.
"""

from __future__ import annotations

import argparse
import logging
import random
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from models import data_folder
from models.emotion.crop import SIDE, cropped
from models.face.faces import overlaps
from models.face.finder import Finder
from models.face.photographs import BARE_WEIGHT, backgrounds, heads, labelled
from models.manifest import Crop
from models.registry import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from models.face.faces import Faces

log = logging.getLogger("models.emotion.photographs")

LEAST_SCORE, LEAST_SIDE, SAME_FACE = 0.5, 24, 0.5
BACKGROUND_SIDES = (24, 160)


def crops(
    picture: NDArray[np.uint8], faces: Faces, finder: Finder, rule: Crop
) -> Iterator[tuple[NDArray[np.uint8], bool]]:
    """A crop (48, 48) of each labelled face that the detector finds, and whether it is bare."""
    found = finder.find(picture, LEAST_SCORE)
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    for box, landmarks in zip(found.boxes, found.landmarks, strict=True):
        shared = overlaps(box, faces.boxes) if len(faces) else np.zeros(1, np.float32)
        if float(shared.max()) >= SAME_FACE and min(box[2:]) >= LEAST_SIDE:
            bare = bool(faces.weights[int(shared.argmax())] == BARE_WEIGHT)
            yield cropped(grey, box, landmarks, rule), bare


def patch(picture: NDArray[np.uint8], chance: random.Random) -> NDArray[np.uint8]:
    """Some square of a background, as (48, 48)."""
    height, width = picture.shape[:2]
    side = chance.randint(BACKGROUND_SIDES[0], min(BACKGROUND_SIDES[1], height, width))
    left, top = chance.randint(0, width - side), chance.randint(0, height - side)
    grey = cv2.cvtColor(picture[top : top + side, left : left + side], cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    data_folder.add_option(parser)
    parser.add_argument("--output", type=Path, default=Path(".training/photographs.npz"))
    options = parser.parse_args()
    rule, finder = shipped("emotion").crop or Crop(1.0, "eyes"), Finder(shipped("face").path)
    cut: dict[bool, list[NDArray[np.uint8]]] = {True: [], False: []}
    for name in ("scenes", "portraits"):
        for _, picture, faces in labelled(options.data, name, held_back=False):
            for crop, bare in crops(picture, faces, finder, rule):
                cut[bare].append(crop)
    for picture, faces in heads(options.data):
        cut[True].extend(crop for crop, _ in crops(picture, faces, finder, rule))
    chance = random.Random(0)
    patches = [patch(picture, chance) for picture in backgrounds(options.data)]
    options.output.parent.mkdir(parents=True, exist_ok=True)
    np.savez(
        options.output,
        readable=np.stack(cut[True]),
        masked=np.stack(cut[False]),
        backgrounds=np.stack(patches),
    )
    log.info("%d bare faces, %d masked, %d patches", len(cut[True]), len(cut[False]), len(patches))


if __name__ == "__main__":
    main()
