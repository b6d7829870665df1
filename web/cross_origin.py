"""What pages of other origins may do, and what their browser has to be told for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from web.emotion.paths import OPERATIONS, PREFIX

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.datastructures import Headers

PUBLISHING = "/whip/"

_HEADERS = "Authorization, Content-Type, Ocp-Apim-Subscription-Key"
_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")
_MOST_ASKED = 50
OPEN = (PUBLISHING, f"{PREFIX}/")
"""Where the paths begin that pages of other origins may use."""

_FORGET_AFTER = "7200"
"""Seconds a browser may remember what it was told."""


def methods(path: str) -> str:
    """What a path takes: of publishers offers, or the end of a session; of the Emotion API work, or a look
    at how it goes.
    """
    if path.startswith(PUBLISHING):
        return "OPTIONS, DELETE" if "/" in path.removeprefix(PUBLISHING) else "OPTIONS, POST"
    return "OPTIONS, GET, HEAD" if path.startswith(OPERATIONS) else "OPTIONS, POST"


class CrossOrigin:
    """With `tokens` any page may publish a camera and use the Emotion API: what counts is the token, and no
    browser adds one by itself. Without them only a page of `origins` may.
    """

    def __init__(self, origins: Collection[str], *, tokens: bool) -> None:
        self.origins = frozenset(origin.rstrip("/").lower() for origin in origins)
        self._tokens = tokens

    def allows(self, path: str) -> bool:
        """Whether a request of another origin's page may pass, for a token to be asked of it."""
        return self._tokens and path.startswith(OPEN)

    def headers(self, path: str, headers: Headers) -> dict[str, str]:
        """What lets the page read the answer (CORS); none where it may not."""
        origin = headers.get("origin")
        if origin is None or not path.startswith(OPEN):
            return {}
        if not self._tokens and origin.lower() not in self.origins:
            return {"vary": "Origin"}
        return {
            "access-control-allow-origin": "*" if self._tokens else origin,
            "access-control-allow-methods": methods(path),
            "access-control-allow-headers": ", ".join((_HEADERS, *_asked(headers))),
            "access-control-expose-headers": "Location, Operation-Location, Retry-After",
            "access-control-max-age": _FORGET_AFTER,
            "vary": "Origin",
        }


def _asked(headers: Headers) -> list[str]:
    """The headers that a page wants to send besides; pages copied from consoles bring some of their own."""
    names = headers.get("access-control-request-headers", "").split(",")
    return [name.strip() for name in names[:_MOST_ASKED] if _NAME.fullmatch(name.strip())]
