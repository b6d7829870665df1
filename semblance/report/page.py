"""The page around the files: its head and style, the overview, the method, the foot."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from inference import EMOTIONS
from semblance.emotion_looks import STACK
from semblance.report.marks import classes, colours, name, named, shapes
from semblance.report.markup import Html, element, joined
from semblance.report.tables import table
from semblance.report.words import count, counted, duration, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.reading import Scores
    from semblance.report.entry import Entry

_STYLE = Path(__file__).with_name("style.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""A page that could ask for something would not be allowed to."""

_MANY = 30
"""Files; from there on a browser lays out only those on the screen."""

SECTION_END = Html("</section>\n")


def head_of(entries: Sequence[Entry], missing: int, made: str) -> Html:
    """Everything before the files, `missing` of which were begun and not ended; `made` says when."""
    title = f"{_title(entries)} \N{EN DASH} Semblance"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", _style()),
    )
    opening = joined(
        Html('<!doctype html>\n<html lang="en">\n'),
        head,
        Html('\n<body class="many">\n' if len(entries) > _MANY else "\n<body>\n"),
        shapes(),
        element("a", "To the results", class_="skip", href="#results"),
        _header(entries, made),
        Html('<main id="results">\n'),
    )
    return joined(
        opening,
        element("p", _stopped(missing), class_="notice stopped") if missing else None,
        _overview(entries) if len(entries) > 1 else None,
    )


def foot_of(method: Html, made: str) -> Html:
    foot = element("footer", f"Made by Semblance on {made}. This page needs no network and runs no script.")
    return joined(method, Html("</main>\n"), foot, Html("\n</body>\n</html>\n"))


def section_of(entry: Entry, number: int) -> Html:
    """The beginning of a file's section, up to what was read of it; `SECTION_END` ends it."""
    path = PurePath(entry.file)
    where = str(path.parent)
    return joined(
        Html(
            f'<section class="panel file {entry.kind}" id="file-{number}" aria-labelledby="name-{number}">\n'
        ),
        element("h2", path.name or entry.file, id=f"name-{number}"),
        element("p", where, class_="where muted small") if where not in (".", "") else None,
        element("p", entry.complaint, class_="notice") if entry.complaint else None,
        entry.facts,
    )


def _stopped(missing: int) -> str:
    files = counted(missing, "file that was begun is", "files that were begun are")
    return f"The analysis was stopped: {files} not on this page, nor is any that would have come later."


def _style() -> Html:
    light, dark = colours(dark=False), colours(dark=True)
    themes = f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    return Html(themes + classes() + _STYLE.read_text(encoding="utf-8"))


def _title(entries: Sequence[Entry]) -> str:
    if len(entries) == 1:
        return PurePath(entries[0].file).name or entries[0].file
    return counted(len(entries), "file", "files")


def _header(entries: Sequence[Entry], made: str) -> Html:
    seconds = sum(entry.seconds or 0.0 for entry in entries)
    faces = sum(entry.faces for entry in entries)
    videos = sum(entry.kind == "video" for entry in entries)
    pictures = sum(entry.kind == "picture" for entry in entries)
    parts = [
        counted(videos, "video", "videos") if videos else "",
        counted(pictures, "picture", "pictures") if pictures else "",
    ]
    unread = len(entries) - videos - pictures
    parts += [duration(seconds) if videos else "", counted(faces, "face", "faces")]
    parts += [f"{counted(unread, 'file', 'files')} not read" if unread else "", made]
    facts = " \N{MIDDLE DOT} ".join(part for part in parts if part)
    warning = joined(
        "Scores say what expressions ",
        element("b", "look like to others"),
        ", never what somebody feels. ",
        element("a", "Method and limits", href="#method"),
    )
    return element(
        "header",
        element("p", "Semblance", class_="brand"),
        element("h1", "Apparent facial expression"),
        element("p", facts, class_="muted"),
        element("p", warning, class_="caution"),
    )


def _overview(entries: Sequence[Entry]) -> Html:
    """Says how long what is only where there are videos."""
    timed = any(entry.kind == "video" for entry in entries)
    rows = [_overview_row(entry, number, timed=timed) for number, entry in enumerate(entries, start=1)]
    times = ("Duration", "Frames") if timed else ()
    head = ("File", *times, "Faces", "Mostly", "Distribution of the faces")
    listed = table(head, rows, "All files", class_="overview", captioned=False)
    return element("section", element("h2", "Overview", id="overview"), listed, class_="panel")


def _overview_row(entry: Entry, number: int, *, timed: bool) -> Html:
    path = PurePath(entry.file)
    lack = " incomplete" if entry.frames else " not read"
    flag = element("span", lack, class_="flag", title=entry.complaint) if entry.complaint else None
    link = element("a", path.name or entry.file, href=f"#file-{number}", title=entry.file)
    nothing = "\N{EN DASH}"
    length = {"video": duration(entry.seconds or 0.0), "picture": "picture"}.get(entry.kind, nothing)
    frames, faces = (count(entry.frames), count(entry.faces)) if entry.frames else (nothing, nothing)
    said = named(entry.dominant) if entry.dominant else nothing
    return element(
        "tr",
        element("th", link, flag, scope="row"),
        *(element("td", each) for each in (*((length, frames) if timed else ()), faces, said)),
        element("td", share_bar(entry.distribution) if entry.distribution else None),
    )


def share_bar(distribution: Scores) -> Html:
    parts = [(emotion, distribution[EMOTIONS.index(emotion)]) for emotion in STACK]
    said = ", ".join(f"{name(emotion)} {percent(share)}" for emotion, share in parts if share >= 0.005)
    drawn = [
        element("i", class_=emotion, style=f"width:{share:.2%}", title=f"{name(emotion)} {percent(share)}")
        for emotion, share in parts
        if share >= 0.005
    ]
    return element("div", *drawn, class_="shares", role="img", aria_label=said)
