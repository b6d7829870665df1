"""Browsers that publish by WHIP, and who is let in over HTTPS."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.certificates import certificate
from tests.e2e import browser_camera
from tests.e2e.publishers import PublishError, publishing
from tests.e2e.service import Service, serving
from tests.e2e.whip import GONE, SDP, SILENT, port_range, scores, sessions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.timeout(120)

log = logging.getLogger(__name__)

TOKEN = "a-token-that-is-long-enough"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service for this machine alone: media comes in on loopback, on ports of its own."""
    ports = {"webrtc": {"udp_ports": port_range(9)}}
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
        "webrtc": {"udp_ports": port_range(8)},
    }
    with serving(folder, settings, certificate=signed) as running:
        running.http.headers["Authorization"] = f"Bearer {TOKEN}"
        yield running


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a browser's camera films."""
    return browser_camera.film(tmp_path_factory.mktemp("film") / "actor.mjpeg")


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


def test_over_https_a_publisher_is_let_in_by_its_token_alone(guarded: Service, small: Path) -> None:
    url = f"{guarded.address}/whip/phone"
    for wrong in (None, "not-the-right-token"):
        with pytest.raises(PublishError), publishing(url, small, token=wrong):
            pass
    refused = httpx.post(url, content=SILENT, headers=SDP, verify=False)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Bearer")
    assert guarded.http.get("/api/v1/streams/phone").status_code == 404
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
