"""How well each detector finds faces: ours, YuNet through us and OpenCV's, on the same photographs.

    python -m tests.bench.bench_precision

Average precision on the photographs held back from training (faces of 16 px and more, overlap 0.5), false
faces on pictures without any, and small faces in frames of 720p by detail. Needs the data folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from inference.belief import believed
from inference.look import LOOKS, Look
from models.face.faces import joined
from models.face.precision import LEAST_HEIGHT, curve
from stream.array_pixels import ArrayPixels
from tests.bench.detectors import (
    LEAST,
    OPENCV,
    YUNET,
    OpenCv,
    Photograph,
    backgrounds,
    detector,
    held_back,
    manifests,
    searched,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inference.detections import Detections
    from models import Manifest
    from models.face.finder import Found
    from models.face.precision import Curve

ALLOWED = 1 / 200
"""False faces a picture without any may have."""
STEPS = (0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
CELL = 426, 360
"""Six photographs fill a frame of 720p."""


def main() -> None:
    cv2.setNumThreads(1)
    console, models = Console(width=160), manifests()
    scenes, portraits = held_back("scenes"), held_back("portraits")
    sets = {"scenes": scenes, "portraits": portraits, "four in one": fours(scenes[:120])}
    console.print(precision(models, sets))
    console.print(mistakes(models, scenes))
    console.print(small_faces(models, scenes))


def precision(models: Mapping[str, Manifest], sets: Mapping[str, Sequence[Photograph]]) -> Table:
    """Average precision as `analyze --min-confidence 0.02` gives it, and at native size alone."""
    table = Table("average precision", *sets, title_justify="left")
    overlap = models[YUNET].decoder
    theirs = OpenCv(LEAST, overlap.overlap if overlap else 0.45)
    for name, manifest in models.items():
        one = detector(manifest, LEAST)
        native = [
            curve_of(
                [one.detect([ArrayPixels(each.pixels)], [Look(1280, 0)])[0] for each in photographs],
                photographs,
            )
            for photographs in sets.values()
        ]
        as_analysed = [
            curve_of(searched(one, [each.pixels for each in photographs]), photographs)
            for photographs in sets.values()
        ]
        table.add_row(f"{name}, native size", *(f"{each.average_precision:.4f}" for each in native))
        table.add_row(f"{name}, analyze", *(f"{each.average_precision:.4f}" for each in as_analysed))
    opencv = [
        curve_of([theirs.detect(each.pixels) for each in photographs], photographs)
        for photographs in sets.values()
    ]
    table.add_row(OPENCV, *(f"{each.average_precision:.4f}" for each in opencv))
    return table


def mistakes(models: Mapping[str, Manifest], scenes: Sequence[Photograph]) -> Table:
    """False faces on pictures without any, and what is found of faces, by the confidence asked for."""
    empty = list(backgrounds())
    title = (
        f"false faces in {len(empty)} pictures (at most {int(len(empty) * ALLOWED)}) / recall in the scenes"
    )
    columns = *map(str, STEPS), "default", "allowed from"
    table = Table("confidence", *columns, title=title, title_justify="left")
    for name, manifest in models.items():
        one = detector(manifest, STEPS[0])
        wrong = searched(one, empty)
        right = searched(one, [each.pixels for each in scenes])
        row = []
        fine = (step / 200 for step in range(int(200 * STEPS[0]), 200))
        least = next(each for each in fine if _count(reported(wrong, each)) <= ALLOWED * len(empty))
        for confidence in (*STEPS, manifest.confidence, least):
            shape = curve_of(reported(right, confidence), scenes)
            recall = shape.right.sum() / max(len(shape.heights), 1)
            row.append(f"{_count(reported(wrong, confidence))} / {recall:.3f}")
        table.add_row(name, *row[:-1], f"{least}: {row[-1]}")
    return table


def small_faces(models: Mapping[str, Manifest], scenes: Sequence[Photograph]) -> Table:
    """What is reported of faces 20 to 24 px high in frames of 1280x720, each made of six photographs."""
    frames = [framed(scenes[start : start + 6]) for start in range(0, len(scenes) - 5, 6)]
    table = Table("recall at 20-24 px / 24-40 px in 720p", *LOOKS, title_justify="left")
    for name, manifest in models.items():
        one, row = detector(manifest, manifest.confidence), []
        for look in LOOKS.values():
            found = [one.detect([ArrayPixels(each.pixels)], [look])[0] for each in frames]
            shape = curve_of(reported(found, manifest.confidence), frames)
            row.append(
                " / ".join(f"{shape.recall_within(*sizes, np.inf):.3f}" for sizes in ((20, 24), (24, 40)))
            )
        table.add_row(name, *row)
    return table


def reported(finds: Sequence[Detections], confidence: float) -> list[Detections]:
    """Those that a picture's reading has at that confidence."""
    smallest = LOOKS["high"].smallest
    kept = [believed(found, confidence, smallest) for found in finds]
    return [found.chosen(found.scores >= confidence) for found in kept]


def _count(finds: Sequence[Detections]) -> int:
    return sum(len(found) for found in finds)


def curve_of(finds: Sequence[Detections], photographs: Sequence[Photograph]) -> Curve:
    faces = [each.faces for each in photographs]
    counted = [each.boxes[:, 3] >= LEAST_HEIGHT for each in faces]
    return curve(cast("Sequence[Found]", finds), faces, counted)


def framed(photographs: Sequence[Photograph]) -> Photograph:
    """Six photographs, shrunk where they must be, as one frame of 720p with all their faces."""
    return _together(photographs, 3, CELL, (1280, 720))


def fours(photographs: Sequence[Photograph]) -> list[Photograph]:
    """Four photographs at a time as one, so large that it is looked at twice."""
    groups = [photographs[start : start + 4] for start in range(0, len(photographs) - 3, 4)]
    return [_together(group, 2, (432, 432), (864, 864)) for group in groups]


def _together(
    photographs: Sequence[Photograph], across: int, cell: tuple[int, int], size: tuple[int, int]
) -> Photograph:
    frame, faces = np.zeros((size[1], size[0], 3), np.uint8), []
    for place, each in enumerate(photographs):
        height, width = each.pixels.shape[:2]
        factor = min(1.0, cell[0] / width, cell[1] / height)
        left, top = cell[0] * (place % across), cell[1] * (place // across)
        shrunk = cv2.resize(each.pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        frame[top : top + shrunk.shape[0], left : left + shrunk.shape[1]] = shrunk
        faces.append(each.faces.warped(np.array(((factor, 0, left), (0, factor, top)))))
    return Photograph(frame, joined(faces))


if __name__ == "__main__":
    main()
