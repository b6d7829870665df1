"""What went wrong with a connection: a sentence to end with, or a reason to try again."""

from __future__ import annotations

import json
import ssl
from typing import TYPE_CHECKING

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from models.printable import printable
from semblance.failure import Failure
from semblance.watch.messages import UnreadableError

if TYPE_CHECKING:
    from websockets.http11 import Response

_TOKEN_CODES = (4401, 4403)
_AWAY = (429, 500, 502, 503, 504)
"""Answers of a service, or of what stands before it, that will be others in a while."""


def judge(error: Exception, shown: str, *, token: bool, reached: bool) -> str:
    """The reason to try again. Raises `Failure` where that would not help, or where nothing was ever reached.

    `token`: one was given; `reached`: the service has answered before.
    """
    status = error.response.status_code if isinstance(error, InvalidStatus) else 0
    match error:
        case InvalidStatus() if status in (401, 403):
            raise Failure(_refused(shown, status, _detail(error.response), token=token))
        case InvalidStatus() if status in _AWAY and reached:
            return f"it answers {status}{_detail(error.response)}"
        case InvalidStatus():
            detail = _detail(error.response) or "; is that a Semblance service?"
            raise Failure(f"{shown} answered {status}{detail}")
        case ConnectionClosed() if error.rcvd is not None and error.rcvd.code in _TOKEN_CODES:
            raise Failure(_refused(shown, error.rcvd.code, _said(error.rcvd.reason), token=token))
        case UnreadableError():
            raise Failure(f"{shown} is no Semblance service that this version understands: {error}")
        case ssl.SSLCertVerificationError():
            raise Failure(f"{shown}: its certificate is not trusted ({error.verify_message})")
        case ssl.SSLError(reason="WRONG_VERSION_NUMBER"):
            raise Failure(f"{shown} does not speak TLS; is it http:// rather than https://?")
        case _ if reached:
            return _reason(error)
        case ssl.SSLError() | InvalidHandshake():
            raise Failure(f"{shown} is no Semblance service ({_reason(error)}); is that its address?")
        case _:
            raise Failure(f"{shown} cannot be reached ({_reason(error)}); is a service running there?")


def _refused(shown: str, code: int, detail: str, *, token: bool) -> str:
    if not token and code in (401, 4401):
        return f"{shown} wants a token: put one of the service's into SEMBLANCE_TOKEN"
    way_out = "; is SEMBLANCE_TOKEN or --token right?" if token else ""
    return f"{shown} refuses ({code}){detail}{way_out}"


def _reason(error: Exception) -> str:
    match error:
        case ConnectionClosed() if error.rcvd is not None:
            return f"it closed the connection{_said(error.rcvd.reason)}"
        case ConnectionClosed():
            return "the connection broke off"
        case TimeoutError():
            return "no answer"
        case OSError() if "Connect call failed" in str(error):  # asyncio's words, one for each address
            return "nobody answers there"
        case ConnectionResetError() | BrokenPipeError():
            return "the connection broke off"
        case OSError() if error.strerror:
            return printable(error.strerror)
        case _:
            return printable(str(error)) or type(error).__name__


def _detail(response: Response) -> str:
    """What the problem document of an answer says, if it is one."""
    try:
        document = json.loads(response.body or b"")
    except ValueError:
        return ""
    return _said(document.get("detail")) if isinstance(document, dict) else ""


def _said(text: object) -> str:
    return f": {printable(text).rstrip('.')}" if isinstance(text, str) and text else ""
