"""A stream's page in a real browser: the measured picture, the timelines, what is said when things break."""

from __future__ import annotations

import base64
import json
import re
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect

from stream.pattern.scene import Scene
from tests.e2e.live import listening
from tests.e2e.pages import drawn, live, state
from tests.e2e.service import PERSON, Service, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from playwright.sync_api import Locator, Page, WebSocketRoute

    from tests.e2e.rtsp import RtspServer

pytestmark = pytest.mark.timeout(120)

MOMENT = """canvas => ({
    sequence: Number(canvas.dataset.sequence),
    faces: Number(canvas.dataset.faces),
    picture: canvas.toDataURL("image/png"),
})"""
COLOUR = """(canvas, name) => getComputedStyle(canvas).getPropertyValue("--" + name).trim()"""

Corners: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom of a box."""


@contextmanager
def readings(service: Service, stream_id: str) -> Iterator[dict[int, dict[str, Any]]]:
    """The readings of the stream by their sequence, gathered while the block runs."""
    gathered: dict[int, dict[str, Any]] = {}
    done = threading.Event()

    def gather() -> None:
        with listening(service.live_address, [stream_id], "reading") as client:
            while not done.is_set():
                for message in client.for_seconds(0.2):
                    gathered[message["sequence"]] = message

    thread = threading.Thread(target=gather)
    thread.start()
    try:
        yield gathered
    finally:
        done.set()
        thread.join()


def told(gathered: dict[int, dict[str, Any]], sequence: int) -> dict[str, Any]:
    """This reading, once it is there: the other client may be told later than the page."""
    wait_until(lambda: sequence in gathered, 10, lambda: f"no reading {sequence}")
    return gathered[sequence]


def decoded(url: str) -> NDArray[np.uint8]:
    """The pixels (BGR) of a data URL."""
    data = np.frombuffer(base64.b64decode(url.partition(",")[2]), np.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert picture is not None
    return picture.astype(np.uint8)


def corners(left: float, top: float, width: float, height: float) -> Corners:
    return left, top, left + width, top + height


def is_drawn_along(picture: NDArray[np.uint8], box: Corners, scale: float, colour: str) -> bool:
    """Whether a line of this colour runs where the four edges of the box are."""
    left, top, right, bottom = (edge * scale for edge in box)
    wanted = np.array([int(colour[place : place + 2], 16) for place in (5, 3, 1)])
    shares = (0.3, 0.5, 0.7)
    points = [(left + share * (right - left), edge) for share in shares for edge in (top, bottom)]
    points += [(edge, top + share * (bottom - top)) for share in shares for edge in (left, right)]
    for x, y in points:
        near = picture[round(y) - 2 : round(y) + 3, round(x) - 2 : round(x) + 3].reshape(-1, 3).astype(int)
        if np.abs(near - wanted).max(axis=1).min() > 24:
            return False
    return True


def shared(one: Corners, other: Corners) -> float:
    """Intersection over union."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    both = max(0.0, across) * max(0.0, down)
    areas = [(right - left) * (bottom - top) for left, top, right, bottom in (one, other)]
    return both / (sum(areas) - both)


def middle_of(box: Corners) -> tuple[slice, slice]:
    """The part of a picture in the middle of a box, clear of what is drawn along its edges."""
    left, top, right, bottom = box
    aside, down = 0.2 * (right - left), 0.2 * (bottom - top)
    return slice(round(top + down), round(bottom - down)), slice(round(left + aside), round(right - aside))


def points(page: Page, kind: str = "mean") -> int:
    return int(page.get_by_test_id(f"{kind}-chart").get_attribute("data-points") or 0)


def grown(page: Page, kind: str, number: int) -> None:
    """Waits until the chart shows so many windows."""
    wait_until(lambda: points(page, kind) >= number, 10, lambda: f"{points(page, kind)} of {number}")


def shown(page: Page) -> tuple[float, float]:
    """The stretch of time that the timelines show, in seconds."""
    chart = page.get_by_test_id("mean-chart")
    begin, end = (float(chart.get_attribute(f"data-{name}") or 0) / 1000 for name in ("from", "until"))
    return begin, end


def kept_live(canvas: Locator, expected: str) -> None:
    expect(canvas).to_have_attribute("data-live", expected, timeout=15_000)


def test_boxes_sit_on_the_faces_of_the_very_frame_they_were_measured_on(service: Service, page: Page) -> None:
    scene = Scene(320, 240, people=1)
    with service.following("people", PERSON), readings(service, "people") as gathered:
        page.goto(f"{service.address}/streams/people")
        canvas = drawn(page)
        expect(canvas).to_have_attribute("data-faces", "1")
        for _ in range(3):
            page.wait_for_timeout(700)
            moment = canvas.evaluate(MOMENT)
            reading = told(gathered, moment["sequence"])
            assert len(reading["faces"]) == moment["faces"] == 1
            face, picture = reading["faces"][0], decoded(moment["picture"])
            box = corners(**face["faceRectangle"])
            (truth,) = scene.faces(reading["pts"])
            assert shared(box, corners(truth.left, truth.top, truth.width, truth.height)) > 0.5
            colour = canvas.evaluate(COLOUR, max(face["scores"], key=face["scores"].get))
            assert is_drawn_along(picture, box, picture.shape[1] / reading["width"], colour)
            inside = middle_of(box)
            small = cv2.resize(picture, (320, 240), interpolation=cv2.INTER_AREA)[inside].astype(int)
            apart = {
                seconds: np.abs(small - scene.render(max(0.0, reading["pts"] + seconds))[inside]).mean()
                for seconds in (-0.8, 0.0, 0.8)
            }
            assert apart[0.0] < 12, apart
            assert apart[0.0] == min(apart.values()), apart


def test_scores_move_and_faces_have_their_strips(service: Service, page: Page) -> None:
    with service.following("people", PERSON):
        page.goto(f"{service.address}/streams/people")
        live(page)
        expect(page.get_by_test_id("dominant")).to_have_attribute("data-emotion", re.compile("[a-z]+"))
        before, figures = points(page), page.get_by_test_id("distribution").inner_text()
        for kind in ("mean", "share"):
            grown(page, kind, before + 3)
        assert (
            len(set(page.locator("[data-until]").evaluate_all("all => all.map((one) => one.dataset.until)")))
            == 1
        )
        # An expression is held for some seconds, and a sure reading of it shows no hundredth move.
        expect(page.get_by_test_id("distribution")).not_to_have_text(figures, use_inner_text=True)
        expect(page.get_by_test_id("strips")).to_have_attribute("data-faces", re.compile(r"\d+"))
        expect(page.get_by_test_id("happenings")).to_contain_text("Running")


def test_a_camera_that_dies_leaves_a_dimmed_picture_and_a_marked_gap_until_it_is_back(
    service: Service, page: Page, camera: RtspServer
) -> None:
    with service.following("mortal", camera.url("/disc")):
        page.goto(f"{service.address}/streams/mortal")
        canvas = drawn(page)
        kept_live(canvas, "true")
        expect(page.get_by_test_id("mean-chart")).to_have_attribute("data-gaps", re.compile("noFace"))
        camera.kill()
        state(page, "mortal", "reconnecting")
        kept_live(canvas, "false")
        expect(page.get_by_test_id("picture-statement")).to_contain_text("Not live")
        assert canvas.evaluate("canvas => getComputedStyle(canvas).filter") != "none"
        expect(page.get_by_test_id("stream-error")).to_be_visible()
        expect(page.get_by_test_id("mean-chart")).to_have_attribute("data-gaps", re.compile("down"))
        camera.start()
        state(page, "mortal", "running")
        kept_live(canvas, "true")
        expect(page.get_by_test_id("happenings")).to_contain_text("Reconnecting")


def test_time_can_be_stopped_zoomed_and_gone_back_in_by_button_pointer_wheel_and_key(
    service: Service, page: Page
) -> None:
    with service.following("actor", PERSON):
        with listening(service.live_address, ["actor"]) as client:
            for _ in range(8):
                client.next(10)
        page.goto(f"{service.address}/streams/actor?window=2s")
        live(page)
        expect(page.get_by_test_id("mean-chart")).to_have_attribute("data-points", re.compile(r"[89]|\d\d"))
        expect(page.get_by_test_id("begin")).to_be_visible()

        follow, plots = page.get_by_test_id("follow"), page.get_by_test_id("timelines")
        follow.click()
        expect(follow).to_have_attribute("data-live", "false")
        stopped = shown(page)
        page.wait_for_timeout(1_200)
        assert shown(page) == stopped

        page.get_by_test_id("zoom-in").click()
        begin, end = shown(page)
        assert end - begin == pytest.approx((stopped[1] - stopped[0]) / 1.5, abs=0.01)
        page.get_by_test_id("older").click()
        assert shown(page)[1] < end

        plots.focus()
        page.keyboard.press("-")
        wide = shown(page)
        assert wide[1] - wide[0] == pytest.approx(stopped[1] - stopped[0], abs=0.01)
        box = page.get_by_test_id("mean-chart").bounding_box()
        assert box is not None
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.move(*middle)
        page.mouse.wheel(0, -200)
        expect(page.get_by_test_id("readout")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
        narrow = shown(page)
        assert narrow[1] - narrow[0] < wide[1] - wide[0]

        page.mouse.down()
        page.mouse.move(middle[0] + 200, middle[1], steps=4)
        page.mouse.up()
        dragged = shown(page)
        assert narrow[0] < dragged[0] < dragged[1] < narrow[1]

        page.keyboard.press("End")
        expect(follow).to_have_attribute("data-live", "true")


def test_a_stream_whose_pictures_are_off_shows_where_faces_are_and_is_sent_no_picture(
    service: Service, page: Page
) -> None:
    pictures: list[bytes] = []
    page.on(
        "websocket",
        lambda socket: socket.on(
            "framereceived", lambda data: pictures.append(data) if isinstance(data, bytes) else None
        ),
    )
    with service.following("shy", PERSON, preview="off"):
        page.goto(f"{service.address}/streams/shy")
        canvas = drawn(page)
        expect(canvas).to_have_attribute("data-faces", "1")
        expect(page.get_by_test_id("picture-off")).to_be_visible()
        ground = decoded(canvas.evaluate(MOMENT)["picture"])
        corner = ground[: ground.shape[0] // 8, : ground.shape[1] // 8].reshape(-1, 3)
        assert (corner == corner[0]).all()
        assert pictures == []


def test_windows_that_were_missed_while_the_line_was_down_are_made_up_for(
    service: Service, page: Page
) -> None:
    lines: list[WebSocketRoute] = []
    commands: list[dict[str, Any]] = []

    def pass_on(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        lines.extend((line, server))

        def send(message: str | bytes) -> None:
            commands.append(json.loads(message))
            server.send(message)

        line.on_message(send)

    page.route_web_socket(re.compile("/api/v1/live"), pass_on)
    with service.following("broken-off", PERSON):  # a name that has no past
        page.goto(f"{service.address}/streams/broken-off")
        live(page)
        expect(page.get_by_test_id("mean-chart")).to_have_attribute("data-points", re.compile("[4-9]|..+"))
        page.wait_for_timeout(500)
        before = sum("resume" in command for command in commands)
        for end in lines[:2]:
            end.close()
        expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "offline")
        live(page)
        resumed = [command["resume"]["broken-off"] for command in commands if "resume" in command]
        assert len(resumed) > before
        assert resumed[-1] > 0
        expect(page.get_by_test_id("mean-chart")).not_to_have_attribute(
            "data-gaps", re.compile("offline|noData")
        )
