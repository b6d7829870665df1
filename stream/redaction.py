"""Takes credentials out of addresses, and out of texts that quote addresses.

Fails closed: what looks as if it might be a credential goes, even where a stricter reading of the URL would
call it a path, because operators paste passwords with `/`, `@` and `#` in them.
"""

from __future__ import annotations

import re

HIDDEN = "***"

_SECRET_WORDS = (
    "pass|pwd|token|secret|key|auth|sig|user|usr|login|account|credential|session|jwt|access|streamid|code"
)
_PARAMETER = re.compile(
    rf"(?i)(?<![a-z0-9.-])([a-z0-9.-]*(?:{_SECRET_WORDS})[a-z0-9._-]*=)[^&;\s\"'<>]+",
)
_START = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(//)?")
_WORD_FOR_A_PORT = re.compile(r"[^/?#\[\]:]*:(?!\d*([/?#]|$))")
_URL_IN_TEXT = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://[^\s\"'<>]+")


def redact(url: str) -> str:
    """The address without user, password and secret parameters; paths come back as they are."""
    match = _START.match(url)
    if not match or match.group(1).lower() in ("file", "pattern"):
        return url
    start, rest = match.group(), url[match.end() :]
    _, at, host = rest.rpartition("@")
    if not at and _WORD_FOR_A_PORT.match(rest):  # "admin:secret", cut off before its host
        return start + HIDDEN
    shown = f"{HIDDEN}@{host}" if at else rest
    return start + _PARAMETER.sub(rf"\g<1>{HIDDEN}", shown)


def scrub(text: str, url: str) -> str:
    """`text` (a library's message, say) with this address and every other one in it redacted."""
    return _URL_IN_TEXT.sub(lambda match: redact(match.group()), text.replace(url, redact(url)))
