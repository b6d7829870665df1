"""Readers of frames with live streams made up for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inference.options import PreviewOptions
from semblance.reader import Reader

if TYPE_CHECKING:
    from semblance.live_stream import LiveStream
    from web.service import Published


class Nobody:
    """Watches no previews."""

    def previews_wanted(self, stream: str) -> float:  # noqa: ARG002
        return 0.0

    def publish(self, message: Published) -> None:
        raise AssertionError(f"nobody wants {message}")

    def retract_previews(self, stream: str) -> None:
        pass


def no_stream(_stream: str) -> LiveStream | None:
    return None


def reader() -> Reader:
    """One without any stream."""
    return Reader(no_stream, Nobody(), PreviewOptions())
