"""The dashboard in a real browser: what it shows, what it lets one do, what it says when things break."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.service import PERSON, Service, free_port, serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.rtsp import RtspServer

pytestmark = pytest.mark.timeout(120)


def add(page: Page, stream_id: str, url: str) -> None:
    page.get_by_test_id("add-id").fill(stream_id)
    page.get_by_test_id("add-url").fill(url)
    page.get_by_test_id("add-submit").click()


def remove(page: Page, stream_id: str) -> None:
    page.get_by_test_id(f"remove-{stream_id}").click()
    page.get_by_test_id(f"confirm-remove-{stream_id}").click()
    expect(page.get_by_test_id(f"stream-{stream_id}")).to_have_count(0)


def state(page: Page, stream_id: str, expected: str) -> None:
    expect(page.get_by_test_id(f"state-{stream_id}")).to_have_attribute("data-state", expected)


def points(page: Page) -> int:
    return int(page.get_by_test_id("score-chart").get_attribute("data-points") or 0)


def test_a_stream_added_in_the_form_runs_and_its_scores_move_until_it_is_removed(
    service: Service, page: Page
) -> None:
    page.goto(service.address)
    add(page, "people", "pattern:")
    state(page, "people", "running")
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live")
    expect(page.get_by_test_id("dominant")).to_have_attribute("data-emotion", re.compile("[a-z]+"))
    before, shares = points(page), page.get_by_test_id("distribution").inner_text()
    page.wait_for_timeout(3_000)
    assert points(page) >= before + 4
    # An expression is held for some seconds, and a sure reading of it shows no hundredth move.
    expect(page.get_by_test_id("distribution")).not_to_have_text(shares, use_inner_text=True)
    remove(page, "people")
    assert service.http.get("/api/v1/streams/people").status_code == 404


def test_a_mistake_in_the_form_is_said_and_nothing_is_added(service: Service, page: Page) -> None:
    page.goto(service.address)
    add(page, "odd", "gopher://127.0.0.1/")
    expect(page.get_by_test_id("add-error")).to_be_visible()
    expect(page.get_by_test_id("add-url")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_test_id("stream-odd")).to_have_count(0)


def test_an_id_that_is_taken_is_said(service: Service, page: Page) -> None:
    with service.following("lobby", PERSON):
        page.goto(service.address)
        add(page, "lobby", PERSON)
        expect(page.get_by_test_id("add-error")).to_be_visible()


def test_a_camera_that_cannot_be_reached_is_shown_with_its_reason(service: Service, page: Page) -> None:
    with service.following("gone", f"rtsp://viewer:s3cret@127.0.0.1:{free_port()}/door"):
        page.goto(service.address)
        state(page, "gone", "reconnecting")
        expect(page.get_by_test_id("stream-gone")).to_contain_text("unreachable")
        expect(page.get_by_test_id("stream-error")).to_contain_text("unreachable")
        assert "s3cret" not in page.content()


def test_the_page_shows_a_camera_die_and_come_back(service: Service, page: Page, camera: RtspServer) -> None:
    with service.following("mortal", camera.url("/disc")):
        page.goto(service.address)
        state(page, "mortal", "running")
        camera.kill()
        state(page, "mortal", "reconnecting")
        camera.start()
        state(page, "mortal", "running")


def test_the_page_says_that_the_service_is_gone_and_lives_again_with_it(tmp_path: Path, page: Page) -> None:
    port, settings = free_port(), {"streams": [{"id": "people", "url": PERSON}]}
    connection = page.get_by_test_id("connection")
    with serving(tmp_path, settings, port) as service:
        page.goto(service.address)
        expect(connection).to_have_attribute("data-state", "live")
        service.process.kill()
        service.process.wait()
        expect(connection).to_have_attribute("data-state", "offline")
    with serving(tmp_path, settings, port):
        expect(connection).to_have_attribute("data-state", "live", timeout=30_000)
        expect(page.get_by_test_id("dominant")).to_have_attribute("data-fresh", "true")


@pytest.mark.parametrize(("width", "height"), [(400, 800), (2000, 1200)])
def test_the_page_fits_a_telephone_and_a_wall(
    service: Service, page: Page, artifacts: Path, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    with (
        service.following("people", PERSON),
        service.following("a-door-with-a-rather-long-name", f"rtsp://127.0.0.1:{free_port()}/door"),
    ):
        page.goto(service.address)
        state(page, "people", "running")
        page.get_by_test_id("stream-people").get_by_role("button").first.click()
        expect(page.get_by_test_id("dominant")).to_have_attribute("data-emotion", re.compile("[a-z]+"))
        page.wait_for_timeout(4_000)
        page.screenshot(path=artifacts / f"dashboard-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
