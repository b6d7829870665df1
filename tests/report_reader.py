"""Reads a report as a browser would, as far as tests want to know what is in it."""

from __future__ import annotations

import asyncio
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from stream import SourceInfo
from tests.readings import HAPPY, face, measured, reading

if TYPE_CHECKING:
    from pathlib import Path

    from inference import Reading
    from semblance.report.output import Report

VIDEO = SourceInfo(640, 360, 10.0, "h264")
PICTURE = SourceInfo(640, 360, None, "image")


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)

    @classmethod
    def of(cls, path: Path) -> Page:
        return cls(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, class_: str | None = None) -> list[dict[str, str | None]]:
        """The attributes of each such element."""
        return [
            attributes
            for name, attributes in self.elements
            if name == tag and (class_ is None or class_ in (attributes.get("class") or "").split())
        ]


def smiling(seconds: float, fps: float = 10.0) -> list[Reading]:
    return [reading(number, number / fps, face(HAPPY)) for number in range(round(seconds * fps))]


async def tell(report: Report, file: str, readings: list[Reading], *, picture: bool = False) -> None:
    """A file analysed into its section."""
    section = report.section()
    await section.begin(file, PICTURE if picture else VIDEO)
    for made in readings:
        await section.reading(measured(made))
    await section.end(picture=picture)


def told(report: Report, file: str, readings: list[Reading], *, picture: bool = False) -> None:
    asyncio.run(tell(report, file, readings, picture=picture))
