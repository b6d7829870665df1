"""The paths of the Emotion API, as they are and as its clients write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = "/emotion/v1.0"
RECOGNIZE = f"{PREFIX}/recognize"
RECOGNIZE_IN_VIDEO = f"{PREFIX}/recognizeinvideo"
OPERATIONS = f"{PREFIX}/operations"

_ROOT = "emotion"
_WORDS = frozenset((_ROOT, "v1.0", "recognize", "recognizeinvideo", "operations"))


def belongs(path: str) -> bool:
    """Whether this is the Emotion API's, however it is written."""
    parts = [part for part in path.split("/") if part]
    return bool(parts) and parts[0].lower() == _ROOT


def canonical(path: str) -> str:
    """The path as the routes know it; one of another interface is left as it is.

    Clients write the contract's words in any case, double a slash where they put an address together, and
    leave one at the end. What they were given (an operation's id) is theirs to repeat as it is.
    """
    if not belongs(path):
        return path
    parts = [part for part in path.split("/") if part]
    return "/" + "/".join(part.lower() if part.lower() in _WORDS else part for part in parts)


class EmotionPaths:
    """ASGI middleware. It stands before all that decides by the path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and belongs(scope["path"]):
            scope = {**scope, "path": canonical(scope["path"])}
        await self._app(scope, receive, send)
