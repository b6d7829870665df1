"""Files that `semblance analyze` cannot read, and what it must not do to them."""

import io
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from inference.engine import Engine
from inference.options import InferenceOptions
from semblance.analysis import Analysis
from semblance.analysis_output import JsonLines
from semblance.analyzing import Wishes, analyze
from semblance.failure import Failure, UsageFailure
from stream.pattern import Scene
from stream.source import SourceError


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = Engine.load(InferenceOptions())
    yield engine
    engine.close()


async def complaint(engine: Engine, path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        await Analysis(engine, JsonLines(io.StringIO(), 2.0, 0.5)).file(path, lambda _: None)
    return caught.value.message


def empty_png(path: Path, width: int, height: int) -> Path:
    """A picture that says how large it is and holds nothing."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", b""),
        (b"IEND", b""),
    ]
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
            for name, body in chunks
        )
    )
    return path


async def test_a_picture_is_one_reading_of_its_faces(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "people.png"
    cv2.imwrite(str(path), Scene(640, 360, people=2, seed=4).render(1.0))
    out = io.StringIO()
    await Analysis(engine, JsonLines(out, 2.0, 0.5)).file(path, lambda _: None)
    assert out.getvalue().count("\n") == 1
    assert out.getvalue().count("faceRectangle") == 2


async def test_a_picture_of_more_pixels_than_can_be_read_is_refused(engine: Engine, tmp_path: Path) -> None:
    assert "too large" in await complaint(engine, empty_png(tmp_path / "huge.png", 40_000, 40_000))


async def test_a_folder_and_a_missing_file_are_told_apart(engine: Engine, tmp_path: Path) -> None:
    assert "is not a file" in await complaint(engine, tmp_path)
    assert "no such file" in await complaint(engine, tmp_path / "nothing.mp4")


@pytest.mark.parametrize("address", ["whip:", "rtsp://viewer:hunter2@camera/stream"])
async def test_an_address_is_refused_with_the_command_that_takes_it(engine: Engine, address: str) -> None:
    said = await complaint(engine, Path(address))
    assert "semblance serve" in said
    assert "hunter2" not in said


async def test_a_name_that_is_not_utf8_is_refused(engine: Engine, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.mp4"))
    assert "not UTF-8" in await complaint(engine, path)


def test_the_output_must_not_be_one_of_the_files(tmp_path: Path) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(b"precious")
    with pytest.raises(UsageFailure, match="write to another"):
        analyze([file], "jsonl", file, window=2, interval=0.5, wishes=Wishes())
    assert file.read_bytes() == b"precious"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "people.png"
    cv2.imwrite(str(path), Scene(320, 240, people=1, seed=4).render(1.0))
    with pytest.raises(Failure, match=r"cannot be written: .*No space left"):
        analyze([path], "jsonl", Path("/dev/full"), window=2, interval=0.5, wishes=Wishes())
