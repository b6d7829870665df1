"""Real WHIP publishers as processes: FFmpeg's `whip` muxer, and GStreamer's `webrtcbin` in H.264 or VP8.

    clip = record(tmp_path / "lobby.au", drawn(4), fps=25)  # tests.e2e.clips
    with publishing(f"{service.address}/whip/lobby", clip, "gstreamer", token="secret") as publisher:
        ...
        publisher.kill()    # as when its machine loses power: nobody is told
        publisher.freeze()  # the connection stays, nothing is sent any more; `thaw()`
        publisher.end()     # takes its leave: DELETE on the session URL

`publishing` returns when the connection stands and raises `PublishError`, with what the program wrote, where
the server refuses (401, 409, ...) or no connection comes about.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tests.e2e.rtsp import SYSTEM_PYTHON

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Kind = Literal["ffmpeg", "gstreamer", "gstreamer-vp8"]

ROOT = Path(__file__).resolve().parents[2]
FFMPEG = (sys.executable, "-m", "tests.e2e.ffmpeg_publisher")
GSTREAMER = (SYSTEM_PYTHON, "-m", "tests.e2e.gstreamer_publisher")
PROGRAMS: Mapping[Kind, tuple[str, ...]] = {
    "ffmpeg": FFMPEG,
    "gstreamer": GSTREAMER,
    "gstreamer-vp8": (*GSTREAMER, "--vp8"),
}
PROBE = """
import gi
gi.require_version("GstWebRTC", "1.0")
gi.require_version("GstSdp", "1.0")
from gi.repository import Gst, GstSdp, GstWebRTC
Gst.init(None)
needed = ("h264parse", "rtph264pay", "openh264dec", "vp8enc", "webrtcbin", "nicesink", "dtlsenc", "srtpenc")
raise SystemExit(any(Gst.ElementFactory.find(name) is None for name in needed))
"""


class PublishError(Exception):
    """The program has ended, or has no connection in time; says what it wrote."""


def gstreamer_available() -> bool:
    """Whether Debian's GStreamer with WebRTC is on this machine."""
    if not Path(SYSTEM_PYTHON).exists():
        return False
    return subprocess.run([SYSTEM_PYTHON, "-c", PROBE], capture_output=True, check=False).returncode == 0


@dataclass(slots=True)
class Publisher:
    """A program that publishes."""

    process: subprocess.Popen[str]

    def kill(self) -> None:
        """At once and without a word to the server."""
        self.process.kill()
        self.process.communicate()

    def end(self, within: float = 5.0) -> int:
        """Asks it to take its leave; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=within)

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def publishing(
    url: str, clip: Path, kind: Kind = "ffmpeg", token: str | None = None, within: float = 15.0
) -> Iterator[Publisher]:
    """A publisher whose connection stands; killed at the end, if it is still there."""
    command = [*PROGRAMS[kind], *(["--token", token] if token else []), url, str(clip.resolve())]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            _wait_for_connection(process, within)
            yield Publisher(process)
        finally:
            process.kill()


def _wait_for_connection(process: subprocess.Popen[str], within: float) -> None:
    assert process.stdout is not None
    limit = threading.Timer(within, process.kill)
    limit.start()
    try:
        first_line = process.stdout.readline()
    finally:
        limit.cancel()
    if first_line.strip() != "publishing":
        process.kill()
        _, complaints = process.communicate()
        raise PublishError(complaints.strip() or f"no connection within {within:g} s")
