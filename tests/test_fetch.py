"""Files are fetched whole or not at all, whatever the server does, and from nowhere that is not allowed."""

from __future__ import annotations

import asyncio
import errno
import gzip
import os
import ssl
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.certificates import certificate
from tests.e2e.service import free_port
from tests.file_server import FileServer, Says, found, head
from web.outbound.allowed import read_allowed
from web.outbound.connections import connections
from web.outbound.fetch import Fetcher, FetchError, FetchLimits, TooLargeError
from web.outbound.guarding import Guard
from web.outbound.names import SystemNames

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

BODY = bytes(range(256)) * 40
MOST = 20_000
SHORT = FetchLimits(connect=5, silence=0.3, fetch=0.8, download=0.8)


class Taken:
    """A sink with room for so many bytes."""

    def __init__(self, room: int = MOST) -> None:
        self.lengths: list[int | None] = []
        self.data = b""
        self._room = room

    async def begin(self, length: int | None) -> None:
        self.lengths.append(length)
        self._check(length or 0)

    async def write(self, block: bytes) -> None:
        self._check(len(self.data) + len(block))
        self.data += block

    def _check(self, size: int) -> None:
        if size > self._room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def to(place: str, status: str = "302 Found") -> Says:
    return head(status, f"Location: {place}", "Content-Length: 0")


PATHS = {
    "/file": found(BODY),
    "/file?key=k%20k": found(BODY),
    "/until-closed": head("200 OK", body=BODY),
    "/chunked": head(
        "200 OK", "Transfer-Encoding: chunked", body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
    ),
    "/told-first": Says(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + found(BODY).first),
    "/empty": found(b""),
    "/missing": head("404 Not Found", "Content-Length: 4", body=b"gone"),
    "/odd": head("799 ?", "Content-Length: 0"),
    "/no-content": head("204 No Content"),
    "/says-too-much": head("200 OK", "Content-Length: 20001"),
    "/says-too-much-by-far": head("200 OK", "Content-Length: " + "9" * 19),
    "/says-more-than-comes": head("200 OK", "Content-Length: 19000", body=BODY),
    "/says-less-than-comes": head("200 OK", "Content-Length: 100", body=BODY),
    "/says-nonsense": head("200 OK", "Content-Length: -1", body=BODY),
    "/says-two-lengths": head("200 OK", "Content-Length: 5", "Content-Length: 6", body=BODY),
    "/endless": head("200 OK", ever=bytes(65536)),
    "/endless-chunks": head("200 OK", "Transfer-Encoding: chunked", ever=b"80\r\n%s\r\n" % bytes(128)),
    "/tiny-chunks": head("200 OK", "Transfer-Encoding: chunked", ever=b"1\r\nx\r\n" * 10_000),
    "/endless-head": Says(b"HTTP/1.1 200 OK\r\n", ever=b"X-More: and more\r\n" * 1000),
    "/endless-hints": Says(ever=b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100),
    "/drips": head("200 OK", "Content-Length: 10240", ever=b"x", apart=0.05),
    "/stalls": Says(head("200 OK", "Content-Length: 10240", body=BODY[:9]).first, hangs=True),
    "/silent": Says(hangs=True),
    "/packed": found(gzip.compress(BODY), "Content-Encoding: gzip"),
    "/not-packed": found(BODY, "Content-Encoding: Identity"),
    "/http-0.9": Says(b"<html>hello</html>"),
    "/garbage": Says(bytes(range(256)) * 4),
    "/closes": Says(),
    "/moved": to("{here}/file", "301 Moved Permanently"),
    "/moved-near": to("file?key=k k", "307 Temporary Redirect"),
    "/moved-5": to("/moved-4"),
    "/moved-4": to("/moved-3", "303 See Other"),
    "/moved-3": to("/moved-2", "308 Permanent Redirect"),
    "/moved-2": to("/moved"),
    "/moved-6": to("/moved-5"),
    "/around": to("/around"),
    "/nowhere": head("302 Found", "Content-Length: 0"),
    "/to-metadata": to("http://169.254.169.254/latest/meta-data/"),
    "/to-odd-metadata": to("http://0xa9fea9fe/latest/"),
    "/to-inside": to("http://127.0.0.2/"),
    "/to-mapped": to("http://[::ffff:127.0.0.2]/"),
    "/to-file": to("file:///etc/passwd"),
    "/to-gopher": to("gopher://127.0.0.1:6379/_FLUSHALL"),
    "/to-itself-by-at": to("http://example.org@127.0.0.2@127.0.0.1/"),
    "/to-nonsense": to("http://[::1/"),
    "/to-blank": to(""),
}


@pytest.fixture
async def server() -> AsyncIterator[FileServer]:
    async with FileServer(PATHS).serving() as running:
        yield running


@asynccontextmanager
async def fetching(
    *allowed: str, limits: FetchLimits = SHORT, trust: ssl.SSLContext | None = None
) -> AsyncIterator[Fetcher]:
    guard = Guard(read_allowed(allowed or ("127.0.0.1",)), SystemNames())
    async with connections(guard, trust or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)) as pool:
        yield Fetcher(pool, "Semblance/1.2.3", limits)
        assert not [each for each in pool.connections if not each.is_idle()]  # nothing is left behind


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with fetching() as fetcher:
        yield fetcher


@pytest.mark.parametrize(
    "path",
    ["/file", "/until-closed", "/chunked", "/told-first", "/not-packed", "/moved", "/moved-near", "/moved-5"],
)
async def test_what_is_there_is_fetched(server: FileServer, fetcher: Fetcher, path: str) -> None:
    assert await fetcher.fetch(server.url(path), MOST) == BODY


async def test_a_request_says_who_asks_and_for_nothing_packed(server: FileServer, fetcher: Fetcher) -> None:
    assert await fetcher.fetch(server.url("/empty").replace("//", "//me:p%40ss@"), MOST) == b""
    [asked] = server.asked
    assert asked.splitlines()[0] == "GET /empty HTTP/1.1"
    for line in (
        "user-agent: Semblance/1.2.3",
        "accept-encoding: identity",
        f"host: 127.0.0.1:{server.port}",
    ):
        assert line in asked.lower() or line in asked
    assert "authorization: Basic bWU6cEBzcw==" in asked


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/missing", "answered with 404 Not Found."),
        ("/odd", "answered with status 799."),
        ("/no-content", "answered with 204 No Content."),
        ("/nowhere", "answered with 302 Found."),
        ("/says-more-than-comes", "broke the connection off."),
        ("/says-nonsense", "does not speak HTTP as it should."),
        ("/says-two-lengths", "does not speak HTTP as it should."),
        ("/endless-head", "does not speak HTTP as it should."),
        ("/endless-hints", "It did not come whole within 0.8 s."),
        ("/drips", "It did not come whole within 0.8 s."),
        ("/stalls", "sent nothing for too long."),
        ("/silent", "sent nothing for too long."),
        ("/packed", "sends it packed (gzip), though it was asked not to."),
        ("/http-0.9", "closed the connection without an answer."),
        ("/garbage", "does not speak HTTP as it should."),
        ("/tiny-chunks", "sends it in crumbs."),
        ("/closes", "closed the connection without an answer."),
        ("/moved-6", "redirects more than 5 times."),
        ("/around", "redirects more than 5 times."),
        ("/to-blank", "redirects more than 5 times."),
        ("/to-metadata", "169.254.169.254 is no public address."),
        ("/to-odd-metadata", '"0xa9fea9fe" is no name of a host;'),
        ("/to-inside", "127.0.0.2 is no public address."),
        ("/to-mapped", "::ffff:127.0.0.2 is no public address."),
        ("/to-file", "redirects to where nothing is fetched from. An address starts with http://"),
        ("/to-gopher", "redirects to where nothing is fetched from. An address starts with http://"),
        ("/to-itself-by-at", "redirects to where nothing is fetched from."),
        ("/to-nonsense", "redirects to where nothing is fetched from. This is no address"),
    ],
)
async def test_whatever_a_server_does_instead_is_said(
    server: FileServer, fetcher: Fetcher, path: str, why: str
) -> None:
    began = time.monotonic()
    with pytest.raises(FetchError) as failed:
        await fetcher.fetch(server.url(path), MOST)
    assert why in failed.value.message
    assert time.monotonic() - began < 4
    assert not isinstance(failed.value, TooLargeError)


@pytest.mark.parametrize("path", ["/says-too-much", "/says-too-much-by-far", "/endless", "/endless-chunks"])
async def test_too_much_is_left_where_it_is(server: FileServer, fetcher: Fetcher, path: str) -> None:
    taken = Taken()
    with pytest.raises(TooLargeError, match=r"sends more than the 20000 bytes that are taken\."):
        await fetcher.fetch(server.url(path), MOST)
    with pytest.raises(TooLargeError):
        await fetcher.download(server.url(path), MOST, taken)
    assert len(taken.data) <= MOST


async def test_a_body_is_as_long_as_it_was_said_to_be(server: FileServer, fetcher: Fetcher) -> None:
    assert await fetcher.fetch(server.url("/says-less-than-comes"), MOST) == BODY[:100]


async def test_a_body_may_be_just_as_large_as_is_taken(server: FileServer, fetcher: Fetcher) -> None:
    assert await fetcher.fetch(server.url("/file"), len(BODY)) == BODY
    assert await fetcher.fetch(server.url("/until-closed"), len(BODY)) == BODY
    with pytest.raises(TooLargeError):
        await fetcher.fetch(server.url("/until-closed"), len(BODY) - 1)


@pytest.mark.parametrize(
    ("path", "length", "body"),
    [
        ("/file", len(BODY), BODY),
        ("/until-closed", None, BODY),
        ("/moved-5", len(BODY), BODY),
        ("/empty", 0, b""),
    ],
)
async def test_a_download_goes_into_its_sink_which_is_told_its_length(
    server: FileServer, fetcher: Fetcher, path: str, length: int | None, body: bytes
) -> None:
    taken = Taken()
    await fetcher.download(server.url(path), MOST, taken)
    assert (taken.lengths, taken.data) == ([length], body)


async def test_a_sink_that_has_no_room_ends_the_download_before_anything_is_written(
    server: FileServer, fetcher: Fetcher
) -> None:
    full = Taken(room=len(BODY) - 1)
    with pytest.raises(OSError, match="No space left on device"):
        await fetcher.download(server.url("/file"), MOST, full)
    assert full.data == b""
    with pytest.raises(OSError, match="No space left on device"):
        await fetcher.download(server.url("/until-closed"), MOST, full)


async def test_a_download_that_drips_is_given_up(server: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.outbound.fetch._SLOW_START", 0.2)
    async with fetching(limits=FetchLimits()) as fetcher:
        with pytest.raises(FetchError, match="It comes too slowly"):
            await fetcher.download(server.url("/drips"), MOST, Taken())


async def test_an_address_that_is_none_or_not_allowed_is_never_asked(
    server: FileServer, fetcher: Fetcher
) -> None:
    for url, why in (
        ("file:///etc/passwd", "An address starts with http:// or https://."),
        ("", "An address starts with http:// or https://."),
        ("http://127.1/", "is no name of a host"),
        ("http://10.0.0.1/", "10.0.0.1 is no public address."),
        ("http://no-such-name.invalid/", "The name no-such-name.invalid leads to no public address."),
        (f"http://127.0.0.1:{free_port()}/secret?key=k", "Nobody listens at 127.0.0.1:"),
    ):
        with pytest.raises(FetchError) as failed:
            await fetcher.fetch(url, MOST)
        assert why in failed.value.message
        assert "secret" not in failed.value.message
    assert server.asked == []


async def test_what_is_within_this_network_is_said_to_the_operator_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "web.outbound.fetch")
    async with fetching("10.0.0.1") as fetcher:
        with pytest.raises(FetchError) as failed:
            await fetcher.fetch("http://localhost/", MOST)
    assert "127.0.0.1" not in failed.value.message
    assert "allow" not in failed.value.message
    assert "a loopback address. Requests go there only where hooks.allow" in caplog.text


async def test_a_fetch_that_is_cancelled_ends_at_once(server: FileServer) -> None:
    async with fetching(limits=FetchLimits()) as fetcher:
        for fetch in (
            fetcher.fetch(server.url("/drips"), MOST),
            fetcher.download(server.url("/drips"), MOST, Taken()),
        ):
            task = asyncio.create_task(fetch)
            await asyncio.sleep(0.1)
            task.cancel()
            await asyncio.wait([task], timeout=1)
            assert task.cancelled()


async def test_certificates_are_verified(tmp_path: Path) -> None:
    certificate_file, key_file = certificate(tmp_path, "server")
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certificate_file, key_file)
    trusting = ssl.create_default_context(cafile=certificate_file)
    async with FileServer(PATHS).serving(ours) as server:
        async with fetching("localhost", trust=trusting) as fetcher:
            assert await fetcher.fetch(server.url("/file", "https", "localhost"), MOST) == BODY
        async with fetching("localhost") as strict:
            with pytest.raises(FetchError, match=r"The certificate of localhost:\d+ does not hold"):
                await strict.fetch(server.url("/file", "https", "localhost"), MOST)


async def test_a_server_without_tls_is_said(server: FileServer, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="There is no secure connection to"):
        await fetcher.fetch(server.url("/file", "https"), MOST)
