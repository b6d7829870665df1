"""`semblance bench` as a process: Ctrl-C ends it at any time, and nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.e2e.service import COMMAND, wait_until

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.timeout(90)
def test_ctrl_c_ends_it_with_130_and_leaves_nothing_on_the_disk(tmp_path: Path) -> None:
    bench = subprocess.Popen(
        [str(COMMAND), "bench", "--size", "160x160", "--camera-fps", "5", "--fps", "5", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    try:
        wait_until(lambda: any(tmp_path.glob("*/history.db")) or bench.poll() is not None, 60, lambda: "")
        bench.send_signal(signal.SIGINT)
        out, complaint = bench.communicate(timeout=20)
    finally:
        bench.kill()
    assert bench.returncode == 130, complaint
    assert (out, complaint) == ("", "semblance: interrupted before anything was known\n")
    assert list(tmp_path.iterdir()) == []
