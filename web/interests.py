"""What one client has subscribed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.feed import KINDS, OF_THE_SERVICE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from web.feed import Kind

ALL = "*"


class TooManyStreamsError(Exception):
    """The subscription names more streams than one client may."""


class NotSubscribedError(Exception):
    """There is no such subscription to take back."""


class Interests:
    """The sum of the subscriptions: by kind of message and stream, the windows wanted.

    A stream may be `"*"`, which stands for every stream there is or will be; windows are named one by one
    and choose among summaries alone.
    `previews` are the pictures a second wanted, by stream.
    """

    __slots__ = ("_limit", "_previews", "_wanted")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._wanted: dict[Kind, dict[str, frozenset[str]]] = {kind: {} for kind in KINDS}
        self._previews: dict[str, float] = {}

    @property
    def previews(self) -> Mapping[str, float]:
        return self._previews

    def add(
        self,
        streams: Collection[str],
        kinds: Collection[Kind],
        windows: Collection[str],
        preview_fps: float = 1.0,
    ) -> None:
        """A rate of previews takes the place of that wanted before by the same name.

        Raises `TooManyStreamsError`, and then nothing is added.
        """
        named = {stream for wanted in self._wanted.values() for stream in wanted} | set(streams)
        if len(named) > self._limit:
            raise TooManyStreamsError(
                f"A connection can name {self._limit} streams at most, this one would name {len(named)}; "
                'subscribe to "*" instead.'
            )
        for kind in kinds:
            wanted = self._wanted[kind]
            for stream in streams:
                wanted[stream] = wanted.get(stream, frozenset()) | frozenset(windows)
        if "preview" in kinds:
            self._previews.update(dict.fromkeys(streams, preview_fps))

    def remove(self, streams: Collection[str], kinds: Collection[Kind], windows: Collection[str]) -> None:
        """Take back what was subscribed; `"*"` takes back everything of these kinds.

        Raises `NotSubscribedError` if nothing of it was subscribed by that name.
        """
        found = False
        for kind in kinds:
            wanted = self._wanted[kind]
            for stream in list(wanted) if ALL in streams else streams:
                if stream in wanted:
                    found = True
                    self._reduce(kind, stream, windows)
        if not found and ALL not in streams:
            raise NotSubscribedError(
                f"There is no subscription to {', '.join(streams)} by that name; a subscription to "
                '"*" is ended by unsubscribing "*".'
            )

    def wants(self, kind: Kind, stream: str, window: str = "") -> bool:
        """Whether a message goes to the client; `window` is empty for one that has none."""
        wanted = self._wanted[kind]
        if not wanted:
            return False
        if kind == "marker" and stream == OF_THE_SERVICE:
            return True
        for name in (stream, ALL):
            windows = wanted.get(name)
            if windows is not None and (not window or window in windows):
                return True
        return False

    def windows(self, stream: str) -> frozenset[str]:
        """Those of which the client wants this stream's summaries."""
        wanted = self._wanted["summary"]
        return wanted.get(stream, frozenset()) | wanted.get(ALL, frozenset())

    def preview_fps(self, stream: str) -> float:
        """Pictures of this stream wanted a second; by its name and by `"*"`, the more of both. 0 if none."""
        return max(self._previews.get(stream, 0.0), self._previews.get(ALL, 0.0))

    def _reduce(self, kind: Kind, stream: str, windows: Collection[str]) -> None:
        wanted = self._wanted[kind]
        left = wanted[stream] - frozenset(windows) if kind == "summary" else None
        if left:
            wanted[stream] = left
        else:
            del wanted[stream]
            if kind == "preview":
                del self._previews[stream]
