"""What the body of a call is: the bytes of a picture or a video, or the address of one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, TypeAlias

from web.emotion.envelopes import EmotionError
from web.options import LARGEST_MESSAGE

if TYPE_CHECKING:
    from fastapi import Request

Kind: TypeAlias = Literal["address", "bytes"]

JSON = "application/json"
BYTES = "application/octet-stream"

_KINDS: dict[str, Kind] = {JSON: "address", BYTES: "bytes"}
_LONGEST_URL = 8192
_SHAPE = 'The body must be a JSON object such as {"url": "https://..."}.'


def kind_of(request: Request, wrong_type: Literal[400, 415] = 400) -> Kind:
    """By the Content-Type; one that is neither is refused, with the status given."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    kind = _KINDS.get(given)
    if kind is None:
        code = "BadArgument" if wrong_type == 400 else "UnsupportedMediaType"
        raise EmotionError(wrong_type, code, f"The Content-Type must be {JSON} or {BYTES}.")
    return kind


async def address_of(request: Request) -> str:
    """The address that the body names. Raises `EmotionError`."""
    pieces: list[bytes] = []
    async for piece in request.stream():
        pieces.append(piece)
        if sum(map(len, pieces)) > LARGEST_MESSAGE:
            raise _bad(f"The JSON is longer than {LARGEST_MESSAGE} bytes.")
    return address_in(b"".join(pieces))


def address_in(body: bytes) -> str:
    """The `url` of a JSON document, in any case of the key, with or without a byte order mark."""
    try:
        document = json.loads(body.decode(json.detect_encoding(body)))
    except (ValueError, RecursionError):
        raise _bad(f"The body is not JSON. {_SHAPE}") from None
    if not isinstance(document, dict):
        raise _bad(_SHAPE)
    url = next((value for name, value in document.items() if name.lower() == "url"), None)
    if not isinstance(url, str) or not url.strip():
        raise _bad(_SHAPE)
    if len(url) > _LONGEST_URL:
        raise EmotionError(400, "InvalidURL", f"The url is longer than {_LONGEST_URL} characters.")
    return url.strip()


def bodies(what: str) -> dict[str, object]:
    """For the description of a route: both bodies, of which the one is the bytes of `what`."""
    address = {
        "type": "object",
        "required": ["url"],
        "properties": {"url": {"type": "string", "description": f"Where {what} is fetched from."}},
    }
    content = {
        JSON: {"schema": address, "example": {"url": "https://example.com/faces.jpg"}},
        BYTES: {"schema": {"type": "string", "format": "binary"}},
    }
    return {
        "requestBody": {
            "required": True,
            "description": f"The address of {what}, or {what} itself.",
            "content": content,
        }
    }


def _bad(message: str) -> EmotionError:
    return EmotionError(400, "BadArgument", message)
