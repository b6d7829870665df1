"""All that is heard of a video: its sound tracks, for its copy."""

from __future__ import annotations

import logging
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from semblance.annotated.original import opened
from semblance.annotated.sound_track import SoundTrack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from av import Packet
    from av.audio.stream import AudioStream
    from av.container import OutputContainer

logger = logging.getLogger(__name__)

_MOST_TRACKS = 8
"""Each has an opening of the file of its own."""


class Sound:
    """To be used from one thread, and closed."""

    def __init__(self, tracks: Sequence[SoundTrack]) -> None:
        self._tracks = tracks

    @classmethod
    def of(cls, file: str, start: float) -> Sound | None:
        """`start` is when the pictures begin, in the file's own time; `None` where there is no sound.

        Raises `SourceError`.
        """
        places = _places(file)
        if len(places) > _MOST_TRACKS:
            logger.warning(
                "%s: has %d sound tracks, the copy has the first %d", file, len(places), _MOST_TRACKS
            )
        with ExitStack() as on_failure:
            tracks: list[SoundTrack] = []
            for place in places[:_MOST_TRACKS]:
                tracks.append(SoundTrack.of(file, place, start))
                on_failure.callback(tracks[-1].close)
            on_failure.pop_all()
        return cls(tracks) if tracks else None

    def join(self, container: OutputContainer) -> None:
        """Adds the tracks to a container that is about to be written."""
        for track in self._tracks:
            track.join(container)

    def until(self, seconds: float) -> Iterator[Packet[AudioStream]]:
        """What is heard up to a time of the copy, and not given yet, ready to be written."""
        for track in self._tracks:
            yield from track.until(seconds)

    def close(self) -> None:
        for track in self._tracks:
            track.close()


def _places(file: str) -> list[int]:
    """Where among the streams of the file those are that can be heard."""
    with closing(opened(file).container) as container:
        return [track.index for track in container.streams.audio if _is_known(track)]


def _is_known(track: AudioStream) -> bool:
    context = track.codec_context
    return context is not None and context.sample_rate > 0 and context.layout.nb_channels > 0
