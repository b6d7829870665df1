"""Whoever listens to a pipeline and watches no pictures."""

from __future__ import annotations


class Unwatched:
    """What `web.service.Publisher` asks beside `publish`."""

    __slots__ = ()

    def forget(self, stream: str) -> None:
        pass

    def previews_wanted(self, stream: str) -> float:  # noqa: ARG002 - nobody watches
        return 0.0

    def retract_previews(self, stream: str) -> None:
        pass
