"""One output made of several."""

import io
import json
from collections.abc import Sequence

from aggregation import Summary, Window
from inference.measured import Measured
from semblance.analysis_output import JsonLines
from semblance.several_outputs import SeveralOutputs
from stream import SourceInfo
from tests.measured import play


class Diary:
    """An output that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def windows(self, _info: SourceInfo) -> Sequence[Window]:
        return [Window("its own", 1.0, 1.0)]

    async def begin(self, file: str, _info: SourceInfo) -> None:
        self.told.append(f"begin {file}")

    async def reading(self, measured: Measured) -> None:
        self.told.append(f"reading {measured.reading.sequence}")

    async def summary(self, _summary: Summary) -> None:
        self.told.append("summary")

    async def end(self, *, picture: bool) -> None:
        self.told.append(f"end {picture}")


async def test_each_is_told_of_the_frames_and_the_first_alone_of_its_windows() -> None:
    out, diary = io.StringIO(), Diary()
    several = SeveralOutputs(JsonLines(out, 1.0, 1.0), diary)
    await play(several, 2.0)
    assert diary.told == ["begin clip.mp4", *(f"reading {number}" for number in range(50)), "end False"]
    windows = [message for message in map(json.loads, out.getvalue().splitlines()) if "window" in message]
    assert {message["window"] for message in windows} == {"1s"}
    assert len(windows) == 2
