"""The dialogs in a real browser: what is typed into them stays until it is saved or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import state
from tests.e2e.service import PERSON, Service

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.timeout(120)


def _opened(page: Page, service: Service) -> Locator:
    """The form for a new stream, taller than the window."""
    page.set_viewport_size({"width": 800, "height": 360})
    page.goto(service.address)
    page.get_by_test_id("add-first").or_(page.get_by_test_id("add")).click()
    form = page.get_by_test_id("stream-form")
    expect(form).to_be_visible()
    return form


def test_a_press_on_the_dialogs_own_edge_leaves_it_open(service: Service, page: Page) -> None:
    form = _opened(page, service)
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.click(box["x"] + box["width"] - 0.5, middle)
    expect(form).to_be_visible()
    page.mouse.click(box["x"] + box["width"] + 20, middle)
    expect(form).to_have_count(0)


def test_a_press_beside_the_dialog_does_not_throw_away_what_was_typed(service: Service, page: Page) -> None:
    form = _opened(page, service)
    page.get_by_test_id("add-id").fill("lobby")
    page.mouse.click(10, 180)
    expect(page.get_by_test_id("add-id")).to_have_value("lobby")
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)


def test_an_emptied_rate_is_not_taken_for_saved(service: Service, page: Page) -> None:
    with service.following("lobby", PERSON):
        page.goto(f"{service.address}/streams/lobby")
        page.get_by_test_id("edit").click()
        rate = page.get_by_test_id("add-fps")
        rate.fill("")
        page.get_by_test_id("add-submit").click()
        expect(rate).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#add-fps-note")).to_contain_text("0.01 to 120")
        rate.fill("4")
        page.get_by_test_id("add-submit").click()
        expect(page.get_by_test_id("stream-form")).to_have_count(0)
        assert service.stream("lobby")["fps"] == 4


def test_a_dialog_stays_and_says_so_when_its_stream_is_removed_elsewhere(
    service: Service, page: Page
) -> None:
    with service.following("lobby", PERSON):
        page.goto(f"{service.address}/streams/lobby")
        page.get_by_test_id("edit").click()
        page.get_by_test_id("add-fps").fill("4")
    expect(page.get_by_test_id("edit-gone")).to_contain_text("not there any more")
    expect(page.get_by_test_id("add-fps")).to_have_value("4")
    page.get_by_test_id("add-submit").click()
    expect(page.get_by_test_id("add-error")).to_contain_text("There is no stream")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    with service.following("lobby", PERSON):
        state(page, "lobby", "running")
        expect(page.get_by_role("dialog")).to_have_count(0)
