"""The part of a source that blocks: opens an address, and plays it to its end."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from stream.av_medium import open_medium
from stream.playback import Playback
from stream.priority import give_way

if TYPE_CHECKING:
    from stream.handover import Handover
    from stream.media_timeline import MediaTimeline
    from stream.playback import Picture, Wishes
    from stream.source import SourceFigures, SourceInfo


class AvReader:
    """Runs in a thread; what it counts and learns can be read from any other."""

    def __init__(
        self, wishes: Wishes, figures: SourceFigures, timeline: MediaTimeline, info: SourceInfo | None
    ) -> None:
        self.info = info
        self.opening = True
        self._wishes = wishes
        self._figures = figures
        self._timeline = timeline

    def read(self, handover: Handover[Picture]) -> None:
        """Hands on pictures until the medium ends; raises `SourceError`."""
        if self._wishes.gentle:
            give_way()
        self._play(handover)
        while self._wishes.loop:
            self._play(handover)

    def _play(self, handover: Handover[Picture]) -> None:
        self.opening = True
        handover.breathe()
        wishes = self._wishes
        medium = open_medium(
            wishes.address,
            wishes.limits,
            live=wishes.live,
            gentle=wishes.gentle,
            hardware=wishes.hardware,
        )
        with closing(medium.container):
            handover.breathe()  # opening may have taken so long that nobody waits any more
            self.opening = False
            self._timeline.restart(medium.longest_gap)
            playback = Playback(medium, self._wishes, self._figures, self._timeline, handover)
            for info in playback.run():
                self.info = info
