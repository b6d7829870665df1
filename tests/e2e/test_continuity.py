"""What the page knows of a stream over time: without holes that the service could fill, of no other one."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.live import listening
from tests.e2e.pages import live, state
from tests.e2e.service import PERSON, Service, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, WebSocketRoute

pytestmark = pytest.mark.timeout(120)

WINDOWS = [{"name": "2s", "length": 2, "interval": 0.5}, {"name": "10s", "length": 10, "interval": 5}]
FOLLOW = """element => {
    window.seen = [element.dataset.live];
    new MutationObserver(() => window.seen.push(element.dataset.live))
        .observe(element, { attributeFilter: ["data-live"] });
}"""
HOLE = re.compile("noData")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with a fast window and a slow one."""
    with serving(tmp_path_factory.mktemp("service"), {"windows": WINDOWS}) as running:
        yield running


@pytest.fixture
def stream(service: Service) -> Iterator[str]:
    """A stream of which there are some summaries already, under a name that has no other past."""
    name = f"people-{uuid4()}"
    with service.following(name, PERSON):
        with listening(service.live_address, [name]) as client:
            for _ in range(6):
                client.next(10)
        yield name


def whole(page: Page, at_least: int) -> None:
    """The timeline has so many windows, and none is missing."""
    chart = page.get_by_test_id("mean-chart")
    expect(chart).not_to_have_attribute("data-gaps", HOLE)
    assert int(chart.get_attribute("data-points") or 0) >= at_least


def points(page: Page) -> int:
    return int(page.get_by_test_id("mean-chart").get_attribute("data-points") or 0)


def test_a_page_that_shows_a_slow_window_alone_stays_live_between_two_of_them(
    service: Service, stream: str, page: Page
) -> None:
    lines: list[object] = []
    page.on("websocket", lambda line: lines.append(line))
    page.goto(f"{service.address}/embed/{stream}?window=10s&show=scores")
    embed = page.get_by_test_id("embed")
    expect(embed).to_have_attribute("data-live", "true")
    embed.evaluate(FOLLOW)
    page.wait_for_timeout(11_000)
    assert page.evaluate("window.seen") == ["true"]
    assert len(lines) == 1


def test_who_comes_back_to_a_stream_or_to_a_window_of_it_finds_no_hole(
    service: Service, stream: str, page: Page
) -> None:
    page.goto(f"{service.address}/streams/{stream}?window=2s")
    live(page)
    expect(page.get_by_test_id("mean-chart")).to_have_attribute("data-points", re.compile(r"[5-9]|\d\d"))
    before = points(page)
    page.get_by_role("link", name="Camera").click()
    expect(page.get_by_test_id("mean-chart")).to_have_count(0)
    page.wait_for_timeout(3_000)
    page.go_back()
    whole(page, before + 5)
    page.get_by_test_id("window-10s").check(force=True)
    page.wait_for_timeout(3_000)
    page.get_by_test_id("window-2s").check(force=True)
    whole(page, before + 10)


def test_what_was_made_between_the_fetched_past_and_the_first_live_window_is_not_lost(
    service: Service, stream: str, page: Page
) -> None:
    held: list[str | bytes] = []
    servers: list[WebSocketRoute] = []
    released = False

    def pass_on(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        servers.append(server)

        def send(message: str | bytes) -> None:
            wanted = json.loads(message).get("messages", [])
            if (held or "summary" in wanted) and not released:
                held.append(message)
            else:
                server.send(message)

        line.on_message(send)

    page.route_web_socket(re.compile("/api/v1/live"), pass_on)
    with page.expect_response(re.compile("/summaries")):
        page.goto(f"{service.address}/streams/{stream}?window=2s")
    page.wait_for_timeout(2_500)
    released = True
    for message in held:
        servers[0].send(message)
    expect(page.get_by_test_id("mean-chart")).to_have_attribute("data-points", re.compile(r"\d\d"))
    page.wait_for_timeout(600)  # some windows came live, so that a hole before them is one
    whole(page, 10)


def test_a_stream_that_takes_the_name_of_one_that_is_gone_has_a_past_of_its_own(
    service: Service, page: Page
) -> None:
    happenings = page.get_by_test_id("happenings")
    told: list[set[str]] = []  # when something happened, by life
    for _ in range(2):
        with service.following("again", PERSON):
            if page.url == "about:blank":
                page.goto(f"{service.address}/streams/again?window=2s")
            state(page, "again", "running")
            expect(page.get_by_test_id("mean-chart")).to_have_attribute("data-points", re.compile("[2-9]"))
            assert points(page) < 12
            expect(happenings).to_contain_text("Running")
            told.append(set(re.findall(r"\d\d:\d\d:\d\d", happenings.inner_text())))
        expect(page.get_by_test_id("mean-chart")).to_have_count(0)
        page.wait_for_timeout(1_000)  # times are told in seconds
    assert all(told)
    assert told[0].isdisjoint(told[1])


def test_a_tab_that_comes_back_does_not_go_by_the_time_at_which_it_was_hidden(
    service: Service, stream: str, page: Page
) -> None:
    silent = False

    def pass_on(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        server.on_message(lambda message: None if silent else line.send(message))

    page.route_web_socket(re.compile("/api/v1/live"), pass_on)
    page.add_init_script("window.setInterval = () => 0")  # a hidden tab's ticks come late
    page.goto(f"{service.address}/streams/{stream}?window=2s")
    live(page)
    silent = True
    page.wait_for_timeout(4_500)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "silent")
