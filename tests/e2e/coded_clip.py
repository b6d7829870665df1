"""The file of a coded clip: a line with the frames a second, then each access unit of H.264 after its size.

Nothing but the standard library, because Debian's own Python reads it too.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LENGTH = struct.Struct(">I")


@dataclass(frozen=True)
class Clip:
    """The access units (Annex B) of a clip, `fps` of them a second."""

    fps: float
    units: list[bytes]

    def write(self, path: Path) -> Path:
        with path.open("wb") as file:
            file.write(f"{self.fps:g}\n".encode())
            for unit in self.units:
                file.write(LENGTH.pack(len(unit)))
                file.write(unit)
        return path

    @classmethod
    def read(cls, path: Path) -> Clip:
        data = path.read_bytes()
        fps, position = float(data[: data.index(b"\n")]), data.index(b"\n") + 1
        units = []
        while position < len(data):
            (length,) = LENGTH.unpack_from(data, position)
            position += LENGTH.size
            units.append(data[position : position + length])
            position += length
        return cls(fps, units)
