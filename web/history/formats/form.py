"""The forms by their names: their media types, file suffixes, and what writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from web.history.formats.csv_text import CsvText
from web.history.formats.json_text import JsonDocument, JsonLines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from web.history.formats.sheet import Encoder, Sheet

Form: TypeAlias = Literal["json", "ndjson", "csv", "parquet", "emotion-api"]
TextForm: TypeAlias = Literal["json", "ndjson", "csv"]

MEDIA_TYPES: Mapping[Form, str] = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "emotion-api": "application/json",
}
SUFFIXES: Mapping[Form, str] = {
    "json": "json",
    "ndjson": "ndjson",
    "csv": "csv",
    "parquet": "parquet",
    "emotion-api": "json",
}

T = TypeVar("T")


def encoder(form: Form, sheet: Sheet[T]) -> Encoder[T]:
    """What writes a sheet in a form; the Emotion API's is of summaries alone (`fragments`)."""
    match form:
        case "json":
            return JsonDocument(sheet)
        case "ndjson":
            return JsonLines(sheet)
        case "csv":
            return CsvText(sheet)
        case "parquet":
            from web.history.formats.parquet import Parquet  # pyarrow takes a while, and few ask for it

            return Parquet(sheet)
        case "emotion-api":
            raise ValueError(f"The Emotion API has no form for {sheet.name}.")


def form_accepted(accept: str) -> Form:
    """The form that an Accept header asks for most; JSON where it names none of them."""
    wishes = [_wish(part) for part in accept.split(",")]
    by_type: dict[str, Form] = {MEDIA_TYPES[form].partition(";")[0]: form for form in MEDIA_TYPES}
    by_type["application/json"] = "json"
    best = max(wishes, key=lambda wish: wish[1])[1]
    for media_type, quality in wishes:
        if quality == best and quality > 0 and media_type in by_type:
            return by_type[media_type]
    return "json"


def _wish(part: str) -> tuple[str, float]:
    media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return media_type, float(value)
            except ValueError:
                return media_type, 0.0
    return media_type, 1.0
