"""How many threads a recording is decoded in."""

from __future__ import annotations

import math

_AS_MUCH = 4.0
"""Megapixels whose decoding takes a core about as long as reading the faces of one frame does."""
_PLENTY = 4
"""So many times what is needed for an easy medium: others take longer to decode, and a single thread that
needs a fifth of a core is given it too late to keep the models of two busy."""
_MOST = 16


def decoding_threads(width: int, height: int, available: int) -> int:
    """Enough that the models need not wait for pictures of this size on so many cores, and no more.

    Each takes memory, and several make a small picture a fifth dearer than one does.
    """
    megapixels = width * height / 1e6
    if not megapixels:  # not known before the first picture
        return min(available, _MOST)
    share = megapixels / (megapixels + _AS_MUCH)
    return min(available, _MOST, math.ceil(_PLENTY * available * share))
