"""Measures detectors beside YuNet: `python -m models.face.evaluate [FILE...]`.

On the photographs held back from training, at their own size and at half of it, on pictures without faces, on
drawn people of seeds nobody trained on, and in time. Prints Markdown tables.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from models import data_folder
from models.face import timing, trial, trial_pictures
from models.face.finder import Finder
from models.face.landmark_error import POINTS
from models.face.yunet import CONFIDENCE, NETWORK, YuNet
from models.markdown import share, table
from models.registry import shipped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.face.landmark_error import LandmarkErrors
    from models.face.trial import Results

Times = dict[tuple[int, int], dict[str, list[float]]]
"""By width and height, by name: the milliseconds of each round."""
TIMED = ((320, 192), (640, 384))
OPENCV, ITSELF = "YuNet in OpenCV", ""
"""The second stands where YuNet is compared with itself."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="*", help="detectors; without any, the shipped one")
    data_folder.add_option(parser)
    parser.add_argument("--scenes", type=int, default=12, help="scenes of drawn people")
    options = parser.parse_args()
    data_folder.require(options.data, trial_pictures.NEEDED)
    cv2.setNumThreads(1)
    ours = shipped("face")
    files = options.files or [ours.path]
    yunet = YuNet(options.data)
    pictures = trial_pictures.load(options.data, yunet, options.scenes)
    columns = [(str(path), trial.measured(Finder(path), ours.confidence, pictures)) for path in files]
    columns.append(("YuNet", trial.measured(yunet, CONFIDENCE, pictures)))
    times = times_of({str(path): path for path in files}, options.data)
    sys.stdout.write("\n\n".join([*tables(columns), time_table(times)]) + "\n")


def times_of(files: Mapping[str, Path], folder: Path) -> Times:
    """Those of every file by name, of YuNet's network, and of YuNet in OpenCV."""
    every = {}
    for width, height in TIMED:
        picture, opencv = timing.noise(width, height), YuNet(folder)
        runs = {name: timing.network(path, picture) for name, path in files.items()}
        runs["YuNet"] = timing.network(folder / NETWORK, picture)
        runs[OPENCV] = lambda detector=opencv, shown=picture: detector.find(shown, CONFIDENCE)  # type: ignore[misc]
        every[width, height] = timing.milliseconds(runs)
    return every


def tables(columns: Sequence[tuple[str, Results]]) -> list[str]:
    """What there is to say of these detectors, one column each."""
    head, results = [name for name, _ in columns], [each for _, each in columns]
    return [
        table(["average precision", *head], precision_rows(results)),
        table(["found at 0.5 false faces a picture, by height in pixels", *head], height_rows(results)),
        table(["at the default threshold", *head], threshold_rows(results)),
        table(["landmarks, median error in eye distances", *head], landmark_rows(results)),
    ]


def precision_rows(results: Sequence[Results]) -> list[list[str]]:
    rows = {
        "scenes held back, overlap 0.5": [each.scenes for each in results],
        "scenes, bare faces alone": [each.scenes_bare for each in results],
        "scenes, bare faces, overlap 0.4": [each.scenes_bare_loose for each in results],
        "scenes at half their size": [each.half for each in results],
        "scenes at half their size, bare faces": [each.half_bare for each in results],
        "portraits held back": [each.portraits for each in results],
    }
    return [[name, *(share(curve.average_precision) for curve in curves)] for name, curves in rows.items()]


def height_rows(results: Sequence[Results]) -> list[list[str]]:
    each = [result.recall_by_height() for result in results]
    return [[name, *(share(heights[name]) for heights in each)] for name in each[0]]


def threshold_rows(results: Sequence[Results]) -> list[list[str]]:
    points = [each.scenes.at(each.confidence) for each in results]
    pictures = results[0].backgrounds
    return [
        ["threshold", *(f"{each.confidence:.2f}" for each in results)],
        ["scenes: recall / precision", *(f"{share(found)} / {share(right)}" for found, right in points)],
        [f"faces seen in {pictures} pictures without any", *(str(each.false_faces[0]) for each in results)],
        [f"of them {trial.LEAST_SIDE} pixels or more", *(str(each.false_faces[1]) for each in results)],
        ["in 200 pictures", *(f"{each.false_faces_in_200:.2f}" for each in results)],
        ["drawn people found at 0.5", *(share(each.drawn_found) for each in results)],
    ]


def landmark_rows(results: Sequence[Results]) -> list[list[str]]:
    rows = []
    for name, first in results[0].landmarks.items():
        errors = [each.landmarks[name] for each in results]
        rows.append([f"{name} ({len(first)} faces)", *map(_median, errors)])
        for low, high in trial.HEIGHTS:
            some = [error.between(low, high) for error in errors]
            if len(some[0]) >= 20:
                size = f"over {low} pixels" if high == float("inf") else f"{low} to {high} pixels"
                rows.append([f"- {size} ({len(some[0])})", *map(_median, some)])
        rows.append(["- eyes, nose, mouth corners", *map(_points, errors)])
        rows.append(["- shifted right, down", *map(_shift, errors)])
    return rows


def _median(errors: LandmarkErrors) -> str:
    return share(errors.median) if errors.median else ITSELF


def _points(errors: LandmarkErrors) -> str:
    return " ".join(share(errors.points[point]) for point in POINTS) if errors.median else ITSELF


def _shift(errors: LandmarkErrors) -> str:
    right, down = errors.shift
    return f"{right:+.3f} {down:+.3f}" if errors.median else ITSELF


def time_table(times: Times) -> str:
    names = list(next(iter(times.values())))
    rows = []
    for (width, height), spent in times.items():
        yardstick = spent["YuNet"]
        cells = [
            f"{np.median(spent[name]):.2f} ({timing.ratio(spent[name], yardstick):.2f})" for name in names
        ]
        rows.append([f"{width}x{height}", *cells])
    return table(["ms on one thread (of YuNet's network)", *names], rows)


if __name__ == "__main__":
    main()
