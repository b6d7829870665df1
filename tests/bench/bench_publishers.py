"""What publishers cost: processor and memory of each, and whether memory grows while few frames are read.

    python -m tests.bench.bench_publishers [--seconds 20] [--publishers 1 --publishers 4] [--fast]

FFmpeg publishes 640x360 at 30 frames a second over loopback, sharing the machine with the service, which
reads no more than five frames a second in all; with `--fast`, as many as it can.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from tests.bench.bench_streams import processor_seconds, views
from tests.e2e.clips import drawn, record
from tests.e2e.publishers import publishing
from tests.e2e.service import COMMAND, SLOW, Holdings, Service, serving

FPS = 30
WARM_UP = 10.0
LOOK = 5.0
MOST = 1.0
"""MB a minute and publisher, over minutes: what is kept for ever would show as hundreds."""


def slope(points: list[tuple[float, float]]) -> float:
    """Of the straight line through points of (seconds, MB): MB a minute."""
    seconds, memory = zip(*points, strict=True)
    return 60 * statistics.linear_regression(seconds, memory).slope


def measured(service: Service, publishers: int, seconds: float, console: Console) -> None:
    """Prints what so many cost once they run."""
    pid = service.process.pid
    time.sleep(WARM_UP)
    before, _ = views(service)
    begin, busy = time.monotonic(), processor_seconds(pid)
    points: list[tuple[float, float]] = []
    while (now := time.monotonic() - begin) < seconds:
        points.append((now, Holdings.of(pid).memory))
        time.sleep(min(LOOK, seconds / 8))
    after, _ = views(service)
    elapsed = time.monotonic() - begin
    if lost := [name for name, view in after.items() if view["state"] != "running"]:
        console.print(f"lost: {', '.join(lost)}; what follows is worth nothing")
    share = (processor_seconds(pid) - busy) / elapsed
    decoded, analysed = (
        sum(after[name]["frames"][count] - before[name]["frames"][count] for name in after) / elapsed
        for count in ("decoded", "analysed")
    )
    growth = slope(points) / publishers
    console.print(
        f"{publishers} publishers, {elapsed:.0f} s: {decoded / publishers:.1f} frames a second of each, "
        f"{analysed:.1f} read in all; {share / publishers:.2f} cores each; memory {points[0][1]:.0f} to "
        f"{points[-1][1]:.0f} MB, {growth:+.2f} MB a minute and publisher (at most {MOST:g} over minutes)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--publishers", type=int, action="append")
    parser.add_argument("--fast", action="store_true")
    options = parser.parse_args()
    console = Console(width=160)
    command = (str(COMMAND),) if options.fast else SLOW
    for publishers in options.publishers or [1, 4]:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            clip = record(folder / "disc.au", drawn(2, FPS), FPS)
            service = stack.enter_context(serving(folder, semblance=command))
            for number in range(publishers):
                service.add(f"seat-{number}", "whip:", fps=FPS).raise_for_status()
                stack.enter_context(publishing(f"{service.address}/whip/seat-{number}", clip))
            measured(service, publishers, options.seconds, console)


if __name__ == "__main__":
    main()
