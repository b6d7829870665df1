"""What a receiver's answer to a webhook means."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from web.hooks.hook import Outcome
from web.hooks.schedule import retry_after

if TYPE_CHECKING:
    from collections.abc import Iterable


def outcome(
    status: int, headers: Iterable[tuple[bytes, bytes]], answer: bytes, peer: str, now: float
) -> Outcome:
    """Only a status of 200 to 299 is success. `answer` is the head of what came, `now` in UTC seconds."""
    head = _text(answer)
    if 200 <= status < 300:
        return Outcome("delivered", status, answer=head)
    if status == HTTPStatus.GONE:
        error = f"{peer} wants no more webhooks from here (410 Gone)."
        return Outcome("refused", status, error, head)
    wait = retry_after(_header(headers, b"retry-after"), now)
    return Outcome("failed", status, f"{peer} {_refusal(status, wait)}.", head, wait)


def _refusal(status: int, wait: float | None) -> str:
    again = "" if wait is None else f" and wants nothing for {wait:.0f} s"
    if 300 <= status < 400:
        return (
            f"answered with a redirect ({_named(status)}); redirects are not followed, write the new address"
        )
    return f"answered with {_named(status)}{again}"


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"status {status}"


def _header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in headers if key.lower() == name), None)


def _text(answer: bytes) -> str | None:
    """As it may be kept and shown: a character that cannot be printed is none that a database takes."""
    text = answer.decode("utf-8", "replace")
    return "".join(each if each.isprintable() or each in "\n\t" else " " for each in text).strip() or None
