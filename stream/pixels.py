"""Pictures that are converted only when somebody asks: decoded video frames."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import cv2
import numpy as np
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from stream.frame import Grey, Part
from stream.planes import converted, halved, has_planes

if TYPE_CHECKING:
    from av import VideoFrame
    from numpy.typing import NDArray

    from stream.frame import Planes

_FULL_RANGE_LUMA = frozenset({"gray", "yuvj420p", "yuvj422p", "yuvj444p", "yuvj440p", "yuvj411p"})
_LUMA_FIRST = _FULL_RANGE_LUMA | {
    "yuv420p", "yuv422p", "yuv444p", "yuv440p", "yuv411p", "yuv410p", "yuva420p", "yuva422p", "yuva444p",
    "nv12", "nv21", "nv16", "nv24",
}  # fmt: skip
_LIMITED_BLACK, _LIMITED_WHITE = 16, 235  # ITU-R BT.601 and BT.709, 8 bits
_CLOCKWISE = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}
_MOST_SIZES = 4


class Scaler:
    """Converts and scales the pictures of one source, keeping what FFmpeg prepares for each target size.

    May be called from several threads; those that want different sizes do not wait for each other.
    """

    def __init__(self) -> None:
        self._prepared: dict[tuple[int, int, str], _Prepared] = {}
        self._lock = threading.Lock()

    def convert(self, frame: VideoFrame, width: int, height: int, layout: str) -> NDArray[np.uint8]:
        """`layout` is FFmpeg's name of a packed 8-bit pixel format: `bgr24` or `gray`."""
        smaller = width < frame.width or height < frame.height
        prepared = self._for((width, height, layout))
        with prepared.lock:
            converted = prepared.reformatter.reformat(
                frame,
                width,
                height,
                layout,
                interpolation=Interpolation.AREA if smaller else Interpolation.BILINEAR,
                threads=1,
            )
        return np.asarray(converted.to_ndarray(), np.uint8)

    def _for(self, key: tuple[int, int, str]) -> _Prepared:
        with self._lock:
            if key not in self._prepared:
                if len(self._prepared) >= _MOST_SIZES:
                    self._prepared.pop(next(iter(self._prepared)))
                self._prepared[key] = _Prepared()
            return self._prepared[key]


class _Prepared:
    """What FFmpeg keeps for one size, for one thread at a time."""

    __slots__ = ("lock", "reformatter")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reformatter = VideoReformatter()


class AvPixels:
    """A decoded frame, turned upright as its display matrix says."""

    __slots__ = ("_frame", "_quarter_turns", "_scaler")

    def __init__(self, frame: VideoFrame, scaler: Scaler) -> None:
        self._frame = frame
        self._scaler = scaler
        self._quarter_turns = round(frame.rotation / 90) % 4  # counter-clockwise

    @property
    def width(self) -> int:
        return self._frame.height if self._quarter_turns % 2 else self._frame.width

    @property
    def height(self) -> int:
        return self._frame.width if self._quarter_turns % 2 else self._frame.height

    def bgr(self, width: int, height: int) -> NDArray[np.uint8]:
        if self._quarter_turns % 2:
            width, height = height, width
        return self._upright(self._scaler.convert(self._frame, width, height, "bgr24"))

    def part(self, part: Part) -> NDArray[np.uint8]:
        if has_planes(self._frame):
            return self._upright(converted(self._frame, self._stored(part)))
        shrink = part.shrink
        whole = self.bgr(max(1, self.width // shrink), max(1, self.height // shrink))
        left, top = part.left // shrink, part.top // shrink
        cut = whole[top : top + part.height // shrink, left : left + part.width // shrink]
        return np.ascontiguousarray(cut)

    def grey(self) -> Grey:
        frame = self._frame
        name = frame.format.name
        if name not in _LUMA_FIRST or frame.planes[0].line_size < frame.width:
            return Grey(self._upright(self._scaler.convert(frame, frame.width, frame.height, "gray")))
        plane = frame.planes[0]
        flat: NDArray[np.uint8] = np.frombuffer(plane, np.uint8)  # type: ignore[call-overload]  # a buffer in C
        rows = flat.reshape(frame.height, plane.line_size)
        values = self._upright(rows[:, : frame.width])
        if name in _FULL_RANGE_LUMA or frame.color_range == ColorRange.JPEG:
            return Grey(values)
        return Grey(values, _LIMITED_BLACK, _LIMITED_WHITE)

    def planes(self) -> Planes | None:
        return None if self._quarter_turns else halved(self._frame)

    def _stored(self, part: Part) -> Part:
        """The part where it lies before it is turned upright."""
        right, bottom = self.width - part.left - part.width, self.height - part.top - part.height
        match self._quarter_turns:
            case 1:
                return Part(bottom, part.left, part.height, part.width, part.shrink)
            case 2:
                return Part(right, bottom, part.width, part.height, part.shrink)
            case 3:
                return Part(part.top, right, part.height, part.width, part.shrink)
        return part

    def _upright(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if not self._quarter_turns:
            return picture
        return np.asarray(cv2.rotate(picture, _CLOCKWISE[self._quarter_turns]), np.uint8)
