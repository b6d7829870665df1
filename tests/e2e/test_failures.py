"""Cameras that cannot be read: each failure has its own code, and the service lives on."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from tests.e2e.conftest import lacking
from tests.e2e.service import PERSON, STALL, Service, free_port, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.rtsp import RtspServer

pytestmark = pytest.mark.timeout(90)

SOON = 8.0
"""Longer than any of the service's timeouts (3 s)."""


def code(service: Service, url: str) -> str:
    """The error code of a stream from this address."""
    with service.following("broken", url):
        found = service.wait_for_error("broken", SOON)
    assert service.http.get("/healthz").status_code == 200
    return found


@contextmanager
def silent_port() -> Iterator[int]:
    """A port that accepts and says nothing: the kernel shakes hands, nobody reads."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html><body>The camera's settings</body></html>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
        pass


@contextmanager
def web_server() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_a_wrong_password_is_unauthorized(service: Service, camera: RtspServer) -> None:
    assert code(service, camera.url("/private", "viewer:guessed")) == "unauthorized"


def test_no_password_where_one_is_asked_for_is_unauthorized(service: Service, camera: RtspServer) -> None:
    assert code(service, camera.url("/private")) == "unauthorized"


@pytest.mark.parametrize("digest", [False, True], ids=["basic", "digest"])
def test_the_right_password_runs(service: Service, camera: RtspServer, digest: bool) -> None:
    camera.kill()
    camera.digest = digest
    camera.start()
    with service.following("private", camera.url("/private", "viewer:s3cret")):
        service.wait_for_state("private", "running", SOON)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate that a camera has signed for itself, and its key."""
    key, signed = tmp_path / "key.pem", tmp_path / "signed.pem"
    if shutil.which("openssl") is None:
        lacking("openssl")
    making = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=camera", "-days", "2"]
    subprocess.run([*making, "-keyout", key, "-out", signed], check=True, capture_output=True)
    both = tmp_path / "both.pem"
    both.write_bytes(signed.read_bytes() + key.read_bytes())
    return both


def test_a_camera_that_speaks_tls_runs(service: Service, camera: RtspServer, certificate: Path) -> None:
    camera.kill()
    camera.certificate = certificate
    camera.start()
    with service.following("secure", camera.url("/private", "viewer:s3cret")):
        service.wait_for_state("secure", "running", SOON)


def test_a_path_that_is_not_there_is_not_found(service: Service, camera: RtspServer) -> None:
    assert code(service, camera.url("/elsewhere")) == "notFound"


def test_a_port_where_nobody_listens_is_unreachable(service: Service) -> None:
    assert code(service, f"rtsp://127.0.0.1:{free_port()}/stream") == "unreachable"


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_a_port_that_says_nothing_is_a_timeout(service: Service, scheme: str) -> None:
    with silent_port() as port:
        assert code(service, f"{scheme}://127.0.0.1:{port}/stream") == "timeout"


def test_a_web_server_that_is_no_camera_is_a_protocol_error(service: Service) -> None:
    with web_server() as port:
        assert code(service, f"rtsp://127.0.0.1:{port}/stream") == "protocol"


@pytest.mark.parametrize("scheme", ["rtsps", "https"])
def test_a_server_that_does_not_speak_tls_is_a_tls_error(service: Service, scheme: str) -> None:
    with web_server() as port:
        assert code(service, f"{scheme}://127.0.0.1:{port}/stream") == "tls"


def test_a_text_file_is_a_codec_error_and_is_not_tried_again(service: Service, tmp_path: Path) -> None:
    text = tmp_path / "shopping.txt"
    text.write_text("milk\nbread\napples\n" * 100, encoding="utf-8")
    with service.following("text", str(text)):
        service.wait_for_state("text", "failed", SOON)
        assert service.stream("text")["error"]["code"] == "codec"


def test_a_web_page_is_a_protocol_error(service: Service) -> None:
    with web_server() as port:
        assert code(service, f"http://127.0.0.1:{port}/index.html") == "protocol"


def test_a_file_that_is_not_there_is_not_found(service: Service, tmp_path: Path) -> None:
    assert code(service, str(tmp_path / "none.mp4")) == "notFound"


def test_a_name_that_does_not_exist_is_unreachable(service: Service) -> None:
    assert code(service, "rtsp://camera.invalid/stream") == "unreachable"


def test_an_address_no_source_can_open_is_refused_at_once(service: Service) -> None:
    answer = service.add("odd", "gopher://127.0.0.1/stream")
    assert answer.status_code == 422
    assert "gopher" in answer.text


def test_a_password_appears_neither_in_replies_nor_in_the_log(service: Service, camera: RtspServer) -> None:
    secret = "pa%40ss-w0rd-nobody-may-see"
    with service.following("secretive", camera.url("/private", f"viewer:{secret}")) as added:
        service.wait_for_error("secretive", SOON)
        replies = [str(added), service.http.get("/api/v1/streams").text, service.http.get("/metrics").text]
    for text in (*replies, service.written()):
        assert "w0rd" not in text
    assert "***" in added["url"]


def test_a_camera_that_falls_silent_times_out_within_the_stall_limit_and_comes_back(
    service: Service, camera: RtspServer
) -> None:
    with service.following("frozen", camera.url("/disc")):
        service.wait_for_state("frozen", "running", SOON)
        camera.freeze()
        service.wait_for_state("frozen", "reconnecting", STALL + 2)
        assert service.stream("frozen")["error"]["code"] == "timeout"
        camera.thaw()
        service.wait_for_state("frozen", "running", SOON)


def test_a_camera_that_dies_is_reconnected_and_others_do_not_notice(
    service: Service, camera: RtspServer
) -> None:
    with (
        service.following("mortal", camera.url("/disc")),
        service.following("other", PERSON),
    ):
        service.wait_for_state("mortal", "running", SOON)
        service.wait_for_state("other", "running", SOON)
        camera.kill()
        service.wait_for_state("mortal", "reconnecting", STALL + 2)
        wait_until(
            lambda: (
                service.stream("mortal")["error"]["code"] == "unreachable"
            ),  # "ended" until it is tried again
            STALL,
            lambda: service.stream("mortal"),
        )
        before = service.stream("other")
        camera.start()
        service.wait_for_state("mortal", "running", SOON)
        after = service.stream("other")
    assert (after["state"], after["reconnects"]) == ("running", 0)
    assert after["since"] == before["since"]
    assert after["frames"]["analysed"] > before["frames"]["analysed"]
