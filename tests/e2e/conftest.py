"""What the end-to-end tests share: clips as a camera sends them, the RTSP server, services, a browser."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.e2e import rtsp
from tests.e2e.clips import drawn, record
from tests.e2e.rtsp import RtspServer
from tests.e2e.service import Service, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page

SOON = 10_000.0
"""Milliseconds within which a page shows what has happened."""

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync "
    "--no-first-run --disable-quic"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that are marked `in_order` come in the order in which their file has them."""
    files = {path: place for place, path in enumerate(dict.fromkeys(item.path for item in items))}

    def place(item: pytest.Item) -> tuple[int, int]:
        return files[item.path], (item.location[1] or 0) if item.get_closest_marker("in_order") else 0

    items.sort(key=place)


def lacking(what: str) -> None:
    """Skips the test; where nothing may be left out (CI), fails it."""
    sentence = f"needs {what}; `sudo tests/install_system_packages.sh` installs it on Debian"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Where pictures for a person to look at are left."""
    folder = Path(__file__).resolve().parents[2] / ".artifacts"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def disc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip without a face: four seconds of 640x360 at 25 frames a second."""
    return record(tmp_path_factory.mktemp("clips") / "disc.au", drawn(4))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip that costs next to nothing: 160x120 at 5 frames a second."""
    return record(tmp_path_factory.mktemp("small") / "small.au", drawn(2, 5, 160, 120), 5)


@pytest.fixture(scope="session")
def gstreamer() -> None:
    """Debian's RTSP server is there."""
    if not rtsp.available():
        lacking("GStreamer's RTSP server")


@pytest.fixture
def camera(gstreamer: None, disc: Path) -> Iterator[RtspServer]:  # noqa: ARG001  a condition, not a value
    """An RTSP server of the test's own, with `/disc` for everybody and `/private` for the one who knows."""
    server = RtspServer({"/disc": disc, "/private": disc}, user="viewer:s3cret", protected="/private")
    with rtsp.serving(server):
        yield server


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service for the tests of a module, without streams of its own."""
    with serving(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's Chromium; what the browser loads comes from loopback alone."""
    if not CHROMIUM.exists():
        lacking("Chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that meets no error of its own, breaks no rule of its policy, reaches nothing but loopback."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(SOON)
    expect.set_options(timeout=SOON)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url) if _is_foreign(request.url) else None)
    page.on("console", lambda message: complaints.append(message.text) if _is_refusal(message) else None)
    yield page
    page.close()
    assert complaints == []


def _is_foreign(url: str) -> bool:
    return not re.match(r"(https?|wss?)://(127\.0\.0\.1|localhost|\[::1\]):|data:|blob:", url)


def _is_refusal(message: ConsoleMessage) -> bool:
    return "Content Security Policy" in message.text
