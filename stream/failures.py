"""What FFmpeg's errors mean for the one who entered the address."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import av.error

from stream.redaction import scrub
from stream.source import SourceError

if TYPE_CHECKING:
    from stream.addresses import Address
    from stream.limits import Limits

_HUNG_UP = (
    av.error.EOFError,
    av.error.ConnectionResetError,
    av.error.ConnectionAbortedError,
    av.error.BrokenPipeError,
)
_NO_WAY = frozenset(
    {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL}
)


def while_opening(error: av.error.FFmpegError, address: Address, limits: Limits) -> SourceError:
    """The declared failure behind an error of FFmpeg before the first picture."""
    shown = address.shown
    if found := _refused(error, shown):
        return found
    match error:
        case av.error.ExitError() | av.error.TimeoutError():
            return unanswered(address, limits)
        case av.error.ConnectionRefusedError():
            return SourceError(
                "unreachable",
                f"Nothing listens on {address.peer} ({shown}). Check the port, and that the server runs.",
            )
        case av.error.ProtocolNotFoundError():
            return SourceError(
                "protocol",
                f"{shown} cannot be opened: the FFmpeg installed here does not speak {address.kind.upper()}. "
                "Use RTSP, HTTP or RTMP, or an FFmpeg built with it.",
            )
        case av.error.InvalidDataError() | av.error.ArgumentError() | av.error.DemuxerNotFoundError():
            return _no_video(address)
        case av.error.EOFError() if not address.is_network:
            return _no_video(address)
        case _ if isinstance(error, _HUNG_UP):
            return SourceError(
                "protocol", f"{shown} closed the connection without an answer. Check the scheme and the port."
            )
        case _ if error.errno in _NO_WAY:
            return SourceError(
                "unreachable",
                f"There is no way to {address.peer} ({shown}). Check the address and the network.",
            )
        case _ if error.errno == errno.EBUSY:
            return SourceError("unreachable", f"{shown} is in use by another program. Close that one first.")
    return SourceError("protocol", f"{shown} could not be opened: {_own_words(error, address)}.")


def while_reading(error: av.error.FFmpegError, address: Address, limits: Limits) -> SourceError:
    """The declared failure behind an error of FFmpeg after the first picture."""
    shown = address.shown
    if found := _refused(error, shown):
        return found
    match error:
        case av.error.ExitError() | av.error.TimeoutError():
            return silent(address, limits)
        case av.error.InvalidDataError():
            return SourceError("codec", f"{shown} went on with data that cannot be read as video.")
    if address.is_network and (isinstance(error, _HUNG_UP) or error.errno == errno.EIO):
        return ended(address)
    return SourceError("protocol", f"{shown} broke off: {_own_words(error, address)}.")


def unanswered(address: Address, limits: Limits) -> SourceError:
    return SourceError(
        "timeout",
        f"{address.shown} gave no answer within {limits.open:g} s. "
        "Check that a camera or server is behind this address and not overloaded.",
    )


def ended(address: Address) -> SourceError:
    return SourceError("ended", f"{address.shown} ended: the other side closed the connection.")


def silent(address: Address, limits: Limits) -> SourceError:
    return SourceError(
        "timeout",
        f"{address.shown} has sent no picture for {limits.stall:g} s. Check the camera and the way to it.",
    )


def pictureless(address: Address, limits: Limits) -> SourceError:
    return SourceError(
        "timeout",
        f"{address.shown} could be opened, but sent no whole picture within {limits.first_frame:g} s. "
        "Shorten the camera's key frame interval, or check that it is not overloaded.",
    )


def undecodable(address: Address) -> SourceError:
    return SourceError("codec", f"{address.shown} holds no picture that can be decoded. It may be damaged.")


def unconvertible(address: Address, layout: str) -> SourceError:
    return SourceError(
        "codec", f"The pictures of {address.shown} are laid out as {layout}, which is not read."
    )


def _no_video(address: Address) -> SourceError:
    if address.is_network:
        return SourceError(
            "protocol",
            f"{address.shown} answers with something that is no video stream, perhaps a web page. "
            "Look up the camera's stream address.",
        )
    return SourceError(
        "codec",
        f"{address.shown} holds no video that can be read here. It is damaged, or of another kind.",
    )


def _refused(error: av.error.FFmpegError, shown: str) -> SourceError | None:
    match error:
        case av.error.HTTPUnauthorizedError() | av.error.HTTPForbiddenError():
            return SourceError(
                "unauthorized",
                f"{shown} wants another user or password, written before the host: user:password@host.",
            )
        case av.error.HTTPNotFoundError() | av.error.FileNotFoundError():
            return SourceError("notFound", f"{shown} does not exist there. Check the path.")
        case av.error.PermissionError():
            return SourceError(
                "unauthorized", f"{shown} may not be read by this user. Check its permissions."
            )
    return None


def _own_words(error: av.error.FFmpegError, address: Address) -> str:
    return scrub(error.strerror or type(error).__name__, address.target)
