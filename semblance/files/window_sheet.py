"""The windows of files as a table: a row a window, a row a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from inference import EMOTIONS
from web.history.formats.sheet import Column
from web.messages import encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregation import Summary

Row: TypeAlias = "Sequence[str | float | None]"

_DIGITS = 4
_SCORE_DIGITS = 6


class WindowSheet:
    """Implements `Sheet`; seconds are those of the medium."""

    name = "windows"
    columns = (
        Column("file", "text"),
        Column("start", "number"),
        Column("end", "number"),
        *(Column(name, "count") for name in ("frames", "faces", "tracks")),
        Column("coverage", "score"),
        Column("dominant", "id"),
        *(Column(f"mean_{emotion}", "score") for emotion in EMOTIONS),
        *(Column(f"share_{emotion}", "score") for emotion in EMOTIONS),
    )

    def documents(self, portion: Sequence[Row]) -> Iterable[str]:
        names = [column.name for column in self.columns]
        return (encode(dict(zip(names, row, strict=True))) for row in portion)

    def values(self, portion: Sequence[Row]) -> Sequence[Sequence[object]]:
        return list(zip(*portion, strict=True))


def row(file: str, summary: Summary, *, timed: bool = True) -> Row:
    """One row; that of a picture is not `timed` and covers no time."""
    return (
        file,
        round(summary.start, _DIGITS) if timed else None,
        round(summary.end, _DIGITS) if timed else None,
        *(summary.frames, summary.faces, summary.tracks),
        round(summary.coverage, _DIGITS) if timed else None,
        summary.dominant,
        *_rounded(summary.mean_scores),
        *_rounded(summary.face_distribution),
    )


def _rounded(scores: Sequence[float] | None) -> Row:
    return (None,) * len(EMOTIONS) if scores is None else [round(score, _SCORE_DIGITS) for score in scores]
