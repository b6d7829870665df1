"""One copy being made: the size it has, the drawing into its pictures, the film and the sound."""

from __future__ import annotations

import logging
from errno import EINVAL
from typing import TYPE_CHECKING

import av.error
import cv2
import numpy as np

from semblance.annotated.drawing import Drawing, Placing
from semblance.annotated.film import Film
from semblance.annotated.original import Original, original_of
from semblance.annotated.sound import Sound
from stream.source import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from inference.measured import Measured
    from stream.frame import Pixels
    from stream.source import SourceInfo

logger = logging.getLogger(__name__)

_USUAL_RATE = 25.0


class Copy:
    """Blocks; `drawn` may run in another thread than the rest. Raises what `Film` raises."""

    def __init__(self, path: Path, file: str, info: SourceInfo) -> None:
        if path.exists() and path.samefile(file):
            raise OSError(EINVAL, "it is the video itself; name another")
        self._size = info.width, info.height
        original = _original(file)
        self._sound = _sound(file, original)
        self._drawing = Drawing(info.width, info.height, info.duration)
        even = info.width + info.width % 2, info.height + info.height % 2
        try:
            self.film = Film(path, *even, info.fps or _USUAL_RATE, original, self._sound)
        except BaseException:
            self._close_sound()
            raise

    def drawn(self, measured: Measured) -> NDArray[np.uint8]:
        """The frame with all that is drawn into it, as large as the film is."""
        pixels = measured.frame.pixels
        picture, placing = _fitted(pixels, *self._size)
        self._drawing.draw(picture, measured.reading, placing)
        return _even(picture)

    def finish(self) -> None:
        self.film.finish()
        self._close_sound()

    def discard(self) -> None:
        self.film.discard()
        self._close_sound()

    def _close_sound(self) -> None:
        if self._sound is not None:
            self._sound.close()


def _original(file: str) -> Original:
    try:
        return original_of(file)
    except SourceError as error:  # it could be opened a moment ago
        logger.warning("%s The copy's sound may be out of step.", error.message)
        return Original()


def _sound(file: str, original: Original) -> Sound | None:
    try:
        return Sound.of(file, original.start)
    except (SourceError, av.error.FFmpegError) as error:
        logger.warning("%s: its sound cannot be read, the copy has none: %s", file, error)
        return None


def _fitted(pixels: Pixels, width: int, height: int) -> tuple[NDArray[np.uint8], Placing]:
    """A frame as a picture of this size: in the middle of black ground, should its own have changed."""
    factor = min(width / pixels.width, height / pixels.height)
    inner = min(width, round(pixels.width * factor)), min(height, round(pixels.height * factor))
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    picture = np.zeros((height, width, 3), np.uint8)
    picture[top : top + inner[1], left : left + inner[0]] = pixels.bgr(*inner)
    return picture, Placing(inner[0] / pixels.width, inner[1] / pixels.height, left, top)


def _even(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same with its last column and row repeated where their number is odd: H.264 wants it even."""
    rows, columns = picture.shape[:2]
    if not rows % 2 and not columns % 2:
        return picture
    edge = cv2.copyMakeBorder(picture, 0, rows % 2, 0, columns % 2, cv2.BORDER_REPLICATE)
    return np.asarray(edge, np.uint8)
