"""The settings of the Emotion API: pictures and videos that programs send in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from platformdirs import user_state_path
from pydantic import Field, field_validator

from semblance.allowable import Allowable  # noqa: TC001 - pydantic reads the annotation
from semblance.part import Part
from web.emotion.options import EmotionOptions

_USUAL = EmotionOptions(Path())
_SMALLEST = 65_536
_MEGABYTE = 1024 * 1024


class EmotionApi(Part):
    """The Emotion API, at /emotion/v1.0. A video lies on disk from its arrival until it was read."""

    enabled: bool = True
    max_image: Annotated[int, Field(ge=_SMALLEST, le=64 * _MEGABYTE, description="Bytes of a picture.")] = (
        _USUAL.max_image
    )
    max_video: Annotated[int, Field(ge=_SMALLEST, le=1024**4, description="Bytes of a video.")] = (
        _USUAL.max_video
    )
    keep: Annotated[
        float,
        Field(
            ge=0,
            le=31_536_000,
            description="Seconds that a video's result can be asked for. 0: it goes when first read.",
        ),
    ] = _USUAL.keep
    concurrency: Annotated[int, Field(ge=1, le=16, description="Videos that are read at once.")] = (
        _USUAL.concurrency
    )
    waiting: Annotated[int, Field(ge=1, le=1000, description="Videos that may be unfinished at once.")] = (
        _USUAL.waiting
    )
    calls_per_minute: Annotated[
        int | None,
        Field(
            ge=1,
            le=1_000_000,
            description="Of each token, or of each address where there are none; null: as many as they like.",
        ),
    ] = _USUAL.calls_per_minute
    allow: Annotated[
        tuple[Allowable, ...],
        Field(
            max_length=1000,
            description="Private networks, addresses and names that all callers may have fetched from.",
        ),
    ] = ()
    folder: Annotated[
        Path | None, Field(description="Where videos wait and results lie; null: in the state folder.")
    ] = None

    @field_validator("folder")
    @classmethod
    def _is_no_file(cls, folder: Path | None) -> Path | None:
        if folder is None:
            return None
        if "\0" in str(folder):
            raise ValueError("this cannot be a folder's path")
        try:
            taken = folder.exists() and not folder.is_dir()
        except OSError as error:  # a folder that is locked, a name that is too long
            raise ValueError(f"{folder} cannot be used: {error.strerror or error}") from None
        if taken:
            raise ValueError(f"{folder} is no folder")
        return folder

    def options(self) -> EmotionOptions:
        """The same, in the words of the web layer."""
        return EmotionOptions(
            folder=self.folder or user_state_path("semblance") / "operations",
            max_image=self.max_image,
            max_video=self.max_video,
            keep=self.keep,
            concurrency=self.concurrency,
            waiting=self.waiting,
            calls_per_minute=self.calls_per_minute,
        )
