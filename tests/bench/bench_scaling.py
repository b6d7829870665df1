"""What a stream costs of the processor where it is one of many, beside one that is alone.

    python -m tests.bench.bench_scaling [--many 32] [--fps 2] [--camera-fps 10] [--rounds 3] [--seconds 6]

A running service has one stream and many by turns. Streams are a file of 640x360 in a loop at its own pace,
of which a few frames a second are analysed; all are decoded. What is compared is the service's processor time
for each analysed frame, idling included. Where many frames are superseded there is no ratio.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from tests.bench.goals import HEAD, AtMost
from tests.bench.material import camera
from tests.bench.served_streams import USUAL, ServedStreams
from tests.e2e.service import serving

if TYPE_CHECKING:
    from tests.bench.served_streams import Spent

GOAL = 1.1
MOST_LOST = 0.02
"""Of the frames that were due. Where more are lost the others have to bear the cost of what led to them."""
ALONE = 2
"""So many times longer is one stream measured: it has few frames a second."""


def compared(many: int, alone: list[Spent], crowd: list[Spent]) -> AtMost:
    """The median of the rounds."""
    ratios = [one.per_frame / other.per_frame for one, other in zip(crowd, alone, strict=True)]
    of_many, of_one = (1000 * statistics.median(each.per_frame for each in kind) for kind in (crowd, alone))
    return AtMost(
        f"CPU per stream, {many} : 1",
        f"{of_many:.1f} ms a frame, {many} streams",
        f"{of_one:.1f} ms a frame, 1 stream",
        statistics.median(ratios),
        GOAL,
    )


def table(kinds: dict[int, list[Spent]]) -> Table:
    found = Table("streams", "analysed/s", "decoded/s", "superseded/s", "cores", "ms a frame", box=None)
    for count, rounds in kinds.items():
        for one in rounds:
            rates = [one.frames[what] / one.seconds for what in ("analysed", "decoded", "superseded")]
            cores = one.processor / one.seconds
            found.add_row(
                str(count), *(f"{rate:.1f}" for rate in rates), f"{cores:.3f}", f"{1000 * one.per_frame:.2f}"
            )
    return found


def main() -> None:
    """Prints each round, and the ratio beside its goal."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--many", type=int, default=32)
    parser.add_argument("--fps", type=float, default=2)
    parser.add_argument("--camera-fps", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6)
    options = parser.parse_args()
    kinds: dict[int, list[Spent]] = {1: [], options.many: []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = camera(folder, options.camera_fps)
        with serving(folder, USUAL) as service:
            streams = ServedStreams(service, file, options.fps)
            for _ in range(options.rounds):
                for count, rounds in kinds.items():
                    streams.hold(count)
                    rounds.append(streams.spent(options.seconds * (ALONE if count == 1 else 1)))
            streams.hold(0)
    console = Console(width=120)
    console.print(table(kinds))
    lost = max(one.frames["superseded"] / one.frames["analysed"] for one in kinds[options.many])
    if lost > MOST_LOST:
        console.print(
            f"{100 * lost:.0f} frames were superseded for each 100 analysed: more than this machine carries "
            "now, and no ratio. Fewer --many, or a lower --camera-fps, can be compared."
        )
        return
    sys.stdout.write(f"{HEAD}\n{compared(options.many, kinds[1], kinds[options.many]).row()}\n")


if __name__ == "__main__":
    main()
