"""What `semblance analyze` makes of its options, and must not do to files."""

import os
from contextlib import suppress
from pathlib import Path

import cv2
import pytest

from semblance.analyzing import analyze
from semblance.failure import Failure, UsageFailure
from semblance.files.forms import FORMS
from semblance.files.making import Windows
from semblance.files.results import in_one
from semblance.files.wanted import Products, Wishes
from semblance.stopping import Stop
from stream.pattern import Scene

WINDOWS = Windows(2.0, 0.5, "equal")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "people.png"
    path.parent.mkdir()
    cv2.imwrite(str(path), Scene(320, 240, people=1, seed=4).render(1.0))
    return path


def test_the_output_must_not_be_one_of_the_files(tmp_path: Path) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(b"precious")
    for products in (
        Products(WINDOWS, output=str(file)),
        Products(WINDOWS, video=str(file)),
        Products(WINDOWS, video=str(tmp_path)),
        Products(WINDOWS, report=file),
    ):
        with pytest.raises(UsageFailure, match="write to another"):
            analyze([file], products, Wishes(), Stop())
    assert file.read_bytes() == b"precious"


@pytest.mark.parametrize(
    ("products", "said"),
    [
        (Products(WINDOWS, resume=True), "folder"),
        (Products(WINDOWS, output="file.jsonl", resume=True), "folder"),
        (Products(WINDOWS, output="out/", report=Path("page.html"), resume=True), "not for a --report"),
        (Products(WINDOWS, with_pictures=True), "--report"),
        (Products(WINDOWS, video="one.mp4"), "several videos"),
        (Products(WINDOWS, output=""), "empty name"),
        (Products(WINDOWS, output="x", report=Path("./x")), "both the --report and the --output"),
    ],
)
def test_options_that_do_not_go_together_are_refused(tmp_path: Path, products: Products, said: str) -> None:
    with pytest.raises(UsageFailure, match=said):
        analyze([tmp_path / "a.mp4", tmp_path / "b.mp4"], products, Wishes(), Stop())


def test_a_folder_gets_a_result_a_file_and_resuming_makes_only_what_is_missing_or_old(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, result = tmp_path / "out", tmp_path / "out" / "people.png.jsonl"
    (picture.parent / "text.mp4").write_text("no video")
    products = Products(WINDOWS, output=f"{out}/", resume=True)
    with pytest.raises(Failure, match="1 of 2 files could not be read whole"):
        analyze([picture.parent], products, Wishes(), Stop())
    assert [path.name for path in out.iterdir()] == [result.name]
    assert "text.mp4 holds no video" in capsys.readouterr().err
    (picture.parent / "text.mp4").unlink()
    result.write_text("kept")
    analyze([picture.parent], products, Wishes(), Stop())
    assert result.read_text() == "kept"
    os.utime(result, (0, 0))
    analyze([picture.parent], products, Wishes(), Stop())
    assert result.read_text() != "kept"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told_in_a_sentence(picture: Path) -> None:
    with pytest.raises(Failure, match=r"/dev/full: cannot be written: No space left"):
        analyze([picture], Products(WINDOWS, output="/dev/full"), Wishes(), Stop())


def test_where_nothing_can_be_written_is_told_in_a_sentence(picture: Path) -> None:
    for output in (f"{picture}/file.jsonl", f"{picture}/folder/"):
        with pytest.raises(Failure, match=r"cannot be written"):
            analyze([picture], Products(WINDOWS, output=output), Wishes(), Stop())


def test_folders_that_are_not_there_are_made_whatever_goes_into_them(picture: Path, tmp_path: Path) -> None:
    lines, page = tmp_path / "a" / "b" / "x.jsonl", tmp_path / "c" / "x.html"
    analyze([picture], Products(WINDOWS, output=str(lines), report=page), Wishes(), Stop())
    assert lines.exists()
    assert page.exists()


def test_the_page_says_what_was_asked_for(picture: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    wishes = Wishes(fps=2.5, detail="low", min_confidence=0.35)
    analyze([picture], Products(WINDOWS, report=page), wishes, Stop())
    text = page.read_text(encoding="utf-8")
    assert all(said in text for said in ("at most 2.5 a second", "low (--detail)", "sure by 0.35 or more"))


def test_a_file_under_another_of_its_names_is_not_written_over(tmp_path: Path) -> None:
    file, other = tmp_path / "clip.mp4", tmp_path / "other.mp4"
    file.write_bytes(b"precious")
    os.link(file, other)
    with pytest.raises(UsageFailure, match="write to another"):
        analyze([file], Products(WINDOWS, output=str(other)), Wishes(), Stop())
    assert file.read_bytes() == b"precious"


def test_the_last_good_result_stays_until_there_is_another(picture: Path, tmp_path: Path) -> None:
    result = tmp_path / "all.jsonl"
    result.write_text("good")
    with suppress(KeyboardInterrupt), in_one(result, FORMS["jsonl"]):
        assert result.read_text() == "good"
        assert result.with_name("all.jsonl.part").exists()
        raise KeyboardInterrupt
    assert result.read_text() == "good"
    analyze([picture], Products(WINDOWS, output=str(result)), Wishes(), Stop())
    assert result.read_text() != "good"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["all.jsonl"]


def test_of_several_files_each_has_a_line_in_the_form_of_the_emotion_api(
    picture: Path, tmp_path: Path
) -> None:
    result, text = tmp_path / "all.json", picture.parent / "a.mp4"
    text.write_text("no video")
    with pytest.raises(Failure, match="1 of 2 files could not be read whole"):
        analyze([text, picture], Products(WINDOWS, "emotion-api", output=str(result)), Wishes(), Stop())
    first, second = result.read_text().splitlines()
    assert first == "null"
    assert second.startswith("[{")
