"""Events and markers in a real browser: on a stream's page, and in the view of all of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import live
from tests.e2e.service import PERSON, Service, free_port, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def eventful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A stream whose expression changes, one that is lost, and a webhook that nobody answers."""
    settings = {
        "streams": [
            {"id": "people", "url": PERSON},
            {"id": "door", "url": f"rtsp://127.0.0.1:{free_port()}/door"},
        ],
        "rules": [{"id": "camera", "type": "stream"}],
        "hooks": {
            "allow": ["127.0.0.0/8"],
            "webhooks": [
                {"id": "lamp", "url": f"http://127.0.0.1:{free_port()}/", "secrets": [f"whsec_{'A' * 32}"]}
            ],
        },
    }
    with serving(tmp_path_factory.mktemp("eventful"), settings) as running:
        wait_until(lambda: len(events(running, "people")) > 1, 20, lambda: events(running, "people"))
        yield running


def events(service: Service, stream: str) -> list[dict[str, object]]:
    """Newest first."""
    answer = service.http.get("/api/v1/events", params={"stream": stream}).raise_for_status()
    found: list[dict[str, object]] = answer.json()["events"]
    return found


def test_a_stream_page_shows_what_was_before_it_opened_and_what_comes(eventful: Service, page: Page) -> None:
    before = events(eventful, "people")[0]
    page.goto(f"{eventful.address}/streams/people")
    live(page)
    happened = page.get_by_test_id("happenings")
    entry = happened.locator(f"[data-event='{before['id']}']")
    expect(entry).to_contain_text("Dominant expression")
    entry.get_by_test_id("evidence").press("Enter")
    expect(entry.get_by_role("table")).to_contain_text("Coverage")
    count = happened.get_by_test_id("event").count()
    expect(happened.get_by_test_id("event")).not_to_have_count(count, timeout=15_000)  # one more came


def test_a_moment_is_marked_by_keyboard_and_stays(eventful: Service, page: Page) -> None:
    page.goto(f"{eventful.address}/streams/people")
    live(page)
    page.get_by_test_id("mark-label").press_sequentially("joke 3")
    page.get_by_test_id("mark-label").press("Enter")
    expect(page.get_by_test_id("mark-note")).to_have_text(re.compile(r"Marked “joke 3” at \d\d:\d\d:\d\d\."))
    marker = page.get_by_test_id("happenings").get_by_test_id("marker")
    expect(marker).to_contain_text("joke 3")
    page.reload()
    expect(marker).to_contain_text("joke 3")
    kept = eventful.http.get("/api/v1/markers", params={"stream": "people"}).json()["markers"]
    assert [each["label"] for each in kept] == ["joke 3"]
    marker.get_by_role("button").click()
    expect(page.get_by_test_id("follow")).to_have_attribute("data-live", "false")


def test_all_events_are_shown_with_their_filters_and_with_what_becomes_of_them(
    eventful: Service, page: Page, artifacts: Path
) -> None:
    page.goto(eventful.address)
    page.get_by_role("link", name="Events", exact=True).click()
    listed = page.get_by_test_id("events").get_by_test_id("event")
    expect(listed.filter(has_text="Stream lost")).to_contain_text("door")
    expect(listed.filter(has_text="people").first).to_be_visible()
    page.get_by_test_id("filter-rule").select_option("camera")
    expect(page).to_have_url(re.compile("rule=camera"))
    expect(listed).to_have_count(1)
    page.get_by_test_id("filter-stream").select_option("people")
    expect(page.get_by_test_id("no-events")).to_have_text("No event of this stream and rule.")
    expect(page.get_by_test_id("hook-lamp")).to_have_attribute("data-state", "failing")
    expect(page.get_by_test_id("hook-lamp")).to_contain_text("none yet")
    expect(page.get_by_test_id("history")).to_contain_text("Recorded in SQLite")
    page.screenshot(path=artifacts / "events.png")


def test_a_history_that_is_away_is_told_beside_what_is_in_memory(
    page: Page, tmp_path: Path, artifacts: Path
) -> None:
    settings = {
        "streams": [{"id": "people", "url": PERSON}],
        "history": {"url": f"postgresql://nobody@127.0.0.1:{free_port()}/history"},
        "hooks": {
            "webhooks": [{"id": "lamp", "url": "https://lamp.example/", "secrets": [f"whsec_{'A' * 32}"]}]
        },
    }
    with serving(tmp_path, settings) as service:
        wait_until(lambda: len(events(service, "people")) > 1, 20, lambda: events(service, "people"))
        page.goto(f"{service.address}/events")
        expect(page.get_by_test_id("log-error")).to_contain_text("What was recorded could not be read")
        expect(page.get_by_test_id("events").get_by_test_id("event").first).to_be_visible()
        expect(page.get_by_test_id("hook-lamp")).to_contain_text("Waits for the history")
        expect(page.get_by_test_id("unstored")).to_contain_text("in memory until the history can be written")
        page.screenshot(path=artifacts / "events-without-history.png")
        page.goto(f"{service.address}/streams/people")
        live(page)
        expect(page.get_by_test_id("unreadable")).to_contain_text(
            "What was recorded before cannot be read now"
        )
        page.screenshot(path=artifacts / "stream-without-history.png")
