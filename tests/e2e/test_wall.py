"""The wall in a real browser: streams added, tested, watched, lost, found again, changed and removed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import drawn, fits, live, state
from tests.e2e.service import PERSON, Service, free_port, serving

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from tests.e2e.rtsp import RtspServer

pytestmark = pytest.mark.timeout(120)


def tile(page: Page, stream_id: str) -> Locator:
    return page.get_by_test_id(f"tile-{stream_id}")


def tiles(page: Page) -> list[str]:
    """The names on the wall, in their order."""
    return page.get_by_test_id("wall").locator("h2").all_inner_texts()


def open_form(page: Page, service: Service) -> None:
    page.goto(service.address)
    page.get_by_test_id("add-first").or_(page.get_by_test_id("add")).click()


def fill(page: Page, stream_id: str, url: str) -> None:
    page.get_by_test_id("add-id").fill(stream_id)
    page.get_by_test_id("add-url").fill(url)


def newer(picture: Locator) -> None:
    """Waits until another picture than now is shown."""
    shown = picture.get_attribute("data-sequence") or ""
    expect(picture).not_to_have_attribute("data-sequence", shown)


def wrong(page: Page, field: str, words: str) -> None:
    """The field is marked, and what is wrong with it is said where a screen reader looks."""
    expect(page.get_by_test_id(field)).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#{field}-note")).to_contain_text(words)


def test_a_stream_is_tested_added_seen_moving_changed_and_removed(service: Service, page: Page) -> None:
    open_form(page, service)
    fill(page, "people", PERSON)
    page.get_by_test_id("add-test").click()
    expect(page.get_by_test_id("test-outcome")).to_contain_text(re.compile(r"320 . 240, 10\.0 fps"))
    assert service.http.get("/api/v1/streams").json() == {"streams": []}
    page.get_by_test_id("add-submit").click()
    state(page, "people", "running")
    live(page)
    newer(drawn(tile(page, "people")))
    expect(page.get_by_test_id("dominant")).to_have_attribute("data-emotion", re.compile("[a-z]+"))
    expect(page.get_by_test_id("faces")).to_have_text("1 face")

    page.get_by_test_id("edit-people").click()
    page.get_by_test_id("add-fps").fill("4")
    page.get_by_test_id("add-detail").select_option("low")
    with page.expect_request(lambda request: request.method == "PATCH") as patch:
        page.get_by_test_id("add-submit").click()
    assert patch.value.post_data_json == {"fps": 4, "detail": "low"}
    expect(page.get_by_test_id("stream-form")).to_have_count(0)
    assert service.stream("people")["fps"] == 4

    page.get_by_test_id("edit-people").click()
    page.get_by_test_id("remove-people").click()
    page.get_by_test_id("confirm-remove-people").click()
    expect(page.get_by_test_id("empty")).to_be_visible()
    assert service.http.get("/api/v1/streams/people").status_code == 404


def test_mistakes_are_said_at_their_fields_and_nothing_is_added(service: Service, page: Page) -> None:
    open_form(page, service)
    fill(page, "a name", "")
    page.get_by_test_id("add-fps").fill("many")
    page.get_by_test_id("add-submit").click()
    wrong(page, "add-id", "Use letters")
    wrong(page, "add-url", "needs an address")
    wrong(page, "add-fps", "0.01 to 120")
    expect(page.get_by_test_id("add-id")).to_be_focused()
    fill(page, "odd", "gopher://127.0.0.1/")
    page.get_by_test_id("add-fps").fill("5")
    page.get_by_test_id("add-submit").click()
    wrong(page, "add-url", "gopher")  # what the service says of it
    expect(page.get_by_test_id("add-error")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stream-form")).to_have_count(0)
    assert service.http.get("/api/v1/streams").json() == {"streams": []}


def test_a_taken_name_is_said_at_the_name(service: Service, page: Page) -> None:
    with service.following("lobby", PERSON):
        open_form(page, service)
        fill(page, "lobby", PERSON)
        page.get_by_test_id("add-submit").click()
        wrong(page, "add-id", "Choose another name")


def test_an_address_where_nothing_answers_is_known_before_it_is_saved(service: Service, page: Page) -> None:
    open_form(page, service)
    fill(page, "door", f"rtsp://viewer:s3cret@127.0.0.1:{free_port()}/door")
    page.get_by_test_id("add-test").click()
    outcome = page.get_by_test_id("test-outcome")
    expect(outcome).to_contain_text("unreachable")
    expect(outcome).to_contain_text("Check the port")
    assert "s3cret" not in outcome.inner_text()


def test_a_stream_to_publish_to_says_where(service: Service, page: Page) -> None:
    open_form(page, service)
    page.get_by_test_id("add-id").fill("stage.1")
    page.get_by_test_id("source-whip").check(force=True)
    expect(page.get_by_test_id("publish-address")).to_have_value(f"{service.address}/whip/stage.1")


def test_a_lost_camera_is_seen_at_once_with_its_reason_until_it_is_back(
    service: Service, page: Page, camera: RtspServer
) -> None:
    with service.following("mortal", camera.url("/disc")), service.following("ape", PERSON):
        page.goto(service.address)
        state(page, "mortal", "running")
        newer(drawn(tile(page, "mortal")))
        assert tiles(page) == ["ape", "mortal"]
        camera.kill()
        state(page, "mortal", "reconnecting")
        lost = tile(page, "mortal")
        expect(lost).to_have_attribute("data-condition", "lost")
        expect(lost.get_by_test_id("stream-error")).to_contain_text("Lost for")
        expect(lost.get_by_test_id("stream-error")).to_have_attribute("data-code", re.compile("[a-z]+"))
        expect(lost.get_by_test_id("picture")).to_have_count(0)
        expect(page.get_by_test_id("count-lost")).to_have_text("1")
        expect(page.get_by_test_id("announced")).to_contain_text("mortal: Reconnecting")
        expect(page.get_by_test_id("wall").locator("h2").first).to_have_text("mortal")
        camera.start()
        state(page, "mortal", "running")
        drawn(tile(page, "mortal"))
        expect(page.get_by_test_id("wall").locator("h2").first).to_have_text("ape")


def test_a_password_is_not_shown_and_stays_when_something_else_is_changed(
    service: Service, page: Page, camera: RtspServer
) -> None:
    with service.following("secret", camera.url("/private", "viewer:s3cret")):
        page.goto(service.address)
        state(page, "secret", "running")
        page.get_by_test_id("edit-secret").click()
        url = page.get_by_test_id("add-url")
        expect(url).to_have_value(camera.url("/private", "***"))
        assert "s3cret" not in page.content()
        url.fill(camera.url("/disc", "***"))
        page.get_by_test_id("add-submit").click()
        wrong(page, "add-url", "Write user name and password anew")
        url.fill(camera.url("/private", "***"))
        page.get_by_test_id("add-test").click()
        expect(page.get_by_test_id("test-outcome")).to_contain_text(re.compile("640 . 360"))
        page.get_by_test_id("add-fps").fill("3")
        page.get_by_test_id("add-submit").click()
        expect(page.get_by_test_id("stream-form")).to_have_count(0)
        assert service.stream("secret")["fps"] == 3
        service.wait_for_state("secret", "running", within=10)


def test_the_wall_is_filtered_and_sorted_and_the_address_keeps_it(service: Service, page: Page) -> None:
    one, two = PERSON.replace("fps=10", "fps=2"), PERSON.replace("people=1", "people=2").replace("10", "2")
    with (
        service.following("camera-10", one),
        service.following("camera-2", two),
        service.following("door", f"rtsp://127.0.0.1:{free_port()}/"),
    ):
        page.goto(service.address)
        state(page, "door", "reconnecting")
        expect(page.get_by_test_id("faces")).to_have_count(2)
        assert tiles(page) == ["door", "camera-2", "camera-10"]
        page.get_by_test_id("lost-first").uncheck()
        expect(page.get_by_test_id("wall").locator("h2")).to_have_text(["camera-2", "camera-10", "door"])
        page.get_by_test_id("find").fill("camera")
        expect(page.get_by_test_id("wall").locator("h2")).to_have_text(["camera-2", "camera-10"])
        page.get_by_test_id("sort").select_option("faces")
        page.reload()
        expect(page.get_by_test_id("wall").locator("h2")).to_have_text(["camera-2", "camera-10"])
        assert page.url.endswith("/?lost=anywhere&find=camera&sort=faces")
        page.get_by_test_id("find").fill("")
        page.get_by_test_id("show-lost").click()
        expect(page.get_by_test_id("wall").locator("h2")).to_have_text(["door"])
        page.get_by_test_id("filter-emotion").select_option("contempt")
        expect(page.get_by_test_id("no-match")).to_be_visible()
        page.get_by_role("button", name="Show all streams").click()
        expect(page.get_by_test_id("wall").locator("h2")).to_have_count(3)


def test_a_tile_leads_to_its_stream_by_keyboard(service: Service, page: Page) -> None:
    with service.following("lobby", PERSON):
        page.goto(service.address)
        state(page, "lobby", "running")
        link = page.get_by_role("listitem").get_by_role("link", name="lobby Running")
        link.focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{service.address}/streams/lobby")
        expect(page.get_by_role("heading", name="lobby", level=1)).to_be_focused()


def test_the_page_outlives_the_service_and_never_says_that_it_is_live_meanwhile(
    tmp_path: Path, page: Page
) -> None:
    port, settings = free_port(), {"streams": [{"id": "people", "url": PERSON}]}
    connection, dominant = page.get_by_test_id("connection"), page.get_by_test_id("dominant")
    with serving(tmp_path, settings, port) as service:
        page.goto(service.address)
        live(page)
        expect(dominant).to_have_attribute("data-fresh", "true")
        drawn(tile(page, "people"))
        service.process.kill()
        service.process.wait()
        expect(connection).to_have_attribute("data-state", "offline")
        expect(page.get_by_test_id("stale")).to_be_visible()
        expect(dominant).to_have_attribute("data-fresh", "false")
        expect(page.get_by_test_id("picture")).to_have_attribute("data-old", "true")
    with serving(tmp_path, settings, port):
        expect(connection).to_have_attribute("data-state", "live", timeout=30_000)
        expect(dominant).to_have_attribute("data-fresh", "true")
        expect(page.get_by_test_id("picture")).to_have_attribute("data-old", "false")
        expect(page.get_by_test_id("stale")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(390, 500), (2560, 1400)])
def test_the_wall_fits_and_asks_only_for_the_pictures_that_are_seen(
    service: Service, page: Page, artifacts: Path, width: int, height: int
) -> None:
    asked = previews_asked_for(page)
    page.set_viewport_size({"width": width, "height": height})
    names = [f"camera-{number}" for number in range(7)]
    for name in names:
        service.add(name, PERSON.replace("fps=10", "fps=1"), fps=1).raise_for_status()
    service.add("a-door-with-a-rather-long-name", f"rtsp://127.0.0.1:{free_port()}/door").raise_for_status()
    try:
        page.goto(service.address)
        drawn(tile(page, "camera-0"))
        state(page, "a-door-with-a-rather-long-name", "reconnecting")
        page.screenshot(path=artifacts / f"wall-{width}.png", full_page=True)
        assert fits(page)
        assert "camera-0" in asked
        assert ("camera-6" in asked) == (width == 2560)
        tile(page, "camera-6").scroll_into_view_if_needed()
        drawn(tile(page, "camera-6"))
    finally:
        for name in (*names, "a-door-with-a-rather-long-name"):
            service.remove(name)


def previews_asked_for(page: Page) -> set[str]:
    """Grows by each stream whose pictures the page subscribes to."""
    asked: set[str] = set()

    def note(frame: str | bytes) -> None:
        command: dict[str, Any] = json.loads(frame)
        if command["type"] == "subscribe" and "preview" in command["messages"]:
            asked.update(command["streams"])

    page.on("websocket", lambda socket: socket.on("framesent", note))
    return asked
