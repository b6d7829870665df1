"""What the command line asks of `semblance bench`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from semblance.failure import UsageFailure

if TYPE_CHECKING:
    from inference.options import Setting

SIDES = 160, 3840
"""The shortest and the longest side of a drawn picture, in pixels."""
CAMERA = 25.0
"""Frames a second of a drawn camera, unless more are to be analysed."""
_SIZE = re.compile(r"(\d{1,5})x(\d{1,5})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A camera that films so many drawn people: pictures of this `size` (width, height), `fps` a second."""

    size: tuple[int, int] = (640, 360)
    faces: int = 1
    fps: float = CAMERA


@dataclass(frozen=True, slots=True)
class Wishes:
    """How many streams are carried whose frames, `fps` a second, are read within `latency` seconds.

    All of them play `material`: a file, or what is drawn. Each number of streams is watched for `seconds`,
    and more than `most` are not tried. Without a `provider` the models run on what the settings say.
    """

    material: Path | Drawn
    fps: float
    latency: float
    seconds: float
    provider: Setting | None
    most: int


def material(
    file: str | None, size: str | None, faces: int | None, camera: float | None, fps: float
) -> Path | Drawn:
    """What is played, of options that may have been left out. Raises `UsageFailure`."""
    if file is not None:
        for option, value in (("--size", size), ("--faces", faces), ("--camera-fps", camera)):
            if value is not None:
                raise UsageFailure(f"{option} is for drawn pictures, and {file} has its own; leave one out")
        if not file:
            raise UsageFailure("the FILE has an empty name; is a variable of the shell not set?")
        return Path(file)
    camera = max(CAMERA, fps) if camera is None else camera
    if camera < fps:
        raise UsageFailure(
            f"a camera with --camera-fps {camera:g} does not have --fps {fps:g} to be analysed"
        )
    return Drawn(_size(size or "640x360"), faces or 1, camera)


def _size(text: str) -> tuple[int, int]:
    match = _SIZE.fullmatch(text)
    if match is None:
        raise UsageFailure(f"--size {text!r} is no size; write width and height in pixels: 640x360")
    width, height = int(match[1]), int(match[2])
    low, high = SIDES
    if not (low <= width <= high and low <= height <= high):
        raise UsageFailure(
            f"--size {text}: a drawn picture has {low} to {high} pixels a side; for others, name a FILE"
        )
    if width % 2 or height % 2:
        raise UsageFailure(f"--size {text}: H.264 takes even numbers of pixels alone")
    return width, height
