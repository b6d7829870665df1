"""One copy being made: the size it has, the drawing into its pictures, the film and the sound."""

from __future__ import annotations

import logging
from errno import EINVAL
from typing import TYPE_CHECKING

import av.error
import cv2
import numpy as np

from semblance.annotated.drawing import Drawing
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
        width, height = _fitted(pixels, *self._size)
        picture = np.array(pixels.bgr(width, height))  # which others may look at too
        scale = width / pixels.width, height / pixels.height
        self._drawing.draw(picture, measured.reading, scale)
        return _on_even_ground(picture, *self._size)

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


def _fitted(pixels: Pixels, width: int, height: int) -> tuple[int, int]:
    """The size at which a frame fits in, should its size have changed on the way."""
    factor = min(width / pixels.width, height / pixels.height)
    return min(width, round(pixels.width * factor)), min(height, round(pixels.height * factor))


def _on_even_ground(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """In the middle of black ground where it is smaller; its edge repeated where a side is odd."""
    left, top = (width - picture.shape[1]) // 2, (height - picture.shape[0]) // 2
    right, bottom = width - picture.shape[1] - left, height - picture.shape[0] - top
    if left or top or right or bottom:
        picture = np.asarray(
            cv2.copyMakeBorder(picture, top, bottom, left, right, cv2.BORDER_CONSTANT), np.uint8
        )
    if width % 2 or height % 2:
        picture = np.asarray(
            cv2.copyMakeBorder(picture, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE), np.uint8
        )
    return picture
