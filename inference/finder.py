"""The finder: the faces of frames, by a look at the whole picture now and then and close looks between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inference.attention import Attention
from inference.detections import joined, overlaps
from inference.look import LOOKS, Look
from inference.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.closer import Closer
    from inference.detections import Detections
    from inference.detector import Detector
    from inference.options import Every
    from inference.regions import Region
    from stream.frame import Frame, Pixels

_LARGE = 100
"""Pixels of the detector's input. Faces above that are misplaced by a look at the whole picture, the larger
the worse, and are always looked at closely too: see `inference.regions.FACE`."""
_REPLACED = 0.2
"""What shares so much with a face that was found closely is what the whole look took it for."""
_DEAR = 0.75
"""Above this share of what a look at the whole picture costs, close looks are not worth what they miss."""
_BESIDES = 10_000
"""Pixels of the input that a CPU looks at in the time that a look takes besides, whatever its size: a third
of a millisecond."""


@dataclass(slots=True)
class _Asked:
    """A frame, and what its stream says of it; without `attention` every one is looked at wholly."""

    index: int
    frame: Frame
    look: Look
    attention: Attention | None
    regions: list[Region] | None = None


class Finder:
    """Finds the faces of frames. To be called from one thread at a time.

    Between two looks at the whole picture faces are found again by the same detector in small regions about
    where they were: evidence of every frame, at about a tenth of the cost. What a face is missed in, or a
    scene that changed, is looked at wholly at once.
    """

    def __init__(
        self, detector: Detector, closer: Closer | None, every: Every = 1, confident: float = 0.5
    ) -> None:
        """Without a `closer` every frame is looked at wholly, and so once: of a model of a fixed size."""
        self.detector = detector
        self._closer = closer
        self._every: Every = every if closer else 1
        self._streams = Remembered(lambda: Attention(self._every, confident))

    def find(
        self, frames: Sequence[Frame], looks: Sequence[Look], whole: Sequence[bool] = ()
    ) -> list[Detections]:
        """The faces of each frame, best first; those of one stream must come in capture order.

        Frames that are to be looked at `whole` are, whatever their streams show.
        """
        found: dict[int, Detections] = {}
        # What is found in one frame of a stream says where to look in the next.
        for round_ in [range(len(frames))] if self._every == 1 else _rounds(frames):
            asked = [
                self._asked(index, frames[index], looks[index], bool(whole) and whole[index])
                for index in round_
            ]
            found.update(self._round(asked))
        return [found[index] for index in range(len(frames))]

    def find_anew(self, frames: Sequence[Frame], looks: Sequence[Look]) -> list[Detections]:
        """The same, with nothing known of the streams: the first frame of each is looked at wholly."""
        self._streams.forget_all()
        return self.find(frames, looks)

    def search(self, picture: Pixels, look: Look) -> Detections:
        """The faces of a single picture: see `Detector.search`."""
        return self._placed(picture, look, self.detector.search(picture, look))

    def look(self, picture: Pixels, look: Look) -> Detections:
        """One of the looks that a search takes."""
        return self.detector.detect([picture], [look])[0]

    def together(self, picture: Pixels, look: Look, found: Sequence[Detections]) -> Detections:
        """What a search found in all its looks, the large faces placed by close ones."""
        return self._placed(picture, look, self.detector.together(picture, found))

    def warm(self, limit: int) -> None:
        """Run every size of batch once; on a GPU the first run of each takes long."""
        self.detector.warm(limit)
        if self._closer is not None:
            self._closer.warm(limit)

    def forget(self, stream: str) -> None:
        """Drop what is kept of a stream."""
        self._streams.forget(stream)

    def _asked(self, index: int, frame: Frame, look: Look, whole: bool) -> _Asked:
        if self._every == 1:
            return _Asked(index, frame, look, None)
        attention = self._streams.of(frame.stream)
        places = attention.places(frame, look)
        if places is None or whole or self._closer is None:
            return _Asked(index, frame, look, attention)
        regions = self._closer.regions(frame.pixels, places.boxes, attention.room)
        cost = sum(one.side**2 + _BESIDES for one in regions)
        dear = cost > _DEAR * (self.detector.area(frame.pixels, look) + _BESIDES)
        return _Asked(index, frame, look, attention, None if dear else regions)

    def _round(self, asked: Sequence[_Asked]) -> dict[int, Detections]:
        """Frames of which no two are of one stream."""
        found: dict[int, Detections] = {}
        wholly = [one for one in asked if one.regions is None]
        closely = [one for one in asked if one.regions is not None]
        for one, seen in zip(closely, self._closely(closely), strict=True):
            if one.attention is None or one.attention.saw(seen):
                found[one.index] = seen
            else:
                wholly.append(one)
        for one, seen in zip(wholly, self._wholly(wholly), strict=True):
            if one.attention is not None:
                one.attention.saw_all(seen)
            found[one.index] = seen
        return found

    def _closely(self, asked: Sequence[_Asked]) -> list[Detections]:
        if not asked or self._closer is None:
            return []
        pictures = [one.frame.pixels for one in asked]
        return self._closer.look(
            pictures, [one.regions or [] for one in asked], [one.look.smallest for one in asked]
        )

    def _wholly(self, asked: Sequence[_Asked]) -> list[Detections]:
        if not asked:
            return []
        pictures, looks = [one.frame.pixels for one in asked], [one.look for one in asked]
        return self._refined(pictures, looks, self.detector.detect(pictures, looks))

    def _placed(self, picture: Pixels, look: Look, found: Detections) -> Detections:
        usual = Look(min(look.size, LOOKS["normal"].size), look.smallest)
        return self._refined([picture], [usual], [found])[0]

    def _refined(
        self, pictures: Sequence[Pixels], looks: Sequence[Look], found: Sequence[Detections]
    ) -> list[Detections]:
        """What was found in whole pictures, with the large faces placed by a close look."""
        if self._closer is None:
            return list(found)
        regions = [
            self._closer.regions(picture, _large(of_it, picture, look).boxes)
            for picture, look, of_it in zip(pictures, looks, found, strict=True)
        ]
        which = [index for index, of_it in enumerate(regions) if of_it]
        refined = list(found)
        if which:
            closely = self._closer.look(
                [pictures[index] for index in which],
                [regions[index] for index in which],
                [looks[index].smallest for index in which],
            )
            for index, again in zip(which, closely, strict=True):
                refined[index] = _replaced(found[index], again)
        return refined


def _rounds(frames: Sequence[Frame]) -> Sequence[Sequence[int]]:
    """The frames' indices: the first of each stream, then the second of each, and so on."""
    rounds: list[list[int]] = []
    seen: dict[str, int] = {}
    for index, frame in enumerate(frames):
        place = seen[frame.stream] = seen.get(frame.stream, -1) + 1
        if place == len(rounds):
            rounds.append([])
        rounds[place].append(index)
    return rounds


def _large(found: Detections, picture: Pixels, look: Look) -> Detections:
    factor = min(1.0, look.size / max(picture.width, picture.height))
    return found.chosen(found.boxes[:, 2:].max(1, initial=0) * factor > _LARGE)


def _replaced(found: Detections, again: Detections) -> Detections:
    if not len(again):
        return found
    apart = overlaps(found.boxes, again.boxes).max(1) < _REPLACED
    return joined(again, found.chosen(apart))
