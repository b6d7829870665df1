"""The machine: its cores and their names, its GPU, what others do on it meanwhile."""

from __future__ import annotations

import ctypes
import os
import platform
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from stream.cores import cores

_GROUP = Path("/sys/fs/cgroup")
"""The control group that a container sees as its own."""
_NAME = 100  # letters of a GPU's name, at most


@dataclass(frozen=True, slots=True)
class Machine:
    """`cores` are those that this process may use: fewer than there are where it was told so."""

    processor: str
    cores: float
    gpu: str | None
    system: str


def machine() -> Machine:
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return Machine(_processor(), min(cores(), allowance()), _gpu(), system)


def memory() -> int:
    """Bytes of memory that this process has in use."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Others:
    """What other programs take of our cores from now on: all of the machine's, or those in the same container
    where it allows fewer cores than there are. Those outside do not draw on its share.
    """

    def __init__(self, group: Path = _GROUP) -> None:
        contained = allowance(group) < cores()
        self._busy = partial(_of_group, group) if contained else _of_machine
        self._whole = self._busy()
        self._own = time.process_time()
        self._at = time.monotonic()

    def cores(self) -> float:
        """How many of those that are for us they have kept busy on average."""
        elapsed = time.monotonic() - self._at
        own = time.process_time() - self._own
        return max(0.0, (self._busy() - self._whole - own) / elapsed) if elapsed else 0.0


def _of_group(group: Path) -> float:
    """Seconds that all programs of the control group have computed (`cpu.stat` of cgroup v2)."""
    fields = map(str.split, (group / "cpu.stat").read_text(encoding="ascii").splitlines())
    return next(int(used) for name, used in fields if name == "usage_usec") / 1e6


def _of_machine() -> float:
    """Seconds that our cores have worked, or were kept from it by another machine on the same hardware: user,
    nice, system, irq, softirq and steal of each (proc(5)).
    """
    ours = {f"cpu{number}" for number in os.sched_getaffinity(0)}
    lines = map(str.split, Path("/proc/stat").read_text(encoding="ascii").splitlines())
    worked = (
        sum(int(fields[index]) for index in (1, 2, 3, 6, 7, 8)) for fields in lines if fields[0] in ours
    )
    return sum(worked) / os.sysconf("SC_CLK_TCK")


def allowance(group: Path = _GROUP) -> float:
    """The cores that a control group (a container) allows, as cgroup v2 says it: `200000 100000`."""
    try:
        quota, period = (group / "cpu.max").read_text(encoding="ascii").split()
        return int(quota) / int(period)
    except (OSError, ValueError):  # there is none, or it says "max"
        return float("inf")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.machine()


def _gpu() -> str | None:
    """The first GPU's name as NVIDIA's driver gives it (`cuDeviceGetName` of the CUDA driver API)."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return None
    device, name = ctypes.c_int(), ctypes.create_string_buffer(_NAME)
    if driver.cuInit(0) or driver.cuDeviceGet(ctypes.byref(device), 0):
        return None
    if driver.cuDeviceGetName(name, _NAME, device):
        return None
    return name.value.decode("utf-8", "replace")
