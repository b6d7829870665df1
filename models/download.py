"""One file over HTTP, into a partial file that a later call goes on with."""

from __future__ import annotations

import errno
import os
import re
from typing import TYPE_CHECKING, Protocol

import httpx

from models.manifest import ModelError
from models.network_failure import FAILURES, explained, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_REDIRECTS = 8
_TIMEOUT = httpx.Timeout(30, connect=15)
_OK, _PARTIAL, _OUT_OF_RANGE = 200, 206, 416
_AUTHORITIES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_FULL = (errno.ENOSPC, errno.EDQUOT)


class PullError(ModelError):
    """A model cannot be pulled; the message is a sentence that says why and what to do."""


class ElsewhereError(PullError):
    """Not from this address; another may have it."""


class Progress(Protocol):
    """Is told how many bytes of the file are there, again and again."""

    def __call__(self, done: int, /) -> None: ...


def download(url: str, part: Path, size: int, progress: Progress) -> None:
    """The file of `size` bytes at `url` into `part`; what `part` holds already is not fetched again.

    Proxies are those of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`). Raises `PullError`; what
    was got until then stays in `part`.
    """
    if part.is_file() and part.stat().st_size == size:
        return
    try:
        with _client() as client:
            _fetch(client, url, part, size, progress)
    except FAILURES as error:
        raise ElsewhereError(f"{shown(url)} cannot be fetched: {explained(error, url)}.") from error


def written_to(part: Path, chunks: Iterator[bytes], start: int, size: int, progress: Progress) -> None:
    """The chunks into `part` from the byte `start` on, no more than `size` in all. Raises `PullError`."""
    done = start
    try:
        with part.open("r+b" if start else "wb") as file:
            file.seek(start)
            for chunk in chunks:
                done += len(chunk)
                if done > size:
                    file.truncate(0)
                    raise ElsewhereError(
                        f"What came is more than the model's {size:,} bytes, so that it is another file."
                    )
                file.write(chunk)
                progress(done)
    except OSError as error:
        if error.errno in _FULL:
            raise PullError(
                f"There is no room for {part.parent}: the disk was full after {done:,} of {size:,} bytes; "
                "make room and pull again, which goes on from there."
            ) from error
        raise PullError(f"{part} cannot be written: {error.strerror}.") from error


def _client() -> httpx.Client:
    try:
        return httpx.Client(timeout=_TIMEOUT, headers={"Accept-Encoding": "identity"})
    except (ImportError, ValueError) as error:  # a SOCKS proxy, or none of a kind that httpx knows
        reason = str(error).partition(". ")[0]
        raise PullError(f"The proxy that the environment names cannot be used: {reason}.") from error
    except OSError as error:  # the TLS library's own are of this kind too
        named = next((name for name in _AUTHORITIES if os.environ.get(name)), _AUTHORITIES[0])
        raise PullError(
            f"The authorities that {named} names ({os.environ.get(named)}) cannot be used: "
            f"{error.strerror or error}; let it name a file of certificates (PEM), or unset it."
        ) from error


def _fetch(client: httpx.Client, url: str, part: Path, size: int, progress: Progress) -> None:
    have = part.stat().st_size if part.is_file() else 0
    response = _asked(client, url, have)
    try:
        if have and not _goes_on(response, have, size):
            if response.status_code != _OK:  # what is there is none of this file: all of it, from the start
                response.close()
                response = _asked(client, url, 0)
            have = 0
        _check(response, url, size - have)
        progress(have)
        try:
            written_to(part, response.iter_bytes(), have, size, progress)
        except httpx.RemoteProtocolError as error:
            raise _broken_off(url, part, size) from error
    finally:
        response.close()
    if part.stat().st_size < size:
        raise _broken_off(url, part, size)


def _asked(client: httpx.Client, url: str, start: int) -> httpx.Response:
    """The answer to a request for the bytes from `start` on, once no redirect is left to follow."""
    request = client.build_request("GET", url, headers={"Range": f"bytes={start}-"} if start else None)
    for _ in range(_REDIRECTS):
        response = client.send(request, stream=True)
        if response.next_request is None:
            return response
        response.close()
        before, request = request.url.scheme, response.next_request
        if request.url.scheme not in (before, "https"):
            raise ElsewhereError(
                f"{shown(url)} sends on from {before} to {shown(str(request.url))}, which is not followed; "
                "if you trust that address, pull with --from and it."
            )
    raise ElsewhereError(
        f"{shown(url)} sends on more than {_REDIRECTS} times; give another address with --from."
    )


def _goes_on(response: httpx.Response, have: int, size: int) -> bool:
    """Whether the answer is the rest of a file of `size` bytes, from the byte `have` on."""
    if response.status_code != _PARTIAL:
        return False
    told = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
    return told is not None and int(told[1]) == have and told[2] in (str(size), "*")


def _check(response: httpx.Response, url: str, expected: int) -> None:
    status, length = response.status_code, response.headers.get("Content-Length")
    if status == 404:
        raise ElsewhereError(
            f"{shown(url)} is not there (404); it may have moved: --from takes a folder or another address."
        )
    if status not in (_OK, _PARTIAL):
        raise ElsewhereError(
            f"{shown(url)} was refused: the server answered {status} {response.reason_phrase}; "
            "try later, or give another address with --from."
        )
    if length is not None and length.isdecimal() and int(length) != expected:
        raise ElsewhereError(
            f"{shown(url)} is not the model: it offers {int(length):,} bytes where {expected:,} are missing."
        )


def _broken_off(url: str, part: Path, size: int) -> PullError:
    return PullError(
        f"{shown(url)} broke off after {part.stat().st_size:,} of {size:,} bytes; "
        "pull again, which goes on from there."
    )
