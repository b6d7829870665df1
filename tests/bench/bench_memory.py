"""What a further stream of 640x360 takes of memory: a running service with few and with many.

    python -m tests.bench.bench_memory [--few 4] [--many 28] [--fps 2] [--seconds 20]

Resident memory of the whole service, with the usual windows and the history on. Streams are a file of H.264
in a loop, played at its own pace, each with a decoder of its own. The figure is the difference by stream, so
that the models and what the first streams bring with them are not in it; memory is the most of several looks.

A stream that runs for hours gathers summaries until as many are kept for clients as may be. That is measured
beside the service, by a hub that is given so many at once, and added in a second row.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from aggregation import Aggregator
from tests.bench.bench_aggregation import readings
from tests.bench.goals import HEAD, AtMost
from tests.bench.live_pipeline import WINDOWS
from tests.bench.material import camera
from tests.bench.served_streams import USUAL, ServedStreams
from tests.e2e.service import Holdings, serving
from web.hub import HISTORY, Hub

GOAL = 12.0
LOOKS = 5
FPS = 1
"""Of a stream whose windows alone matter."""


def held(streams: ServedStreams, count: int, seconds: float) -> float:
    """Megabytes resident with so many streams, the most of several looks."""
    streams.hold(count)
    found = []
    for _ in range(LOOKS):
        time.sleep(seconds / LOOKS)
        found.append(streams.resident())
    return max(found)


def gathered(streams: int = 3) -> float:
    """Megabytes that the summaries kept of one stream take when no more are kept."""
    hub, before = Hub(), Holdings.of(os.getpid()).memory
    seconds = HISTORY * max(window.interval for window in WINDOWS)
    for number in range(streams):
        aggregator = Aggregator(f"stream-{number:03}", WINDOWS)
        for reading in readings(FPS):
            if reading.captured > seconds:
                break
            for summary in aggregator.add(reading, reading.captured_utc):
                hub.publish(summary)
    return (Holdings.of(os.getpid()).memory - before) / streams


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
    kept = gathered()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = camera(folder)
        with serving(folder, USUAL) as service:
            streams = ServedStreams(service, file, options.fps)
            few, many = (held(streams, count, options.seconds) for count in (options.few, options.many))
            streams.hold(0)
    each = (many - few) / (options.many - options.few)
    more, less = f"{many:.0f} MB, {options.many} streams", f"{few:.0f} MB, {options.few} streams"
    rows = (
        AtMost("memory per further 640x360 stream", more, less, each, GOAL, " MB"),
        AtMost(
            "the same, after hours",
            f"{each:.2f} MB + {kept:.2f} MB of summaries",
            "",
            each + kept,
            GOAL,
            " MB",
        ),
    )
    sys.stdout.write("\n".join((HEAD, *(row.row() for row in rows))) + "\n")


if __name__ == "__main__":
    main()
