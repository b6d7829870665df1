"""`semblance bench` as a whole, with the real models on a small clip."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from semblance.bench import command, findings, load
from semblance.bench.command import bench
from semblance.bench.progress import Progress
from semblance.bench.spending import STAGES
from semblance.bench.wishes import Drawn, Wishes
from semblance.failure import Failure, UsageFailure
from semblance.stopping import Stop

if TYPE_CHECKING:
    from pathlib import Path

SMALL = Drawn((320, 180), 1, 10.0)


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go; the machine settles at once, and nobody else is on it."""
    monkeypatch.setattr(load, "_SETTLED", 0.1)
    monkeypatch.setattr(findings, "_LONGER", 1)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(load, "Others", Idle)
    return tmp_path


class Idle:
    """What other programs take of a machine that runs none."""

    def cores(self) -> float:
        return 0.0


class Crowded:
    """What they take where there are many of them."""

    def cores(self) -> float:
        return 1000.0


def wishes(material: Path | Drawn = SMALL, latency: float = 60.0) -> Wishes:
    return Wishes(material, 5.0, latency, 2.0, "cpu", 1)


def test_the_object_says_what_was_carried_and_where_the_time_went(
    temporary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench(wishes(), Stop(), as_json=True)
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert err == ""
    assert found["complete"]
    assert not found["disturbed"]
    assert found["streams"] == 1
    assert found["framesPerSecond"] == pytest.approx(5, abs=1.5)
    assert 0 < found["latency"]["p50"] <= found["latency"]["p95"]
    assert found["facesPerFrame"] == pytest.approx(1, abs=0.3)
    stages = found["stages"]
    assert list(stages) == list(STAGES)
    assert sum(stage["share"] for stage in stages.values()) == pytest.approx(1, abs=0.02)
    assert stages["detect"]["secondsPerFrame"] > 1e-4
    assert found["bottleneck"]["name"] == "none found"
    assert {model["provider"] for model in found["models"]} == {"cpu"}
    assert found["asked"]["width"] == 320
    assert list(temporary.iterdir()) == []


def test_where_not_one_stream_is_carried_the_figures_are_told_and_it_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "Others", Crowded)
    with pytest.raises(Failure, match=r"not even one such stream is carried within 0.1 ms"):
        bench(wishes(latency=1e-4), Stop(), as_json=False)
    out, err = capsys.readouterr()
    assert err.startswith("semblance: other programs took more than a quarter of the processor meanwhile")
    assert "other programs: other programs keep 1000.00 of" in out
    assert out.startswith("0 streams of 320x180 at 5 frames/s\n")
    for said in ("from capture to reading", "bottleneck", "decode", "classify", "semblance-face"):
        assert said in out


def test_what_was_seen_before_an_interruption_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, temporary: Path
) -> None:
    class Impatient(Progress):
        """Somebody who presses Ctrl-C as soon as there is anything to see."""

        def tried(self, _trial: object, *, carried: bool) -> None:
            assert carried
            raise KeyboardInterrupt

    monkeypatch.setattr(command, "Progress", Impatient)
    with pytest.raises(Failure, match="interrupted") as ended:
        bench(wishes(), Stop(), as_json=True)
    assert ended.value.status == 130
    found = json.loads(capsys.readouterr().out)
    assert not found["complete"]
    assert found["streams"] == 1
    assert found["bottleneck"] is None
    assert list(temporary.iterdir()) == []


def test_a_file_that_cannot_be_played_is_wrong_usage(temporary: Path) -> None:
    with pytest.raises(UsageFailure, match="There is no file"):
        bench(wishes(temporary / "none.mp4"), Stop(), as_json=True)


def test_without_a_standard_output_nothing_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)
    with pytest.raises(Failure, match="standard output is closed, and the answer is written there"):
        bench(wishes(), Stop(), as_json=True)
