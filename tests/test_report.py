"""The report of `semblance analyze`: one page that stands by itself."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest

from inference.loaded_model import LoadedModel
from models.card import Card, ClassFigures
from semblance.failure import Failure
from semblance.report.asked import Asked
from semblance.report.output import Report
from tests.readings import HAPPY, NEUTRAL, face, measured, reading
from tests.report_reader import VIDEO, Page, smiling, told

if TYPE_CHECKING:
    from pathlib import Path

EVIL = '/videos/<script>alert(1)</script> & "quotes" \' \x1b[31m \u202e.mp4'
NOTHING = Asked()


def report_at(
    path: Path, *, with_pictures: bool = False, models: tuple[LoadedModel, ...] = (), asked: Asked = NOTHING
) -> Report:
    return Report(path, with_pictures=with_pictures, length=2.0, interval=0.5, models=models, asked=asked)


def page_of(path: Path, seconds: float = 3.0, *, with_pictures: bool = False) -> Page:
    report = report_at(path, with_pictures=with_pictures)
    told(report, "/videos/smile.mp4", smiling(seconds))
    report.close()
    return Page.of(path)


def test_a_page_needs_nothing_but_itself(tmp_path: Path) -> None:
    page = page_of(tmp_path / "report.html", with_pictures=True)
    places = [
        place for _, attributes in page.elements for key in ("src", "href") if (place := attributes.get(key))
    ]
    assert places
    assert all(place.startswith(("#", "data:image/jpeg;base64,")) for place in places)
    assert not page.all("script")
    assert not page.all("link")
    assert any("default-src 'none'" in (meta.get("content") or "") for meta in page.all("meta"))
    assert "url(" not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_video_is_told_of_in_figures_timelines_and_strips(tmp_path: Path) -> None:
    page = page_of(tmp_path / "report.html")
    assert "smile.mp4" in page.text
    assert "30, 10 a second" in page.text
    assert "3.0 s" in page.text
    assert len(page.all("div", "plot")) == 2
    assert [bar["class"] for bar in page.all("i", "happiness")]
    (strip,) = page.all("div", "bar")
    assert strip["aria-label"] == "Face 1: Happiness, 0:00.0 to 0:03.0"


def test_what_was_asked_of_the_analysis_is_in_the_page(tmp_path: Path) -> None:
    report = report_at(tmp_path / "report.html", asked=Asked(fps=2.0, detail="low", min_confidence=0.35))
    told(report, "hour.mp4", smiling(5.0, fps=2.0))
    report.close()
    text = Page.of(tmp_path / "report.html").text
    assert "10, at most 2 of 10 a second" in text
    assert "Coverage100" in text
    assert "at most 2 a second are read of a video (--fps)" in text
    assert "low (--detail)" in text
    assert "shrunk to 320 pixels; those under 32 pixels are left out" in text
    assert "sure by 0.35 or more" in text


def test_a_page_says_what_was_left_to_the_analysis(tmp_path: Path) -> None:
    text = page_of(tmp_path / "report.html").text
    assert "every frame of a video is read" in text
    assert "shrunk to 512 pixels, and in pictures shrunk to 1\N{NARROW NO-BREAK SPACE}280" in text
    assert "as sure as suits its model" in text


def test_without_pictures_nothing_of_a_picture_is_in_the_page(tmp_path: Path) -> None:
    assert not page_of(tmp_path / "bare.html").all("img")
    assert "data:" not in re.sub(r"img-src data:", "", (tmp_path / "bare.html").read_text(encoding="utf-8"))
    assert page_of(tmp_path / "pictured.html", with_pictures=True).all("img", "portrait")


def test_names_are_escaped_wherever_they_stand(tmp_path: Path) -> None:
    report = report_at(tmp_path / "report.html")
    told(report, EVIL, smiling(1.0))
    told(report, EVIL, [reading(0, None, face(HAPPY))], picture=True)
    broken = report.section()
    broken.complain(EVIL, f"{EVIL}: cannot be read")
    report.close()
    source = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in source
    assert "\x1b" not in source
    assert "\u202e" not in source
    assert "&lt;script&gt;alert(1)" in source
    assert not Page(source).all("script")


def test_files_stand_in_the_order_in_which_their_sections_were_asked_for(tmp_path: Path) -> None:
    report = report_at(tmp_path / "report.html")
    first, second = report.section(), report.section()

    async def interleaved() -> None:
        await second.begin("second.mp4", VIDEO)
        await first.begin("first.mp4", VIDEO)
        for made in smiling(1.0):
            await second.reading(measured(made))
            await first.reading(measured(made))
        await second.end(picture=False)
        await first.end(picture=False)

    asyncio.run(interleaved())
    report.close()
    page = Page.of(tmp_path / "report.html")
    names = [element["id"] for element in page.all("section", "file")]
    assert names == ["file-1", "file-2"]
    assert page.text.index("first.mp4", page.text.index("Overview")) < page.text.rindex("second.mp4")
    assert len(page.all("div", "plot")) == 4


def test_what_could_not_be_read_of_a_file_stands_with_it(tmp_path: Path) -> None:
    report = report_at(tmp_path / "report.html")
    section = report.section()

    async def breaks_off() -> None:
        await section.begin("cut.mp4", VIDEO)
        for made in smiling(1.0):
            await section.reading(measured(made))
        await section.end(picture=False)
        section.complain("cut.mp4", "cut.mp4: breaks off after 1.0 of 60.0 s")

    asyncio.run(breaks_off())
    report.section().complain("noise.mp4", "noise.mp4: is no video")
    report.close()
    page = Page.of(tmp_path / "report.html")
    assert "breaks off after 1.0 of 60.0 s" in page.text
    assert "is no video" in page.text
    assert len(page.all("section", "file")) == 2


def test_a_file_that_was_discarded_is_not_in_the_page(tmp_path: Path) -> None:
    report = report_at(tmp_path / "report.html")
    told(report, "whole.mp4", smiling(1.0))
    stopped = report.section()

    async def begun() -> None:
        await stopped.begin("stopped.mp4", VIDEO)
        await stopped.reading(measured(smiling(1.0)[0]))

    asyncio.run(begun())
    stopped.discard()
    late = report.section()

    async def ended() -> None:
        await late.begin("late.mp4", VIDEO)
        await late.reading(measured(smiling(1.0)[0]))
        await late.end(picture=False)

    asyncio.run(ended())
    late.discard()
    report.close()
    text = Page.of(tmp_path / "report.html").text
    assert "whole.mp4" in text
    assert "late.mp4" not in text
    assert "stopped.mp4" not in text
    assert "The analysis was stopped: 2 files that were begun are not on this page" in text


def test_where_nothing_was_analysed_the_report_of_before_stays(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("the report of yesterday")
    report = report_at(tmp_path / "report.html")
    report.section().discard()
    report.close()
    assert (tmp_path / "report.html").read_text() == "the report of yesterday"
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_the_page_is_there_only_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("the report of yesterday")
    report = report_at(path)
    told(report, "smile.mp4", smiling(1.0))
    assert path.read_text() == "the report of yesterday"
    report.close()
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]
    assert "smile.mp4" in path.read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_fails_before_anything_is_analysed(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"r\.html: the report cannot be written: No such file or directory"):
        report_at(tmp_path / "missing" / "r.html")
    with pytest.raises(Failure, match="is no file"):
        report_at(tmp_path)


def test_a_picture_has_its_faces_side_by_side_with_their_scores(tmp_path: Path) -> None:
    faces = (face(HAPPY, 1), face(NEUTRAL, 2, (200.0, 40.0, 60.0, 70.0)))
    report = report_at(tmp_path / "report.html", with_pictures=True)
    told(report, "group.jpg", [reading(0, None, *faces)], picture=True)
    report.close()
    page = Page.of(tmp_path / "report.html")
    assert len(page.all("li", "card")) == 2
    assert len(page.all("rect", "face")) == 2
    assert len(page.all("img", "portrait")) == 2
    assert not page.all("div", "plot")


def test_files_without_faces_say_so(tmp_path: Path) -> None:
    report = report_at(tmp_path / "report.html")
    told(report, "road.mp4", [reading(number, number / 10) for number in range(20)])
    told(report, "road.jpg", [reading(0, None)], picture=True)
    report.close()
    page = Page.of(tmp_path / "report.html")
    assert page.text.count("No face was seen.") == 2
    assert "Mostly" not in page.text.split("road.mp4", 2)[-1]
    assert not page.all("div", "plot")


def test_the_overview_says_what_was_not_read_and_no_times_of_pictures(tmp_path: Path) -> None:
    report = report_at(tmp_path / "report.html")
    told(report, "group.jpg", [reading(0, None, face(HAPPY))], picture=True)
    report.section().complain("noise.jpg", "noise.jpg: is no picture")
    report.close()
    text = Page.of(tmp_path / "report.html").text
    assert "1 picture \N{MIDDLE DOT} 1 face \N{MIDDLE DOT} 1 file not read" in text
    assert "noise.jpg not read" in text
    assert "Duration" not in text


def test_a_moment_without_faces_is_a_gap_in_both_timelines(tmp_path: Path) -> None:
    away = [
        reading(number, number / 10, *([face(HAPPY)] if not 30 <= number < 90 else []))
        for number in range(120)
    ]
    report = report_at(tmp_path / "report.html")
    told(report, "away.mp4", away)
    report.close()
    gaps = Page.of(tmp_path / "report.html").all("div", "gap")
    assert len(gaps) == 2
    assert all((gap["title"] or "").startswith("no face, 0:0") for gap in gaps)


def test_weak_classes_and_the_models_are_named(tmp_path: Path) -> None:
    per_class = {"contempt": ClassFigures(0.18, 0.46, 13), "happiness": ClassFigures(0.94, 0.93, 865)}
    card = Card("FER+ validation", {}, per_class)
    model = LoadedModel(
        "emotion", "reader", "1.2", "ab" * 32, "CPU", ("happiness",), "MIT", ("photographs",), card
    )
    report = report_at(tmp_path / "report.html", models=(model,))
    told(report, "smile.mp4", smiling(1.0))
    report.close()
    text = Page.of(tmp_path / "report.html").text
    assert "Weak: often missed, often wrong where it is named, measured on few faces" in text
    assert text.count("Weak:") == 1
    assert "reader" in text
    assert "apparent expression" in text


def test_a_long_video_makes_no_long_page(tmp_path: Path) -> None:
    """Two hours in which somebody else is there every four seconds: figures grow, the page does not."""
    hours = [
        reading(number, number * 4.0, face(HAPPY, number), face(NEUTRAL, 100_000)) for number in range(1800)
    ]
    report = Report(tmp_path / "long.html", with_pictures=True, length=8.0, interval=4.0)
    told(report, "long.mp4", hours)
    report.close()
    assert (tmp_path / "long.html").stat().st_size < 500_000
    text = Page.of(tmp_path / "long.html").text
    assert "2 h 0 min" in text
    assert "1\N{NARROW NO-BREAK SPACE}801 in 3\N{NARROW NO-BREAK SPACE}600 readings" in text
