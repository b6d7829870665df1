"""Faces from RTSP cameras: scores come soon, and they are those of what the camera shows."""

from __future__ import annotations

import time
from itertools import chain, islice
from typing import TYPE_CHECKING

import av
import pytest

from stream.pattern.scene import Scene
from tests.e2e import rtsp
from tests.e2e.clips import access_units, drawn, played, record, write
from tests.e2e.live import listening
from tests.e2e.rtsp import RtspServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.service import Service

pytestmark = [pytest.mark.timeout(90), pytest.mark.alone]

REAL = {"smile.mp4": 30, "stage.mp4": 30, "dinner.mp4": 25, "laugh_then_stare_720p.mp4": 30}
"""Clips and their frames a second."""


@pytest.fixture(scope="module")
def smiling(gstreamer: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspServer]:  # noqa: ARG001
    """A camera that shows two drawn people who smile: two seconds of the second emotion of the timeline."""
    scene = Scene(people=2)
    shown = range(round(scene.timeline.hold * 25) + 25, round(scene.timeline.hold * 25) + 75)
    pictures = (av.VideoFrame.from_ndarray(scene.render(number / 25), format="bgr24") for number in shown)
    clip = record(tmp_path_factory.mktemp("drawn") / "smiling.au", pictures)
    with rtsp.serving(RtspServer({"/smiling": clip})) as server:
        yield server


@pytest.fixture(scope="module")
def cameras(
    gstreamer: None,  # noqa: ARG001
    clips: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RtspServer]:
    """Cameras that show real people; six seconds each at most."""
    folder = tmp_path_factory.mktemp("real")
    mounts = {
        f"/{name}": record(folder / f"{name}.au", islice(played(clips / name), 6 * fps), fps)
        for name, fps in REAL.items()
    }
    with rtsp.serving(RtspServer(mounts)) as server:
        yield server


def seconds_to_scores(service: Service, url: str, stream: str) -> float:
    """Seconds from adding a stream to its first window with scores."""
    with listening(service.live_address, [stream]) as live:
        begin = time.monotonic()
        with service.following(stream, url):
            live.first(lambda message: message.get("windowMeanScores") is not None, 6)
            return time.monotonic() - begin


def test_a_drawn_smile_over_rtsp_is_happiness_within_three_seconds(
    service: Service, smiling: RtspServer
) -> None:
    assert seconds_to_scores(service, smiling.url("/smiling"), "soon") < 3
    with (
        listening(service.live_address, ["smiling"]) as live,
        service.following("smiling", smiling.url("/smiling")),
    ):
        summary = live.first(lambda message: message.get("coverage", 0) > 0.9, 6)
        view = service.stream("smiling")
    assert summary["dominant"] == "happiness"
    assert summary["tracks"] == 2
    assert view["source"].items() >= {"width": 640, "height": 360, "fps": 25.0, "codec": "h264"}.items()
    assert view["url"] == smiling.url("/smiling")


@pytest.mark.parametrize("name", REAL)
def test_real_people_over_rtsp_have_scores_within_three_seconds(
    service: Service, cameras: RtspServer, name: str
) -> None:
    assert seconds_to_scores(service, cameras.url(f"/{name}"), "real") < 3


def test_several_cameras_at_once_have_scores_within_three_seconds(
    service: Service, cameras: RtspServer
) -> None:
    waiting = {name.split(".", maxsplit=1)[0] for name in REAL}
    with listening(service.live_address, sorted(waiting)) as live:
        begin = time.monotonic()
        for name in REAL:
            assert service.add(name.split(".", maxsplit=1)[0], cameras.url(f"/{name}")).status_code == 201
        try:
            while waiting:
                waiting.discard(live.first(lambda message: bool(message.get("dominant")), 6)["stream"])
            assert time.monotonic() - begin < 3
        finally:
            for name in REAL:
                service.remove(name.split(".", maxsplit=1)[0])


def test_a_camera_that_changes_its_resolution_goes_on(
    service: Service,
    gstreamer: None,  # noqa: ARG001
    tmp_path: Path,
) -> None:
    sizes = [(640, 360), (320, 240)]
    units = chain.from_iterable(access_units(drawn(1), 25, size) for size in sizes)
    seen = set()
    with (
        rtsp.serving(RtspServer({"/fickle": write(tmp_path / "fickle.au", 25, units)})) as camera,
        listening(service.live_address, ["fickle"], "reading") as live,
        service.following("fickle", camera.url("/fickle")),
    ):
        for message in live.for_seconds(6):
            if message["type"] == "reading":
                seen.add((message["width"], message["height"]))
        view = service.stream("fickle")
    assert seen == set(sizes)
    assert (view["state"], view["reconnects"], view["error"]) == ("running", 0, None)
