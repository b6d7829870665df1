"""What `semblance analyze` writes unless told otherwise."""

import io
import json

from semblance.analysis_output import JsonLines
from tests.measured import INFO, play


async def test_json_lines_come_in_media_order_with_the_file_in_place_of_the_stream() -> None:
    out = io.StringIO()
    await play(JsonLines(out, 2.0, 0.5), 3.0)
    messages = [json.loads(line) for line in out.getvalue().splitlines()]
    assert {message["file"] for message in messages} == {"clip.mp4"}
    assert not any("stream" in message for message in messages)
    times = [message["pts"] if message["type"] == "reading" else message["end"] for message in messages]
    assert times == sorted(times)
    assert [m["end"] for m in messages if m["type"] == "summary"] == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0]


def test_lines_weight_faces_by_quality_when_asked() -> None:
    (window,) = JsonLines(io.StringIO(), 2.0, 0.5, "quality").windows(INFO)
    assert window.weights == "quality"
