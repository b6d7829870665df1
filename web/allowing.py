"""Which methods a path takes, as the `Allow` header of a 405 has to tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_PARAMETER = re.compile(r"\\\{[^{}]*\\\}")


def allow(described: Mapping[str, Mapping[str, Any]], path: str, known: str) -> str:
    """All of them: `known` are those of the first route that is there, `described` the paths of OpenAPI."""
    methods = [method.strip() for method in known.split(",") if method.strip()]
    for template, calls in described.items():
        if re.fullmatch(_PARAMETER.sub("[^/]+", re.escape(template)), path):
            methods += sorted(method.upper() for method in calls)
    return ", ".join(dict.fromkeys(methods))
