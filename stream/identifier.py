"""What an id looks like: of a stream, a group, a rule or a hook."""

from __future__ import annotations

import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"


def check_id(text: str) -> str:
    """Raises `ValueError`."""
    if not re.fullmatch(ID_PATTERN, text):
        raise ValueError(
            "An id is 1 to 64 letters, digits, dots, underscores and hyphens, the first a letter or digit"
        )
    return text


Id: TypeAlias = Annotated[str, AfterValidator(check_id), Field(json_schema_extra={"pattern": ID_PATTERN})]
"""In the path of an address nothing but itself: neither `.` nor `..` is one."""
