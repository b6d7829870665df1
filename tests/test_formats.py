"""The forms of answers: what is in a cell, a column and a fragment."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from aggregation.event import Marker
from inference.reading import EMOTIONS
from tests.web_service import EPOCH
from web.emotion.video_document import VIDEO_ORDER
from web.history.formats.form import encoder, form_accepted
from web.history.formats.fragments import Fragments
from web.history.formats.marker_sheet import MarkerSheet
from web.history.formats.summary_sheet import SummarySheet
from web.history.summaries import SUMMARY

if TYPE_CHECKING:
    from web.history.formats.form import Form
    from web.history.formats.sheet import Encoder
    from web.history.summaries import Summaries

SECOND = 1_000_000


def marker(label: str) -> Marker:
    return Marker("mrk_a", None, EPOCH + 0.0625, label)


def written(encoder: Encoder[Any], *portions: Any) -> bytes:
    return encoder.begin() + b"".join(encoder.add(each) for each in portions) + encoder.end()


def windows(*ends: float, seen: bool = True) -> Summaries:
    rows = np.zeros(len(ends), SUMMARY)
    rows["end"] = np.rint(np.array(ends) * SECOND)
    rows["start"] = rows["end"] - 2 * SECOND
    rows["frames"] = 20
    if seen:
        rows["seen"], rows["mean"], rows["distribution"] = True, 1 / len(EMOTIONS), 1 / len(EMOTIONS)
    return rows


@pytest.mark.parametrize("label", ["=1+1", "+49", "-2", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_a_label_is_no_formula_in_a_spreadsheet(label: str) -> None:
    text = written(encoder("csv", MarkerSheet()), [marker(label)]).decode()
    assert next(csv.DictReader(io.StringIO(text)))["label"] == f"'{label}"


def test_a_label_may_hold_what_parts_cells_and_rows() -> None:
    text = written(encoder("csv", MarkerSheet()), [marker('a "joke", really')], [marker("Witz ☺")]).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["label"] for row in rows] == ['a "joke", really', "Witz ☺"]
    assert [row["stream"] for row in rows] == ["", ""]
    assert rows[0]["at"] == "2026-09-21T14:13:20.062Z"


@pytest.mark.parametrize("form", ["json", "ndjson", "csv", "parquet"])
def test_nothing_at_all_is_a_whole_file_too(form: Form) -> None:
    sheet = SummarySheet("lobby", "2s")
    content = written(encoder(form, sheet), windows())
    if form == "json":
        assert json.loads(content) == {"summaries": []}
    elif form == "parquet":
        assert pq.read_table(io.BytesIO(content)).num_rows == 0
    else:
        assert len(content.splitlines()) == (1 if form == "csv" else 0)


def test_one_document_holds_all_portions() -> None:
    content = written(encoder("json", MarkerSheet()), [marker("a")], [], [marker("b"), marker("c")])
    assert [each["label"] for each in json.loads(content)["markers"]] == ["a", "b", "c"]


def test_parquet_is_handed_on_as_it_is_made() -> None:
    parquet: Encoder[Any] = encoder("parquet", SummarySheet("lobby", "2s"))
    assert parquet.begin().startswith(b"PAR1")
    sizes = [len(parquet.add(windows(*range(10, 1000)))) for _ in range(3)]
    assert min(sizes) > 1000
    assert parquet.end().endswith(b"PAR1")


def test_the_emotion_api_has_no_form_for_markers() -> None:
    with pytest.raises(ValueError, match="no form for markers"):
        encoder("emotion-api", MarkerSheet())


def test_a_pause_is_a_fragment_without_events() -> None:
    # ends        10 10.5 11 11.5 12       20 20.5
    # fragments   [  four       ][1][ gap ][ 2   ]
    portions = windows(10, 10.5, 11), windows(11.5, 12), windows(20, 20.5)
    result = json.loads(written(Fragments(SECOND // 2), *portions))
    spans = [(each["start"], each["duration"], len(each.get("events", ()))) for each in result["fragments"]]
    assert spans == [(0, 2000, 4), (2000, 500, 1), (2500, 7500, 0), (10000, 1000, 2)]
    assert result["startDateTime"] == "1970-01-01T00:00:09.000Z"
    assert result["framerate"] == 10.0
    ends = 0
    for fragment in result["fragments"]:
        assert fragment["start"] == ends  # nothing overlaps, nothing is left out
        ends += fragment["duration"]


def test_a_window_without_a_face_is_sixteen_zeros_in_the_contract_s_order() -> None:
    result = json.loads(written(Fragments(SECOND // 2), windows(10, seen=False)))
    event = result["fragments"][0]["events"][0][0]
    for scores in event.values():
        assert tuple(scores) == VIDEO_ORDER
        assert set(scores.values()) == {0.0}


def test_fragments_find_their_interval_and_count_in_microseconds_where_they_must() -> None:
    result = json.loads(written(Fragments(), windows(10, 10.0625, 10.125)))
    assert (result["timescale"], result["fragments"][0]["interval"]) == (1_000_000, 62_500)


def test_a_clock_set_back_makes_no_fragments_overlap() -> None:
    result = json.loads(written(Fragments(SECOND // 2), windows(10, 10.5), windows(10, 10.5, 11)))
    assert [len(each["events"]) for each in result["fragments"]] == [3]


def test_nothing_at_all_is_a_result_without_fragments() -> None:
    assert json.loads(written(Fragments(), windows()))["fragments"] == []


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("text/csv;q=zero, application/x-ndjson;q=0.1", "ndjson"),
        ("image/png", "json"),
        ("text/csv;q=0", "json"),
        ("TEXT/CSV", "csv"),
        (",,;;=", "json"),
    ],
)
def test_an_accept_header_asks_for_a_form(accept: str, form: Form) -> None:
    assert form_accepted(accept) == form
