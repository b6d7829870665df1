"""What is told of the machine."""

from __future__ import annotations

import math
import mmap
import os
import subprocess
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from semblance.bench.machine import Others, allowance, machine, memory

if TYPE_CHECKING:
    from pathlib import Path


def test_the_cores_are_those_that_this_process_may_use() -> None:
    found = machine()
    assert 0 < found.cores <= len(os.sched_getaffinity(0))
    assert found.processor
    assert found.system.startswith("Linux ")
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
    code += "from semblance.bench.machine import machine; print(machine().cores)"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=15
    )
    assert float(told.stdout) <= 1


@pytest.mark.parametrize(
    ("told", "cores"), [("150000 100000\n", 1.5), ("max 100000\n", math.inf), ("", math.inf)]
)
def test_what_a_container_allows_is_no_more_than_it_says(tmp_path: Path, told: str, cores: float) -> None:
    (tmp_path / "cpu.max").write_text(told)
    assert allowance(tmp_path) == cores
    assert allowance(tmp_path / "none") == math.inf


def test_what_another_program_computes_is_counted_and_our_own_is_not() -> None:
    began, others = time.monotonic(), Others()
    burned = "import time\nwhile time.process_time() < 0.2: pass"
    subprocess.run([sys.executable, "-c", burned], check=True, timeout=15)
    theirs = others.cores() * (time.monotonic() - began)
    assert theirs > 0.15
    assert theirs < len(os.sched_getaffinity(0)) * (time.monotonic() - began) + 0.1


def test_in_a_container_those_outside_it_are_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, own = iter((10.0, 14.0)), iter((3.0, 5.0))
    clocks = SimpleNamespace(monotonic=lambda: next(clock), process_time=lambda: next(own))
    monkeypatch.setattr("semblance.bench.machine.time", clocks)
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    (tmp_path / "cpu.stat").write_text("usage_usec 7000000\nuser_usec 6000000\nnr_throttled 0\n")
    others = Others(tmp_path)
    (tmp_path / "cpu.stat").write_text("usage_usec 10000000\nuser_usec 9000000\nnr_throttled 4\n")
    assert others.cores() == pytest.approx(0.25)  # of three seconds two are our own, in four of the clock


def test_memory_is_what_is_in_use_now() -> None:
    before = memory()
    with mmap.mmap(-1, 50_000_000) as block:  # of the system itself: an allocator may have as much at hand
        block.write(b"x" * len(block))
        assert memory() - before > 40_000_000
