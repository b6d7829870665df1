"""Offers by WHIP that come to nothing, over real sockets: refused, or given up and freed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.e2e.publishers import publishing
from tests.e2e.service import Holdings, Service, serving, wait_until
from tests.e2e.whip import GONE, SDP, SILENT, free, media_ports, offered, port_range

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.timeout(120), pytest.mark.alone]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service for this machine alone: media comes in on loopback, on ports of its own."""
    ports = {"webrtc": {"udp_ports": port_range(5)}}
    with serving(tmp_path_factory.mktemp("service"), ports) as running:
        yield running


def test_an_offer_that_never_connects_is_freed(service: Service) -> None:
    before = Holdings.of(service.process.pid)
    begun = offered(service, "nobody")
    assert begun.status_code == 201, begun.text
    assert offered(service, "nobody").status_code == 409
    assert media_ports(service) == 1
    lost = service.wait_for_state("nobody", "reconnecting", GONE)
    assert service.stream("nobody")["error"]["code"] == "timeout"
    wait_until(lambda: free(service, before), GONE - lost, lambda: Holdings.of(service.process.pid))
    assert service.http.delete(begun.headers["location"]).status_code == 404
    service.remove("nobody")


def test_an_ice_server_that_is_down_holds_up_nobody_and_who_leaves_meanwhile_leaves_nothing(
    tmp_path: Path, small: Path
) -> None:
    webrtc = {"udp_ports": port_range(6), "ice_servers": [{"urls": ["stun:192.0.2.99:3478"]}]}
    with serving(tmp_path, {"webrtc": webrtc}) as service:
        begin = time.monotonic()
        begun = offered(service, "first")
        assert begun.status_code == 201, begun.text
        assert time.monotonic() - begin < 5
        service.remove("first")
        before = Holdings.of(service.process.pid)
        with pytest.raises(httpx.ReadTimeout):
            service.http.post("/whip/second", content=SILENT, headers=SDP, timeout=0.2)
        wait_until(
            lambda: service.http.get("/api/v1/streams").json() == {"streams": []} and free(service, before),
            3,
            lambda: service.http.get("/api/v1/streams").json(),
        )
        with publishing(f"{service.address}/whip/third", small):
            assert service.end() == 0, service.written()  # though somebody publishes


def test_offers_that_cannot_be_answered_leave_no_stream(service: Service) -> None:
    for offer in ("v=0\r\n", SILENT.replace("m=video", "m=audio"), SILENT.replace("VP8", "THEORA")):
        refused = offered(service, "broken", offer)
        assert refused.status_code == 422, refused.text
        assert refused.headers["content-type"] == "application/problem+json"
    wait_until(
        lambda: service.http.get("/api/v1/streams/broken").status_code == 404, 2, lambda: "it is still there"
    )
    assert media_ports(service) == 0


def test_a_stream_that_comes_from_elsewhere_cannot_be_published(service: Service) -> None:
    with service.following("door", "rtsp://127.0.0.1:9/none"):
        refused = offered(service, "door")
    assert refused.status_code == 409
    assert "'door'" in refused.json()["detail"]
