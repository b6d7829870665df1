"""What the tests of the page look for again and again, by the names the page gives its parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def live(page: Page) -> None:
    """Waits until the page is live."""
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live")


def state(page: Page, stream_id: str, expected: str) -> None:
    """Waits until the page shows the stream in this state."""
    expect(page.get_by_test_id(f"state-{stream_id}").first).to_have_attribute("data-state", expected)


def drawn(scope: Page | Locator) -> Locator:
    """The canvas of a measured picture, once one was drawn."""
    canvas = scope.get_by_test_id("picture").first
    expect(canvas).to_have_attribute("data-sequence", re.compile(r"\d+"))
    return canvas


def fits(page: Page) -> bool:
    """Whether nothing reaches over the right edge."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
