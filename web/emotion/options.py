"""What the Emotion API can be told: how much it takes, how long it keeps, how much it does at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class EmotionOptions:
    """`folder` is where operations lie. Sizes are bytes, times seconds.

    `keep` is how long the result of a video can be asked for; with 0 it goes when it was first read.
    `concurrency` videos are read at once, and at most `waiting` are unfinished; `calls_per_minute` is what
    each token may do, or each address where there are no tokens; `None` for as many as they like.
    """

    folder: Path
    max_image: int = 4 * 1024 * 1024
    max_video: int = 100 * 1024 * 1024
    keep: float = 86_400.0
    concurrency: int = 1
    waiting: int = 16
    calls_per_minute: int | None = None
