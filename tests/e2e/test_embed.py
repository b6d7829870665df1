"""The embedded view in another page's frame: what it shows, in which colours, how it is signed in to."""

from __future__ import annotations

import html
import re
import threading
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import drawn
from tests.e2e.service import PERSON, Service, free_port, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, FrameLocator, Page

pytestmark = pytest.mark.timeout(120)

TOKEN = "a-token-of-the-tests-0123456789+/="

_OUTSIDE = """
[...document.querySelectorAll("html, [data-testid=embed], [data-testid=embed] *:not(svg *)")]
  .map((part) => part.getBoundingClientRect())
  .filter(({right, bottom}) => right > innerWidth + 1 || bottom > innerHeight + 1).length
"""
"""How many parts reach over the window's edges."""


class _Host(BaseHTTPRequestHandler):
    """Somebody else's page with one frame in it."""

    def __init__(self, source: str, size: tuple[int, int], *rest: object) -> None:
        self._source, self._size = source, size
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        width, height = self._size
        body = (
            f'<!doctype html><title>Host</title><body style="background: #fe0">'
            f'<iframe src="{html.escape(self._source)}" width="{width}" height="{height}"></iframe>'
        ).encode()
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def _hosted(page: Page, source: str, size: tuple[int, int] = (640, 480)) -> Iterator[FrameLocator]:
    """The frame with `source` in a page of another origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Host, source, size))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        yield page.frame_locator("iframe")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that wants a token, with one stream."""
    settings = {"auth": {"tokens": [TOKEN]}, "streams": [{"id": "lobby", "url": PERSON}]}
    with serving(tmp_path_factory.mktemp("guarded"), settings) as running:
        running.http.headers["authorization"] = f"Bearer {TOKEN}"
        yield running


def _shows_scores(scope: FrameLocator | Page) -> None:
    dominant = scope.get_by_test_id("dominant")
    expect(dominant).to_have_attribute("data-emotion", re.compile("[a-z]+"), timeout=20_000)
    expect(dominant).to_have_attribute("data-fresh", "true")


def test_a_frame_in_another_page_shows_the_picture_the_dominant_emotion_and_the_scores(
    service: Service, page: Page, artifacts: Path
) -> None:
    with (
        service.following("people", "pattern:?people=2&width=640&height=360&fps=10"),
        _hosted(page, f"{service.address}/embed/people?theme=dark") as frame,
    ):
        _shows_scores(frame)
        drawn(frame.locator("body"))
        expect(frame.get_by_test_id("scores").get_by_role("listitem")).to_have_count(8)
        expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
        expect(frame.get_by_role("navigation")).to_have_count(0)
        expect(frame.get_by_role("link")).to_have_count(0)
        page.screenshot(path=artifacts / "embed-640.png")


@pytest.mark.parametrize(("width", "height"), [(120, 900), (300, 200), (390, 844), (3840, 2160)])
def test_it_fills_a_box_of_any_size_without_a_scrollbar(
    service: Service, page: Page, artifacts: Path, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    with service.following("people", PERSON):
        page.goto(f"{service.address}/embed/people?show=picture,dominant,scores,timeline")
        _shows_scores(page)
        drawn(page)
        page.screenshot(path=artifacts / f"embed-{width}.png")
        page.wait_for_function(f"() => ({_OUTSIDE}) === 0")  # once the chart has its size


def test_its_timeline_is_as_large_as_its_scores_and_knows_where_it_begins(
    service: Service, page: Page
) -> None:
    page.set_viewport_size({"width": 3840, "height": 2160})
    with service.following("people", PERSON):
        page.goto(f"{service.address}/embed/people?show=picture,dominant,scores,timeline")
        _shows_scores(page)
        chart = page.get_by_test_id("mean-chart")
        expect(chart).to_have_attribute("data-gaps", re.compile("^before"))
        left = chart.locator(".u-over").evaluate("plot => parseFloat(getComputedStyle(plot).left)")
        assert left > 44 * 3


def test_it_shows_only_what_the_address_asks_for(service: Service, page: Page) -> None:
    with service.following("people", PERSON):
        page.goto(f"{service.address}/embed/people?show=dominant&theme=light&background=transparent")
        _shows_scores(page)
        expect(page.get_by_test_id("picture")).to_have_count(0)
        expect(page.get_by_test_id("scores")).to_have_count(0)
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == "rgba(0, 0, 0, 0)"


def test_it_says_that_its_stream_is_not_live_and_why(service: Service, page: Page) -> None:
    with service.following("gone", f"rtsp://127.0.0.1:{free_port()}/door"):
        page.goto(f"{service.address}/embed/gone")
        status = page.get_by_test_id("embed-status")
        expect(status).to_have_attribute("data-kind", "reconnecting")
        expect(status).to_contain_text("Nothing listens on")
        expect(page.get_by_test_id("embed")).to_have_attribute("data-live", "false")


def test_it_says_that_there_is_no_such_stream_until_there_is(service: Service, page: Page) -> None:
    page.goto(f"{service.address}/embed/later")
    expect(page.get_by_test_id("embed-status")).to_have_attribute("data-kind", "unknown")
    with service.following("later", PERSON):
        _shows_scores(page)
        expect(page.get_by_test_id("embed-status")).to_have_count(0)


def test_a_viewer_signs_in_by_the_field_after_a_wrong_token_was_refused(guarded: Service, page: Page) -> None:
    with _hosted(page, f"{guarded.address}/embed/lobby") as frame:
        field = frame.get_by_test_id("token")
        expect(field).to_have_attribute("type", "password")
        expect(field).to_have_attribute("autocomplete", "off")
        field.fill("not-the-token-of-this-service")
        frame.get_by_test_id("sign-in-submit").click()
        expect(frame.get_by_test_id("sign-in-refused")).to_contain_text("did not accept")
        field.fill(TOKEN)
        frame.get_by_test_id("sign-in-submit").click()
        _shows_scores(frame)


def test_a_token_in_the_fragment_signs_in_and_is_gone_from_the_address(guarded: Service, page: Page) -> None:
    with _hosted(page, f"{guarded.address}/embed/lobby?theme=dark#token={TOKEN}") as frame:
        _shows_scores(frame)
        assert page.frames[1].url == f"{guarded.address}/embed/lobby?theme=dark"
        assert frame.locator("html").evaluate("() => Object.values(sessionStorage)") == [TOKEN]
        assert frame.locator("html").evaluate("() => localStorage.length") == 0
        assert TOKEN not in guarded.written()


def test_a_wrong_token_in_the_fragment_is_refused_in_words(guarded: Service, page: Page) -> None:
    page.goto(f"{guarded.address}/embed/lobby#token=not-the-token-of-this-service")
    expect(page.get_by_test_id("sign-in-refused")).to_contain_text("did not accept")
    assert "token" not in page.url


def test_signing_out_forgets_the_token(guarded: Service, page: Page) -> None:
    page.goto(f"{guarded.address}/#token={TOKEN}")
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live")
    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    expect(page.get_by_test_id("sign-in-refused")).to_have_count(0)
    assert page.evaluate("sessionStorage.length") == 0
    page.reload()
    expect(page.get_by_test_id("sign-in")).to_be_visible()


def test_a_page_that_is_no_embed_cannot_be_framed(service: Service, browser: Browser) -> None:
    page = browser.new_page()  # whose console may say that framing was refused
    with _hosted(page, service.address):
        refused = "chrome-error://chromewebdata/"  # a frame that still loads is about:blank
        wait_until(lambda: _address(page) == refused, 10, lambda: _address(page))
    page.close()


def _address(page: Page) -> str:
    """Of the frame, as of now."""
    page.wait_for_timeout(50)  # the browser's events are taken in meanwhile
    return page.frames[1].url
