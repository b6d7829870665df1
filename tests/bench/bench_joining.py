"""What streams that come and go cost those that stay: the age of their readings when a client has them.

    python -m tests.bench.bench_joining [--steady 4] [--others 20] [--seconds 8] [--rounds 3]

A running service has a few streams that stay, and others. By turns the others are there all the time
(`standing`), and each leaves and another joins once in the time (`joining`), one after another. All are a
file of 640x360 and five frames a second in a loop; the others are analysed once a second. `answers` is how
long `GET /healthz` takes meanwhile, which shows when the event loop is held up.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import numpy as np
from rich.console import Console
from rich.table import Table

from tests.bench.goals import HEAD, AtMost
from tests.bench.material import camera
from tests.bench.served_streams import USUAL
from tests.e2e.live import listening
from tests.e2e.service import serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.e2e.service import Service

KINDS = ("standing", "joining")
SETTLING = 3.0
LOOKS = 0.02
CAMERA_FPS = 5
"""Few, so that it is not decoding that is measured."""
GOAL = 1.5
LEAST = 0.9
"""Of the readings that are due."""


@dataclass(slots=True)
class Observed:
    """Seconds, by the kind of work that goes on while they are noted: between two kinds nothing is."""

    kind: str | None = None
    ages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def note(self, into: Mapping[str, list[float]], seconds: float) -> None:
        if self.kind is not None:
            into[self.kind].append(seconds)


class Others:
    """Streams that come and go, as many as are held."""

    def __init__(self, service: Service, file: Path, count: int) -> None:
        self._service = service
        self._file = file
        self._number = 0
        self._there: list[str] = []
        for _ in range(count):
            self.join()

    def join(self) -> None:
        name = f"other-{self._number:04}"
        self._number += 1
        self._service.add(name, str(self._file), fps=1, loop=True).raise_for_status()
        self._there.append(name)

    def leave(self) -> None:
        self._service.remove(self._there.pop(0))

    def change_all(self, seconds: float) -> None:
        """Each is another after so many seconds."""
        begin, count = time.monotonic(), len(self._there)
        for number in range(count):
            self.leave()
            self.join()
            time.sleep(max(0.0, begin + (number + 1) * seconds / count - time.monotonic()))


def listen(service: Service, names: list[str], observed: Observed, end: threading.Event) -> None:
    """Notes how old the readings of these streams are when they come."""
    with listening(service.live_address, names, "reading") as live:
        while not end.is_set():
            for message in live.for_seconds(0.5):
                if message["type"] == "reading":
                    captured = datetime.fromisoformat(message["capturedAt"]).timestamp()
                    observed.note(observed.ages, time.time() - captured)


def ask(service: Service, observed: Observed, end: threading.Event) -> None:
    """Notes how long the service takes for an answer that costs it nothing."""
    with httpx.Client(base_url=service.address, timeout=30) as http:
        while not end.wait(LOOKS):
            begin = time.perf_counter()
            http.get("/healthz").raise_for_status()
            observed.note(observed.answers, time.perf_counter() - begin)


@contextmanager
def observing(service: Service, names: list[str]) -> Iterator[Observed]:
    observed, end = Observed(), threading.Event()
    threads = [
        threading.Thread(target=listen, args=(service, names, observed, end)),
        threading.Thread(target=ask, args=(service, observed, end)),
    ]
    for thread in threads:
        thread.start()
    try:
        yield observed
    finally:
        end.set()
        for thread in threads:
            thread.join()


def measured(service: Service, file: Path, options: argparse.Namespace) -> Observed:
    names = [f"steady-{number}" for number in range(options.steady)]
    for name in names:
        service.add(name, str(file), fps=options.fps, loop=True).raise_for_status()
    others = Others(service, file, options.others)
    with observing(service, names) as observed:
        for _ in range(options.rounds):
            for kind in KINDS:
                time.sleep(SETTLING)
                observed.kind = kind
                if kind == "joining":
                    others.change_all(options.seconds)
                else:
                    time.sleep(options.seconds)
                observed.kind = None
    return observed


def report(observed: Observed, options: argparse.Namespace, console: Console) -> None:
    table = Table(
        "others", "readings/s", "age p50 ms", "p95", "p99", "oldest", "answers p50 ms", "p99", "longest"
    )
    table.box = None
    for kind in KINDS:
        ages, answers = 1000 * np.array(observed.ages[kind]), 1000 * np.array(observed.answers[kind])
        rate = len(ages) / (options.seconds * options.rounds)
        figures = [
            *np.percentile(ages, (50, 95, 99)),
            ages.max(),
            *np.percentile(answers, (50, 99)),
            answers.max(),
        ]
        table.add_row(kind, f"{rate:.1f}", *(f"{figure:.0f}" for figure in figures))
    console.print(table)
    least = min(len(ages) for ages in observed.ages.values()) / (options.seconds * options.rounds)
    if least < LEAST * options.steady * options.fps:
        console.print(
            "Frames were lost: too much for this machine now, and the ratio is that of its overload."
        )
    joining, standing = (float(np.percentile(observed.ages[kind], 99)) for kind in ("joining", "standing"))
    row = AtMost(
        f"Age of readings, p99, {options.others} streams join and leave in {options.seconds:g} s",
        f"{1000 * joining:.0f} ms",
        f"{1000 * standing:.0f} ms while they stay",
        joining / standing,
        GOAL,
    )
    sys.stdout.write(f"{HEAD}\n{row.row()}\n")


def main() -> None:
    """Prints both kinds, and their ratio beside its goal."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steady", type=int, default=4)
    parser.add_argument("--others", type=int, default=20)
    parser.add_argument("--fps", type=float, default=5)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving(folder, USUAL) as service:
            observed = measured(service, camera(folder, CAMERA_FPS), options)
    report(observed, options, Console(width=120))


if __name__ == "__main__":
    main()
