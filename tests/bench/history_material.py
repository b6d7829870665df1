"""Summaries to record, of what real faces really show."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from bisect import bisect_left
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from aggregation import Aggregator, Window
from inference.reading import EMOTIONS, Box, Face, Reading, Scores
from tests.bench.material import clips

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from aggregation import Summary

BEGAN = 1_795_000_000
FPS = 10
WINDOW = Window("2s", 2.0, 0.5)


Scene: TypeAlias = "list[Sequence[Face]]"
"""The faces of one frame after the other."""


class _Look(NamedTuple):
    """What one frame of a clip shows: of each face its track, quality and scores."""

    pts: float
    faces: Sequence[tuple[int, float, Scores]]


def summaries(folder: Path, hours: float) -> list[Summary]:
    """So many hours of one stream, two a second, with faces all the time."""
    aggregator = Aggregator("bench", [WINDOW], expected_interval=1 / FPS)
    scenes = _scenes([clip for clip in _analysed(folder) if len(clip) > 2 * FPS], random.Random(1))
    found = (aggregator.add(reading, reading.captured_utc) for reading in _readings(scenes, hours * 3600))
    return list(chain.from_iterable(found))


def _analysed(folder: Path) -> list[list[_Look]]:
    command = [sys.executable, "-m", "semblance", "analyze", *map(str, clips(folder))]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    looks: dict[str, list[_Look]] = defaultdict(list)
    for document in map(json.loads, done.stdout.splitlines()):
        if document["type"] == "reading":
            looks[document["file"]].append(
                _Look(document["pts"] or 0.0, [_face(each) for each in document["faces"]])
            )
    return list(looks.values())


def _face(document: dict[str, object]) -> tuple[int, float, Scores]:
    scores = document["scores"]
    assert isinstance(scores, dict)
    return int(str(document["id"])), float(str(document["quality"])), tuple(scores[name] for name in EMOTIONS)


def _scenes(looks: Sequence[Sequence[_Look]], chance: random.Random) -> Iterator[Scene]:
    """Parts of clips, forwards or backwards, between two frames, livelier or calmer: no two are alike."""
    tracks = 0
    while True:
        clip = chance.choice(looks)
        times = [look.pts for look in clip]
        length, phase = clip[-1].pts * chance.uniform(0.4, 1.0), chance.random() / FPS
        backwards, power = chance.random() < 0.5, chance.uniform(0.85, 1.15)
        scene: list[Sequence[Face]] = []
        for number in range(int(length * FPS)):
            at = number / FPS + phase
            look = clip[min(bisect_left(times, clip[-1].pts - at if backwards else at), len(clip) - 1)]
            scene.append(
                [_face_of(tracks + track, quality, scores, power) for track, quality, scores in look.faces]
            )
        tracks += 100
        yield scene


def _face_of(track: int, quality: float, scores: Scores, power: float) -> Face:
    parts = [max(score, 1e-5) ** power for score in scores]
    return Face(
        track, Box(0.0, 0.0, 80.0, 80.0), (), 0.9, quality, tuple(part / sum(parts) for part in parts)
    )


def _readings(scenes: Iterator[Scene], seconds: float) -> Iterator[Reading]:
    number = 0
    for scene in scenes:
        for faces in scene:
            utc = BEGAN + number / FPS
            yield Reading("bench", number, number / FPS, utc, None, 640, 360, tuple(faces))
            number += 1
        if number > seconds * FPS:
            return
