"""Frames in motion: where they come from, and how they are handed on."""

from stream.frame import Frame, Grey, Pixels
from stream.source import ErrorCode, Source, SourceError, SourceFigures, SourceInfo, State
from stream.spec import StreamSpec

__all__ = [
    "ErrorCode",
    "Frame",
    "Grey",
    "Pixels",
    "Source",
    "SourceError",
    "SourceFigures",
    "SourceInfo",
    "State",
    "StreamSpec",
]
