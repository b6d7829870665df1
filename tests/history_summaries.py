"""Summaries as a stream gives them, to be recorded by tests."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from aggregation.summary import Summary, Window
from inference.reading import EMOTIONS
from web.messages import summary_json

if TYPE_CHECKING:
    from inference.reading import Scores

WINDOWS = (Window("2s", 2.0, 0.5), Window("60s", 60.0, 5.0))
BEGAN = 1_795_000_000
"""UTC seconds, a multiple of every window's interval."""


def summaries(
    count: int, stream: str = "lobby", *, first: int = 1, window: Window = WINDOWS[0]
) -> list[Summary]:
    """The first ends one interval after `BEGAN` when its number is 1. Every seventh window saw nobody."""
    chance = random.Random(f"{stream} {window.name} {first}")
    return [_summary(stream, number, window, chance) for number in range(first, first + count)]


def shown(summary: Summary) -> dict[str, object]:
    """What the live interface would show of it, which is what the history keeps."""
    return summary_json(summary)


def _summary(stream: str, number: int, window: Window, chance: random.Random) -> Summary:
    faces = 0 if number % 7 == 0 else chance.randint(1, 40)
    mean = _shares(chance, faces)
    tops = [0] * len(EMOTIONS)
    for _ in range(faces):
        tops[chance.choice((3, 4, 4, 5))] += 1
    end = BEGAN + number * window.interval
    return Summary(
        stream=stream,
        window=window.name,
        sequence=number,
        start=end - window.length,
        end=end,
        smoothing_delay=0.25,
        frames=20,
        faces=faces,
        tracks=min(faces, 2),
        coverage=chance.choice((1.0, 1.0, 0.95, 1 / 3)),
        mean_scores=mean,
        face_distribution=tuple(top / faces for top in tops) if faces else None,
        dominant=EMOTIONS[mean.index(max(mean))] if mean else None,
        weight=float(faces),
    )


def _shares(chance: random.Random, faces: int) -> Scores | None:
    if not faces:
        return None
    parts = [chance.random() ** 4 for _ in EMOTIONS]
    return tuple(part / sum(parts) for part in parts)
