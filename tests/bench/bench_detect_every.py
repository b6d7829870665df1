"""What looking at the whole picture only now and then saves (`inference.detect_every`), and what it costs.

    python -m tests.bench.bench_detect_every [FILE ...] [--every auto 5] [--fps 30 10] [--frames 240]
    python -m tests.bench.bench_detect_every --marked 300

Every frame of each clip is read with `detect_every: 1`, and again with each other setting, as a live stream
(a frame at a time) and as `semblance analyze` does (batches that begin anew). Compared with `1`: the faces
found again (recall) and not found by it (precision), boxes and landmarks in parts of the face's size, the
mean error of the eight scores of a face and of a window of two seconds, and ids that changed. `ms` is the
processor's time for finding the faces of a frame, with `1` and with the other; decoding and reading the
faces are the same for both. Without a file: all clips of the data folder, and drawn people.

With `--marked` landmarks are held against those that people marked, on so many pictures of the data folder
at several sizes: the usual look at the whole picture, and with a close look at what it found.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from inference.classifier import Classifier
from inference.closer import Closer
from inference.detector import Detector
from inference.finder import Finder
from inference.followers import Followers
from inference.loading import load
from inference.look import LOOKS
from inference.reader import Reader
from models import find
from stream.array_pixels import ArrayPixels
from stream.frame import Frame
from stream.pixels import AvPixels, Scaler
from tests.bench.agreement_of_readings import Agreement
from tests.bench.material import drawn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from inference.detections import Detections
    from inference.options import Every
    from inference.reading import Reading

_BATCH = 8
"""Frames that `semblance analyze` reads together."""
_LOOK = LOOKS["normal"]
_SIZES = 0.5, 1.0, 2.0, 3.0
_STEP = 40


@dataclass(slots=True)
class Read:
    """What was read of a clip, and the processor's seconds that finding the faces took."""

    readings: list[Reading]
    seconds: float


class Models:
    """Both, on one thread."""

    def __init__(self) -> None:
        self.face, self._emotion = find("face", "auto"), find("emotion", "auto")
        self._network, self._judge = load(self.face, "cpu", 1), load(self._emotion, "cpu", 1)

    def finder(self, every: Every) -> Finder:
        sure = self.face.confidence
        closer = Closer(self._network, self.face, sure)
        return Finder(Detector(self._network, self.face, sure, one_by_one=True), closer, every, sure)

    def read(self, frames: Sequence[Frame], every: Every, *, live: bool) -> Read:
        """Live a frame at a time, else in batches of which each begins anew."""
        finder, seconds = self.finder(every), 0.0
        reader = Reader(
            Classifier(self._judge, self._emotion, None), Followers(self.face.confidence, patience=1.0)
        )
        readings: list[Reading] = []
        step = 1 if live else _BATCH
        for start in range(0, len(frames), step):
            some = frames[start : start + step]
            began = time.process_time()
            found = (finder.find if live else finder.find_anew)(some, [_LOOK] * len(some))
            seconds += time.process_time() - began
            readings += reader.read(some, found)
        return Read(readings, seconds)


def decoded(file: Path, fps: float, most: int) -> list[Frame]:
    """About so many frames a second."""
    scaler, frames, due = Scaler(), list[Frame](), 0.0
    with av.open(str(file)) as container:
        for number, one in enumerate(container.decode(video=0)):
            at = one.time or 0.0
            if at + 0.001 < due:
                continue
            due = max(due + 1 / fps, at)
            frames.append(Frame(file.name, number, at, at, at, AvPixels(one, scaler)))
            if len(frames) == most:
                break
    return frames


def compared(
    models: Models, files: Sequence[Path], every: Every, fps: float, most: int, *, live: bool
) -> Table:
    """A row for each file, and one for all of them together."""
    title = f"detect_every {every}, {fps:g} fps, {'live' if live else 'recordings'}"
    columns = ("clip", "faces", "recall", "precision", "box", "landmarks", "scores", "windows", "switched")
    table = Table(*columns, "ms with 1", "ms", "ratio", title=title, title_justify="left", box=None)
    whole, sums = Agreement(), np.zeros(3)
    for file in files:
        frames = decoded(file, fps, most)
        usual, mine = models.read(frames, 1, live=live), models.read(frames, every, live=live)
        own = Agreement()
        for one in (own, whole):
            one.add(usual.readings, mine.readings)
        took = np.array((len(frames), usual.seconds, mine.seconds))
        sums += took
        table.add_row(file.name, *own.cells(), *_times(took))
    table.add_row("all", *whole.cells(), *_times(sums))
    return table


def _times(took: NDArray[np.float64]) -> list[str]:
    frames, usual, mine = took.tolist()
    return [f"{usual / frames * 1e3:.2f}", f"{mine / frames * 1e3:.2f}", f"{mine / usual:.2f}"]


def marked(models: Models, folder: Path, count: int) -> Table:
    """Median distance of the five landmarks from those marked by people, in parts of twice the distance from
    eyes to mouth, by the size of the face where the usual look sees it."""
    archive = zipfile.ZipFile(folder / "landmarks68.zip")
    names = {name.rsplit("/", 1)[-1]: name for name in archive.namelist()}
    rows = [json.loads(line) for line in (folder / "landmarks68.jsonl").read_text().splitlines()]
    finder = models.finder(1)
    errors: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
    for row in rows[:: max(1, len(rows) // count)]:
        stored = np.frombuffer(archive.read(names[row["image"].rsplit("/", 1)[-1]]), np.uint8)
        picture = np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR), np.uint8)
        points = np.array(row["landmarks68"], np.float32).reshape(-1, 2)
        five = np.array((points[36:42].mean(0), points[42:48].mean(0), points[30], points[48], points[54]))
        for factor in _SIZES:
            way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
            pixels = ArrayPixels(
                np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=way))
            )
            truth = five * factor
            size = 2 * float(np.hypot(*(truth[:2].mean(0) - truth[3:].mean(0))))
            seen = size * min(1.0, _LOOK.size / max(pixels.width, pixels.height))
            wholly = finder.look(pixels, _LOOK)
            closely = finder.together(pixels, _LOOK, [wholly])
            if len(wholly):
                pair = _missed(wholly, truth) / size, _missed(closely, truth) / size
                errors[int(seen) // _STEP * _STEP].append(pair)
    table = Table("face, px of 512", "pictures", "whole look", "and close look", box=None)
    for at, pairs in sorted(errors.items()):
        usual, close = np.median(pairs, 0).tolist()
        table.add_row(f"{at}-{at + _STEP}", str(len(pairs)), f"{usual:.4f}", f"{close:.4f}")
    return table


def _missed(found: Detections, truth: NDArray[np.float64]) -> float:
    """By how many pixels, of the face that comes nearest."""
    assert found.landmarks is not None
    return float(np.hypot(*(found.landmarks - truth).transpose(2, 0, 1)).mean(1).min())


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--every", nargs="+", default=["auto"])
    parser.add_argument("--fps", nargs="+", type=float, default=[30.0, 10.0])
    parser.add_argument("--frames", type=int, default=240, help="of each clip at most")
    parser.add_argument("--marked", type=int, metavar="PICTURES")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    models, console = Models(), Console(width=160)
    data = Path(os.environ.get("SEMBLANCE_DATA") or "../shared/data")
    if arguments.marked:
        console.print(marked(models, data / "faces", arguments.marked))
        return
    with tempfile.TemporaryDirectory() as folder:
        real = sorted((data / "clips").iterdir()) if (data / "clips").is_dir() else []
        files = arguments.files or [*real, drawn(Path(folder) / "drawn.mp4")]
        for said in arguments.every:
            every: Every = "auto" if said == "auto" else int(said)
            for fps in arguments.fps:
                for live in (True, False):
                    console.print(compared(models, files, every, fps, arguments.frames, live=live))


if __name__ == "__main__":
    main()
