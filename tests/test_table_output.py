"""What `semblance analyze` writes as a table."""

import csv
import io
import json
from dataclasses import replace

import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from inference import EMOTIONS
from semblance.files.writing import ParquetFile, TextFile
from semblance.table_output import Csv, Table
from tests.measured import INFO, play, reading, show


def rows(out: io.StringIO) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(Csv.HEAD + out.getvalue())))


async def test_a_csv_has_a_row_a_window_and_all_emotions_twice() -> None:
    out = io.StringIO()
    await play(Csv(out, 1.0, 1.0), 3.0)
    table = rows(out)
    assert [(row["start"], row["end"]) for row in table] == [("0.0", "1.0"), ("1.0", "2.0"), ("2.0", "3.0")]
    assert [row["dominant"] for row in table] == ["happiness"] * 3
    assert sum(float(table[1][f"mean_{name}"]) for name in EMOTIONS) == pytest.approx(1.0)
    assert sum(float(table[1][f"share_{name}"]) for name in EMOTIONS) == pytest.approx(1.0)


async def test_a_name_cannot_be_a_formula_or_break_a_line() -> None:
    out = io.StringIO()
    await play(Csv(out, 1.0, 1.0), 1.0, "=1+1\n,.mp4")
    (row,) = rows(out)
    assert row["file"] == "'=1+1\n,.mp4"


async def test_a_picture_is_one_row_without_times() -> None:
    out = io.StringIO()
    await show(Csv(out, 2.0, 0.5), reading(0, None))
    (row,) = rows(out)
    assert (row["start"], row["end"], row["coverage"]) == ("", "", "")
    assert (row["faces"], row["dominant"]) == ("1", "happiness")


async def test_a_picture_is_summed_up_by_quality_when_asked() -> None:
    out = io.StringIO()
    seen = reading(0, None)
    unread = replace(seen.faces[0], id=8, quality=0.0, scores=(1 / 8,) * 8)
    output = Csv(out, 2.0, 0.5, "quality")
    assert [window.weights for window in output.windows(INFO)] == ["quality"]
    await show(output, replace(seen, faces=(*seen.faces, unread)))
    (row,) = rows(out)
    assert row["faces"] == "2"
    assert float(row["mean_happiness"]) == pytest.approx(0.9)


async def test_parquet_holds_the_same_rows_with_types_and_nothing_where_there_is_nothing() -> None:
    text, binary = io.StringIO(), io.BytesIO()
    parquet = ParquetFile(binary)
    for output in (Csv(text, 1.0, 1.0), Table(parquet, 1.0, 1.0)):
        await play(output, 2.0)
        await show(output, replace(reading(0, None), faces=()))
    parquet.close()
    table = pq.read_table(binary)
    assert table.column_names == Csv.HEAD.strip().split(",")
    assert table["file"].to_pylist() == ["clip.mp4", "clip.mp4", "p.jpg"]
    assert table["start"].to_pylist() == [0.0, 1.0, None]
    assert table["mean_happiness"].to_pylist()[2] is None
    assert table["faces"].to_pylist() == [int(row["faces"]) for row in rows(text)]


def test_rows_become_groups_and_not_a_list_that_grows() -> None:
    binary = io.BytesIO()
    parquet = ParquetFile(binary)
    line = json.dumps(["a", 0.0, 1.0, 1, 1, 1, 1.0, None, *[None] * 16]) + "\n"
    for _ in range(3):
        parquet.write(line * 9000)
    parquet.close()
    assert pq.ParquetFile(binary).metadata.num_rows == 27_000
    assert pq.ParquetFile(binary).num_row_groups == 2


def test_an_empty_table_is_a_table() -> None:
    binary, text = io.BytesIO(), io.BytesIO()
    ParquetFile(binary).close()
    assert pq.read_table(binary).num_rows == 0
    TextFile(text, Csv.HEAD).close()
    assert text.getvalue().startswith(b"file,start,end,")
