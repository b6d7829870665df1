"""Streams that come and go leave nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.service import PERSON, Holdings, Service, free_port, wait_until

if TYPE_CHECKING:
    from tests.e2e.rtsp import RtspServer

pytestmark = [pytest.mark.timeout(120), pytest.mark.alone]

CYCLES = 20


def cycle(service: Service, camera: RtspServer, dead_port: int) -> None:
    """A camera that runs, one that nobody answers for, one with a wrong password: added and removed."""
    with (
        service.following("good", camera.url("/disc")),
        service.following("dead", f"rtsp://127.0.0.1:{dead_port}/none"),
        service.following("locked", camera.url("/private", "viewer:guessed")),
    ):
        service.wait_for_state("good", "running", 8)
        service.wait_for_error("dead", 8)
        service.wait_for_error("locked", 8)


def test_twenty_cycles_of_adding_and_removing_leave_no_thread_no_socket_and_no_memory(
    service: Service, camera: RtspServer
) -> None:
    dead_port, pid = free_port(), service.process.pid
    for _ in range(3):  # what is loaded once is loaded now
        cycle(service, camera, dead_port)
    before = Holdings.of(pid)
    for _ in range(CYCLES):
        cycle(service, camera, dead_port)
    wait_until(lambda: Holdings.of(pid).no_more_than(before), 5, lambda: (before, Holdings.of(pid)))
    after = Holdings.of(pid)
    assert after.memory < before.memory + 20, (before, after)
    assert service.http.get("/api/v1/streams").json() in ([], {"streams": []})


def test_a_stream_is_removed_at_once_whatever_it_is_doing(service: Service, camera: RtspServer) -> None:
    addresses = [camera.url("/disc"), f"rtsp://127.0.0.1:{free_port()}/none", PERSON]
    for address in addresses:
        with service.following("brief", address):
            pass
        assert service.http.get("/api/v1/streams/brief").status_code == 404


def test_an_id_that_is_taken_is_a_conflict_and_can_be_taken_again_after_removal(service: Service) -> None:
    with service.following("lobby", PERSON):
        assert service.add("lobby", PERSON).status_code == 409
    with service.following("lobby", PERSON):
        pass
