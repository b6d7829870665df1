"""Which source an address gets."""

from __future__ import annotations

import subprocess
import sys

import pytest

from stream.addresses import AddressError
from stream.av_source import AvSource
from stream.opening import open_source
from stream.pattern import parse_address
from stream.pattern_source import PatternSource
from stream.spec import StreamSpec
from stream.webrtc.whep import WhepSource


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("rtsp://10.0.0.7/stream2", AvSource),
        ("https://camera/video.mjpg", AvSource),
        ("clip.mp4", AvSource),
        ("/dev/video0", AvSource),
        ("pattern:?people=2&seed=7", PatternSource),
        ("whep://server:8889/lobby/whep", WhepSource),
    ],
)
def test_the_address_decides_which_source_it_is(url: str, kind: type) -> None:
    assert type(open_source(StreamSpec(id="a", url=url))) is kind


def test_publishers_come_from_those_who_know_them() -> None:
    class Waiting:
        def source(self, spec: StreamSpec) -> PatternSource:
            return PatternSource(spec.id, parse_address("pattern:"))

    opened = open_source(StreamSpec(id="a", url="whip:"), publishers=Waiting())
    assert isinstance(opened, PatternSource)


def test_without_a_service_nobody_can_publish() -> None:
    with pytest.raises(AddressError, match="semblance serve"):
        open_source(StreamSpec(id="a", url="whip:"), live=False)


@pytest.mark.parametrize("url", ["ftp://h/a", "pattern:?people=99", "pattern:nonsense"])
def test_an_address_that_cannot_work_is_refused_before_anything_is_opened(url: str) -> None:
    with pytest.raises(ValueError, match=r"Streams cannot come|test pattern"):
        open_source(StreamSpec(id="a", url=url))


def test_the_package_itself_imports_no_decoder() -> None:
    script = "import sys, stream; sys.exit(sorted({'av', 'cv2'} & set(sys.modules)) or 0)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
