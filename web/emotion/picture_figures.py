"""How calls about pictures ended and what they took, counted."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class PictureFigures:
    """Since the service began, by the status of the answer."""

    calls: Counter[int] = field(default_factory=Counter)
    seconds: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))

    @contextmanager
    def call(self) -> Iterator[None]:
        """Counts one, once the block has ended: by the error that ends it, or as a success."""
        begun, status = time.perf_counter(), 500
        try:
            yield
            status = 200
        except HTTPException as error:
            status = error.status_code
            raise
        except ClientDisconnect:
            status = 400
            raise
        finally:
            self.calls[status] += 1
            self.seconds[status] += time.perf_counter() - begun
