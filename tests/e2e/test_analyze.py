"""`semblance analyze` on real clips and on what is drawn here."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import time
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import cv2
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from stream.pattern.scene import Scene
from stream.pattern.timeline import Timeline
from tests.e2e.clips import save
from tests.e2e.service import COMMAND
from tests.videos import write_video

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.timeout(90)


def analyzed(*words: str) -> str:
    """What the command wrote to stdout; it must have succeeded."""
    done = subprocess.run([str(COMMAND), "analyze", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def messages(*words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in analyzed(*words).splitlines()]


Analysed: TypeAlias = dict[str, list[dict[str, Any]]]
CLIPS = ("smile.mp4", "no_face.mp4", "dinner.mp4", "webcam_160x120.avi", "face_then_none.mov")


@pytest.fixture(scope="module")
def analysed(clips: Path) -> Analysed:
    """The messages about each clip, from one run over all of them."""
    said: Analysed = {name: [] for name in CLIPS}
    for message in messages(*(str(clips / name) for name in CLIPS)):
        said[Path(message["file"]).name].append(message)
    return said


def of_type(kind: str, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [message for message in said if message["type"] == kind]


def stages(emotions: Iterable[str]) -> list[str]:
    """Each emotion once for each time it was come to."""
    return [emotion for emotion, _ in groupby(emotions)]


def test_a_smile_is_neutral_then_happiness_then_neutral(clips: Path) -> None:
    said = messages(str(clips / "smile.mp4"), "--window", "0.5", "--interval", "0.1")
    scores = [message["faces"][0]["scores"] for message in said if message.get("faces") and "pts" in message]
    assert stages(max(each, key=each.__getitem__) for each in scores) == ["neutral", "happiness", "neutral"]
    # The clip ends two frames into the last neutral, too soon for a window.
    windows = [message["dominant"] for message in said if message["type"] == "summary"]
    assert stages(windows) == ["neutral", "happiness"]


def test_a_clip_without_a_face_gives_nothing_but_null_windows(analysed: Analysed) -> None:
    windows = of_type("summary", analysed["no_face.mp4"])
    assert len(windows) >= 6
    for window in windows:
        assert window["windowMeanScores"] is window["windowFaceDistribution"] is window["dominant"] is None
        assert (window["faces"], window["tracks"]) == (0, 0)
        assert window["frames"] > 0


def test_six_people_at_dinner_are_five_or_six_stable_tracks(analysed: Analysed) -> None:
    readings = of_type("reading", analysed["dinner.mp4"])
    seen = Counter(face["id"] for reading in readings for face in reading["faces"])
    stable = [track for track, count in seen.items() if count >= len(readings) / 2]
    assert len(stable) in (5, 6), seen
    assert len(seen) <= 9, seen


def test_every_frame_of_a_video_is_read_in_media_order(analysed: Analysed) -> None:
    times = [reading["pts"] for reading in of_type("reading", analysed["smile.mp4"])]
    assert len(times) == 72
    assert times == sorted(times)
    for window in of_type("summary", analysed["smile.mp4"]):
        assert abs(sum(window["windowMeanScores"].values()) - 1) < 1e-3
        assert abs(sum(window["windowFaceDistribution"].values()) - 1) < 1e-3


@pytest.mark.parametrize("name", ["webcam_160x120.avi", "face_then_none.mov"])
def test_old_codecs_and_other_containers_are_read(analysed: Analysed, name: str) -> None:
    assert any(window["dominant"] for window in of_type("summary", analysed[name]))


def test_a_drawn_video_is_read_as_it_was_drawn(tmp_path: Path) -> None:
    video, fps = tmp_path / "drawn.mp4", 12
    scene = Scene(480, 360, people=1, timeline=Timeline(hold=2.0, emotions=("neutral", "happiness")))
    save(video, (scene.render(number / fps) for number in range(4 * fps)), fps)
    windows = of_type("summary", messages(str(video), "--window", "0.5", "--interval", "0.25"))
    assert stages(window["dominant"] for window in windows) == ["neutral", "happiness"]


def test_a_picture_gives_one_reading_with_its_faces(tmp_path: Path) -> None:
    picture = tmp_path / "people.png"
    cv2.imwrite(str(picture), Scene(people=2).render(2.0))
    (reading,) = messages(str(picture))
    assert reading["type"] == "reading"
    assert len(reading["faces"]) == 2


def test_the_table_has_a_row_for_each_window(clips: Path, tmp_path: Path, analysed: Analysed) -> None:
    table = tmp_path / "table.csv"
    assert analyzed(str(clips / "smile.mp4"), "--format", "csv", "--output", str(table)) == ""
    rows = list(csv.DictReader(io.StringIO(table.read_text("utf-8"))))
    windows = of_type("summary", analysed["smile.mp4"])
    assert [row["dominant"] for row in rows] == [window["dominant"] for window in windows]


def test_the_emotion_api_form_is_one_json_document_a_file(clips: Path) -> None:
    (result,) = analyzed(str(clips / "smile.mp4"), "--format", "emotion-api").splitlines()
    document = json.loads(result)
    assert {"version", "timescale", "width", "height", "fragments"} <= document.keys()
    assert (document["width"], document["height"]) == (640, 360)


def test_a_folder_is_one_table_in_the_order_of_names_and_what_is_broken_is_said(tmp_path: Path) -> None:
    folder, table = tmp_path / "day 1", tmp_path / "all.parquet"
    folder.mkdir()
    # The long one first: those after it are read meanwhile, and wait.
    for name, count in (("a.mp4", 200), ("b.mov", 10), ("c\nd.mkv", 10)):
        write_video(folder / name, count)
    cv2.imwrite(str(folder / "e.png"), Scene(320, 240, people=1).render(1.0))
    whole = write_video(folder / "f.mp4", 100, container={"movflags": "faststart"}).read_bytes()
    (folder / "f.mp4").write_bytes(whole[: len(whole) // 2])
    (folder / "g.mp4").write_text("no video")
    command = [
        str(COMMAND),
        "analyze",
        str(folder),
        "--fps",
        "5",
        "--format",
        "parquet",
        "--output",
        str(table),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    files = [Path(file).name for file, _ in groupby(pq.read_table(table)["file"].to_pylist())]
    assert files == ["a.mp4", "b.mov", "c\nd.mkv", "e.png", "f.mp4"]
    *complaints, summed_up, failed = done.stderr.splitlines()
    assert "f.mp4: breaks off after " in "".join(complaints)
    assert "g.mp4 holds no video" in "".join(complaints)
    assert summed_up.startswith("6 files, ")
    assert failed == "semblance: 2 of 6 files could not be read whole"


def test_an_interrupted_folder_has_whole_results_and_is_told_what_is_missing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    short = write_video(tmp_path / "short.mp4", 3)
    long = write_video(tmp_path / "long.mp4", 4_000, options={"preset": "ultrafast"})
    command = [str(COMMAND), "analyze", str(long), str(short), "--output", f"{out}/"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not (out / "short.mp4.jsonl").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGHUP)
        while process.poll() is None and time.monotonic() < deadline:
            process.send_signal(signal.SIGINT)  # no patience
            time.sleep(0.05)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert [path.name for path in out.iterdir()] == ["short.mp4.jsonl"]
    assert len((out / "short.mp4.jsonl").read_text().splitlines()) >= 3
    assert said == f"semblance: interrupted; not analysed: {long}\n"


def test_a_page_and_a_copy_are_made_without_lines_and_of_what_could_be_read(tmp_path: Path) -> None:
    video, page, copy = tmp_path / "drawn.mp4", tmp_path / "page.html", tmp_path / "copy.mp4"
    save(video, (Scene(320, 240, people=1).render(number / 10) for number in range(10)), 10)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n")
    command = [str(COMMAND), "analyze", str(video), str(broken), "--report", str(page), "--video", str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert "drawn.mp4" in page.read_text("utf-8")
    assert "broken.png" in page.read_text("utf-8")
    assert cv2.VideoCapture(str(copy)).get(cv2.CAP_PROP_FRAME_COUNT) == 10
