"""`semblance serve` as a process: started with a configuration, spoken to over HTTP, ended, looked over."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import ssl
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from web.history.engine import READERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

COMMAND = Path(sys.executable).with_name("semblance")
SLOW = (sys.executable, "-m", "tests.e2e.slow_service")
"""The command, on a machine that reads five frames a second."""
PERSON = "pattern:?people=1&width=320&height=240&fps=10"
"""A drawn stream that is cheap to render."""
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 10
"""Which of the processes that run tests side by side this one is."""
_PORTS = cycle(random.sample(range(11_000 + WORKER * 900, 11_900 + WORKER * 900), 900))
"""This worker's, below those that the system gives out, and none of those that browsers refuse."""
STALL = 2.0
LEAVE = 15.0
"""Seconds in which the service must end. It takes 0.7, or 3 where clients are deaf; a busy machine more."""
_HISTORY = "/history.db"
SETTINGS: Mapping[str, Any] = {
    "windows": [{"name": "2s", "length": 2, "interval": 0.5}],
    "sources": {"open_timeout": 3.0, "first_frame_timeout": 3.0, "stall_timeout": STALL},
}


def free_port() -> int:
    """A port that nobody listens on, as of now; neither the system nor another worker gives it to anybody."""
    return next(port for port in _PORTS if _is_free(port))


def _is_free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except OSError:
        return False


def wait_until(fact: Callable[[], bool], within: float, what: Callable[[], object]) -> float:
    """Seconds until the fact held; fails with `what` when it does not come true in time."""
    begin = time.monotonic()
    while not fact():
        if time.monotonic() - begin > within:
            raise AssertionError(f"not within {within:g} s: {what()}")
        time.sleep(0.05)
    return time.monotonic() - begin


@dataclass(slots=True)
class Service:
    """A running service; `log` is the file that takes what it writes to stdout and stderr."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    http: httpx.Client

    @property
    def address(self) -> str:
        return str(self.http.base_url).rstrip("/")

    @property
    def live_address(self) -> str:
        return f"ws://127.0.0.1:{self.port}/api/v1/live"

    def written(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def stream(self, stream_id: str) -> dict[str, Any]:
        view: dict[str, Any] = self.http.get(f"/api/v1/streams/{stream_id}").raise_for_status().json()
        return view

    def add(self, stream_id: str, url: str, **rest: object) -> httpx.Response:
        return self.http.post("/api/v1/streams", json={"id": stream_id, "url": url, **rest})

    def remove(self, stream_id: str) -> None:
        self.http.delete(f"/api/v1/streams/{stream_id}").raise_for_status()

    @contextmanager
    def following(self, stream_id: str, url: str, **rest: object) -> Iterator[dict[str, Any]]:
        """The stream as it was added; removed at the end."""
        answer = self.add(stream_id, url, **rest)
        assert answer.status_code == 201, answer.text
        try:
            yield answer.json()
        finally:
            self.remove(stream_id)

    def wait_for_state(self, stream_id: str, state: str, within: float) -> float:
        """Seconds until the stream was in this state."""
        return wait_until(
            lambda: self.stream(stream_id)["state"] == state, within, lambda: self.stream(stream_id)
        )

    def wait_for_error(self, stream_id: str, within: float) -> str:
        """The code of the first error the stream shows."""
        wait_until(
            lambda: self.stream(stream_id)["error"] is not None, within, lambda: self.stream(stream_id)
        )
        return str(self.stream(stream_id)["error"]["code"])

    def end(self, number: signal.Signals = signal.SIGTERM, within: float = LEAVE) -> int:
        """Asks it to end; its exit status. Fails when it does not end in time."""
        self.process.send_signal(number)
        return self.process.wait(timeout=within)


@contextmanager
def serving(
    folder: Path,
    settings: Mapping[str, object] | None = None,
    port: int | None = None,
    certificate: Path | None = None,
    semblance: Sequence[str] = (str(COMMAND),),
) -> Iterator[Service]:
    """A service that is ready; at the end it must go without a word of a bug, if it is still there.

    With a `certificate` it is spoken to over HTTPS, and has to show this one. What it remembers lies in the
    folder, and is there again for the next of the same port.
    """
    port = port or free_port()
    trusted = ssl.create_default_context(cafile=certificate) if certificate else True
    address = f"https://localhost:{port}" if certificate else f"http://127.0.0.1:{port}"
    config = folder / f"semblance-{port}.yaml"  # JSON is YAML
    config.write_text(json.dumps({**SETTINGS, **(settings or {})}), encoding="utf-8")
    log = folder / f"semblance-{port}.log"
    own = {**os.environ, "XDG_STATE_HOME": str(folder / f"state-{port}")}
    command = [*semblance, "serve", "--config", str(config), "--port", str(port)]
    with log.open("ab") as sink, httpx.Client(base_url=address, timeout=10, verify=trusted) as http:
        process = subprocess.Popen(command, stdout=sink, stderr=sink, stdin=subprocess.DEVNULL, env=own)
        service = Service(process, port, log, http)
        try:
            wait_until(lambda: _ready(service), 60, service.written)
            yield service
            if process.poll() is None:
                assert service.end() == 0, service.written()
            assert "Traceback" not in service.written(), service.written()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def _ready(service: Service) -> bool:
    if service.process.poll() is not None:
        raise AssertionError(f"ended with {service.process.returncode}: {service.written()}")
    try:
        return service.http.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a process holds of the system: threads, open files but the history's, resident memory in MB."""

    threads: int
    files: int
    memory: float

    @classmethod
    def of(cls, pid: int) -> Holdings:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        return cls(
            threads=len(list(Path(f"/proc/{pid}/task").iterdir())),
            files=sum(_HISTORY not in link for link in open_files(pid)),
            memory=pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        )

    def no_more_than(self, before: Holdings) -> bool:
        """Whether there are no more threads and files than before, but for a connection of ours.

        The history's readers are left out too: they start when they are first wanted.
        """
        return self.threads <= before.threads + READERS and self.files <= before.files + 1


def open_files(pid: int) -> list[str]:
    """What the descriptors of a process lead to; those closed meanwhile are left out."""
    links = []
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            links.append(os.readlink(each))
    return links
