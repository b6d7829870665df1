"""Whether the page can be used by keyboard, by screen reader, with weak eyes: every view, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

from tests.e2e import axe
from tests.e2e.browser_camera import film, filming
from tests.e2e.keyboard import walked
from tests.e2e.pages import drawn, live, state
from tests.e2e.service import PERSON, Service, free_port, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.timeout(180)

TOKEN = "a-token-of-the-tests-0123456789+/="
NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def axe_core() -> str:
    return axe.script()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium with a camera that films a drawn person."""
    with filming(film(tmp_path_factory.mktemp("film") / "person.mjpeg")) as running:
        yield running


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with a stream that runs and one that is lost."""
    streams = [
        {"id": "people", "url": PERSON},
        {"id": "door", "url": f"rtsp://127.0.0.1:{free_port()}/door"},
    ]
    settings = {"streams": streams, "rules": [{"id": "somebody", "type": "presence"}]}
    with serving(tmp_path_factory.mktemp("furnished"), settings) as running:
        running.wait_for_state("people", "running", 10)
        running.wait_for_state("door", "reconnecting", 10)
        yield running


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that wants a token and has no streams."""
    with serving(tmp_path_factory.mktemp("guarded"), {"auth": {"tokens": [TOKEN]}}) as running:
        yield running


def wall(page: Page, service: Service) -> None:
    page.goto(service.address)
    state(page, "people", "running")
    state(page, "door", "reconnecting")
    live(page)
    drawn(page.get_by_test_id("tile-people"))


def adding(page: Page, service: Service) -> None:
    wall(page, service)
    page.get_by_test_id("add").click()
    expect(page.get_by_test_id("stream-form")).to_be_visible()


def mistaken(page: Page, service: Service) -> None:
    adding(page, service)
    page.get_by_test_id("add-submit").click()
    expect(page.get_by_test_id("add-url")).to_have_attribute("aria-invalid", "true")


def editing(page: Page, service: Service) -> None:
    wall(page, service)
    page.get_by_test_id("edit-people").click()
    expect(page.get_by_test_id("stream-form")).to_be_visible()


def removing(page: Page, service: Service) -> None:
    stream(page, service)
    page.get_by_test_id("remove").click()
    expect(page.get_by_test_id("confirm-remove-people")).to_be_visible()


def stream(page: Page, service: Service) -> None:
    page.goto(f"{service.address}/streams/people")
    drawn(page)
    expect(page.get_by_test_id("dominant")).to_have_attribute("data-fresh", "true")
    expect(page.get_by_test_id("mean-chart")).to_be_visible()


def lost(page: Page, service: Service) -> None:
    page.goto(f"{service.address}/streams/door")
    expect(page.get_by_test_id("stream-error")).to_be_visible()


def events(page: Page, service: Service) -> None:
    """With what one of them rests on; of a rule by which no more come while one walks through them."""
    page.goto(f"{service.address}/events?rule=somebody")
    expect(page.get_by_test_id("history")).to_be_visible()
    page.get_by_test_id("evidence").last.click()
    expect(page.get_by_test_id("events").get_by_role("table").first).to_be_visible()


def unknown(page: Page, service: Service) -> None:
    page.goto(f"{service.address}/streams/nobody")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def camera(page: Page, service: Service) -> None:
    page.goto(f"{service.address}/camera")
    expect(page.get_by_test_id("camera-start")).to_be_visible()


def on_air(page: Page, service: Service) -> None:
    """With the camera running."""
    camera(page, service)
    page.get_by_test_id("camera-start").click()
    expect(page.get_by_test_id("camera-state")).to_have_attribute("data-state", "running", timeout=20_000)
    drawn(page)


def embed(page: Page, service: Service) -> None:
    page.goto(f"{service.address}/embed/people?show=picture,dominant,scores,timeline")
    drawn(page)
    expect(page.get_by_test_id("dominant")).to_have_attribute("data-fresh", "true")


VIEWS = (wall, adding, mistaken, editing, removing, stream, lost, events, unknown, camera, on_air, embed)
AMISS = """
(main) => {
  const nameless = document.createElement("button");
  const trap = Object.assign(document.createElement("div"), { textContent: "Press" });
  trap.style.cursor = "pointer";
  trap.style.color = "#777";
  trap.style.background = "#999";
  main.append(nameless, trap);
}
"""
OPERATED = (wall, adding, editing, removing, stream, events, camera, on_air, embed)


def sign_in(page: Page, service: Service) -> None:
    page.goto(service.address)
    expect(page.get_by_test_id("sign-in")).to_be_visible()


def refused(page: Page, service: Service) -> None:
    sign_in(page, service)
    page.get_by_test_id("token").fill("not-the-token-of-this-service")
    page.get_by_test_id("sign-in-submit").click()
    expect(page.get_by_test_id("sign-in-refused")).to_be_visible()


def empty(page: Page, service: Service) -> None:
    page.goto(f"{service.address}/#token={TOKEN}")
    expect(page.get_by_test_id("empty")).to_be_visible()


def violations(page: Page, source: str, picture: Path) -> list[str]:
    """In light and dark, on a telephone and on a desk; the same page is looked at four times."""
    found = []
    page.emulate_media(reduced_motion="reduce")
    themes: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
    for theme in themes:
        for size in (NARROW, WIDE):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.wait_for_timeout(250)  # it is drawn anew
            width = size["width"]
            found += [f"{theme}, {width} px: {line}" for line in axe.grave(page, source)]
            page.screenshot(path=picture.with_name(f"{picture.name}-{theme}-{width}.png"))
    return found


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_axe_finds_nothing_serious(
    furnished: Service, page: Page, axe_core: str, artifacts: Path, view: Callable[[Page, Service], None]
) -> None:
    view(page, furnished)
    assert violations(page, axe_core, artifacts / f"accessible-{view.__name__}") == []


@pytest.mark.parametrize("view", [sign_in, refused, empty], ids=lambda view: view.__name__)
def test_axe_finds_nothing_serious_where_a_token_is_wanted(
    guarded: Service, page: Page, axe_core: str, artifacts: Path, view: Callable[[Page, Service], None]
) -> None:
    view(page, guarded)
    assert violations(page, axe_core, artifacts / f"accessible-{view.__name__}") == []


@pytest.mark.parametrize("view", OPERATED, ids=lambda view: view.__name__)
def test_all_that_can_be_clicked_is_reached_by_keyboard_and_seen_to_have_the_focus(
    furnished: Service, page: Page, view: Callable[[Page, Service], None]
) -> None:
    view(page, furnished)
    walk = walked(page)
    assert walk.wrong == (), walk.reached
    assert walk.reached or view is embed


@pytest.mark.parametrize("view", [sign_in, empty], ids=lambda view: view.__name__)
def test_one_signs_in_and_begins_by_keyboard(
    guarded: Service, page: Page, view: Callable[[Page, Service], None]
) -> None:
    view(page, guarded)
    walk = walked(page)
    assert walk.wrong == (), walk.reached


def test_what_is_amiss_would_be_found(furnished: Service, page: Page, axe_core: str) -> None:
    unknown(page, furnished)
    page.locator("main").evaluate(AMISS)
    found = axe.grave(page, axe_core)
    assert {line.partition(":")[0] for line in found} >= {"button-name", "color-contrast"}
    assert "div Press: can only be clicked" in walked(page).wrong


def test_a_dialog_is_opened_left_and_come_back_from_by_keyboard(furnished: Service, page: Page) -> None:
    wall(page, furnished)
    button = page.get_by_test_id("add")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()


def test_the_timelines_are_zoomed_and_read_by_keyboard(furnished: Service, page: Page) -> None:
    stream(page, furnished)
    timelines = page.get_by_test_id("timelines")
    timelines.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("follow")).to_have_attribute("data-live", "false")
    page.get_by_test_id("follow").press("Enter")
    expect(page.get_by_test_id("follow")).to_have_attribute("data-live", "true")


def test_the_focus_is_at_the_heading_of_each_view_that_comes(furnished: Service, page: Page) -> None:
    wall(page, furnished)
    assert page.evaluate("document.activeElement === document.body")  # as the browser has it
    page.get_by_role("link", name="Camera", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", name="Streams", level=1)).to_be_focused()


def test_the_focus_is_at_the_heading_once_one_signed_in(guarded: Service, page: Page) -> None:
    sign_in(page, guarded)
    page.get_by_test_id("token").fill(TOKEN)
    page.get_by_test_id("token").press("Enter")
    expect(page.get_by_test_id("empty").get_by_role("heading", level=1)).to_be_focused()


def test_it_is_told_that_the_stream_looked_at_was_removed(guarded: Service, page: Page) -> None:
    guarded.http.headers["authorization"] = f"Bearer {TOKEN}"
    with guarded.following("short", PERSON):
        page.goto(f"{guarded.address}/streams/short#token={TOKEN}")
        page.get_by_test_id("edit").focus()
    expect(page.get_by_test_id("announced")).to_have_text("short was removed.")
    expect(page.get_by_role("heading", name="There is no stream short", level=1)).to_be_focused()


def test_the_first_step_leads_past_the_header(furnished: Service, page: Page) -> None:
    wall(page, furnished)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
