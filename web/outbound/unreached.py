"""Why a request had no answer, as a sentence that names no more of its address than the host."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Final

import httpcore

from web.outbound.guarding import UnknownNameError
from web.outbound.targets import TargetRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

FAILURES: Final = (
    TargetRefusedError,
    UnknownNameError,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    OSError,
)
"""What sending may raise."""


def why_unreached(error: Exception, peer: str) -> str:
    """For one of `FAILURES`; `peer` is the other side's host and port."""
    for cause in _causes(error):
        match cause:
            case TargetRefusedError() | UnknownNameError():
                return str(cause)
            case ssl.SSLCertVerificationError():
                return f"The certificate of {peer} does not hold: {cause.verify_message.rstrip('.')}."
            case ssl.SSLError():
                return f"There is no secure connection to {peer}; perhaps it does not speak TLS."
            case ConnectionRefusedError():
                return f"Nobody listens at {peer}."
            case ConnectionResetError() | BrokenPipeError():
                return f"{peer} broke the connection off."
    return _plainly(error, peer)


def _plainly(error: Exception, peer: str) -> str:
    match error:
        case httpcore.ReadTimeout():
            return f"{peer} sent nothing for too long."
        case httpcore.TimeoutException():
            return f"No connection to {peer} came about in time."
        case httpcore.ConnectError():
            return f"{peer} cannot be reached."
        case httpcore.NetworkError():
            return f"{peer} broke the connection off."
        case httpcore.RemoteProtocolError() if "disconnected" in str(error):
            return f"{peer} closed the connection without an answer."
        case httpcore.RemoteProtocolError() if "closed connection" in str(error):
            return f"{peer} broke the connection off."
        case httpcore.ProtocolError():
            return f"{peer} does not speak HTTP as it should."
    return f"{peer} cannot be reached ({type(error).__name__})."


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and those it was raised from, the innermost first."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    return reversed(chain)
