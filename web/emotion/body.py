"""What the body of a call is: the bytes of a picture or a video, or the address of one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, TypeAlias

from web.emotion.envelopes import EmotionError
from web.emotion.loose_json import loose_json
from web.options import LARGEST_MESSAGE

if TYPE_CHECKING:
    from fastapi import Request

Kind: TypeAlias = Literal["address", "bytes"]

JSON = "application/json"
BYTES = "application/octet-stream"

_KINDS: dict[str, Kind] = {JSON: "address", BYTES: "bytes"}
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
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_MESSAGE:
            raise _bad(f"The JSON is longer than {LARGEST_MESSAGE} bytes.")
    return address_in(bytes(body))


def address_in(body: bytes) -> str:
    """The `url` of a JSON document, in any case of the key; or a document that is nothing but an address.

    Clients send a byte order mark, their platform's charset, JSON as JavaScript is written, a blank in the
    address: all of it was understood.
    """
    document = _parsed(_text(body))
    if isinstance(document, dict):
        document = next((value for name, value in document.items() if name.lower() == "url"), None)
    if not isinstance(document, str) or not document.strip():
        raise _bad(_SHAPE)
    return document.strip().replace(" ", "%20")


def bodies(what: str) -> dict[str, object]:
    """For the description of a route: both bodies, of which the one is the bytes of `what`."""
    address = {
        "type": "object",
        "required": ["url"],
        "properties": {"url": {"type": "string", "format": "uri", "description": f"Where {what} is."}},
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


def _text(body: bytes) -> str:
    try:
        return body.decode(json.detect_encoding(body))
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _parsed(text: str) -> object:
    try:
        return loose_json(text)
    except (ValueError, RecursionError):
        raise _bad(f"The body is not JSON. {_SHAPE}") from None


def _bad(message: str) -> EmotionError:
    return EmotionError(400, "BadArgument", message)
