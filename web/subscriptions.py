"""How a client's `subscribe` and `unsubscribe` are followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.commands import RefusedCommandError
from web.feed import KINDS, Notice
from web.interests import ALL, NotSubscribedError, TooManyStreamsError
from web.service import StatusChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.commands import Subscribe, Unsubscribe
    from web.feed import Kind
    from web.interests import Interests
    from web.service import Service
    from web.subscriber import Subscriber


class Subscriptions:
    """Keeps a client's interests by what it says."""

    def __init__(
        self, service: Service, interests: Interests, subscriber: Subscriber, preview_fps: float
    ) -> None:
        """`preview_fps` is the most that the service makes, and what a client gets that says nothing."""
        self._service = service
        self._interests = interests
        self._subscriber = subscriber
        self._preview_fps = preview_fps

    def subscribe(self, command: Subscribe) -> list[RefusedCommandError]:
        """What is to be answered. Raises `RefusedCommandError` where nothing of it can be followed."""
        streams = (ALL,) if command.streams == ALL else tuple(command.streams)
        kinds = _kinds(command.messages)
        try:
            self._interests.add(streams, kinds, self._windows(command.windows), self._rate(command))
        except TooManyStreamsError as error:
            raise RefusedCommandError("limitExceeded", str(error)) from None
        self._subscriber.revise()
        remarks = self._resume(command)
        remarks += self._unknown(streams)
        if "preview" in kinds:
            remarks += self._pictureless(streams)
        if "status" in kinds:
            self._tell_conditions(streams)
        return remarks

    def unsubscribe(self, command: Unsubscribe) -> None:
        """Raises `RefusedCommandError`."""
        streams = (ALL,) if command.streams == ALL else tuple(command.streams)
        kinds = KINDS if command.messages is None else _kinds(command.messages)
        try:
            self._interests.remove(streams, kinds, self._windows(command.windows))
        except NotSubscribedError as error:
            raise RefusedCommandError("notSubscribed", str(error)) from None
        self._subscriber.revise()

    def _rate(self, command: Subscribe) -> float:
        return min(command.preview_fps or self._preview_fps, self._preview_fps)

    def _windows(self, asked: str | Sequence[str]) -> tuple[str, ...]:
        known = tuple(window.name for window in self._service.windows)
        if asked == ALL:
            return known
        unknown = [name for name in asked if name not in known]
        if unknown:
            raise RefusedCommandError(
                "unknownWindow", f"There is no window {unknown[0]!r}; there are {', '.join(known)}."
            )
        return tuple(asked)

    def _resume(self, command: Subscribe) -> list[RefusedCommandError]:
        remarks = []
        for stream, sequence in command.resume.items():
            if self._interests.windows(stream) or self._interests.wants("event", stream):
                self._subscriber.resume(stream, sequence)
            else:
                remarks.append(
                    RefusedCommandError(
                        "notSubscribed",
                        f"The stream {stream} in resume has no subscription to its summaries or events.",
                    )
                )
        return remarks

    def _unknown(self, streams: tuple[str, ...]) -> list[RefusedCommandError]:
        """A stream may be subscribed to before it exists, but a slip of the pen should not go unseen."""
        existing = {view.id for view in self._service.streams()} | {ALL}
        unknown = [stream for stream in streams if stream not in existing]
        if not unknown:
            return []
        return [
            RefusedCommandError(
                "unknownStream",
                f"There is no stream {', '.join(unknown)} now; its messages will come once it is added.",
            )
        ]

    def _pictureless(self, streams: tuple[str, ...]) -> list[RefusedCommandError]:
        off = [view.id for view in self._service.streams() if view.preview == "off" and view.id in streams]
        if not off:
            return []
        return [
            RefusedCommandError(
                "previewOff",
                f"There are no pictures of {', '.join(off)}: preview is off. The rest is followed.",
            )
        ]

    def _tell_conditions(self, streams: tuple[str, ...]) -> None:
        for view in self._service.streams():
            if ALL in streams or view.id in streams:
                self._subscriber.offer(Notice(StatusChange(view.id, view.condition)))


def _kinds(messages: Sequence[str]) -> tuple[Kind, ...]:
    unknown = [name for name in messages if name not in KINDS]
    if unknown:
        raise RefusedCommandError(
            "unknownMessage", f"There are no messages of type {unknown[0]!r}; there are {', '.join(KINDS)}."
        )
    return tuple(kind for kind in KINDS if kind in messages)
