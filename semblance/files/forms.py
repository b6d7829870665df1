"""The forms of results by their names: what a file's results are as lines, and as bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol, TypeAlias

from semblance.analysis_output import JsonLines
from semblance.emotion_output import EmotionApi
from semblance.files.writing import ParquetFile, TextFile
from semblance.table_output import Csv, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aggregation.summary import Weights
    from semblance.output import Lines, Output

FormName: TypeAlias = Literal["jsonl", "csv", "parquet", "emotion-api"]


class Written(Protocol):
    """Lines on their way into a file."""

    def write(self, text: str, /) -> object: ...

    def flush(self) -> object: ...

    def close(self) -> None:
        """Writes what makes the file whole; does not close it."""
        ...


@dataclass(frozen=True, slots=True)
class Form:
    """`nothing` stands among other results for a file of which nothing could be read."""

    suffix: str
    output: Callable[[Lines, float, float, Weights], Output]
    written: Callable[[BinaryIO], Written]
    nothing: str = ""


FORMS: Mapping[FormName, Form] = {
    "jsonl": Form(".jsonl", JsonLines, TextFile),
    "csv": Form(".csv", Csv, lambda out: TextFile(out, Csv.HEAD)),
    "parquet": Form(".parquet", Table, ParquetFile),
    "emotion-api": Form(".json", EmotionApi, TextFile, "null\n"),
}
