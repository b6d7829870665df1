"""The report in a browser: nothing is asked for, nothing sticks out, everybody can read it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal

import pytest

from inference.loaded_model import LoadedModel
from models.card import Card, ClassFigures
from semblance.report.output import Report
from tests.e2e import axe
from tests.readings import HAPPY, NEUTRAL, SAD, face, reading
from tests.report_reader import tell

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.timeout(120)

NAME = "/videos/a-file-with-a-long-name-that-has-no-place-to-break-it-at-all-and-goes-on-and-on.mp4"

PER_CLASS = {"contempt": ClassFigures(0.18, 0.46, 13), "happiness": ClassFigures(0.94, 0.93, 865)}
LEARNT = ("Photographs of streets, shops, groups and stages, faces marked by people and by other models",)
MODEL = LoadedModel(
    *("emotion", "semblance-emotion", "1.2.0", "ab" * 32, "CPU", ("happiness",), "Apache-2.0", LEARNT),
    Card("Some thousand faces by their authors' rule; acted clips, by the mean score of each", {}, PER_CLASS),
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of three videos, one of them broken off and one an hour long, and a picture."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    made = Report(path, with_pictures=True, length=2.0, interval=0.5, models=(MODEL,))
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
        hour = [reading(number, number * 4.0, face(HAPPY)) for number in range(945)]
        await tell(made, "/videos/hour.mp4", hour)
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


def test_on_a_phone_tables_of_words_are_read_without_scrolling(page: Page, report: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.set_content(report)
    for table in ("weak", "models"):
        assert (
            page.locator(f".scroll:has(.{table})").evaluate("each => each.scrollWidth - each.clientWidth")
            <= 0
        )
    rows = page.locator(".weak tr").evaluate_all("rows => rows.map(row => row.clientHeight)")
    assert max(rows) < 90


def test_a_sheet_of_paper_is_no_phone(page: Page, report: str) -> None:
    page.set_viewport_size({"width": 703, "height": 1000})  # A4 with margins
    page.emulate_media(media="print")
    page.set_content(report)
    timeline = page.locator(".plot").first
    assert timeline.evaluate("each => getComputedStyle(each).gridTemplateColumns.split(' ').length") == 3


def test_the_report_is_printed_light_and_whole(page: Page, report: str) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.set_content(report)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("details table").first.is_visible()


def test_by_keyboard_the_results_are_one_step_away(page: Page, report: str) -> None:
    page.set_content(report)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the results"
