"""Streams of a file in a running service, more or fewer of them, and what the process spends on them."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.service import Holdings

if TYPE_CHECKING:
    from tests.e2e.service import Service

USUAL = {
    "windows": [
        {"name": "2s", "length": 2, "interval": 0.5},
        {"name": "60s", "length": 60, "interval": 5},
    ]
}
"""The windows of a service that is told nothing."""
SETTLING = 3.0
"""Seconds in which streams open, meet their first faces, and what was begun for those before ends."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What went on in some seconds: processor seconds of the whole service, frames by what became of them."""

    seconds: float
    processor: float
    frames: Counter[str]

    @property
    def per_frame(self) -> float:
        """Processor seconds for each analysed frame, with all that was decoded for it and left out."""
        return self.processor / self.frames["analysed"]


class ServedStreams:
    """Plays `file` in a loop at its own pace, as often as is asked for, each analysed at `fps`."""

    def __init__(self, service: Service, file: Path, fps: float) -> None:
        self._service = service
        self._file = file
        self._fps = fps
        self._count = 0

    def hold(self, count: int) -> None:
        """Adds or removes until there are so many; returns once they have settled."""
        while self._count < count:
            name = f"stream-{self._count:03}"
            self._service.add(name, str(self._file), fps=self._fps, loop=True).raise_for_status()
            self._count += 1
        while self._count > count:
            self._count -= 1
            self._service.remove(f"stream-{self._count:03}")
        time.sleep(SETTLING)

    def spent(self, seconds: float) -> Spent:
        """Waits for so long."""
        frames, processor, begin = self._frames(), self._processor(), time.monotonic()
        time.sleep(seconds)
        processor, elapsed = self._processor() - processor, time.monotonic() - begin
        return Spent(elapsed, processor, self._frames() - frames)

    def resident(self) -> float:
        """Megabytes."""
        return Holdings.of(self._service.process.pid).memory

    def _processor(self) -> float:
        fields = Path(f"/proc/{self._service.process.pid}/stat").read_text(encoding="ascii").rpartition(")")
        user, system = fields[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def _frames(self) -> Counter[str]:
        total: Counter[str] = Counter()
        for view in self._service.http.get("/api/v1/streams").raise_for_status().json()["streams"]:
            frames = view["frames"]
            total.update(decoded=frames["decoded"], analysed=frames["analysed"], **frames["dropped"])
        return total
