"""The Emotion API's JSON of what is analysed."""

from __future__ import annotations

import asyncio
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from semblance.emotion_output import EmotionApi, EmotionVideo
from stream import SourceInfo
from stream.source import SourceError
from tests.readings import face, measured, reading
from web.emotion import video_result

if TYPE_CHECKING:
    from semblance.output import Output

INFO = SourceInfo(640, 360, 25.0, "h264")
PICTURE = SourceInfo(640, 360, None, "image")


async def play(output: Output, seconds: float, *faces: Any) -> None:
    await output.begin("clip.mp4", INFO)
    for number in range(round(seconds * 25)):
        await output.reading(measured(reading(number, number / 25, *faces)))
    await output.end(picture=False)


async def test_each_file_is_a_line_a_video_its_result_and_a_picture_its_faces() -> None:
    out = io.StringIO()
    output = EmotionApi(out, 2.0, 0.5)
    await play(output, 2.0, face())
    await output.begin("p.jpg", PICTURE)
    await output.reading(measured(reading(0, None, face())))
    await output.end(picture=True)
    await play(output, 1.0)
    video, picture, empty = (json.loads(line) for line in out.getvalue().splitlines())
    assert video["timescale"] == 25000
    assert picture[0]["faceRectangle"] == {"left": 10, "top": 21, "width": 50, "height": 60}
    assert set(empty["fragments"][0]["events"][0][0]["windowMeanScores"].values()) == {0.0}


async def test_a_file_of_which_nothing_was_read_gets_no_line() -> None:
    out = io.StringIO()
    output = EmotionApi(out, 2.0, 0.5)
    await output.end(picture=False)
    await output.begin("clip.mp4", INFO)
    await output.end(picture=False)
    assert out.getvalue() == ""


async def test_an_operation_reports_the_faces_of_the_contract() -> None:
    small, large = face(track=1, box=(0.0, 0.0, 23.0, 30.0)), face(track=2, box=(0.0, 0.0, 2049.0, 2000.0))
    crowd = [face(track=10 + n, box=(0.0, 0.0, 30.0 + n, 30.0)) for n in range(70)]
    output = EmotionVideo("perFrame")
    await play(output, 0.2, small, large, *crowd)
    (first, *_) = json.loads(output.text())["fragments"][0]["events"]
    assert [each["id"] for each in first] == list(range(16, 80))
    assert output.frames == 5


async def test_others_have_their_turn_while_much_becomes_of_one_frame() -> None:
    crowd = [face(track=n, box=(0.0, 0.0, 30.0, 30.0)) for n in range(64)]
    output = EmotionVideo("perFrame")
    await output.begin("clip.mp4", INFO)
    for number in range(40):
        await output.reading(measured(reading(number, number / 25, *crowd)))
    turns = 0

    async def another() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(another())
    await output.reading(measured(reading(40, 100.0, *crowd)))
    task.cancel()
    assert turns >= 24


async def test_a_result_out_of_hand_breaks_off_like_a_medium(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_result, "MOST_TEXT", 20_000)
    output = EmotionVideo("perFrame")
    with pytest.raises(SourceError, match=r"after \d+\.\d s of the video; cut it"):
        await play(output, 60.0, face())
    assert json.loads(output.text())["fragments"]
