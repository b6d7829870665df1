"""The report in a browser: nothing is asked for, nothing sticks out, everybody can read it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal

import pytest

from semblance.report.output import Report
from tests.e2e import axe
from tests.readings import HAPPY, NEUTRAL, SAD, face, reading
from tests.report_reader import tell

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.timeout(120)

NAME = "/videos/a-file-with-a-long-name-that-has-no-place-to-break-it-at-all-and-goes-on-and-on.mp4"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of two videos, one of them broken off, and a picture."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    made = Report(path, with_pictures=True, length=2.0, interval=0.5)
    shown = [
        reading(
            number,
            number / 10,
            *(() if 30 < number < 80 else (face(HAPPY), face(SAD if number % 40 < 20 else NEUTRAL, 2))),
        )
        for number in range(150)
    ]

    async def write() -> None:
        await tell(made, NAME, shown)
        await tell(made, "/pictures/group.jpg", [reading(0, None, face(HAPPY), face(SAD, 2))], picture=True)

    with ThreadPoolExecutor(1) as beside:  # as Playwright has a loop in this thread
        beside.submit(asyncio.run, write()).result()
    made.section().complain("/videos/noise.mp4", "/videos/noise.mp4: cannot be decoded")
    made.close()
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_fits_any_screen_and_can_be_used_by_everybody(
    page: Page, report: str, artifacts: Path, scheme: Literal["light", "dark"], width: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.set_content(report)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.screenshot(path=artifacts / f"report-{scheme}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe.grave(page, axe.script()) == []


def test_the_report_is_printed_light_and_whole(page: Page, report: str) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.set_content(report)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("details table").first.is_visible()


def test_by_keyboard_the_results_are_one_step_away(page: Page, report: str) -> None:
    page.set_content(report)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the results"
