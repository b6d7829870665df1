"""Videos by the Emotion API: sent in and waited for as clients do; broken, killed on the way, expired."""

from __future__ import annotations

import json
import resource
import signal
import socket
import threading
import time
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from stream.pattern import Scene, Timeline
from tests.e2e.clips import save
from tests.e2e.service import SLOW, free_port, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from tests.e2e.service import Service

pytestmark = [pytest.mark.timeout(90)]

KEPT = 5.0
"""Seconds that a result can be asked for."""
FPS = 10
SECONDS = 4
CALL = "/emotion/v1.0/recognizeinvideo"
BYTES = {"content-type": "application/octet-stream"}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drawn person, neutral for two seconds and happy for two."""
    scene = Scene(320, 240, people=1, timeline=Timeline(hold=2.0, emotions=("neutral", "happiness")))
    pictures = (scene.render(number / FPS) for number in range(SECONDS * FPS))
    return save(tmp_path_factory.mktemp("clip") / "video.mp4", pictures, FPS)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that keeps results for a moment, and may fetch from this machine."""
    folder = tmp_path_factory.mktemp("service")
    settings = {"emotion_api": {"keep": KEPT, "folder": str(folder / "videos"), "allow": ["127.0.0.1"]}}
    with serving(folder, settings) as running:
        yield running


def sent(service: Service, content: bytes, style: str = "") -> str:
    """The address of the operation."""
    query = f"?outputStyle={style}" if style else ""
    return location(service.http.post(f"{CALL}{query}", content=content, headers=BYTES))


def location(answer: httpx.Response) -> str:
    assert (answer.status_code, answer.content) == (202, b""), answer.text
    return str(answer.headers["operation-location"])


def polled(service: Service, operation: str, within: float = 60.0) -> list[dict[str, Any]]:
    """What a client is told, again and again, until the operation has ended."""
    told = [status(service, operation)]
    until = time.monotonic() + within
    while told[-1]["status"] not in ("Succeeded", "Failed"):
        assert time.monotonic() < until, told[-1]
        time.sleep(0.1)
        told.append(status(service, operation))
    return told


def status(service: Service, operation: str) -> dict[str, Any]:
    document: dict[str, Any] = service.http.get(operation).raise_for_status().json()
    return document


def events(told: dict[str, Any]) -> list[Any]:
    result = json.loads(told["processingResult"])
    return [event for fragment in result["fragments"] for event in fragment.get("events", [])]


def dominant(scores: dict[str, float]) -> str:
    return max(scores, key=lambda name: scores[name])


def test_a_client_waits_for_the_scores_of_windows(api: Service, clip: Path) -> None:
    operation = sent(api, clip.read_bytes())
    assert operation.startswith(f"{api.address}/emotion/v1.0/operations/")
    told = polled(api, operation)
    assert told[-1]["status"] == "Succeeded", told[-1]
    assert "message" not in told[-1]
    progress = [each["progress"] for each in told]
    assert progress[-1] == 100
    assert all(before <= after for before, after in pairwise(progress))
    assert all(each["createdDateTime"] <= each["lastActionDateTime"] for each in told)
    seen = [dominant(event[0]["windowMeanScores"]) for event in events(told[-1])]
    assert (seen[0], seen[-1]) == ("neutral", "happiness")


def test_a_client_waits_for_the_scores_of_each_face(api: Service, clip: Path) -> None:
    told = polled(api, sent(api, clip.read_bytes(), "PERFRAME"))[-1]
    found = events(told)
    assert len(found) == SECONDS * FPS
    assert {face["id"] for event in found for face in event} == {1}
    assert dominant(found[-1][0]["scores"]) == "happiness"


def test_a_video_elsewhere_is_fetched(api: Service, clip: Path) -> None:
    with elsewhere(clip.parent) as address:
        good = location(api.http.post(CALL, json={"url": f"{address}/{clip.name}"}))
        lost = location(api.http.post(CALL, json={"url": f"{address}/lost.mp4?key=secret"}))
        assert polled(api, good)[-1]["status"] == "Succeeded"
        failed = polled(api, lost)[-1]
    assert failed["status"] == "Failed"
    assert "404" in failed["message"]
    assert "secret" not in failed["message"] + api.written()


@pytest.mark.parametrize("content", [b"this is no video" * 500, b"\0" * 10_000])
def test_what_is_no_video_fails_with_a_message(api: Service, content: bytes) -> None:
    told = polled(api, sent(api, content))[-1]
    assert told["status"] == "Failed"
    assert told["message"].endswith(".")
    assert "/" not in told["message"]


def test_an_upload_that_breaks_off_leaves_nothing(api: Service) -> None:
    before = held(api)
    head = f"POST {CALL} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/octet-stream\r\n"
    with socket.create_connection(("127.0.0.1", api.port)) as connection:
        connection.sendall(f"{head}Content-Length: 5000000\r\n\r\n".encode() + bytes(1_000_000))
        wait_until(lambda: bool(held(api) - before), 10, api.written)
    wait_until(lambda: not held(api) - before, 10, lambda: held(api))


def test_a_full_disk_is_told_and_goes_by(api: Service, clip: Path) -> None:
    pid, before = api.process.pid, held(api)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    try:
        answer = api.http.post(CALL, content=clip.read_bytes(), headers=BYTES)
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert answer.status_code == 503
    assert answer.json()["error"] == {
        "code": "ServiceUnavailable",
        "message": "The disk of the service is full.",
    }
    assert held(api) <= before
    operation = sent(api, clip.read_bytes())
    assert polled(api, operation)[-1]["status"] == "Succeeded"
    wait_until(lambda: api.http.get(operation).status_code == 404, KEPT + 10, lambda: status(api, operation))
    assert api.http.get(operation).json()["error"]["code"] == "OperationNotFound"
    wait_until(lambda: operation.rpartition("/")[2] not in held(api), 10, lambda: held(api))


def test_what_a_killed_service_was_reading_is_read_by_the_next(tmp_path: Path, clip: Path) -> None:
    port = free_port()
    with serving(tmp_path, {"emotion_api": {"waiting": 2}}, port, semblance=SLOW) as first:
        reading, waiting = sent(first, clip.read_bytes()), sent(first, clip.read_bytes(), "perFrame")
        refused = first.http.post(CALL, content=clip.read_bytes(), headers=BYTES)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        wait_until(lambda: status(first, reading)["progress"] > 0, 30, lambda: status(first, reading))
        assert status(first, waiting)["status"] == "NotStarted"
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
    with serving(tmp_path, port=port) as second:
        assert polled(second, reading)[-1]["status"] == "Succeeded"
        assert len(events(polled(second, waiting)[-1])) == SECONDS * FPS


def held(service: Service) -> set[str]:
    """The operations on disk."""
    folder = service.log.parent / "videos"
    return {each.name for each in folder.iterdir() if each.is_dir()}


@contextmanager
def elsewhere(folder: Path) -> Iterator[str]:
    """The address of a server that has these files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing of what it serves."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass
