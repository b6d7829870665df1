"""WHEP's HTTP: an offer is posted, the answer read and the session ended, in the manners of several servers.

MediaMTX and Cloudflare answer 201 with a `Location`, go2rtc without one, others 200.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import httpx

from stream.source import SourceError
from stream.webrtc.whep_failures import Reply, refused, strange, unanswered, unreached
from stream.webrtc.whep_redirects import follow

if TYPE_CHECKING:
    from stream.addresses import Address
    from stream.limits import Limits

logger = logging.getLogger(__name__)

SDP = "application/sdp"
MOST_REDIRECTS = 3
LONGEST_ANSWER = 64 * 1024
_SHARE = 0.9  # of the time to open, for each step: the client's own limit comes first and closes its socket
_PLAIN = {"Accept": SDP, "Accept-Encoding": "identity", "Content-Type": SDP}


class WhepSignalling:
    """Asks one server for one stream. `play` first; `leave` ends what `play` began, if anything.

    Raises `SourceError` for a host that no server can have.
    """

    def __init__(self, address: Address, limits: Limits) -> None:
        self._address = address
        self._limits = limits
        self._url, self._credentials = _request(address)
        self._session: httpx.URL | None = None

    async def play(self, offer: str) -> str:
        """The answer to the offer; raises `SourceError`."""
        try:
            async with asyncio.timeout(self._limits.open):
                return await self._play(offer)
        except (TimeoutError, httpx.TimeoutException):
            raise unanswered(self._address, self._limits) from None
        except (httpx.HTTPError, OSError) as error:
            raise unreached(error, self._address) from None

    async def leave(self) -> None:
        """Ends the session, if there is one; takes `limits.close` at most."""
        session, self._session = self._session, None
        if session is None:
            return
        try:
            async with asyncio.timeout(self._limits.close), await self._client() as client:
                await client.delete(session, headers=self._headers(session))
        except (TimeoutError, httpx.HTTPError, OSError) as error:
            logger.debug("%s: the session was not ended: %s", self._address.shown, type(error).__name__)

    async def _play(self, offer: str) -> str:
        reply = await self._post(offer)
        if reply.status not in (200, 201):
            raise refused(reply, self._address)
        if location := reply.headers.get("location"):
            self._session = await self._find_session(reply.url, location)
        if reply.kind not in (SDP, "") or not reply.body.lstrip().startswith(b"v=0"):
            raise strange(
                self._address, "answers with something that is no session description, perhaps a web page"
            )
        return reply.body.decode("utf-8", "replace")

    async def _post(self, offer: str) -> Reply:
        url = self._url
        async with await self._client() as client:
            for _ in range(MOST_REDIRECTS + 1):
                reply = await self._ask(client, url, offer)
                if reply.status not in (307, 308):
                    return reply
                url = await follow(self._address.shown, url, reply.headers.get("location", ""))
        raise strange(self._address, f"redirects more than {MOST_REDIRECTS} times")

    async def _ask(self, client: httpx.AsyncClient, url: httpx.URL, offer: str) -> Reply:
        headers = {**_PLAIN, **self._headers(url)}
        async with client.stream("POST", url, content=offer.encode(), headers=headers) as response:
            body = b""
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > LONGEST_ANSWER:
                    raise strange(self._address, f"answers with more than {LONGEST_ANSWER // 1024} kB")
            return Reply(url, response.status_code, response.headers, body)

    async def _find_session(self, asked: httpx.URL, location: str) -> httpx.URL | None:
        try:
            return await follow(self._address.shown, asked, location)
        except SourceError as error:
            logger.warning("The session of %s cannot be ended: %s", self._address.shown, error.message)
            return None

    async def _client(self) -> httpx.AsyncClient:
        """Without the environment's proxies and .netrc: only what the operator wrote is used."""
        trusted = await asyncio.to_thread(ssl.create_default_context)  # reads all certificates of the system
        return httpx.AsyncClient(verify=trusted, trust_env=False, timeout=self._limits.open * _SHARE)

    def _headers(self, url: httpx.URL) -> dict[str, str]:
        """Credentials are for the server that the operator wrote them for, and for no other."""
        return self._credentials if _origin(url) == _origin(self._url) else {}


def _request(address: Address) -> tuple[httpx.URL, dict[str, str]]:
    """Where to ask by HTTP, and the header that carries the address' credentials."""
    parts = urlsplit(address.target)
    scheme = "https" if parts.scheme.lower() == "wheps" else "http"
    host = parts.netloc.rpartition("@")[2]
    try:
        url = httpx.URL(parts._replace(scheme=scheme, netloc=host, fragment="").geturl())
    except httpx.InvalidURL:
        raise SourceError("unreachable", f"{address.shown} names a host that cannot be.") from None
    if parts.password is not None:
        user, password = unquote(parts.username or ""), unquote(parts.password)
        return url, _basic(user, password)
    if parts.username:
        return url, {"Authorization": f"Bearer {unquote(parts.username)}"}
    return url, {}


def _basic(user: str, password: str) -> dict[str, str]:
    request = next(httpx.BasicAuth(user, password).sync_auth_flow(httpx.Request("POST", "http://server")))
    return {"Authorization": request.headers["Authorization"]}


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
