"""How calls about operations are refused."""

from __future__ import annotations

from web.emotion.envelopes import EmotionError

LONGEST_ID = 64
"""Letters that are repeated of what a client calls an operation by."""

_AGAIN_WHEN_BUSY = "30"
_AGAIN_WHEN_OUT_OF_ORDER = "60"


def unknown(operation_id: str) -> EmotionError:
    shown = operation_id if len(operation_id) <= LONGEST_ID else f"{operation_id[:LONGEST_ID]}…"
    return EmotionError(
        404, "OperationNotFound", f"There is no operation {shown!r}; results are kept for a limited time."
    )


def busy(unfinished: int) -> EmotionError:
    return EmotionError(
        429,
        "RateLimitExceeded",
        f"{unfinished} videos wait or are being read already, as many as may be at once; try again later.",
        {"retry-after": _AGAIN_WHEN_BUSY},
    )


def out_of_order(sentence: str) -> EmotionError:
    """It is none of the client's doing."""
    return EmotionError(503, "ServiceUnavailable", sentence, {"retry-after": _AGAIN_WHEN_OUT_OF_ORDER})


def empty() -> EmotionError:
    return EmotionError(400, "InvalidVideoSize", "The body is empty: a video is expected in it.")


def too_large(limit: int) -> EmotionError:
    return EmotionError(400, "InvalidVideoSize", larger_than(limit))


def larger_than(limit: int) -> str:
    """The sentence for a video that is too large, however it comes."""
    return f"The video is larger than {limit} bytes, the most that this service takes."


def broken_off() -> EmotionError:
    return EmotionError(400, "BadArgument", "The body broke off; nothing of it was kept.")
