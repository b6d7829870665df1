"""What a further stream of 640x360 takes of memory: a running service with few and with many.

    python -m tests.bench.bench_memory [--few 4] [--many 28] [--fps 2] [--seconds 20]

Resident memory of the whole service, with the usual windows and the history on. Streams are a file of H.264
in a loop, played at its own pace, each with a decoder of its own. The figure is the difference by stream, so
that the models and what the first streams bring with them are not in it; memory is the most of several looks.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.goals import HEAD, AtMost
from tests.bench.material import camera
from tests.bench.served_streams import USUAL, ServedStreams
from tests.e2e.service import serving

GOAL = 12.0
LOOKS = 5


def held(streams: ServedStreams, count: int, seconds: float) -> float:
    """Megabytes resident with so many streams, the most of several looks."""
    streams.hold(count)
    found = []
    for _ in range(LOOKS):
        time.sleep(seconds / LOOKS)
        found.append(streams.resident())
    return max(found)


def main() -> None:
    """Prints both figures, and the difference beside its goal."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--few", type=int, default=4)
    parser.add_argument("--many", type=int, default=28)
    parser.add_argument("--fps", type=float, default=2)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = camera(folder)
        with serving(folder, USUAL) as service:
            streams = ServedStreams(service, file, options.fps)
            few, many = (held(streams, count, options.seconds) for count in (options.few, options.many))
            streams.hold(0)
    each = (many - few) / (options.many - options.few)
    row = AtMost(
        "memory per further 640x360 stream",
        f"{many:.0f} MB, {options.many} streams",
        f"{few:.0f} MB, {options.few} streams",
        each,
        GOAL,
        " MB",
    )
    sys.stdout.write(f"{HEAD}\n{row.row()}\n")


if __name__ == "__main__":
    main()
