"""What an operator says of a stream: its id, its address and how often to look."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from stream.addresses import check_address


def _can_be_opened(url: str) -> str:
    check_address(url)
    return url


StreamId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        description="Letters, digits, dot, underscore and hyphen; at most 64.",
    ),
]


class StreamSpec(BaseModel):
    """One stream, as configured or posted. `fps` is how many frames a second are analysed at most."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: StreamId
    url: Annotated[str, Field(min_length=1, max_length=2048), AfterValidator(_can_be_opened)]
    fps: Annotated[float, Field(gt=0, le=120)] = 10.0
    loop: Annotated[bool, Field(description="Play a file again from its start when it ends.")] = False
