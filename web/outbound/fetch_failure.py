"""Why nothing was fetched."""

from __future__ import annotations


class FetchError(Exception):
    """The message is a sentence that names no more of an address than its host."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TooLargeError(FetchError):
    """There is something, but more of it than is taken."""


def too_large(peer: str, limit_bytes: int) -> TooLargeError:
    return TooLargeError(f"{peer} sends more than the {limit_bytes} bytes that are taken.")
