"""One file in the report: what it is, what could not be read of it, and what was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregation.dominance import dominant
from semblance.report.marks import named
from semblance.report.markup import Html, element
from semblance.report.picture_view import picture_view
from semblance.report.video_view import video_view
from semblance.report.words import count, counted, duration, percent, size

if TYPE_CHECKING:
    from inference.reading import Scores
    from semblance.report.section import Gathered


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as the overview lists it; `facts` are the head of its section.

    `complaint` says what could not be read of it.
    """

    file: str
    kind: str
    seconds: float | None
    frames: int
    faces: int
    dominant: str | None
    distribution: Scores | None
    facts: Html
    complaint: str | None = None


def entry_of(gathered: Gathered) -> Entry:
    tally = gathered.faces.tally
    return Entry(
        file=gathered.file,
        kind="picture" if gathered.picture else "video",
        seconds=None if gathered.picture else gathered.duration,
        frames=gathered.frames,
        faces=gathered.faces.count,
        dominant=dominant(tally.mean_scores()),
        distribution=tally.face_distribution(),
        facts=_facts(gathered),
    )


def unread(file: str) -> Entry:
    """Of a file of which nothing could be read."""
    return Entry(file, "file", None, 0, 0, None, None, Html(""))


def body_of(gathered: Gathered, length: float) -> Html:
    """All of its section that is large."""
    if not gathered.picture:
        return video_view(gathered, length)
    if gathered.portraits:
        return picture_view(gathered)
    return element("p", "No face was seen.", class_="nothing")


def _facts(gathered: Gathered) -> Html:
    info = gathered.info
    pixels = f"{info.width} \N{MULTIPLICATION SIGN} {info.height}"
    facts: list[tuple[str, str | Html]] = (
        [("Size", size(gathered.bytes))] if gathered.bytes is not None else []
    )
    if gathered.picture:
        facts += [("Picture", pixels), ("Faces", count(gathered.faces.count))]
    else:
        facts += [("Duration", duration(gathered.duration)), ("Picture", f"{pixels}, {info.codec}")]
        facts += [("Frames", _frames(gathered)), ("Faces", _faces(gathered))]
        facts += [
            ("A face in view", percent(gathered.faced / gathered.duration if gathered.duration else 0.0))
        ]
        facts += [("Coverage", percent(gathered.coverage))]
    if gathered.faces.count:
        facts.append(("Mostly", named(dominant(gathered.faces.tally.mean_scores()))))
    return element(
        "dl",
        *(element("div", element("dt", key), element("dd", value)) for key, value in facts),
        class_="facts",
    )


def _frames(gathered: Gathered) -> str:
    rate = gathered.asked.rate(gathered.info.fps)
    return count(gathered.frames) if rate is None else f"{count(gathered.frames)}, {rate}"


def _faces(gathered: Gathered) -> str:
    if not gathered.faces.count:
        return "none"
    readings = counted(gathered.faces.tally.faces, "reading", "readings")
    return f"{count(gathered.faces.count)} in {readings}"
