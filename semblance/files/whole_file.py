"""A file that is there only once it is whole: written beside, and renamed."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PART = ".part"
"""What the name ends with until then."""


def part_of(path: Path) -> Path:
    return path.with_name(path.name + PART)


class WholeFile:
    """Blocks; raises `OSError`. What was there before stays until `keep`, a link stays one."""

    def __init__(self, path: Path) -> None:
        self._path = Path(os.path.realpath(path))
        self._part = part_of(self._path)
        self.out = self._part.open("wb")

    def keep(self) -> None:
        try:
            self.out.close()
            self._part.replace(self._path)
        except OSError:
            self.discard()
            raise

    def discard(self) -> None:
        with suppress(OSError):  # on a full disk, what waits to be written cannot be
            self.out.close()
        with suppress(OSError):
            self._part.unlink(missing_ok=True)
