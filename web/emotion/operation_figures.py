"""What has become of the operations, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class OperationFigures:
    """Since the service began; `refused` by the status of the answer."""

    accepted: int = 0
    succeeded: int = 0
    failed: int = 0
    expired: int = 0
    reading_seconds: float = 0.0
    refused: Counter[int] = field(default_factory=Counter)
