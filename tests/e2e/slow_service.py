"""The command `semblance` on a machine whose models are slow: no more than five frames a second are read."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from inference.engine import Engine
from semblance import __main__ as command
from semblance import assembly

if TYPE_CHECKING:
    from inference.detections import Detections
    from inference.look import Look
    from stream import Frame

A_FRAME = 0.2


class SlowEngine(Engine):
    def _detect(self, frames: list[Frame], looks: list[Look], wholly: list[bool]) -> list[Detections]:
        time.sleep(A_FRAME * len(frames))
        return super()._detect(frames, looks, wholly)


if __name__ == "__main__":
    vars(assembly)["Engine"] = SlowEngine
    command.main()
