"""Windows drawn as text, one sign a window, for tests of rules.

h n s ...  the first letters of emotions (u: surprise): a face that clearly shows it
0 to 9     happiness of so many tenths, the rest neutral
.          no face
?          a face that could not be read
-          nothing was seen at all, as of a camera that is down
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregation import Summary, Window
from inference.reading import EMOTIONS
from tests.aggregation_reference import pure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregation.event import Event
    from inference.reading import Scores

EPOCH = 1_795_000_000.0
TWO = Window("2s", 2.0, 0.5)
MINUTE = Window("60s", 60.0, 5.0)
_LETTERS = {("u" if name == "surprise" else name[0]): name for name in EMOTIONS}


def drawn(picture: str, *, began: float = EPOCH, window: Window = TWO, first: int = 1) -> list[Summary]:
    """The first window ends at `began`; each next one an interval later."""
    return [
        _window(sign, window, began + index * window.interval, first + index)
        for index, sign in enumerate(picture)
    ]


def with_scores(
    scores: Scores | None,
    end: float,
    *,
    sequence: int = 1,
    window: Window = TWO,
    stream: str = "lobby",
    frames: int = 20,
    faces: int = 20,
    tracks: int = 1,
    coverage: float = 1.0,
    weight: float = 0.0,
) -> Summary:
    start = end - window.length
    top = None if scores is None else EMOTIONS[scores.index(max(scores))]
    spread = None if top is None else pure(top)
    return Summary(
        stream=stream,
        window=window.name,
        sequence=sequence,
        start=start,
        end=end,
        smoothing_delay=0.25,
        frames=frames,
        faces=faces,
        tracks=tracks,
        coverage=coverage,
        mean_scores=scores,
        face_distribution=spread,
        dominant=top,
        weight=weight,
    )


def happiness(share: float) -> Scores:
    """So much of it, the rest neutral."""
    return tuple(share if name == "happiness" else (1 - share) * (name == "neutral") for name in EMOTIONS)


def story(events: Sequence[Event], began: float = EPOCH) -> list[tuple[float, str]]:
    """When, and what is now, or which phase began."""
    return [(each.at - began, str(each.after) if each.phase == "changed" else each.phase) for each in events]


def _window(sign: str, window: Window, end: float, sequence: int) -> Summary:
    match sign:
        case ".":
            return with_scores(None, end, sequence=sequence, window=window, faces=0, tracks=0)
        case "?":
            return with_scores(None, end, sequence=sequence, window=window)
        case "-":
            return with_scores(
                None, end, sequence=sequence, window=window, frames=0, faces=0, tracks=0, coverage=0.0
            )
    scores = happiness(int(sign) / 10) if sign.isdigit() else pure(_LETTERS[sign])
    return with_scores(scores, end, sequence=sequence, window=window)
