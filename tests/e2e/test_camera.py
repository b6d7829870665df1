"""The page of this browser's camera: a real Chromium films, publishes, is stopped, lost, refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.browser_camera import film, filming
from tests.e2e.conftest import CHROMIUM, QUIET
from tests.e2e.pages import drawn
from tests.e2e.service import PERSON, Service, free_port, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.timeout(150)

TOKEN = "a-token-of-the-tests-0123456789"
CANDIDATE = re.compile(r"(a=candidate:\S+ \d+ udp \d+) \S+ (\d+)")
UNREACHABLE = r"\1 192.0.2.77 \2"
"""An address that is nobody's (RFC 5737)."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium with a camera that films a drawn person, and that every page may use."""
    with filming(film(tmp_path_factory.mktemp("film") / "person.mjpeg")) as running:
        yield running


def _state(page: Page, expected: str, within: float = 15_000) -> None:
    expect(page.get_by_test_id("camera-state")).to_have_attribute("data-state", expected, timeout=within)


def _start(page: Page, service: Service, name: str) -> None:
    page.goto(f"{service.address}/camera?stream={name}")
    page.get_by_test_id("camera-start").click()


def _trouble(page: Page) -> str | None:
    _state(page, "stopped", within=30_000)
    return page.get_by_test_id("camera-error").get_attribute("data-kind")


def test_the_camera_runs_with_its_face_in_the_picture_until_it_is_stopped(
    service: Service, page: Page, artifacts: Path
) -> None:
    page.goto(f"{service.address}/camera")
    _state(page, "idle")
    assert page.locator("video").count() == 0
    page.get_by_test_id("camera-start").click()
    _state(page, "running")
    expect(drawn(page)).to_have_attribute("data-faces", "1")
    expect(page.get_by_test_id("dominant")).to_have_attribute("data-emotion", re.compile("[a-z]+"))
    expect(page.get_by_test_id("camera-latency")).to_contain_text(re.compile(r"\d+ ms|s"))
    assert page.get_by_test_id("camera-self").evaluate("(video) => !video.paused && video.videoWidth > 0")
    page.screenshot(path=artifacts / "camera-1280.png")
    assert service.stream("camera")["url"] == "whip:"
    page.get_by_test_id("camera-stop").click()
    _state(page, "stopped")
    assert page.locator("video").count() == 0
    service.wait_for_state("camera", "ended", within=3)


def test_closing_the_tab_ends_the_stream_and_frees_its_name(
    service: Service, browser: Browser, page: Page
) -> None:
    other = browser.new_page()
    _start(other, service, "tab")
    _state(other, "running")
    service.wait_for_state("tab", "running", within=15)  # of one that has seen no picture nothing is left
    other.close()
    service.wait_for_state("tab", "ended", within=5)
    _start(page, service, "tab")
    _state(page, "running")


def test_leaving_the_view_ends_the_stream(service: Service, page: Page) -> None:
    _start(page, service, "left")
    _state(page, "running")
    service.wait_for_state("left", "running", within=15)
    page.get_by_role("link", name="Wall").click()
    service.wait_for_state("left", "ended", within=5)


def test_a_name_that_somebody_publishes_to_is_refused(service: Service, browser: Browser, page: Page) -> None:
    other = browser.new_page()
    _start(other, service, "mine")
    _state(other, "running")
    _start(page, service, "mine")
    assert _trouble(page) == "taken"
    assert page.locator("video").count() == 0
    assert service.stream("mine")["state"] == "running"
    other.close()


def test_the_name_of_another_kind_of_stream_is_said_to_be_taken_at_the_field(
    service: Service, page: Page
) -> None:
    with service.following("lobby", PERSON):
        _start(page, service, "lobby")
        expect(page.get_by_test_id("camera-name")).to_have_attribute("aria-invalid", "true")
        _state(page, "idle")


@pytest.mark.parametrize(
    ("camera", "granted", "trouble", "remedy"),
    [
        ("--use-fake-device-for-media-stream --deny-permission-prompts", [], "denied", "Allow it"),
        ("", ["camera"], "none", "Plug one in"),
    ],
)
def test_a_camera_that_is_not_given_or_not_there_is_said_with_what_to_do(
    service: Service, browser: Browser, camera: str, granted: list[str], trouble: str, remedy: str
) -> None:
    args = [*QUIET.split(), *camera.split()]
    with browser.browser_type.launch(executable_path=CHROMIUM, args=args) as other:
        page = other.new_context(permissions=granted).new_page()
        page.goto(f"{service.address}/camera")
        page.get_by_test_id("camera-start").click()
        assert _trouble(page) == trouble
        expect(page.get_by_test_id("camera-error")).to_contain_text(remedy)


def test_a_blocked_way_by_udp_is_said_with_the_port_to_open(service: Service, page: Page) -> None:
    page.route("**/whip/*", _lead_astray)
    _start(page, service, "blocked")
    assert _trouble(page) == "blocked"
    expect(page.get_by_test_id("camera-error")).to_contain_text(re.compile(r"192\.0\.2\.77 port \d+"))


def _lead_astray(route: Route) -> None:
    """Puts an address that is nobody's into the offer and into the answer."""
    if route.request.method != "POST":
        route.continue_()
        return
    answer = route.fetch(post_data=CANDIDATE.sub(UNREACHABLE, route.request.post_data or ""))
    route.fulfill(response=answer, body=CANDIDATE.sub(UNREACHABLE, answer.text()))


def test_the_camera_comes_back_by_itself_when_the_service_does(page: Page, tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path, port=port) as service:
        _start(page, service, "faithful")
        _state(page, "running")
        service.process.kill()
        service.process.wait()
        _state(page, "waiting", within=30_000)
    with serving(tmp_path, port=port) as service:
        _state(page, "running", within=40_000)
        service.wait_for_state("faithful", "running", within=10)


def test_without_previews_the_boxes_lie_over_the_cameras_own_picture(service: Service, page: Page) -> None:
    with service.following("veiled", "whip:", preview="off"):
        _start(page, service, "veiled")
        _state(page, "running")
        expect(page.get_by_test_id("camera-local-note")).to_be_visible()
        expect(drawn(page)).to_have_attribute("data-faces", "1")
        assert page.get_by_test_id("camera-local").evaluate("(video) => video.videoWidth > 0")


def test_a_stream_that_is_removed_at_the_service_stays_removed(service: Service, page: Page) -> None:
    _start(page, service, "unwanted")
    _state(page, "running")
    expect(page.get_by_test_id("camera-self")).to_be_visible()
    drawn(page)
    service.remove("unwanted")
    assert _trouble(page) == "removed"
    assert service.http.get("/api/v1/streams/unwanted").status_code == 404


def test_where_a_token_is_wanted_the_camera_is_published_with_it(page: Page, tmp_path: Path) -> None:
    with serving(tmp_path, {"auth": {"tokens": [TOKEN]}}) as service:
        page.goto(f"{service.address}/camera#token={TOKEN}")
        page.get_by_test_id("camera-start").click()
        _state(page, "running")
        with page.expect_popup() as watching:  # a tab that knows nothing of this one's token
            page.get_by_role("link", name="in a new tab").click()
        expect(watching.value.get_by_test_id("dominant")).to_be_visible()
        assert TOKEN not in watching.value.url
        page.get_by_test_id("camera-stop").click()
        _state(page, "stopped")
        service.http.headers["authorization"] = f"Bearer {TOKEN}"
        service.wait_for_state("camera", "ended", within=3)
        page.get_by_test_id("camera-start").click()
        _state(page, "running")
        service.wait_for_state("camera", "running", within=10)
        page.get_by_test_id("sign-out").click()
        service.wait_for_state("camera", "ended", within=3)


def test_a_phone_can_read_the_address_from_the_screen(service: Service, page: Page) -> None:
    page.goto(f"{service.address}/camera")
    page.get_by_test_id("phone-panel").locator("summary").click()
    page.get_by_test_id("phone-host").fill("not a host")
    expect(page.get_by_test_id("phone-host")).to_have_attribute("aria-invalid", "true")
    page.get_by_test_id("phone-host").fill("studio.local")
    address = f"http://studio.local:{service.port}/camera"
    expect(page.get_by_test_id("qr")).to_have_attribute("data-text", address)
    code = page.get_by_test_id("qr").screenshot()
    picture = cv2.imdecode(np.frombuffer(code, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    # OpenCV does not find every code at every size; a telephone looks from several distances, too.
    sizes = [cv2.resize(picture, None, fx=scale, fy=scale) for scale in (1, 2, 1.5, 3)]
    assert address in [cv2.QRCodeDetector().detectAndDecode(size)[0] for size in sizes]
    expect(page.get_by_test_id("phone-plain")).to_be_visible()


def test_over_plain_http_the_page_says_that_a_camera_needs_https(service: Service, browser: Browser) -> None:
    page = browser.new_page()  # its live connection leads nowhere
    page.route("http://studio.test/**", lambda route: _elsewhere(route, service))
    page.goto("http://studio.test/camera")
    notice = page.get_by_test_id("camera-insecure")
    expect(notice).to_contain_text("http://studio.test")
    expect(notice).to_contain_text("certificate:")
    expect(notice.get_by_test_id("qr")).to_have_attribute("data-text", "http://studio.test/camera")
    expect(page.get_by_test_id("camera-start")).to_have_count(0)
    page.close()


def _elsewhere(route: Route, service: Service) -> None:
    """Serves a name that this machine does not have."""
    path = route.request.url.removeprefix("http://studio.test")
    answer = route.fetch(url=f"{service.address}{path}", headers={})
    route.fulfill(response=answer)
