"""Looks: how large a picture is shown to the detector, and how small the faces are that it tells of."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stream.spec import Detail


@dataclass(frozen=True, slots=True)
class Look:
    """Pictures are shrunk to `size` pixels on their longer side, and never enlarged.

    Faces less than `smallest` pixels wide or high in the picture are left out: their expression cannot be
    read. A face of 20 pixels from chin to forehead is 14 wide.
    """

    size: int
    smallest: float


LOOKS: Mapping[Detail, Look] = MappingProxyType(
    {"low": Look(320, 32.0), "normal": Look(512, 24.0), "high": Look(1280, 8.0)}
)
