"""Why a WebRTC session does not come about, one class per answer the caller can give."""

from __future__ import annotations


class OfferError(Exception):
    """The offer of a peer cannot be answered; the message says what is wrong with it."""


class AnswerError(Exception):
    """The answer of a peer to our offer cannot be used; the message says what is wrong with it."""


class NoCodecError(AnswerError):
    """The answer holds video in no codec that is received."""


class TakenError(Exception):
    """Somebody publishes to this stream already."""


class FullError(Exception):
    """No session or no UDP port is left; it may succeed later."""


class ClosedError(Exception):
    """The session was ended before it had begun: its stream was changed or removed."""


class UnknownStreamError(Exception):
    """No source waits for publishers of this stream."""
