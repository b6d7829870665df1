"""What a terminal shows while files are analysed."""

from pathlib import Path

import pytest

from semblance.files.found import Input
from semblance.files.outcome import Outcome
from semblance.files.watching import Watching


def test_on_a_narrow_terminal_it_can_be_read_which_file_it_is_and_how_many_are_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    files = [Input(Path(name), Path(name)) for name in ("desk.mp4", "door.mp4")]
    watching = Watching(files)
    with watching.shown():
        told = [watching.begin(file) for file in files]
        told[0](1000.0)
        watching.done(files[0], Outcome(1, 0, 1000.0))
    lines = capsys.readouterr().err
    assert "1 of 2 files" in lines
    assert "door.mp4" in lines
    assert "x real" in lines
