"""Which files are videos or pictures by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

VIDEOS = frozenset(
    {
        ".3g2", ".3gp", ".asf", ".avi", ".dv", ".flv", ".h264", ".hevc", ".ivf", ".m2ts", ".m2v", ".m4v",
        ".mjpeg", ".mjpg", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf", ".nut", ".obu", ".ogv",
        ".rm", ".rmvb", ".ts", ".vob", ".webm", ".wmv", ".wtv", ".y4m",
    }
)  # fmt: skip
PICTURES = frozenset(
    {
        ".avif", ".bmp", ".dib", ".gif", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg", ".mpo", ".png",
        ".tif", ".tiff", ".webp",
    }
)  # fmt: skip
"""Those of kinds that are not read too: a folder's list of what could not be read is to be whole."""


def is_named_like_video(path: Path) -> bool:
    return path.suffix.lower() in VIDEOS


def is_named_like_picture(path: Path) -> bool:
    return path.suffix.lower() in PICTURES
