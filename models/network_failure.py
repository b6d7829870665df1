"""Why an address could not be reached, in words: what lies behind the exceptions of the HTTP client."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING
from urllib.request import getproxies, proxy_bypass

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

FAILURES = (httpx.HTTPError, httpx.InvalidURL)


def explained(error: Exception, url: str) -> str:
    """The cause of one of `FAILURES`, as the rest of a sentence, with what can be done about it."""
    proxy = _proxy(url)
    through = f" (through the proxy {proxy})" if proxy else ""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return (
                    f"its TLS certificate does not hold ({cause.verify_message}){through}; where a proxy "
                    "puts in one of its own, SSL_CERT_FILE names the file of the authority behind it"
                )
            case ssl.SSLError():
                return f"TLS fails ({cause.reason or cause}){through}; it may be no https address"
            case socket.gaierror():
                name = proxy or httpx.URL(url).host
                return f"the name {name} is not known; is there a network? A proxy is set by HTTPS_PROXY"
            case ConnectionRefusedError():
                return f"nothing answers there{through}"
    return _plainly(error) + through


def shown(url: str) -> str:
    """The address without user, password and query, which may hold secrets."""
    try:
        address = httpx.URL(url)
        return str(address.copy_with(userinfo=b"", query=None, fragment=None))
    except httpx.InvalidURL:
        return "the address"


def _plainly(error: Exception) -> str:
    match error:
        case httpx.ProxyError():
            return f"the proxy does not let it through ({error})"
        case httpx.ConnectTimeout():
            return "no connection came about in time"
        case httpx.TimeoutException():
            return "nothing came for too long; pull again, which goes on from what is there"
        case httpx.UnsupportedProtocol() | httpx.InvalidURL():
            return f"it is no http or https address ({error})"
    return str(error) or type(error).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exceptions this one was raised from, the innermost first."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    return reversed(chain)


def _proxy(url: str) -> str | None:
    """Host and port of the proxy that the environment names for the address."""
    try:
        address = httpx.URL(url)
        proxies = getproxies()
        found = proxies.get(address.scheme) or proxies.get("all")
        if not found or proxy_bypass(address.host):
            return None
        proxy = httpx.URL(found if "://" in found else f"http://{found}")
    except httpx.InvalidURL:
        return None
    return f"{proxy.host}:{proxy.port}" if proxy.port else proxy.host
