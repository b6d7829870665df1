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
from stream.webrtc.whep_places import Place, read_url
from stream.webrtc.whep_redirects import find_session, follow

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

    Raises `SourceError` for a host or port that no server can have.
    """

    def __init__(self, address: Address, limits: Limits) -> None:
        self._address = address
        self._limits = limits
        self._place, self._credentials = _request(address)
        self._session: Place | None = None

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
        """Ends the session, if there is one; takes `limits.close` at most and never raises."""
        session, self._session = self._session, None
        if session is None:
            return
        try:
            async with asyncio.timeout(self._limits.close), await self._client() as client:
                await client.send(session.request(client, "DELETE", self._headers(session), ""))
        except Exception as error:  # the pictures have ended, and so does this in any case
            logger.debug("%s: the session was not ended: %s", self._address.shown, type(error).__name__)

    async def _play(self, offer: str) -> str:
        reply = await self._post(offer)
        if reply.status not in (200, 201):
            raise refused(reply, self._address)
        if location := reply.headers.get("location"):
            self._session = self._find_session(reply.place, location)
        if reply.kind not in (SDP, "") or not reply.body.lstrip().startswith(b"v=0"):
            raise strange(
                self._address, "answers with something that is no session description, perhaps a web page"
            )
        return reply.body.decode("utf-8", "replace")

    async def _post(self, offer: str) -> Reply:
        place = self._place
        async with await self._client() as client:
            for _ in range(MOST_REDIRECTS + 1):
                reply = await self._ask(client, place, offer)
                if reply.status not in (307, 308):
                    return reply
                place = await follow(self._address.shown, reply.place, reply.headers.get("location", ""))
        raise strange(self._address, f"redirects more than {MOST_REDIRECTS} times")

    async def _ask(self, client: httpx.AsyncClient, place: Place, offer: str) -> Reply:
        request = place.request(client, "POST", {**_PLAIN, **self._headers(place)}, offer)
        response = await client.send(request, stream=True)
        try:
            address, _ = response.extensions["network_stream"].get_extra_info("server_addr")
            body = b""
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > LONGEST_ANSWER:
                    raise strange(self._address, f"answers with more than {LONGEST_ANSWER // 1024} kB")
        finally:
            await response.aclose()
        return Reply(Place(place.url, str(address)), response.status_code, response.headers, body)

    def _find_session(self, asked: Place, location: str) -> Place | None:
        try:
            return find_session(self._address.shown, asked, location)
        except SourceError as error:
            logger.warning("The session of %s cannot be ended: %s", self._address.shown, error.message)
            return None

    async def _client(self) -> httpx.AsyncClient:
        """Without the environment's proxies and .netrc: only what the operator wrote is used."""
        trusted = await asyncio.to_thread(ssl.create_default_context)  # reads all certificates of the system
        return httpx.AsyncClient(verify=trusted, trust_env=False, timeout=self._limits.open * _SHARE)

    def _headers(self, place: Place) -> dict[str, str]:
        """Credentials are for the server that the operator wrote them for, and for no other."""
        return self._credentials if place.origin == self._place.origin else {}


def _request(address: Address) -> tuple[Place, dict[str, str]]:
    """Where to ask by HTTP, and the header that carries the address' credentials."""
    parts = urlsplit(address.target)
    scheme = "https" if parts.scheme.lower() == "wheps" else "http"
    host = parts.netloc.rpartition("@")[2]
    try:
        place = Place(read_url(parts._replace(scheme=scheme, netloc=host, fragment="").geturl()))
    except ValueError:
        raise SourceError("unreachable", f"{address.shown} names a host that cannot be.") from None
    if parts.password is not None:
        user, password = unquote(parts.username or ""), unquote(parts.password)
        return place, _basic(user, password)
    if parts.username:
        return place, {"Authorization": f"Bearer {unquote(parts.username)}"}
    return place, {}


def _basic(user: str, password: str) -> dict[str, str]:
    request = next(httpx.BasicAuth(user, password).sync_auth_flow(httpx.Request("POST", "http://server")))
    return {"Authorization": request.headers["Authorization"]}
