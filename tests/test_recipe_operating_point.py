"""How the prior correction and the temperature are chosen, and what of a clip is told."""

import json
from pathlib import Path

import numpy as np
import pytest

from models.emotion.ferplus import LABELS
from models.emotion.operating_point import Point, proposed, write
from models.emotion.trial import Read, clips
from models.manifest_file import read
from models.registry import shipped


def point(tau: float, accuracy: float, mean_recall: float) -> Point:
    return Point(tau, accuracy, mean_recall, 0.1, 0.6, 0.01, 0.01)


def test_the_best_recall_is_proposed_among_what_is_accurate_enough() -> None:
    points = [point(0, 0.86, 0.63), point(0.5, 0.84, 0.72), point(0.6, 0.83, 0.71), point(1, 0.75, 0.78)]
    assert proposed(points, 0.83).tau == 0.5
    assert proposed(points, 0.7).tau == 1


def test_where_nothing_is_accurate_enough_the_most_accurate_is_proposed() -> None:
    assert proposed([point(0, 0.6, 0.3), point(1, 0.5, 0.4)], 0.83).tau == 0


def test_a_written_point_changes_nothing_else_in_the_manifest(tmp_path: Path) -> None:
    before = json.loads(shipped("emotion").path.with_name("manifest.json").read_text(encoding="utf-8"))
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(before), encoding="utf-8")
    write(path, point(0.35, 0.84, 0.7))
    manifest = read(path)
    assert manifest.prior is not None
    assert (manifest.prior.tau, manifest.temperature) == (0.35, 0.6)
    after = json.loads(path.read_text(encoding="utf-8"))
    after["prior"]["tau"], after["temperature"] = before["prior"]["tau"], before["temperature"]
    assert after == before


def test_a_clip_is_read_by_its_mean_score_though_most_frames_say_otherwise() -> None:
    scores = np.full((3, len(LABELS)), 0.01)
    fear, surprise = LABELS.index("fear"), LABELS.index("surprise")
    scores[0, fear], scores[0, surprise] = 0.9, 0.1
    scores[1:, fear], scores[1:, surprise] = 0.4, 0.5
    (clip,) = clips(scores, np.full(3, fear))
    assert clip.right
    assert (clip.first[0], clip.second[0]) == ("fear", "surprise")
    assert (clip.first[1], clip.second[1]) == pytest.approx((1.7 / 3, 1.1 / 3))


def test_mistakes_come_with_the_most_frequent_first() -> None:
    table = np.zeros((8, 8), int)
    fear = LABELS.index("fear")
    table[fear, fear], table[fear, LABELS.index("surprise")], table[fear, LABELS.index("anger")] = 4, 3, 1
    assert Read(table).mistakes("fear") == [("surprise", 3), ("anger", 1)]
