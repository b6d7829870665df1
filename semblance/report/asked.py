"""What was asked of the analysis, in words: how many frames, how small a face, how sure of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inference.look import LOOKS
from semblance.report.words import count

if TYPE_CHECKING:
    from stream.spec import Detail

_OF_VIDEOS, _OF_PICTURES = LOOKS["normal"], LOOKS["high"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is `None` was left to the analysis: every frame, the detail that suits the kind of file, faces of
    which the detector is as sure as its model wants it.
    """

    fps: float | None = None
    detail: Detail | None = None
    min_confidence: float | None = None

    def said(self) -> tuple[tuple[str, str], ...]:
        """Terms and what they came to."""
        return ("Frames", self._frames()), ("Detail", self._detail()), ("Confidence", self._confidence())

    def rate(self, fps: float | None) -> str | None:
        """How many frames a second were read of a video that has so many; `None` where it does not say."""
        if self.fps is not None and (fps is None or self.fps < fps):
            of = f" of {fps:.4g}" if fps else ""
            return f"at most {self.fps:.4g}{of} a second"
        return f"{fps:.4g} a second" if fps else None

    def _frames(self) -> str:
        if self.fps is None:
            return "every frame of a video is read."
        return (
            f"at most {self.fps:.4g} a second are read of a video (--fps). What happens between them is "
            "in no number."
        )

    def _detail(self) -> str:
        if self.detail is not None:
            look = LOOKS[self.detail]
            return (
                f"{self.detail} (--detail). Faces are looked for in frames and pictures shrunk to "
                f"{count(look.size)} pixels; those under {look.smallest:g} pixels are left out."
            )
        return (
            f"faces are looked for in frames shrunk to {_OF_VIDEOS.size} pixels, and in pictures shrunk to "
            f"{count(_OF_PICTURES.size)}; those under {_OF_VIDEOS.smallest:g} and {_OF_PICTURES.smallest:g} "
            "pixels are left out."
        )

    def _confidence(self) -> str:
        if self.min_confidence is None:
            return "faces of which the detector is as sure as suits its model."
        return f"only faces of which the detector is sure by {self.min_confidence:.4g} or more."
