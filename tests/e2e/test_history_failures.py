"""A history that is damaged, locked, full or gone: live scores go on, its state is shown, and it heals."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.service import COMMAND, PERSON, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.service import Service

pytestmark = [pytest.mark.timeout(120), pytest.mark.in_order]

SOON = 20.0
"""Seconds in which a state is shown, or left again; attempts are up to a few seconds apart."""
NONE = resource.RLIM_INFINITY


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the history is to be: something is there already, and it is no database any more."""
    path = tmp_path_factory.mktemp("history") / "history.db"
    path.write_bytes(b"once a history" * 1000)
    return path


@pytest.fixture(scope="module")
def recording(file: Path) -> Iterator[Service]:
    """A service that records one drawn stream."""
    settings = {"history": {"url": str(file)}, "streams": [{"id": "lobby", "url": PERSON}]}
    with serving(file.parent, settings) as running:
        wait_until(lambda: newest(running) > 2, SOON, running.written)
        yield running


def history(service: Service) -> dict[str, Any]:
    answer: dict[str, Any] = service.http.get("/api/v1/history").raise_for_status().json()
    return answer


def newest(service: Service) -> int:
    """The sequence of the last live summary."""
    answer = service.http.get("/api/v1/streams/lobby/summaries?limit=1").raise_for_status().json()
    return max((summary["sequence"] for summary in answer["summaries"]), default=0)


def wait_for(service: Service, state: str) -> dict[str, Any]:
    wait_until(lambda: history(service)["state"] == state, SOON, lambda: history(service))
    return history(service)


def goes_on(service: Service) -> None:
    """Live scores come, whatever becomes of the history."""
    before = newest(service)
    wait_until(lambda: newest(service) >= before + 3, 10, service.written)


def everything_arrives(service: Service) -> None:
    """All that was shown since the start is on disk in the end: what waited was not lost."""
    last = newest(service)

    def recorded() -> bool:
        return int(history(service)["counts"]["summaries"]) >= last

    wait_until(recorded, SOON, lambda: (last, history(service)))
    assert history(service)["dropped"] == 0


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Another program has the file to itself."""
    other = sqlite3.connect(file, isolation_level=None, timeout=10)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def full(service: Service) -> Iterator[None]:
    """The service can make no file longer than a page."""
    resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (4096, NONE))
    try:
        yield
    finally:
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (NONE, NONE))


def test_a_damaged_file_was_set_aside(recording: Service, file: Path) -> None:
    (aside,) = file.parent.glob("history.db.corrupt-*")
    assert aside.read_bytes() == b"once a history" * 1000
    assert "set aside" in recording.written()
    assert wait_for(recording, "running")["place"] == str(file)
    everything_arrives(recording)


def test_what_a_locked_file_cannot_take_is_written_later(recording: Service, file: Path) -> None:
    wait_for(recording, "running")
    with locked(file):
        assert wait_for(recording, "failing")["error"] == "Database is locked."
        goes_on(recording)
        assert history(recording)["waiting"] > 0
    wait_for(recording, "running")
    everything_arrives(recording)


def test_what_a_full_disk_cannot_take_is_written_later(recording: Service) -> None:
    wait_for(recording, "running")
    before = history(recording)["counts"]["summaries"]
    with full(recording):
        assert wait_for(recording, "failing")["error"]
        goes_on(recording)
        assert history(recording)["waiting"] > 0
    wait_for(recording, "running")
    assert history(recording)["counts"]["summaries"] >= before
    everything_arrives(recording)


def test_erasing_asks_the_service_and_leaves_the_rest(recording: Service, file: Path) -> None:
    everything_arrives(recording)
    time.sleep(1)
    config = file.parent / f"semblance-{recording.port}.yaml"
    command = [str(COMMAND), "erase", "--stream", "lobby", "--since", "1d", "--yes", "--config", str(config)]
    done = subprocess.run(
        [*command, "--service", recording.address], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Deleted of lobby, from ")
    assert "yours to delete: " in done.stderr  # the one that was set aside above
    kept = recording.http.get("/api/v1/streams/lobby/summaries?limit=1000").json()["summaries"]
    assert len(kept) < 20  # of what came after
    goes_on(recording)


def test_a_file_deleted_under_the_service_is_made_anew(recording: Service, file: Path) -> None:
    wait_for(recording, "running")
    for each in file.parent.glob("history.db*"):
        each.unlink()
    wait_until(lambda: file.exists() and history(recording)["state"] == "running", SOON, recording.written)
    assert "was deleted or replaced" in recording.written()
    goes_on(recording)


def test_the_last_summary_is_written_as_the_service_ends(recording: Service, file: Path) -> None:
    wait_for(recording, "running")
    last = newest(recording)
    assert recording.end() == 0
    with sqlite3.connect(file) as connection:
        ended = connection.execute("SELECT value FROM meta WHERE key = 'end'").fetchone()
        (packed,) = connection.execute("SELECT sum(length(records)) FROM tail").fetchone()
    connection.close()
    assert ended == ("good",)
    assert packed > 0
    assert last > 0
