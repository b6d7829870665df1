"""What the service carries: eight RTSP cameras of 640x360 at 25 frames a second analysed at 10; twenty.

    python -m tests.bench.bench_streams [--seconds 20] [--streams 8 --streams 20]

The cameras are GStreamer's RTSP server on loopback, which shares the machine with the service. They play real
clips where the data folder is there, and drawn people otherwise.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
from rich.console import Console
from rich.table import Table

from stream.pattern.scene import Scene
from tests.e2e import rtsp
from tests.e2e.clips import played, record
from tests.e2e.rtsp import RtspServer
from tests.e2e.service import Service, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

FPS, SIZE, ANALYSED_FPS = 25, (640, 360), 10
REAL = ("smile.mp4", "stage.mp4", "desk.mp4", "neutral_open_sad.mp4")
WARM_UP = 8.0


def drawn_people(seed: int) -> Iterator[av.VideoFrame]:
    scene = Scene(*SIZE, people=1 + seed % 2, seed=seed)
    for number in range(6 * FPS):
        yield av.VideoFrame.from_ndarray(scene.render(number / FPS), format="bgr24")


def recorded(folder: Path) -> dict[str, Path]:
    """Mounts of clips, real ones where they are to be had."""
    clips = Path(os.environ.get("SEMBLANCE_DATA") or "../shared/data") / "clips"
    if clips.is_dir():
        return {
            f"/{name}": record(folder / f"{name}.au", islice(played(clips / name), 6 * FPS), FPS, SIZE)
            for name in REAL
        }
    return {f"/drawn{seed}": record(folder / f"{seed}.au", drawn_people(seed), FPS) for seed in range(2)}


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def views(service: Service) -> tuple[dict[str, dict[str, Any]], float]:
    """All streams by id, and the seconds the answer took."""
    begin = time.perf_counter()
    answer = service.http.get("/api/v1/streams").raise_for_status().json()
    took = time.perf_counter() - begin
    listed = answer if isinstance(answer, list) else answer["streams"]
    return {view["id"]: view for view in listed}, took


def measured(folder: Path, server: RtspServer, streams: int, seconds: float, console: Console) -> None:
    """Runs so many streams and prints what became of them."""
    with serving(folder) as service:
        for number, path in zip(range(streams), cycle(server.mounts), strict=False):
            service.add(f"camera-{number:02}", server.url(path), fps=ANALYSED_FPS).raise_for_status()
        time.sleep(WARM_UP)
        before, _ = views(service)
        begin, busy = time.monotonic(), processor_seconds(service.process.pid)
        answers = []
        while time.monotonic() - begin < seconds:
            time.sleep(0.25)
            after, took = views(service)
            answers.append(took)
        elapsed = time.monotonic() - begin
        busy = (processor_seconds(service.process.pid) - busy) / elapsed
    report(before, after, elapsed, console)
    console.print(
        f"processor of the service {busy:.2f} of {os.cpu_count()} cores; "
        f"GET /api/v1/streams p50 {1000 * statistics.median(answers):.0f} ms, "
        f"longest {1000 * max(answers):.0f} ms\n"
    )


def report(
    before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]], elapsed: float, console: Console
) -> None:
    table = Table(title=f"{len(after)} streams, {elapsed:.0f} s")
    headings = ("stream", "state", "analysed/s", "it says", "p50 ms", "p95 ms", "decoded/s", "dropped")
    for heading in headings:
        table.add_column(heading, justify="left" if heading in ("stream", "state", "dropped") else "right")
    rates = []
    for name, view in after.items():
        rates.append((view["frames"]["analysed"] - before[name]["frames"]["analysed"]) / elapsed)
        decoded = (view["frames"]["decoded"] - before[name]["frames"]["decoded"]) / elapsed
        latency = view["latency"] or {"p50": float("nan"), "p95": float("nan")}
        table.add_row(
            name,
            view["state"],
            f"{rates[-1]:.2f}",
            f"{view['analysedFps']:.2f}",
            f"{1000 * latency['p50']:.0f}",
            f"{1000 * latency['p95']:.0f}",
            f"{decoded:.1f}",
            str(view["frames"]["dropped"]),
        )
    console.print(table)
    worst = max(view["latency"]["p95"] for view in after.values() if view["latency"])
    console.print(
        f"analysed per second: least {min(rates):.2f}, most {max(rates):.2f}, "
        f"evenness {min(rates) / max(rates):.2f}; worst p95 {1000 * worst:.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--streams", type=int, action="append")
    options = parser.parse_args()
    console = Console(width=120)
    if not rtsp.available():
        console.print("needs GStreamer's RTSP server; tests/install_system_packages.sh installs it on Debian")
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(rtsp.serving(RtspServer(recorded(folder))))
        for streams in options.streams or [8, 20]:
            measured(folder, server, streams, options.seconds, console)


if __name__ == "__main__":
    main()
