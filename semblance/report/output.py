"""The report as outputs of the analysis: a section for each file, one page at the end."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from errno import EINVAL
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO

from aggregation import Window
from semblance.failure import Failure
from semblance.files.whole_file import part_of
from semblance.report.asked import Asked
from semblance.report.entry import Entry, body_of, entry_of, unread
from semblance.report.method import method
from semblance.report.page import SECTION_END, foot_of, head_of, section_of
from semblance.report.section import Section

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from aggregation.summary import Weights
    from inference.loaded_model import LoadedModel
    from semblance.report.section import Gathered

_NOTHING_ASKED = Asked()


@dataclass(slots=True)
class _Place:
    """A file's place in the page: what is listed of it, and where the rest waits on the disk."""

    section: Section | None = None
    entry: Entry | None = None
    start: int = 0
    length: int = 0

    @property
    def discarded(self) -> bool:
        return self.section is not None and self.section.discarded


class Report:
    """A page about files that may be analysed several at once; what each came to waits on the disk until
    `close` puts the page together.

    With pictures, small ones of the faces are in it; else nothing of any picture is.
    """

    def __init__(
        self,
        path: Path,
        *,
        with_pictures: bool,
        length: float,
        interval: float,
        weights: Weights = "equal",
        models: Sequence[LoadedModel] = (),
        asked: Asked = _NOTHING_ASKED,
    ) -> None:
        """Raises `Failure` where the page could not be written."""
        self._path = path
        self._part = part_of(path)
        self._window = Window("report", length, interval, weights)
        self._pictured = with_pictures
        self._models = models
        self._asked = asked
        self._places: list[_Place] = []
        self._writing = threading.Lock()
        try:
            if path.exists() and not path.is_file():
                raise OSError(EINVAL, "it is there and is no file; name another")
            self._out = self._part.open("wb")
            self._bodies: BinaryIO = TemporaryFile()  # noqa: SIM115 - until `close`
        except OSError as error:
            raise self._failure(error) from None

    def section(self) -> Section:
        """The output for one file; the page has the files in the order in which these were asked for."""
        place = _Place()
        self._places.append(place)
        place.section = Section(
            self._window,
            lambda gathered: self._keep(place, gathered),
            lambda file, complaint: _complain(place, file, complaint),
            pictured=self._pictured,
            asked=self._asked,
        )
        return place.section

    def close(self) -> None:
        """Writes the page of all files that have ended, if there are any. Blocks; raises `Failure`."""
        told = [(place, place.entry) for place in self._places if place.entry and not place.discarded]
        try:
            with self._bodies, self._out:
                self._write(told)
            if told:
                self._part.replace(self._path)
        except OSError as error:
            raise self._failure(error) from None
        finally:
            with suppress(OSError):
                self._part.unlink(missing_ok=True)

    def _keep(self, place: _Place, gathered: Gathered) -> None:
        """Runs in a thread, for one file or for several."""
        entry, body = entry_of(gathered), body_of(gathered, self._window.length).encode()
        with self._writing:
            try:
                place.start, place.length = self._bodies.seek(0, 2), len(body)
                self._bodies.write(body)
            except OSError as error:
                raise self._failure(error) from None
        place.entry = replace(entry, complaint=place.entry.complaint) if place.entry else entry

    def _write(self, told: Sequence[tuple[_Place, Entry]]) -> None:
        made = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        missing = len(self._places) - len(told)
        self._out.write(head_of([entry for _, entry in told], missing, made).encode())
        for number, (place, entry) in enumerate(told, start=1):
            self._out.write(section_of(entry, number).encode())
            self._bodies.seek(place.start)
            self._out.write(self._bodies.read(place.length))
            self._out.write(SECTION_END.encode())
        window = self._window
        how = method(self._models, window, self._asked, pictured=self._pictured)
        self._out.write(foot_of(how, made).encode())

    def _failure(self, error: OSError) -> Failure:
        return Failure(f"{self._path}: the report cannot be written: {error.strerror or error}")


def _complain(place: _Place, file: str, complaint: str) -> None:
    place.entry = replace(place.entry or unread(file), complaint=complaint)
