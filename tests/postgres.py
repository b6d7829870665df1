"""A PostgreSQL server of a test's own: Debian's, in a temporary folder, on a Unix socket alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOMES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_USER = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
_OPTIONS = "-c listen_addresses= -c shared_buffers=16MB -c max_connections=20 -c fsync=off"


def lacking() -> str | None:
    """Why there can be no server, as the reason to skip a test."""
    return (
        None if _HOMES else "needs PostgreSQL; `sudo tests/install_system_packages.sh` installs it on Debian"
    )


@dataclass(slots=True)
class Postgres:
    """A cluster that was made; `stop` and `start` as often as wanted."""

    folder: Path

    def url(self, name: str = "postgres") -> str:
        user = _USER or os.environ.get("USER", "postgres")
        return f"postgresql://{user}@/{name}?host={self.folder}"

    def start(self) -> None:
        log = self.folder / "log"
        self._control("-w", "-l", str(log), "-o", f"{_OPTIONS} -k {self.folder}", "start")

    def stop(self) -> None:
        self._control("-w", "-m", "immediate", "stop")

    def create(self, name: str) -> str:
        """A new database; its URL."""
        _run("psql", "-h", str(self.folder), "-d", "postgres", "-c", f'CREATE DATABASE "{name}"')
        return self.url(name)

    def _control(self, *arguments: str) -> None:
        _run("pg_ctl", "-D", str(self.folder / "data"), *arguments)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server that runs, gone with all it kept at the end."""
    folder = Path(tempfile.mkdtemp(prefix="semblance-pg-", dir="/tmp"))  # a socket's path must be short
    server = Postgres(folder)
    try:
        if _USER is not None:
            shutil.chown(folder, _USER)
        _run("initdb", "-D", str(folder / "data"), "-A", "trust", "-E", "UTF8", "--no-sync")
        server.start()
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            server.stop()
        shutil.rmtree(folder)


def _run(program: str, *arguments: str) -> None:
    # Not a pipe: the server would hold it open for as long as it runs.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [_HOMES[-1] / program, *arguments],
            stdout=output,
            stderr=output,
            user=_USER,
            cwd="/tmp",
            check=False,
        )
        output.seek(0)
        assert done.returncode == 0, output.read().decode(errors="replace")
