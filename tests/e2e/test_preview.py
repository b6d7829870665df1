"""Previews of a running service: the very frames that were measured, made once and only for somebody."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from inference.engine import Engine
from inference.options import InferenceOptions
from stream.array_pixels import ArrayPixels
from stream.pattern import Scene, Timeline, parse_address
from tests.e2e.live import listening

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from inference.reading import Face
    from tests.e2e.rtsp import RtspServer
    from tests.e2e.service import Service

pytestmark = pytest.mark.timeout(90)

PEOPLE = "pattern:?people=2&width=960&height=540&fps=10"
WATCHED = 8  # pictures looked at


@pytest.fixture(scope="module")
def room(service: Service) -> Iterator[Service]:
    """A service that reads two drawn people."""
    with service.following("room", PEOPLE):
        service.wait_for_state("room", "running", 10)
        yield service


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Our own detector, to look at the pictures with."""
    engine = Engine.load(InferenceOptions(provider="cpu"))
    yield engine
    engine.close()


def watched(service: Service, count: int = WATCHED) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """So many pictures, each with the reading of its sequence."""
    readings: dict[int, dict[str, Any]] = {}
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = []
    with listening(service.live_address, ["room"], "reading", "preview") as live:
        for message in live.for_seconds(20, strict=True):
            if message["type"] == "reading":
                readings[message["sequence"]] = message
            elif message["type"] == "preview" and message["sequence"] in readings:
                pairs.append((readings[message["sequence"]], message))
                if len(pairs) == count:
                    break
    return pairs


def picture(preview: dict[str, Any]) -> NDArray[np.uint8]:
    decoded = cv2.imdecode(np.frombuffer(preview["jpeg"], np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.asarray(decoded, np.uint8)


def made(service: Service) -> int:
    found = re.search(r"^semblance_previews_total (\S+)$", service.http.get("/metrics").text, re.MULTILINE)
    assert found is not None
    return int(float(found.group(1)))


async def faces_in(engine: Engine, preview: dict[str, Any]) -> tuple[Face, ...]:
    return await engine.read_picture(ArrayPixels(picture(preview)), "normal")


def overlap(face: dict[str, Any], seen: Face, scale: float) -> float:
    """Intersection over union of a reading's box and one found in the smaller picture."""
    box = face["faceRectangle"]
    left, top = box["left"] * scale, box["top"] * scale
    right, bottom = left + box["width"] * scale, top + box["height"] * scale
    across = min(right, seen.box.left + seen.box.width) - max(left, seen.box.left)
    down = min(bottom, seen.box.top + seen.box.height) - max(top, seen.box.top)
    shared: float = max(0.0, across) * max(0.0, down)
    union: float = (right - left) * (bottom - top) + seen.box.width * seen.box.height - shared
    return shared / union


async def test_the_boxes_of_a_reading_sit_on_the_faces_of_its_picture(room: Service, engine: Engine) -> None:
    for reading, preview in watched(room):
        assert picture(preview).shape == (360, 640, 3)
        assert (preview["width"], preview["height"]) == (reading["width"], reading["height"]) == (960, 540)
        assert preview["capturedAt"] == reading["capturedAt"]
        assert preview["mode"] == "full"
        found = await faces_in(engine, preview)
        assert len(reading["faces"]) == 2
        for face in reading["faces"]:
            assert max(overlap(face, seen, 640 / 960) for seen in found) > 0.7


def test_the_picture_is_the_frame_of_the_reading_and_of_no_other(room: Service) -> None:
    pairs = watched(room)
    address = parse_address(PEOPLE)
    scene = Scene(address.width, address.height, address.people, address.seed, Timeline(hold=address.hold))
    drawn = [
        cv2.resize(scene.render(reading["pts"]), (640, 360), interpolation=cv2.INTER_AREA)
        for reading, _ in pairs
    ]
    shown = [picture(preview) for _, preview in pairs]
    unlike = np.array([[cv2.norm(one, other, cv2.NORM_L1) for other in drawn] for one in shown])
    assert unlike.argmin(axis=1).tolist() == list(range(WATCHED))


async def test_in_a_blurred_picture_no_face_is_left_to_be_read(room: Service, engine: Engine) -> None:
    before = room.stream("room")
    changed = room.http.patch("/api/v1/streams/room", json={"preview": "blurred"}).raise_for_status().json()
    assert (before["previewSetting"], changed["previewSetting"]) == (None, "blurred")
    assert changed["preview"] == "blurred"
    try:
        await asyncio.sleep(1.5)  # until then everything is hidden
        shown = 0
        for reading, preview in watched(room):
            assert preview["mode"] == "blurred"
            assert len(reading["faces"]) == 2
            assert await faces_in(engine, preview) == ()
            shown += len(np.unique(picture(preview).reshape(-1, 3), axis=0)) > 1000
        assert shown  # the rest of the picture, but where there was a gap
    finally:
        room.http.patch("/api/v1/streams/room", json={"preview": None}).raise_for_status()
    after = room.stream("room")
    assert after["previewSetting"] is None
    assert (after["preview"], after["state"], after["since"]) == ("full", "running", before["since"])
    assert after["frames"]["decoded"] > before["frames"]["decoded"]  # it was never opened anew


def test_off_sends_none_and_says_so(room: Service) -> None:
    room.http.patch("/api/v1/streams/room", json={"preview": "off"}).raise_for_status()
    try:
        before = made(room)
        with listening(room.live_address, ["room"], "reading", "preview") as live:
            heard = list(live.for_seconds(1.5))
        assert made(room) == before
    finally:
        room.http.patch("/api/v1/streams/room", json={"preview": None}).raise_for_status()
    assert [message["code"] for message in heard if message["type"] == "error"] == ["previewOff"]
    types = {message["type"] for message in heard}
    assert "preview" not in types
    assert "reading" in types


def test_nobody_watches_and_nothing_is_encoded(room: Service) -> None:
    with listening(room.live_address, ["room"], "reading", "summary") as live:
        before = made(room)
        readings = [message for message in live.for_seconds(1.5) if message["type"] == "reading"]
        assert made(room) == before
    assert len(readings) > 5


def test_two_who_watch_get_the_same_picture_that_was_made_once(room: Service) -> None:
    before = made(room)
    with (
        listening(room.live_address, ["room"], "preview") as one,
        listening(room.live_address, ["room"], "preview") as other,
    ):
        seen, seen_too = ([each.next(5) for _ in range(10)] for each in (one, other))
    time.sleep(0.2)  # one may be in the making
    pictures = {message["sequence"]: message for message in seen}
    both = [message for message in seen_too if message["sequence"] in pictures]
    assert len(both) >= 5
    assert all(message == pictures[message["sequence"]] for message in both)
    sequences = [message["sequence"] for message in (*seen, *seen_too)]
    frames = max(sequences) - min(sequences) + 1
    assert made(room) - before <= frames + 3  # before the first was read and after the last


def tried(service: Service, url: str, stream_id: str | None = None) -> dict[str, Any]:
    body = {"url": url} if stream_id is None else {"url": url, "id": stream_id}
    answer = service.http.post("/api/v1/streams/test", json=body, timeout=20).raise_for_status()
    assert "s3cret" not in answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_an_address_is_tried_before_it_is_saved(service: Service, camera: RtspServer) -> None:
    found = tried(service, camera.url("/disc"))
    assert (found["ok"], found["source"]["width"], found["source"]["height"]) == (True, 640, 360)
    assert found["source"]["codec"] == "h264"
    assert tried(service, camera.url("/private"))["error"]["code"] == "unauthorized"
    assert tried(service, camera.url("/nothing"))["error"]["code"] == "notFound"
    assert tried(service, "rtsp://127.0.0.1:9/x")["error"]["code"] == "unreachable"
    assert tried(service, "/no/such/file.mp4")["error"]["code"] == "notFound"
    assert tried(service, "/dev/video97")["error"]["code"] in ("notFound", "unreachable")
    assert tried(service, PEOPLE)["source"]["codec"] == "rendered"


def test_the_address_of_a_stream_is_tried_with_its_password(service: Service, camera: RtspServer) -> None:
    private = camera.url("/private", "viewer:s3cret")
    with service.following("private", private) as view:
        assert "***" in view["url"]
        assert tried(service, view["url"], "private")["ok"] is True
        assert tried(service, view["url"])["error"]["code"] == "unauthorized"
