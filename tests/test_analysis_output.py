"""What `semblance analyze` writes."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from aggregation import Aggregator
from inference import EMOTIONS, Box, Face, Reading
from inference.measured import Measured
from semblance.analysis_output import Csv, JsonLines
from semblance.output import Output
from stream import Frame, SourceInfo
from stream.array_pixels import ArrayPixels

INFO = SourceInfo(640, 360, 25.0, "h264")
HAPPY = (0.0, 0.0, 0.0, 0.0, 0.9, 0.1, 0.0, 0.0)


def reading(number: int, pts: float | None) -> Reading:
    face = Face(7, Box(10.2, 20.7, 50.0, 60.0), (), 0.9, 0.8, HAPPY)
    return Reading("x", number, 0.0, 0.0, pts, 640, 360, (face,))


def measured(number: int, pts: float | None) -> Measured:
    return of(reading(number, pts))


def of(made: Reading) -> Measured:
    pixels = ArrayPixels(np.zeros((360, 640, 3), np.uint8))
    frame = Frame(made.stream, made.sequence, made.captured, made.captured_utc, made.pts, pixels)
    return Measured(made, frame, np.empty((0, 4), np.float32))


async def play(output: Output, seconds: float) -> None:
    """A video of one happy face, as an analysis writes it."""
    await output.begin("clip.mp4", INFO)
    aggregator = Aggregator("clip.mp4", output.windows(INFO), expected_interval=0.04)
    for number in range(round(seconds * 25)):
        for summary in aggregator.add(reading(number, number / 25), number / 25):
            await output.summary(summary)
        await output.reading(measured(number, number / 25))
    for summary in aggregator.finish():
        await output.summary(summary)
    await output.end(picture=False)


async def test_json_lines_come_in_media_order_with_the_file_in_place_of_the_stream() -> None:
    out = io.StringIO()
    await play(JsonLines(out, 2.0, 0.5), 3.0)
    messages = [json.loads(line) for line in out.getvalue().splitlines()]
    assert {message["file"] for message in messages} == {"clip.mp4"}
    assert not any("stream" in message for message in messages)
    times = [message["pts"] if message["type"] == "reading" else message["end"] for message in messages]
    assert times == sorted(times)
    assert [m["end"] for m in messages if m["type"] == "summary"] == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0]


async def test_a_csv_has_a_row_a_window_and_all_emotions_twice() -> None:
    out = io.StringIO()
    await play(Csv(out, 1.0, 1.0), 3.0)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert len(rows) == 3
    assert [row["dominant"] for row in rows] == ["happiness"] * 3
    assert sum(float(rows[1][f"mean_{name}"]) for name in EMOTIONS) == pytest.approx(1.0)
    assert sum(float(rows[1][f"share_{name}"]) for name in EMOTIONS) == pytest.approx(1.0)


async def test_a_picture_is_one_csv_row_without_times() -> None:
    out = io.StringIO()
    output = Csv(out, 2.0, 0.5)
    await output.begin("p.jpg", SourceInfo(640, 360, None, "image"))
    await output.reading(measured(0, None))
    await output.end(picture=True)
    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    assert (row["start"], row["end"], row["faces"], row["dominant"]) == ("", "", "1", "happiness")


@pytest.mark.parametrize("kind", [JsonLines, Csv])
async def test_every_format_weights_faces_by_quality_when_asked(
    kind: type[JsonLines | Csv],
) -> None:
    for output, weights in (
        (kind(io.StringIO(), 2.0, 0.5), "equal"),
        (kind(io.StringIO(), 2.0, 0.5, "quality"), "quality"),
    ):
        assert [window.weights for window in output.windows(INFO)] == [weights]


async def test_a_picture_is_summed_up_by_quality_when_asked() -> None:
    out = io.StringIO()
    output = Csv(out, 2.0, 0.5, "quality")
    await output.begin("group.jpg", INFO)
    seen = reading(0, None)
    unread = replace(seen.faces[0], id=8, quality=0.0, scores=(1 / 8,) * 8)
    await output.reading(of(replace(seen, faces=(*seen.faces, unread))))
    await output.end(picture=True)
    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    assert row["faces"] == "2"
    assert float(row["mean_happiness"]) == pytest.approx(0.9)
