"""Memory, and what the service says of it, while a publisher sends more than is read."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import pytest

from tests.e2e.clips import drawn, record
from tests.e2e.publishers import publishing
from tests.e2e.service import SLOW, Holdings, Service, serving, wait_until
from tests.e2e.whip import port_range

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.timeout(120), pytest.mark.alone]

log = logging.getLogger(__name__)

UNREAD = 300
"""Pictures that come and are not read; of thirty a second no more than five are."""
PICTURE = 0.35
"""Megabytes that each of them takes: 640x360, YUV 4:2:0."""


def test_memory_is_flat_while_many_more_frames_come_than_are_read(tmp_path: Path) -> None:
    clip = record(tmp_path / "fast.au", drawn(2, 30, 640, 360), 30)
    with serving(tmp_path, {"webrtc": {"udp_ports": port_range(7)}}, semblance=SLOW) as service:
        service.add("fast", "whip:", fps=30).raise_for_status()
        with publishing(f"{service.address}/whip/fast", clip):
            service.wait_for_state("fast", "running", 10)
            time.sleep(6)  # what is made once is made now
            first, before = unread(service), Holdings.of(service.process.pid)
            seconds = wait_until(
                lambda: unread(service) >= first + UNREAD, 60, lambda: service.stream("fast")
            )
            after = Holdings.of(service.process.pid)
            shed = service.stream("fast")["shed"]
            metrics = service.http.get("/metrics").text
        overload = [line for line in service.written().splitlines() if "Overloaded: 1 of 1 streams" in line]
    grown = after.memory - before.memory
    log.info("%d pictures came in %.1f s and were not read, %.2f MB are left of them", UNREAD, seconds, grown)
    assert grown < UNREAD * PICTURE / 10
    assert 0.5 < shed < 1
    assert "semblance_overloaded 1.0" in metrics
    assert len(overload) == 1  # however many frames are lost


def unread(service: Service) -> int:
    """How many pictures a newer one has replaced so far."""
    return int(service.stream("fast")["frames"]["dropped"].get("superseded", 0))
