"""What the dashboard costs a browser that is left open: the wall with forty streams, and a stream's own page.

    python -m tests.bench.bench_wall [--streams 40] [--seconds 40] [--width 2560] [--height 1440] [--static .]

The wall is fed by `wall_service`, which makes its streams up; the stream's page by a real service with a
drawn stream. Memory is what JavaScript holds after a forced collection, several times in the run; its growth
is a line through the later half of these. In a run of minutes that is mostly buffers on the way to their
bound: what a day adds is told by `--seconds 1800`.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

from tests.e2e.conftest import CHROMIUM, QUIET
from tests.e2e.service import PERSON, free_port, serving, wait_until
from web.dashboard import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, CDPSession, Page

LIMIT = 0.5
"""Share of a core that the page's main thread may take with forty tiles."""

WARM_UP = 8.0
SAMPLES = 12
TELLING = 300.0
"""Seconds that a run takes at least before its growth says something of a day."""

COUNTING = """
window.received = { messages: 0, pictures: 0 };
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      window.received[typeof data === "string" ? "messages" : "pictures"] += 1;
    });
  }
};
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """`main` and `process` are shares of a core, `heaps` pairs of hours and megabytes, rates per second."""

    name: str
    main: float
    busiest: float
    process: float
    messages: float
    pictures: float
    heaps: tuple[tuple[float, float], ...]
    nodes: tuple[int, int]

    @property
    def growth(self) -> float:
        """Megabytes an hour, over the later half."""
        hours, megabytes = zip(*self.heaps[len(self.heaps) // 2 :], strict=True)
        return statistics.linear_regression(hours, megabytes).slope


class Meter:
    """Reads what a page and its process have used so far."""

    def __init__(self, page: Page, browser: Browser) -> None:
        self._page = page
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._browser: CDPSession = browser.new_browser_cdp_session()
        # By the thread's own clock: where other things run as well, tasks wait for a processor, too.
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def metrics(self) -> dict[str, float]:
        told = self._session.send("Performance.getMetrics")["metrics"]
        return {metric["name"]: metric["value"] for metric in told}

    def process_seconds(self) -> float:
        """Of all renderers: there is one page, and blank ones that do nothing."""
        told = self._browser.send("SystemInfo.getProcessInfo")["processInfo"]
        return float(sum(process["cpuTime"] for process in told if process["type"] == "renderer"))

    def received(self) -> dict[str, int]:
        counts: dict[str, int] = self._page.evaluate("window.received")
        return counts

    def heap(self) -> float:
        """Megabytes in use after a collection."""
        self._session.send("HeapProfiler.collectGarbage")
        return self.metrics()["JSHeapUsedSize"] / 1e6


def measured(name: str, page: Page, browser: Browser, seconds: float) -> Cost:
    """The cost of a page that shows what it shall."""
    meter = Meter(page, browser)
    page.wait_for_timeout(WARM_UP * 1000)
    begin = time.monotonic()
    heaps, shares, processes = [(0.0, meter.heap())], [], []
    nodes = int(meter.metrics()["Nodes"])
    first = meter.received()
    counted = time.monotonic()
    for _ in range(SAMPLES):
        before, busy, start = meter.metrics(), meter.process_seconds(), time.monotonic()
        page.wait_for_timeout(seconds / SAMPLES * 1000)
        after, spent = meter.metrics(), time.monotonic() - start
        shares.append((after["TaskDuration"] - before["TaskDuration"]) / spent)
        processes.append((meter.process_seconds() - busy) / spent)
        heaps.append(((time.monotonic() - begin) / 3600, meter.heap()))
    last, elapsed = meter.received(), time.monotonic() - counted
    return Cost(
        name,
        statistics.mean(shares),
        max(shares),
        statistics.mean(processes),
        (last["messages"] - first["messages"]) / elapsed,
        (last["pictures"] - first["pictures"]) / elapsed,
        tuple(heaps),
        (nodes, int(meter.metrics()["Nodes"])),
    )


@contextmanager
def opened(browser: Browser, address: str, size: tuple[int, int]) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.add_init_script(COUNTING)
    page.goto(address)
    yield page
    page.close()


@contextmanager
def made_up(streams: int, static: Path) -> Iterator[str]:
    """The address of a service that makes so many streams up."""
    port = free_port()
    words = ["--port", str(port), "--streams", str(streams), "--static", str(static)]
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.wall_service", *words])
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: _answers(address), 30, lambda: "the made-up service does not answer")
        yield address
    finally:
        process.terminate()
        process.wait()


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/api/v1/streams").is_success
    except httpx.TransportError:
        return False


def wall(browser: Browser, options: argparse.Namespace, size: tuple[int, int]) -> Cost:
    with (
        made_up(options.streams, options.static) as address,
        opened(browser, address, size) as page,
    ):
        tiles = page.locator("[data-testid^='tile-']")
        tiles.nth(options.streams - 1).wait_for(state="attached")
        return measured(f"wall, {tiles.count()} streams", page, browser, options.seconds)


def stream_page(browser: Browser, options: argparse.Namespace, size: tuple[int, int]) -> Cost:
    settings = {"streams": [{"id": "people", "url": PERSON}]}
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), settings) as service:
        service.wait_for_state("people", "running", 20)
        with opened(browser, f"{service.address}/streams/people", size) as page:
            page.get_by_test_id("picture").first.wait_for()
            return measured("a stream's page", page, browser, options.seconds)


def report(costs: list[Cost], seconds: float, console: Console) -> None:
    table = Table(title=f"the dashboard in Chromium, {seconds:.0f} s each")
    headings = (
        "page",
        "main thread",
        "busiest",
        "renderer",
        "messages/s",
        "pictures/s",
        "heap MB",
        "MB/h",
        "nodes",
    )
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "page" else "right")
    for cost in costs:
        table.add_row(
            cost.name,
            f"{cost.main:.1%}",
            f"{cost.busiest:.1%}",
            f"{cost.process:.1%}",
            f"{cost.messages:.1f}",
            f"{cost.pictures:.1f}",
            f"{cost.heaps[0][1]:.1f} -> {cost.heaps[-1][1]:.1f}",
            f"{cost.growth:+.1f}",
            f"{cost.nodes[0]} -> {cost.nodes[1]}",
        )
    console.print(table)
    worst = max(cost.main for cost in costs)
    console.print(f"main thread {worst:.1%} of a core at most, floor {LIMIT:.0%}")
    for cost in costs if seconds >= TELLING else ():
        console.print(f"{cost.name}: {cost.growth * 24:+.0f} MB in a day, if it went on like this")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--page", choices=("wall", "stream"), action="append", help="both unless given")
    parser.add_argument("--streams", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=40, help="for each page, after a warm-up")
    parser.add_argument("--width", type=int, default=2560)
    parser.add_argument("--height", type=int, default=1440)
    parser.add_argument(
        "--static", type=Path, default=FOLDER, help="the built page that the wall is served from"
    )
    options = parser.parse_args()
    console = Console(width=120)
    if not CHROMIUM.exists():
        console.print("needs Chromium; tests/install_system_packages.sh installs it on Debian")
        return
    size = (options.width, options.height)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        measures = {"wall": wall, "stream": stream_page}
        costs = [measures[name](browser, options, size) for name in options.page or measures]
        browser.close()
    report(costs, options.seconds, console)


if __name__ == "__main__":
    main()
