"""Where a rule or group was declared."""

from __future__ import annotations

from typing import Literal, TypeAlias

Declared: TypeAlias = Literal["file", "api", "default"]
"""In the configuration file, over REST (and stored), or nowhere: it is always there."""
