"""The security headers of every answer."""

from __future__ import annotations


def security_headers(host: str) -> dict[str, str]:
    """What keeps a browser from loading, framing or guessing anything; `host` as the browser named us."""
    live = f" ws://{host} wss://{host}" if host else ""
    return {
        "content-security-policy": (
            "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; "
            f"connect-src 'self'{live}; object-src 'none'; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'none'"
        ),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
