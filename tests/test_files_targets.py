"""Where results are written."""

import os
from pathlib import Path

import pytest

from semblance.failure import UsageFailure
from semblance.files.found import Input
from semblance.files.targets import Target, Targets


def test_a_slash_at_the_end_or_a_folder_that_is_there_means_a_file_each(tmp_path: Path) -> None:
    assert Target.of(f"{tmp_path}/new/").folder
    assert Target.of(str(tmp_path)).folder
    assert not Target.of(f"{tmp_path}/new").folder


def test_a_result_lies_where_its_file_does(tmp_path: Path) -> None:
    file = Input(Path("in/day 1/a.mov"), Path("day 1/a.mov"))
    folder = Target(tmp_path, folder=True)
    targets = Targets(folder, folder, None, ".csv")
    assert folder.of_file(file, ".csv") == tmp_path / "day 1" / "a.mov.csv"
    assert targets.video_of(file) == tmp_path / "day 1" / "a.mov.mp4"
    assert targets.video_of(Input(Path("in/b.MP4"), Path("b.MP4"))) == tmp_path / "b.MP4"
    assert targets.video_of(Input(Path("in/c.jpg"), Path("c.jpg"))) is None


def test_the_longest_names_stay_apart_and_can_be_written(tmp_path: Path) -> None:
    folder = Target(tmp_path, folder=True)
    names = [f"{'ä' * 124}{end}.mp4" for end in "12"]
    paths = [folder.of_file(Input(Path(name), Path(name)), ".jsonl") for name in names]
    assert len(set(paths)) == 2
    for path in paths:
        path.with_name(f"{path.name}.part").touch()
        assert len(os.fsencode(path.name)) <= 240


def test_what_is_there_must_be_whole_and_newer_than_its_file(tmp_path: Path) -> None:
    video = tmp_path / "a.mp4"
    video.touch()
    file, out = Input(video, Path("a.mp4")), tmp_path / "out"
    out.mkdir()
    targets = Targets(Target(out, folder=True), Target(out, folder=True), None, ".csv")
    assert not targets.are_there(file)
    (out / "a.mp4.csv").touch()
    assert not targets.are_there(file), "the copy is missing"
    (out / "a.mp4").touch()
    assert targets.are_there(file)
    os.utime(out / "a.mp4.csv", (0, 0))
    assert not targets.are_there(file)


def test_two_things_must_not_go_to_one_place(tmp_path: Path) -> None:
    folder = Target(tmp_path, folder=True)
    files = [Input(Path(name), Path(name)) for name in ("d/a.mov", "d/a.mov.mp4")]
    with pytest.raises(UsageFailure, match=r"the --video of d/a\.mov and the --video of d/a\.mov\.mp4"):
        Targets(None, folder, None, ".csv").check(files)
    one = Target(tmp_path / "y.mp4", folder=False)
    with pytest.raises(UsageFailure, match=r"the --output and the --video of d/a\.mov"):
        Targets(one, one, None, ".csv").check(files[:1])
    Targets(one, None, None, ".csv").check(files)


def test_what_is_written_beside_must_not_be_one_of_the_files_either(tmp_path: Path) -> None:
    file = Input(tmp_path / "clip.mp4.part", Path("clip.mp4.part"))
    with pytest.raises(UsageFailure, match="write to another"):
        Targets(None, Target(tmp_path / "clip.mp4", folder=False), None, ".csv").check([file])
