"""Programs that publish by WHIP, over real sockets: their faces scored, and what is left when they go."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from stream.pattern import Scene
from tests.e2e.clips import played, record, save
from tests.e2e.conftest import lacking
from tests.e2e.publishers import gstreamer_available, publishing
from tests.e2e.service import STALL, Holdings, Service, serving, wait_until
from tests.e2e.whip import GONE, free, media_ports, offered, port_range, published, scores, sessions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.publishers import Kind

pytestmark = [pytest.mark.timeout(120), pytest.mark.alone]

log = logging.getLogger(__name__)


@pytest.fixture(scope="session")
def actor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a drawn person, as a camera codes them."""
    folder, scene = tmp_path_factory.mktemp("actor"), Scene(480, 360, people=1)
    film = save(folder / "actor.mp4", (scene.render(number / 15) for number in range(30)), 15)
    return record(folder / "actor.au", played(film), 15)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service for this machine alone: media comes in on loopback, on ports of its own."""
    ports = {"webrtc": {"udp_ports": port_range(0, 50)}}
    with serving(tmp_path_factory.mktemp("service"), ports) as running:
        yield running


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> Kind:
    """A kind of program that is there."""
    wanted: Kind = request.param
    if wanted != "ffmpeg" and not gstreamer_available():
        lacking("GStreamer's WebRTC")
    return wanted


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
    assert media_ports(service) == 0


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
        assert (sessions(service), media_ports(service)) == (1, 1)
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
        assert (sessions(service), media_ports(service)) == (0, 0)
        assert publisher.process.wait(15) != 0  # the program has noticed


def test_ten_publish_at_once_and_leave_nothing_behind(service: Service, small: Path) -> None:
    with published(service, "first", small):  # the history and others open what they keep open
        service.wait_for_state("first", "running", 20)
    wait_until(lambda: (sessions(service), media_ports(service)) == (0, 0), GONE, service.written)
    before = Holdings.of(service.process.pid)
    names = [f"seat-{number}" for number in range(10)]
    with ExitStack() as stack, ThreadPoolExecutor(10) as pool:
        begin = time.monotonic()
        for entered in pool.map(lambda name: _enter(stack, service, name, small), names):
            assert entered
        for name in names:
            service.wait_for_state(name, "running", 20)
        log.info("ten publishers: running after %.1f s", time.monotonic() - begin)
        assert (sessions(service), media_ports(service)) == (10, 10)
    wait_until(lambda: free(service, before), GONE, lambda: (before, Holdings.of(service.process.pid)))


def _enter(stack: ExitStack, service: Service, name: str, clip: Path) -> bool:
    stack.enter_context(published(service, name, clip))
    return True
