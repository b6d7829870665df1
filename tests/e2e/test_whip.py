"""Cameras that publish by WHIP: programs and a browser, over real sockets, and what is left when they go."""

from __future__ import annotations

import logging
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from stream.pattern import Scene
from tests.certificates import certificate
from tests.e2e import browser_camera
from tests.e2e.clips import drawn, played, record, save
from tests.e2e.conftest import lacking
from tests.e2e.live import listening
from tests.e2e.publishers import PublishError, gstreamer_available, publishing
from tests.e2e.service import SLOW, STALL, Holdings, Service, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.publishers import Kind

pytestmark = pytest.mark.timeout(120)

log = logging.getLogger(__name__)

GONE = 10.0
"""Seconds in which a publisher that was killed must be noticed and everything it held be free."""

TOKEN = "a-token-that-is-long-enough"
SDP = {"Content-Type": "application/sdp"}
FIRST = 40_000 + os.getpid() % 200 * 100
"""The first of the UDP ports of this run's services."""

# A publisher that says where it is and is never there: no check of its will ever come.
SILENT = """v=0
o=- 1 1 IN IP4 0.0.0.0
s=-
t=0 0
a=group:BUNDLE 0
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=mid:0
a=sendonly
a=rtcp-mux
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 {fingerprint}
a=setup:actpass
a=rtpmap:96 VP8/90000
a=candidate:1 1 udp 2113937151 127.0.0.1 9 typ host
a=end-of-candidates
""".format(fingerprint=":".join(["AB"] * 32)).replace("\n", "\r\n")


@pytest.fixture(scope="session")
def actor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a drawn person, as a camera codes them."""
    folder, scene = tmp_path_factory.mktemp("actor"), Scene(480, 360, people=1)
    film = save(folder / "actor.mp4", (scene.render(number / 15) for number in range(30)), 15)
    return record(folder / "actor.au", played(film), 15)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip that costs next to nothing: 160x120 at 5 frames a second."""
    return record(tmp_path_factory.mktemp("small") / "small.au", drawn(2, 5, 160, 120), 5)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service for this machine alone: media comes in on loopback, on ports of its own."""
    ports = {"webrtc": {"udp_ports": f"{FIRST}-{FIRST + 49}"}}
    with serving(tmp_path_factory.mktemp("service"), ports) as running:
        yield running


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over HTTPS that wants a token, which the test's own requests bring."""
    folder = tmp_path_factory.mktemp("guarded")
    signed, key = certificate(folder, "localhost")
    settings = {
        "server": {"tls": {"certificate": str(signed), "key": str(key)}},
        "auth": {"tokens": [TOKEN]},
        "webrtc": {"udp_ports": f"{FIRST + 50}-{FIRST + 59}"},
    }
    with serving(folder, settings, certificate=signed) as running:
        running.http.headers["Authorization"] = f"Bearer {TOKEN}"
        yield running


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a browser's camera films."""
    return browser_camera.film(tmp_path_factory.mktemp("film") / "actor.mjpeg")


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> Kind:
    """A kind of program that is there."""
    wanted: Kind = request.param
    if wanted != "ffmpeg" and not gstreamer_available():
        lacking("GStreamer's WebRTC")
    return wanted


@contextmanager
def published(service: Service, stream: str, clip: Path, kind: Kind = "ffmpeg") -> Iterator[Any]:
    """A program publishes; the stream it made is removed at the end."""
    try:
        with publishing(f"{service.address}/whip/{stream}", clip, kind) as publisher:
            yield publisher
    finally:
        service.http.delete(f"/api/v1/streams/{stream}")


def sessions(service: Service) -> int:
    """As the metrics count them."""
    lines = service.http.get("/metrics").text.splitlines()
    return int(
        float(next(line.split()[1] for line in lines if line.startswith("semblance_webrtc_sessions ")))
    )


def media_ports() -> set[int]:
    """The UDP ports of this module's services that are open."""
    lines = [
        line.split()[1]
        for table in ("udp", "udp6")
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]
    ]
    ports = {int(address.rpartition(":")[2], 16) for address in lines}
    return {port for port in ports if FIRST <= port < FIRST + 100}


def free(service: Service, before: Holdings) -> bool:
    """Whether the service holds no more than it did, no session and no port."""
    now = Holdings.of(service.process.pid)
    return (
        not sessions(service)
        and not media_ports()
        and now.threads <= before.threads
        and now.files <= before.files + 1  # a connection of ours may be open
    )


def offered(service: Service, stream: str, offer: str = SILENT) -> httpx.Response:
    return service.http.post(f"/whip/{stream}", content=offer, headers=SDP)


def scores(service: Service, stream: str, within: float = 15.0) -> dict[str, Any]:
    """The first window of the stream that saw a face."""
    with listening(service.live_address, [stream]) as live:
        return live.first(lambda message: message.get("faces", 0) > 0, within)


@pytest.mark.parametrize("kind", ["ffmpeg", "gstreamer", "gstreamer-vp8"], indirect=True)
def test_a_program_publishes_and_its_face_is_scored(
    service: Service,
    actor: Path,
    kind: Kind,
) -> None:
    begin = time.monotonic()
    with published(service, "studio", actor, kind):
        window = scores(service, "studio")
        log.info("%s: scores after %.1f s", kind, time.monotonic() - begin)
        assert sum(window["windowMeanScores"].values()) == pytest.approx(1, abs=0.01)
        view = service.stream("studio")
    assert (view["state"], view["url"]) == ("running", "whip:")
    assert (view["source"]["width"], view["source"]["height"]) == (480, 360)
    assert view["source"]["codec"] == ("vp8" if kind == "gstreamer-vp8" else "h264")
    assert 0 < view["latency"]["p50"] < 2
    assert media_ports() == set()


def test_a_browser_s_camera_is_published_and_its_face_scored(service: Service, film: Path) -> None:
    with browser_camera.filming(film) as browser:
        page = browser.new_page()
        page.goto(f"{service.address}/docs")
        begin = time.monotonic()
        status, session = browser_camera.publish(page, f"{service.address}/whip/phone", fps=15)
        assert (status, session is not None) == (201, True)
        assert sum(scores(service, "phone")["windowMeanScores"].values()) == pytest.approx(1, abs=0.01)
        log.info("chromium: scores after %.1f s", time.monotonic() - begin)
        assert browser_camera.publish(page, f"{service.address}/whip/phone")[0] == 409

        page.close()  # the tab, without a word
        lost = service.wait_for_state("phone", "reconnecting", GONE)
        log.info("chromium: closed tab noticed after %.1f s", lost)
        assert sessions(service) == 0

        page = browser.new_page()
        page.goto(f"{service.address}/docs")
        status, session = browser_camera.publish(page, f"{service.address}/whip/phone", fps=15)
        service.wait_for_state("phone", "running", 10)
        assert (
            page.evaluate("url => fetch(url, {method: 'DELETE'}).then(reply => reply.status)", session) == 200
        )
        service.wait_for_state("phone", "ended", 2)
    service.remove("phone")


@pytest.mark.parametrize("kind", ["ffmpeg", "gstreamer"], indirect=True)
def test_a_killed_publisher_is_freed_and_the_next_taken_at_once(
    service: Service,
    small: Path,
    kind: Kind,
) -> None:
    with published(service, "stage", small, kind):
        service.wait_for_state("stage", "running", 10)
    before = Holdings.of(service.process.pid)
    with published(service, "stage", small, kind) as publisher:
        service.wait_for_state("stage", "running", 10)
        assert (sessions(service), len(media_ports())) == (1, 1)
        assert offered(service, "stage").status_code == 409
        publisher.kill()
        lost = service.wait_for_state("stage", "reconnecting", GONE)
        assert service.stream("stage")["error"]["code"] in ("timeout", "ended")
        freed = lost + wait_until(
            lambda: free(service, before), GONE - lost, lambda: (before, Holdings.of(service.process.pid))
        )
        log.info("%s: killed publisher freed after %.1f s", kind, freed)
        with publishing(f"{service.address}/whip/stage", small, kind) as next_one:
            service.wait_for_state("stage", "running", 5)
            assert service.stream("stage")["reconnects"] == 1
            next_one.end()
            service.wait_for_state("stage", "ended", 5)
            assert service.stream("stage")["error"] is None


def test_a_publisher_that_freezes_times_out(service: Service, small: Path) -> None:
    with published(service, "frozen", small) as publisher:
        service.wait_for_state("frozen", "running", 10)
        publisher.freeze()
        service.wait_for_state("frozen", "reconnecting", STALL + 2)
        assert service.stream("frozen")["error"]["code"] == "timeout"


def test_a_changed_stream_keeps_its_publisher_and_a_removed_one_throws_it_out(
    service: Service,
    small: Path,
) -> None:
    with published(service, "studio", small) as publisher:
        service.wait_for_state("studio", "running", 10)
        changed = service.http.patch("/api/v1/streams/studio", json={"fps": 2, "detail": "low"})
        assert (changed.status_code, changed.json()["state"]) == (200, "running")
        decoded = service.stream("studio")["frames"]["decoded"]
        wait_until(
            lambda: service.stream("studio")["frames"]["decoded"] > decoded + 5,
            10,
            lambda: service.stream("studio"),
        )
        assert service.stream("studio")["reconnects"] == 0
        service.remove("studio")
        assert (sessions(service), media_ports()) == (0, set())
        assert publisher.process.wait(15) != 0  # the program has noticed


def test_an_offer_that_never_connects_is_freed(service: Service) -> None:
    before = Holdings.of(service.process.pid)
    begun = offered(service, "nobody")
    assert begun.status_code == 201, begun.text
    assert offered(service, "nobody").status_code == 409
    assert len(media_ports()) == 1
    lost = service.wait_for_state("nobody", "reconnecting", GONE)
    assert service.stream("nobody")["error"]["code"] == "timeout"
    wait_until(lambda: free(service, before), GONE - lost, lambda: Holdings.of(service.process.pid))
    assert service.http.delete(begun.headers["location"]).status_code == 404
    service.remove("nobody")


def test_an_ice_server_that_is_down_holds_up_nobody_and_who_leaves_meanwhile_leaves_nothing(
    tmp_path: Path, small: Path
) -> None:
    webrtc = {"udp_ports": f"{FIRST + 70}-{FIRST + 79}", "ice_servers": [{"urls": ["stun:192.0.2.99:3478"]}]}
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
    assert media_ports() == set()


def test_a_stream_that_comes_from_elsewhere_cannot_be_published(service: Service) -> None:
    with service.following("door", "rtsp://127.0.0.1:9/none"):
        refused = offered(service, "door")
    assert refused.status_code == 409
    assert "'door'" in refused.json()["detail"]


def test_ten_publish_at_once_and_leave_nothing_behind(service: Service, small: Path) -> None:
    before = Holdings.of(service.process.pid)
    names = [f"seat-{number}" for number in range(10)]
    with ExitStack() as stack, ThreadPoolExecutor(10) as pool:
        begin = time.monotonic()
        for entered in pool.map(lambda name: _enter(stack, service, name, small), names):
            assert entered
        for name in names:
            service.wait_for_state(name, "running", 20)
        log.info("ten publishers: running after %.1f s", time.monotonic() - begin)
        assert (sessions(service), len(media_ports())) == (10, 10)
    wait_until(lambda: free(service, before), GONE, lambda: (before, Holdings.of(service.process.pid)))


def _enter(stack: ExitStack, service: Service, name: str, clip: Path) -> bool:
    stack.enter_context(published(service, name, clip))
    return True


def test_memory_is_flat_while_thirty_frames_a_second_come_and_five_are_read(tmp_path: Path) -> None:
    clip = record(tmp_path / "fast.au", drawn(2, 30, 640, 360), 30)
    ports = {"webrtc": {"udp_ports": f"{FIRST + 60}-{FIRST + 69}"}}
    with serving(tmp_path, ports, semblance=SLOW) as service:
        service.add("fast", "whip:", fps=30).raise_for_status()
        with publishing(f"{service.address}/whip/fast", clip):
            service.wait_for_state("fast", "running", 10)
            time.sleep(6)  # what is made once is made now
            begin, first, before = time.monotonic(), service.stream("fast"), Holdings.of(service.process.pid)
            time.sleep(14)
            seconds = time.monotonic() - begin
            last, after = service.stream("fast"), Holdings.of(service.process.pid)
    decoded, analysed = (
        (last["frames"][count] - first["frames"][count]) / seconds for count in ("decoded", "analysed")
    )
    slope = (after.memory - before.memory) / seconds
    log.info("%.1f frames a second came, %.1f were read, %.2f MB a minute", decoded, analysed, slope * 60)
    assert decoded > 4 * analysed > 0
    assert last["frames"]["dropped"]["superseded"] > first["frames"]["dropped"]["superseded"]
    assert slope < 0.5  # a picture is 0.35 MB: were those kept that are not read, it would be 8 a second


def test_over_https_a_publisher_is_let_in_by_its_token_alone(guarded: Service, small: Path) -> None:
    url = f"{guarded.address}/whip/phone"
    for wrong in (None, "not-the-right-token"):
        with pytest.raises(PublishError), publishing(url, small, token=wrong):
            pass
    refused = httpx.post(url, content=SILENT, headers=SDP, verify=False)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Bearer")
    assert guarded.http.get("/api/v1/streams").json() == {"streams": []}
    with publishing(url, small, token=TOKEN):
        guarded.wait_for_state("phone", "running", 10)
    assert f"Semblance: https://127.0.0.1:{guarded.port}" in guarded.written()
    assert TOKEN not in guarded.written()


def test_a_page_of_another_site_publishes_with_the_token_it_was_given(guarded: Service, film: Path) -> None:
    url = f"{guarded.address}/whip/kiosk"
    with site() as address, browser_camera.filming(film) as browser:
        page = browser.new_context(ignore_https_errors=True).new_page()
        page.goto(address)
        assert browser_camera.publish(page, url, "not-the-right-token")[0] == 401
        status, session = browser_camera.publish(page, url, TOKEN, fps=15)
        assert (status, session is not None) == (201, True)
        guarded.wait_for_state("kiosk", "running", 10)


@contextmanager
def site() -> Iterator[str]:
    """A page of somebody else's, on this machine, so that its browser has a camera for it."""
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()
