"""The RTSP server of the tests as a process: started, killed, started again on its port, frozen."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SYSTEM_PYTHON = "/usr/bin/python3"
ROOT = Path(__file__).resolve().parents[2]
PROBE = """
import gi
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst, GstRtspServer
Gst.init(None)
raise SystemExit(any(Gst.ElementFactory.find(name) is None for name in ("appsrc", "rtph264pay", "rtpbin")))
"""


def available() -> bool:
    """Whether Debian's GStreamer with its RTSP server is on this machine."""
    if not Path(SYSTEM_PYTHON).exists():
        return False
    return subprocess.run([SYSTEM_PYTHON, "-c", PROBE], capture_output=True, check=False).returncode == 0


@dataclass
class RtspServer:
    """`mounts`: paths and their clips (`tests.e2e.clips.record`); `protected` asks for `user`'s password.

    With a `certificate` (PEM, its key in the same file) it speaks TLS only.
    """

    mounts: Mapping[str, Path]
    user: str = ""
    protected: str = ""
    digest: bool = False
    certificate: Path | None = None
    port: int = 0
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Returns when the port is bound; the same port each time."""
        command = [SYSTEM_PYTHON, "-m", "tests.e2e.rtsp_server", "--port", str(self.port)]
        if self.user:
            command += ["--user", self.user, "--protect", self.protected]
        if self.digest:
            command += ["--digest"]
        if self.certificate:
            command += ["--certificate", str(self.certificate)]
        command += [f"{path}={clip}" for path, clip in self.mounts.items()]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None
        first_line = self.process.stdout.readline()
        if not first_line:
            raise RuntimeError(f"the RTSP server did not start: {' '.join(command)}")
        self.port = int(first_line)

    def kill(self) -> None:
        """As when the camera's plug is pulled and its host answers for it: connections end at once."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def freeze(self) -> None:
        """Connections stay, nothing is sent any more."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        os.kill(self.process.pid, number)

    def url(self, path: str, credentials: str = "") -> str:
        at = f"{credentials}@" if credentials else ""
        scheme = "rtsps" if self.certificate else "rtsp"
        return f"{scheme}://{at}127.0.0.1:{self.port}{path}"


@contextmanager
def serving(server: RtspServer) -> Iterator[RtspServer]:
    server.start()
    try:
        yield server
    finally:
        server.kill()
