"""A media server pulled from by WHEP: scores come, it dies and comes back, and its token is never shown."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stream.pattern import Scene
from tests.e2e.clips import save
from tests.e2e.live import listening
from tests.e2e.service import STALL, Service, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.timeout(90)

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "a-token-of-the-viewer"
KEY = "a-key-in-the-query"
BACK = 20.0
"""Longer than the longest wait between two of the first attempts, and a new start."""


@dataclass
class MediaServer:
    """`tests.whep_server` as a process, on the same port each time it is started."""

    film: Path
    port: int = 0
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.whep_server", "--port", str(self.port)]
        command += ["--authorization", f"Bearer {TOKEN}", str(self.film)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def url(self, token: str) -> str:
        return f"whep://{token}@127.0.0.1:{self.port}/live/whep?jwt={KEY}"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of a drawn person."""
    scene = Scene(320, 240, people=1)
    path = tmp_path_factory.mktemp("film") / "actor.mp4"
    return save(path, (scene.render(number / 15) for number in range(15)), 15)


@contextmanager
def running(film: Path) -> Iterator[MediaServer]:
    server = MediaServer(film)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def test_a_server_is_read_dies_is_missed_with_its_reason_and_read_again(service: Service, film: Path) -> None:
    with running(film) as server, service.following("door", server.url(TOKEN)) as added:
        assert added["url"] == server.url("***").replace(KEY, "***")
        with listening(service.live_address, ["door"]) as live:
            window = live.first(lambda message: message.get("faces", 0) > 0, 20)
        assert sum(window["windowMeanScores"].values()) == pytest.approx(1, abs=0.01)
        view = service.stream("door")
        assert view["state"] == "running"
        assert (view["source"]["width"], view["source"]["height"]) == (320, 240)

        server.kill()
        service.wait_for_state("door", "reconnecting", STALL + 3)
        error = service.stream("door")["error"]
        assert error["code"] in ("timeout", "ended", "unreachable")
        wait_until(
            lambda: service.stream("door")["error"]["code"] == "unreachable",
            BACK,
            lambda: service.stream("door"),
        )
        said = service.stream("door")["error"]["message"]
        assert (TOKEN in said, KEY in said) == (False, False)

        server.start()
        service.wait_for_state("door", "running", BACK)
        assert service.stream("door")["reconnects"] == 1
    written = service.written()
    assert (TOKEN in written, KEY in written, "/live/whep/" in written) == (False, False, False)


def test_an_address_is_tried_before_it_is_saved(service: Service, film: Path) -> None:
    with running(film) as server:
        right = service.http.post("/api/v1/streams/test", json={"url": server.url(TOKEN)}).json()
        wrong = service.http.post("/api/v1/streams/test", json={"url": server.url("gu3ssed")}).json()
    assert (right["ok"], right["source"]["width"]) == (True, 320)
    assert (wrong["ok"], wrong["error"]["code"]) == (False, "unauthorized")
    assert "gu3ssed" not in wrong["error"]["message"]


def test_a_wrong_token_is_unauthorized(service: Service, film: Path) -> None:
    with running(film) as server, service.following("door", server.url("gu3ssed")):
        assert service.wait_for_error("door", 8) == "unauthorized"
    assert "gu3ssed" not in service.written()
