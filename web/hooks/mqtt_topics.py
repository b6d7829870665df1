"""The topics that are published to, below one of the operator's choosing."""

from __future__ import annotations

from dataclasses import dataclass

EVENT, AVAILABILITY = "event", "availability"
TAKEN = (EVENT, AVAILABILITY)
"""Topics of a stream that no window may have as its name."""


@dataclass(frozen=True, slots=True)
class Topics:
    """`base` has levels of letters, digits, dots, hyphens and underscores; so have ids and windows' names."""

    base: str

    @property
    def status(self) -> str:
        """Of the service: online, or offline by its last will."""
        return f"{self.base}/status"

    @property
    def availabilities(self) -> str:
        """The availability of every stream, to subscribe to."""
        return f"{self.base}/+/{AVAILABILITY}"

    def availability(self, stream: str) -> str:
        return f"{self.base}/{stream}/{AVAILABILITY}"

    def scores(self, stream: str, window: str) -> str:
        return f"{self.base}/{stream}/{window}"

    def event(self, stream: str | None) -> str:
        """Events of the service itself have no stream."""
        return f"{self.base}/{EVENT}" if stream is None else f"{self.base}/{stream}/{EVENT}"

    def stream_of(self, availability: str) -> str | None:
        """The stream whose availability this topic is; `None` if it is none."""
        start, end = f"{self.base}/", f"/{AVAILABILITY}"
        if not availability.startswith(start) or not availability.endswith(end):
            return None
        stream = availability[len(start) : -len(end)]
        return stream if stream and "/" not in stream else None
