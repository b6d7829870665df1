"""The security headers of every answer."""

from __future__ import annotations

EMBED = "/embed/"
"""Where the pages are that are made to stand in others."""


def security_headers(host: str, path: str = "") -> dict[str, str]:
    """What keeps a browser from loading, framing or guessing anything; `host` as the browser named us.

    Only the pages under /embed/ may stand in a page of another site, and this page's own frames may use the
    camera, no others.
    """
    live = f" ws://{host} wss://{host}" if host else ""
    ancestors = "*" if path.startswith(EMBED) else "'none'"
    return {
        "content-security-policy": (
            "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
            f"media-src 'self' blob:; connect-src 'self'{live}; object-src 'none'; base-uri 'none'; "
            f"form-action 'self'; frame-ancestors {ancestors}"
        ),
        "permissions-policy": "camera=(self)",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
