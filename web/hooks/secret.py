"""The secrets that webhooks are signed with, as Standard Webhooks writes them: whsec_ and base64."""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass, field

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
_USUAL = 32


@dataclass(frozen=True, slots=True)
class Secret:
    """`value` is never shown. One that was replaced signs until `until` (UTC seconds)."""

    value: str = field(repr=False)
    until: float | None = None

    def signs(self, at: float) -> bool:
        """Whether it still signs at this time (UTC seconds)."""
        return self.until is None or at < self.until


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(_USUAL)).decode()


def check_secret(text: str) -> str:
    """The secret itself. Raises `ValueError` with a sentence that does not repeat it."""
    encoded = text.removeprefix(PREFIX)
    if encoded == text:
        raise ValueError(f"A secret starts with {PREFIX!r}, then base64 of {SHORTEST} to {LONGEST} bytes")
    try:
        length = len(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError):
        raise ValueError(f"What follows {PREFIX!r} in a secret is base64, with its padding") from None
    if not SHORTEST <= length <= LONGEST:
        raise ValueError(f"A secret holds {SHORTEST} to {LONGEST} bytes in base64; this one holds {length}")
    return text
