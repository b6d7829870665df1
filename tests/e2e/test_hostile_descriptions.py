"""Session descriptions from people who mean harm: each is refused for itself, and the service lives on."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import pytest

from tests.e2e.service import PERSON, Service, serving
from tests.e2e.whip import SDP, SILENT, port_range

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.timeout(60), pytest.mark.alone]

HUGE = "9" * 5000
SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
FORMATS = " ".join(str(number % 10) for number in range(14000))
PASSED_OVER = {
    "group": ("a=group:BUNDLE 0", "a=group:"),
    "type": ("SAVPF 96", f"SAVPF 96 {HUGE}\r\na=rtpmap:{HUGE} H264/90000"),
    "extension": ("a=mid:0", f"a=mid:0\r\na=extmap:{HUGE} {SEND_TIME}"),
}
REFUSED = {
    "port": ("m=video 9", f"m=video {HUGE}"),
    "letters": ("a=ice-ufrag:abcd", "a=ice-ufrag:éééé"),
    "formats": ("SAVPF 96", f"SAVPF 96 {FORMATS}"),
    "attributes": ("a=mid:0", "a=mid:0" + "\r\na=" * 12000),
}
LOCATIONS = ("http://a..b/x", f"http://{'a' * 64}.test/x", "http://127.0.0.1:99999/x", "http://xn--a/x")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    webrtc = {"udp_ports": port_range(0, 20), "forget_after": 0}
    sources = {"open_timeout": 1.0, "first_frame_timeout": 1.0, "stall_timeout": 1.0}
    with serving(tmp_path_factory.mktemp("service"), {"webrtc": webrtc, "sources": sources}) as running:
        yield running


class _Server(BaseHTTPRequestHandler):
    """Answers every offer with what stands for its path, and a place for the session."""

    answers: ClassVar[dict[str, tuple[str, str]]] = {}

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        text, location = self.answers[self.path]
        self.send_response(201)
        self.send_header("Content-Type", "application/sdp")
        self.send_header("Content-Length", str(len(text.encode())))
        self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
        pass


@contextmanager
def answering(answers: dict[str, tuple[str, str]]) -> Iterator[str]:
    handler = type("Handler", (_Server,), {"answers": answers})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"whep://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("name", PASSED_OVER)
def test_an_offer_with_something_that_nobody_can_mean_is_answered(service: Service, name: str) -> None:
    offer = SILENT.replace(*PASSED_OVER[name])
    answer = service.http.post(f"/whip/offer-{name}", content=offer.encode(), headers=SDP)
    assert answer.status_code == 201, answer.text
    assert service.http.delete(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("name", REFUSED)
def test_an_offer_that_is_malformed_is_the_publishers_fault(service: Service, name: str) -> None:
    offer = SILENT.replace(*REFUSED[name])
    answer = service.http.post(f"/whip/offer-{name}", content=offer.encode(), headers=SDP)
    assert answer.status_code == 422, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("The offer cannot be answered. ")


def test_no_answer_and_no_location_of_a_server_ends_the_service_or_holds_it_up(service: Service) -> None:
    played = SILENT.replace("actpass", "active")
    changes = {**PASSED_OVER, **REFUSED}
    answers = {f"/{name}": (played.replace(*change), "/session") for name, change in changes.items()}
    answers |= {f"/location{number}": (played, place) for number, place in enumerate(LOCATIONS)}
    answers["/victim"] = (played, f"{service.address}/api/v1/streams/victim")
    assert service.add("victim", PERSON).status_code == 201
    with answering(answers) as server:
        names = [path.strip("/") for path in answers if path != "/victim"] + ["thief"]
        for name in names:
            path = "victim" if name == "thief" else name
            assert service.add(name, f"{server}/{path}").status_code == 201
        slowest = 0.0
        codes: dict[str, str] = {}
        end = time.monotonic() + 20
        while len(codes) < len(names) and time.monotonic() < end:
            before = time.monotonic()
            views = service.http.get("/api/v1/streams").json()["streams"]
            slowest = max(slowest, time.monotonic() - before)
            codes |= {view["id"]: view["error"]["code"] for view in views if view["error"]}
            time.sleep(0.05)
    assert {name: codes.get(name) for name in REFUSED} == dict.fromkeys(REFUSED, "protocol")
    others = [name for name in names if name not in REFUSED]
    assert {name: codes.get(name) for name in others} == dict.fromkeys(others, "timeout")
    assert slowest < 2
    assert service.http.get("/api/v1/streams/victim").status_code == 200
    for name in [*names, "victim"]:
        service.remove(name)


def test_a_host_that_cannot_be_is_refused_as_it_is_entered(service: Service) -> None:
    assert service.add("nowhere", "whep://xn--a/x").status_code == 422
