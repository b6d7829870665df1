"""The live pipeline beside Roboflow's InferencePipeline, with the same models on the same files.

    python -m tests.bench.bench_peers [FILE ...] [--rounds 2] [--unpaced] [--roboflow PYTHON]

Every frame is analysed, by turns; compared is the processor time of all threads for each of them. Both
play a file at its own pace, as a camera; `unpaced`, Roboflow's takes it as fast as it can. Its own logic is
the body of the loop that anybody would write (`tests/bench/plain_loop.py`), which is shown beside them: as
fast as it can. Both have sessions with ONNX Runtime's default options.

Roboflow's pipeline wants a Python of its own, given by the option or as SEMBLANCE_ROBOFLOW, and is left out
without one:

    python3.11 -m venv FOLDER && FOLDER/bin/pip install inference
    SEMBLANCE_ROBOFLOW=FOLDER/bin/python python -m tests.bench.bench_peers

Without files: clips in which all find the same faces, at 640x360 and 1280x720. In others the loop
also classifies hands, foreheads and dim shapes, where the live pipeline reports no face but one that it was
sure of once, from the second frame that shows it. A ratio of unlike work is said to be one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import av
from rich.console import Console
from rich.table import Table

from inference.engine import Engine
from inference.options import InferenceOptions
from models import shipped
from stream.spec import StreamSpec
from tests.bench.goals import HEAD, AtMost
from tests.bench.live_pipeline import Listener, live_pipeline
from tests.bench.material import certain
from tests.bench.plain_loop import PlainLoop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from semblance.pipeline import Pipeline

GOAL = 0.2
FRAMES = 99
"""As many as the usual clip of 1280x720 has."""
ALIKE = 0.05
"""By so much of the faces ways may differ that do the same work: the first sighting of each is not told."""
PEER = Path(__file__).with_name("roboflow_peer.py")


@dataclass(frozen=True, slots=True)
class Run:
    """One way over one file: processor and wall seconds, frames analysed and faces seen in them."""

    processor: float
    wall: float
    frames: int
    faces: int

    @property
    def per_frame(self) -> float:
        return self.processor / self.frames

    @property
    def faces_per_frame(self) -> float:
        return self.faces / self.frames


Way: TypeAlias = "Callable[[Path], Run]"


class Live:
    """The live pipeline, its models loaded once."""

    def __init__(self) -> None:
        self._engine = Engine.load(
            InferenceOptions(detector=shipped("face").name, classifier=shipped("emotion").name)
        )

    def __call__(self, file: Path) -> Run:
        return asyncio.run(self._play(file))

    async def _play(self, file: Path) -> Run:
        listener = Listener()
        async with live_pipeline(self._engine, listener) as pipeline:
            began = time.process_time(), time.perf_counter()
            await pipeline.add(StreamSpec(id="file", url=str(file), fps=120))
            await _end_of(pipeline)
            return Run(*_since(began), len(listener.ages), listener.faces)


def _since(began: tuple[float, float]) -> tuple[float, float]:
    return time.process_time() - began[0], time.perf_counter() - began[1]


async def _end_of(pipeline: Pipeline) -> None:
    """Returns when the file has been played and its last frame read."""
    while pipeline.stream("file").condition.state != "ended":  # noqa: ASYNC110 - nobody else waits
        await asyncio.sleep(0.1)
    analysed = -1
    while analysed != (analysed := pipeline.stream("file").analysed):  # noqa: ASYNC110
        await asyncio.sleep(0.3)


class Loop:
    """The plain loop."""

    def __init__(self) -> None:
        self._loop = PlainLoop()

    def __call__(self, file: Path) -> Run:
        began = time.process_time(), time.perf_counter()
        frames, faces = self._loop.run(file)
        return Run(*_since(began), frames, faces)


class Roboflow:
    """Roboflow's pipeline in a process of its own Python."""

    def __init__(self, process: subprocess.Popen[str], *, paced: bool) -> None:
        self._process = process
        self._paced = paced

    def __call__(self, file: Path) -> Run:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        wanted = {"file": str(file), "fps": _rate(file) if self._paced else None}
        self._process.stdin.write(f"{json.dumps(wanted)}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"Roboflow's pipeline ended with {self._process.wait()}; see what it wrote.")
        spent = json.loads(line)
        if not spent["frames"]:
            raise SystemExit(f"Roboflow's pipeline read no frame of {file}; see what it wrote.")
        return Run(spent["processor"], spent["wall"], spent["frames"], spent["faces"])


def _rate(file: Path) -> float:
    with av.open(str(file)) as container:
        return float(container.streams.video[0].average_rate or 25)


@contextmanager
def roboflow(python: str, log: Path, *, paced: bool) -> Iterator[Roboflow]:
    """What it writes but answers goes to `log`; it asks nobody over the network."""
    own = {**os.environ, "TELEMETRY_OPT_OUT": "True", "OFFLINE_MODE": "True"}
    with (
        log.open("w") as sink,
        subprocess.Popen(
            [python, "-P", str(PEER), json.dumps(_models())],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sink, text=True, env=own, cwd=log.parent,
        ) as process,
    ):  # fmt: skip
        try:
            yield Roboflow(process, paced=paced)
        except SystemExit:
            sys.stderr.write(log.read_text(encoding="utf-8", errors="replace")[-2000:])
            raise
        finally:
            process.kill()


def _models() -> dict[str, object]:
    face, emotion = shipped("face"), shipped("emotion")
    assert face.decoder is not None
    return {
        "face": str(face.path),
        "face_input": face.input.name,
        "face_outputs": face.outputs,
        "strides": face.decoder.strides,
        "sure": face.confidence,
        "emotion": str(emotion.path),
        "emotion_input": emotion.input.name,
        "emotion_outputs": emotion.outputs,
        "side": emotion.input.width,
    }


def compare(ways: dict[str, Way], file: Path, rounds: int) -> dict[str, list[Run]]:
    """Every way's runs over a file, by turns."""
    found: dict[str, list[Run]] = {name: [] for name in ways}
    for number in range(rounds):
        for name in list(ways)[:: 1 if number % 2 else -1]:
            found[name].append(ways[name](file))
    return found


def compared(file: Path, found: dict[str, list[Run]]) -> AtMost:
    """The median of the rounds."""
    mine, theirs = found["Semblance"], found["Roboflow"]
    ratio = statistics.median(
        one.per_frame / other.per_frame for one, other in zip(mine, theirs, strict=True)
    )
    live, peer = (_told(kind) for kind in (mine, theirs))
    return AtMost(
        f"live pipeline, CPU per analysed frame, {file.name}",
        live,
        f"Roboflow InferencePipeline {peer}",
        ratio,
        GOAL,
    )


def _told(runs: list[Run]) -> str:
    cost = 1000 * statistics.median(run.per_frame for run in runs)
    return f"{cost:.2f} ms, {_faces(runs):.2f} faces"


def _faces(runs: list[Run]) -> float:
    return statistics.median(run.faces_per_frame for run in runs)


def unlike(found: dict[str, list[Run]]) -> str | None:
    """What to say of a file in which not all classified about as many faces."""
    faces = {name: _faces(runs) for name, runs in found.items()}
    if max(faces.values()) - min(faces.values()) <= ALIKE * max(faces.values()):
        return None
    each = ", ".join(f"{name} {count:.2f}" for name, count in faces.items())
    return f"the work was not the same (faces classified a frame: {each})"


def table(kinds: dict[Path, dict[str, list[Run]]]) -> Table:
    found = Table(
        "file", "who", "frames", "faces a frame", "wall ms a frame", "CPU ms a frame", "rounds", box=None
    )
    for file, ways in kinds.items():
        for name, runs in ways.items():
            each = [1000 * run.per_frame for run in runs]
            median, last = statistics.median(each), runs[-1]
            wall = statistics.median(1000 * run.wall / run.frames for run in runs)
            spread = " ".join(f"{one:.2f}" for one in each)
            faces = f"{_faces(runs):.2f}"
            found.add_row(file.name, name, str(last.frames), faces, f"{wall:.2f}", f"{median:.2f}", spread)
    return found


def main() -> None:
    """Prints every way's figures, and the ratios beside their goals."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--unpaced", action="store_true")
    parser.add_argument("--roboflow", metavar="PYTHON", default=os.environ.get("SEMBLANCE_ROBOFLOW"))
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        files = [file.resolve() for file in options.files] or certain(folder, FRAMES)
        ways: dict[str, Way] = {"Semblance": Live(), "plain loop": Loop()}
        if options.roboflow:
            log = folder / "roboflow.log"
            peer = stack.enter_context(roboflow(options.roboflow, log, paced=not options.unpaced))
            ways["Roboflow"] = peer
        found = {file: compare(ways, file, options.rounds) for file in files}
    Console(width=120).print(table(found))
    for file, runs in found.items():
        if said := unlike(runs):
            sys.stdout.write(f"{file.name}: {said}\n")
    if not options.roboflow:
        sys.stdout.write("Without Roboflow's pipeline: SEMBLANCE_ROBOFLOW names no Python that has it.\n")
        return
    lines = [compared(file, runs).row() for file, runs in found.items()]
    sys.stdout.write("\n".join((HEAD, *lines)) + "\n")


if __name__ == "__main__":
    main()
