"""Which files the command line names."""

import os
from pathlib import Path

import pytest

from semblance.files.found import find


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "b.mp4",
        "a.MOV",
        "notes.txt",
        ".hidden.mp4",
        "day 2/c.jpg",
        "day 2/new\nline.png",
        ".cache/d.mp4",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    return tmp_path


def names(folder: Path, *named: Path, leaving_out: tuple[Path, ...] = ()) -> list[str]:
    found = find(named, leaving_out)
    assert not found.complaints
    return [str(file.path.relative_to(folder)) for file in found.files]


def test_a_folder_is_its_videos_and_pictures_by_name_in_order_without_hidden_ones(folder: Path) -> None:
    assert names(folder, folder) == ["a.MOV", "b.mp4", "day 2/c.jpg", "day 2/new\nline.png"]


def test_each_file_counts_once_where_it_was_named_first(folder: Path) -> None:
    (folder / "link.mp4").symlink_to(folder / "b.mp4")
    assert names(folder, folder / "b.mp4", folder, folder / "a.MOV")[0] == "b.mp4"
    assert len(names(folder, folder / "b.mp4", folder, folder / "a.MOV")) == 4


def test_a_file_that_is_named_counts_whatever_its_name(folder: Path) -> None:
    assert names(folder, folder / "notes.txt", folder / "none.mp4") == ["notes.txt", "none.mp4"]


def test_links_that_go_round_in_a_circle_end(folder: Path) -> None:
    (folder / "day 2" / "back").symlink_to(folder)
    (folder / "self").symlink_to("self")
    (folder / "self.mp4").symlink_to("self.mp4")
    assert names(folder, folder) == ["a.MOV", "b.mp4", "day 2/c.jpg", "day 2/new\nline.png", "self.mp4"]


def test_where_results_go_is_not_looked_at_unless_it_was_named(folder: Path) -> None:
    assert names(folder, folder, leaving_out=(folder / "day 2",)) == ["a.MOV", "b.mp4"]
    assert len(names(folder, folder, leaving_out=(folder,))) == 4


def test_a_pattern_that_the_shell_left_is_matched(folder: Path) -> None:
    assert names(folder, folder / "*.mp4", folder / "**" / "*.jpg") == ["b.mp4", "day 2/c.jpg"]


def test_what_holds_nothing_is_complained_of_and_the_rest_goes_on(folder: Path) -> None:
    (folder / "empty").mkdir()
    found = find([folder / "empty", folder / "*.avi", folder / "b.mp4"])
    assert [file.path.name for file in found.files] == ["b.mp4"]
    no_media, no_match = found.complaints
    assert "no video and no picture" in no_media
    assert "none is named like that" in no_match


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look into any folder")
def test_a_folder_that_may_not_be_looked_into_is_complained_of(folder: Path) -> None:
    (folder / "day 2").chmod(0)
    (complaint,) = find([folder]).complaints
    assert "cannot be looked into: Permission denied" in complaint


def test_places_are_below_the_folder_that_holds_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [str(file.place) for file in find([folder]).files][-1] == "day 2/new\nline.png"
    both = [folder / "b.mp4", folder / "day 2" / "c.jpg"]
    assert [str(file.place) for file in find(both).files] == ["b.mp4", "day 2/c.jpg"]
    monkeypatch.chdir(folder / "day 2")
    assert [str(file.place) for file in find([Path("c.jpg"), Path("../b.mp4")]).files] == [
        "day 2/c.jpg",
        "b.mp4",
    ]
    assert [str(file.place) for file in find([Path("c.jpg")]).files] == ["c.jpg"]
