"""Models and detail chosen: on the command line, in the configuration, over REST."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import cv2
import pytest

from models.registry import shipped
from stream.pattern.scene import Scene
from tests.e2e.service import COMMAND, PERSON, serving
from tests.yunet import yunet_json

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.timeout(90)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "people.png"
    cv2.imwrite(str(path), Scene(people=2).render(2.0))
    return path


def analyzed(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(COMMAND), "analyze", *words], capture_output=True, text=True, check=False, timeout=60
    )


def faces(*words: str) -> list[dict[str, Any]]:
    done = analyzed(*words)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["faces"]
    return found


@pytest.mark.parametrize("option", ["--detector", "--classifier"])
def test_a_model_nobody_knows_is_wrong_usage(picture: Path, option: str) -> None:
    done = analyzed(str(picture), option, "bluenet")
    assert (done.returncode, done.stdout) == (2, "")
    assert "bluenet" in done.stderr
    assert shipped("face").name in done.stderr
    assert "Traceback" not in done.stderr


def test_a_model_of_the_other_task_is_wrong_usage(picture: Path) -> None:
    done = analyzed(str(picture), "--detector", shipped("emotion").name)
    assert done.returncode == 2
    assert "for the task emotion, not for face" in done.stderr


def test_a_broken_model_is_a_failure_told_in_a_sentence(picture: Path, tmp_path: Path) -> None:
    (tmp_path / "face.onnx").write_bytes(b"this is no model")
    manifest = yunet_json(tmp_path / "face.onnx")
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    done = analyzed(str(picture), "--detector", str(tmp_path / "manifest.json"))
    assert done.returncode == 1
    assert "face.onnx" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") <= 3


def test_a_detector_of_ones_own_reads_pictures(data: Path, picture: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(yunet_json(data / "reference_models/yunet_n_640_640.onnx")), "utf-8")
    assert len(faces(str(picture), "--detector", str(manifest), "--detail", "low")) == 2


def test_the_lower_the_confidence_asked_for_the_more_is_found(picture: Path) -> None:
    usual, all_there_is = faces(str(picture)), faces(str(picture), "--min-confidence", "0.02")
    assert len(usual) == 2
    assert len(all_there_is) > 2


def test_a_stream_has_its_detail_and_takes_another(tmp_path: Path) -> None:
    settings = {"streams": [{"id": "people", "url": PERSON, "detail": "low"}]}
    with serving(tmp_path, settings) as service:
        assert service.stream("people")["detail"] == "low"
        answer = service.http.patch("/api/v1/streams/people", json={"detail": "high"})
        assert (answer.status_code, answer.json()["detail"]) == (200, "high")
        service.wait_for_state("people", "running", 20)
        assert service.http.patch("/api/v1/streams/people", json={"detail": "max"}).status_code == 422


def test_the_service_says_once_that_a_better_detector_can_be_pulled(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        assert service.written().count("semblance models pull yunet") == 1


def test_a_detector_that_was_pulled_is_used_and_shown(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "yunet"
    folder.mkdir()
    manifest = {**yunet_json(data / "reference_models/yunet_n_640_640.onnx"), "name": "yunet"}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    monkeypatch.setenv("SEMBLANCE_MODELS", str(tmp_path))
    with serving(tmp_path) as service:
        models = {
            model["task"]: model["name"] for model in service.http.get("/api/v1/models").json()["models"]
        }
        assert models == {"face": "yunet", "emotion": shipped("emotion").name}
        assert "models pull" not in service.written()


def test_a_service_told_to_use_a_model_nobody_knows_does_not_start(tmp_path: Path) -> None:
    config = tmp_path / "semblance.yaml"
    config.write_text("inference: {detector: bluenet}\n", "utf-8")
    done = subprocess.run(
        [str(COMMAND), "serve", "--config", str(config), "--port", "0"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "bluenet" in done.stderr
    assert "Traceback" not in done.stderr
