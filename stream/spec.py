"""What an operator says of a stream: its id, its address, how often and how closely to look."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from stream.addresses import check_address
from stream.identifier import Id

if TYPE_CHECKING:
    from collections.abc import Mapping


def _can_be_opened(url: str) -> str:
    check_address(url)
    return url


StreamId: TypeAlias = Id
StreamUrl = Annotated[str, Field(min_length=1, max_length=2048), AfterValidator(_can_be_opened)]
FramesPerSecond = Annotated[float, Field(ge=0.01, le=120)]
Sampling: TypeAlias = Literal["steady", "adaptive"]
"""Whether frames are analysed at one rate, or fewer while the scores stand still."""
Detail: TypeAlias = Literal["low", "normal", "high"]
"""How closely a stream is looked at: the smaller the faces are to be, the more each frame costs."""
PreviewMode: TypeAlias = Literal["full", "blurred", "off"]
"""What is shown of the measured pictures: all, all but the faces, nothing."""
Priority: TypeAlias = Literal["low", "normal", "high"]
SHARES: Mapping[Priority, float] = MappingProxyType({"low": 1.0, "normal": 2.0, "high": 4.0})
"""How many frames of a stream are analysed for each of one of low priority, where not all of them can be."""


class StreamSpec(BaseModel):
    """One stream, as configured or posted. `fps` is how many frames a second are analysed at most.

    `detail` is how closely each is looked at for faces: those of a crowd are found at "high".
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: StreamId
    url: StreamUrl
    fps: FramesPerSecond = 10.0
    sampling: Annotated[
        Sampling,
        Field(
            description="adaptive: down to 2 frames a second while the scores stand still, 1 while nobody is "
            "there, and up to fps while they move; who looks in for less than a second may be missed."
        ),
    ] = "steady"
    priority: Annotated[
        Priority,
        Field(description="Its share where not all frames can be analysed: low 1, normal 2, high 4."),
    ] = "normal"
    detail: Annotated[
        Detail, Field(description="Frames shrunk to 320, 512 or 1280 pixels: how small faces may be.")
    ] = "normal"
    loop: Annotated[bool, Field(description="Play a file again from its start when it ends.")] = False
    preview: Annotated[
        PreviewMode | None,
        Field(
            description="Pictures to look at: whole, with pixelated faces, none; null as the service has it."
        ),
    ] = None
