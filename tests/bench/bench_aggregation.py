"""What the aggregator costs for each reading, whatever the length of its windows, and whether its sums drift.

    python -m tests.bench.bench_aggregation [--readings 500000]

Two faces in a frame, ten frames a second. Each window is full before its time is taken, which is CPU time;
the windows take turns, so that what else the machine does touches all of them. Drift is the largest
difference, over all scores, between the last window of a stream of so many readings and the same window
worked out afresh from its own readings.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from itertools import islice
from math import fsum
from typing import TYPE_CHECKING

from aggregation import Aggregator, Summary, Window
from inference.reading import EMOTIONS, Box, Face, Reading, Scores
from tests.bench.goals import HEAD, AtMost

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FPS = 10
BEGAN = 1_795_000_000
SHORT, LONG = "2 s every 0.5 s", "1 h every 0.5 s"
LIVE = (Window("2s", 2.0, 0.5), Window("60s", 60.0, 5.0))
HOUR = 3600 * FPS
AT_ONCE = 500
ROUNDS = 80
GOAL = 1.1
CASES: tuple[tuple[str, Sequence[Window]], ...] = (
    (SHORT, (LIVE[0],)),
    ("60 s every 0.5 s", (Window("60s", 60.0, 0.5),)),
    (LONG, (Window("1h", 3600.0, 0.5),)),
    ("2 s every 0.5 s and 60 s every 5 s", LIVE),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--readings", type=int, default=500_000)
    count: int = parser.parse_args().readings
    costs = costs_of({name: Filled(windows) for name, windows in CASES})
    for name, cost in costs.items():
        sys.stdout.write(f"{name:36}{statistics.median(cost):7.1f} us a reading\n")
    sys.stdout.write(f"{'drift after ' + format(count, ',') + ' readings':36}{drift(count):10.1e}\n")
    sys.stdout.write(f"\n{HEAD}\n{compared(costs[LONG], costs[SHORT]).row()}\n")


class Filled:
    """An aggregator whose windows are full, and the readings that come next."""

    def __init__(self, windows: Sequence[Window]) -> None:
        self._aggregator = Aggregator("bench", windows, expected_interval=1 / FPS)
        self._readings = readings()
        feed(self._aggregator, islice(self._readings, HOUR + 100))

    def cost(self) -> float:
        """Microseconds of CPU for each of the next readings."""
        measured = list(islice(self._readings, AT_ONCE))
        start = time.process_time()
        feed(self._aggregator, measured)
        return (time.process_time() - start) / AT_ONCE * 1e6


def costs_of(cases: dict[str, Filled]) -> dict[str, list[float]]:
    """Those of each round, in which every case has its turn, first or last."""
    costs: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(ROUNDS):
        for name in list(cases)[:: 1 if number % 2 else -1]:
            costs[name].append(cases[name].cost())
    return costs


def compared(long: list[float], short: list[float]) -> AtMost:
    return AtMost(
        "reading added to windows",
        f"{statistics.median(long):.1f} us, 1 h window",
        f"{statistics.median(short):.1f} us, 2 s window",
        statistics.median(one / other for one, other in zip(long, short, strict=True)),
        GOAL,
    )


def drift(count: int) -> float:
    """Without smoothing, so that the plain mean of the last window's scores is what it should hold."""
    aggregator = Aggregator("bench", LIVE[:1], time_constant=0.0, expected_interval=1 / FPS)
    last: list[Reading] = []
    summary: Summary | None = None
    for reading in islice(readings(), count):
        for summary in aggregator.add(reading, reading.captured_utc):
            held = [each for each in last if summary.start <= each.captured_utc < summary.end]
        last = [*last[-2 * FPS - 5 :], reading]
    if summary is None or summary.mean_scores is None:
        raise SystemExit(f"{count} readings do not fill a window; ask for more")
    seen = [face.scores for reading in held for face in reading.faces]
    mean = [fsum(column) / len(seen) for column in zip(*seen, strict=True)]
    return max(abs(mine - fresh) for mine, fresh in zip(summary.mean_scores, mean, strict=True))


def feed(aggregator: Aggregator, source: Iterable[Reading]) -> None:
    for reading in source:
        aggregator.add(reading, reading.captured_utc)


def readings(fps: float = FPS) -> Iterator[Reading]:
    """Endless."""
    chance = random.Random(1)
    choices = [_scores(chance) for _ in range(1000)]
    sequence = 0
    while True:
        faces = tuple(
            Face(track, Box(0.0, 0.0, 80.0, 80.0), (), 0.9, 0.9, chance.choice(choices)) for track in (1, 2)
        )
        utc = BEGAN + sequence / fps
        yield Reading("bench", sequence, sequence / fps, utc, None, 640, 360, faces)
        sequence += 1


def _scores(chance: random.Random) -> Scores:
    parts = [chance.random() ** 4 for _ in EMOTIONS]
    return tuple(part / sum(parts) for part in parts)


if __name__ == "__main__":
    main()
