"""How emotions and states look in a terminal: a word, a sign and a colour each, and bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Look:
    """`plain` is the sign where the terminal has ASCII alone."""

    sign: str
    plain: str
    style: str


EMOTION_LOOKS: Mapping[str, Look] = {
    "anger": Look("▲", "^", "#dd3b22"),
    "contempt": Look("✖", "x", "#bd5aa6"),
    "disgust": Look("■", "#", "#3b9a4e"),
    "fear": Look("◆", "%", "#8a63e0"),
    "happiness": Look("●", "o", "#bd7b00"),
    "neutral": Look("▬", "-", "#808488"),
    "sadness": Look("▼", "v", "#4169e1"),
    "surprise": Look("★", "*", "#1b8f9e"),
}
"""The dashboard's shapes and hues, of a lightness that both black and white grounds leave readable."""

NO_EMOTION = Look("·", ".", "dim")

STATE_LOOKS: Mapping[str, Look] = {
    "running": Look("✓", "+", "green"),
    "connecting": Look("…", ".", "cyan"),
    "reconnecting": Look("!", "!", "bold yellow"),
    "failed": Look("✗", "X", "bold red"),
    "ended": Look("∎", "-", "dim"),
}
UNKNOWN_STATE = Look("?", "?", "dim")

_EIGHTHS = " ▏▎▍▌▋▊▉"
_RISING = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Brush:
    """Draws with what the terminal has: Unicode, or ASCII alone."""

    ascii_only: bool = False

    def sign(self, look: Look) -> str:
        return look.plain if self.ascii_only else look.sign

    def dot(self) -> str:
        return "-" if self.ascii_only else "·"

    def bar(self, share: float, width: int) -> str:
        """A horizontal bar, `width` cells wide with what is empty of it; to an eighth of a cell."""
        share = min(max(share, 0.0), 1.0)
        if self.ascii_only:
            return ("=" * round(share * width)).ljust(width)
        cells, eighths = divmod(round(share * width * 8), 8)
        return ("█" * cells + _EIGHTHS[eighths]).rstrip().ljust(width) if cells < width else "█" * width

    def column(self, share: float) -> str:
        """A vertical bar of one cell; something, however small, is seen."""
        share = min(max(share, 0.0), 1.0)
        if self.ascii_only:
            return "." if share < 0.05 else str(min(9, round(share * 10)))
        return _RISING[max(1, round(share * 8))]
