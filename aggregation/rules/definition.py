"""The definition of a rule, as configured or posted: what it looks for, in which streams and groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationInfo,
    field_validator,
    model_validator,
)

from inference.reading import EMOTIONS
from stream.identifier import Id

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from aggregation.summary import Window

_Part = TypeVar("_Part", bound=int | str)

Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Faces = Annotated[int, Field(ge=1, le=1000, description="At least so many.")]
Hold = Annotated[Seconds, Field(description="For how many seconds it must be so before it counts.")]
Coverage = Annotated[Share, Field(description="A window of which less was seen says nothing.")]
WindowName = Annotated[
    str | None,
    Field(pattern=r"^[A-Za-z0-9._-]{1,32}$", description="The window's name; null: the first there is."),
]
Ids: TypeAlias = tuple[Id, ...]


def _is_an_emotion(name: str) -> str:
    if name not in EMOTIONS:
        raise ValueError(f"{name!r} is none of the eight emotions: {', '.join(EMOTIONS)}")
    return name


Emotion = Annotated[str, AfterValidator(_is_an_emotion), Field(json_schema_extra={"enum": list(EMOTIONS)})]


class UnknownWindowError(ValueError):
    """A rule names a window that is not configured; the message lists those that are."""


class GroupAsStreamError(ValueError):
    """A rule names a group among its streams, where it does nothing."""


class _Definition(BaseModel):
    """What all rules have. Where only groups are named, the rule is for no stream."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: Id
    enabled: bool = True
    groups: Annotated[Ids, Field(max_length=100, description="The groups it is for.")] = ()
    streams: Annotated[
        Literal["*"] | Ids,
        Field(description='The streams it is for; "*": all, which is usual where no group is named.'),
    ] = "*"

    @model_validator(mode="before")
    @classmethod
    def _groups_alone(cls, document: Any) -> Any:
        if isinstance(document, Mapping) and document.get("groups") and "streams" not in document:
            return {**document, "streams": ()}
        return document

    @field_validator("streams")
    @classmethod
    def _for_something(cls, streams: Literal["*"] | Ids, info: ValidationInfo) -> Literal["*"] | Ids:
        if not streams and info.data.get("groups") == ():
            raise ValueError('names no stream and no group; "*" means every stream')
        return streams


class DominantRule(_Definition):
    """The dominant emotion changed: another leads the next by `margin`, or nobody is there any more."""

    type: Literal["dominant"] = "dominant"
    margin: Annotated[Share, Field(description="By how much its mean score leads the next.")] = 0.05
    hold: Hold = 1.0
    coverage: Coverage = 0.5
    window: WindowName = None


class ThresholdRule(_Definition):
    """An emotion's mean score, or the share of faces that show it, rose to `enter`, then fell to `exit`."""

    type: Literal["threshold"] = "threshold"
    emotion: Emotion
    measure: Annotated[
        Literal["mean", "share"],
        Field(description="The emotion's mean score, or the share of faces whose top score it is."),
    ] = "mean"
    enter: Annotated[float, Field(ge=0.0001, le=1, description="It starts at this or more.")]
    exit: Annotated[Share, Field(description="It ends at this or less (and below `enter`).")]
    hold: Hold = 1.0
    cooldown: Annotated[Seconds, Field(description="Seconds after its end in which it does not start.")] = 0.0
    coverage: Coverage = 0.5
    faces: Annotated[Faces, Field(description="Distinct faces in the window, at least.")] = 1
    window: WindowName = None
    per: Annotated[
        Literal["window", "face"],
        Field(description="Of the window, or of each face by its own smoothed scores."),
    ] = "window"

    @field_validator("exit")
    @classmethod
    def _not_above_enter(cls, exit_: float, info: ValidationInfo) -> float:
        enter = info.data.get("enter")
        if enter is not None and exit_ > enter:
            raise ValueError(f"{exit_:g} is above `enter` ({enter:g}): it would end before it starts")
        return exit_

    @field_validator("per")
    @classmethod
    def _alone(cls, per: str, info: ValidationInfo) -> str:
        if per == "window":
            return per
        usual = {"groups": (), "measure": "mean", "faces": 1, "coverage": 0.5, "window": None}
        for name, value in usual.items():
            if info.data.get(name, value) != value:
                raise ValueError(f"with `per: face` there is no `{name}`: each face is judged alone")
        return per


class PresenceRule(_Definition):
    """At least so many faces are there at once, and later are not."""

    type: Literal["presence"] = "presence"
    faces: Annotated[
        Faces,
        Field(description="Faces in a frame, on average over the window; of a group, distinct faces in it."),
    ] = 1
    hold: Hold = 1.0
    coverage: Coverage = 0.5
    window: WindowName = None


class ConnectionRule(_Definition):
    """A stream is lost, and later back."""

    type: Literal["stream"] = "stream"
    hold: Annotated[Seconds, Field(description="For how many seconds it must be lost before it counts.")] = (
        0.0
    )

    @field_validator("groups")
    @classmethod
    def _streams_alone(cls, groups: Ids) -> Ids:
        if groups:
            raise ValueError("a group has no connection; name its streams under `streams`")
        return groups


WindowRule: TypeAlias = DominantRule | ThresholdRule | PresenceRule
"""What looks at windows (a threshold for each face alone does not)."""

Rule = Annotated[DominantRule | ThresholdRule | PresenceRule | ConnectionRule, Field(discriminator="type")]

RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
"""Reads and writes a rule as a document."""

RULE_TYPES = ("dominant", "threshold", "presence", "stream")

DEFAULT_RULES: tuple[DominantRule, ...] = (DominantRule(id="dominant-emotion"),)
"""The rules that are there unless one of the same id says otherwise."""


def written_path(location: tuple[_Part, ...]) -> tuple[_Part, ...]:
    """Where a mistake stands in what was written: without the rule's type, which pydantic puts there."""
    for index, part in enumerate(location):
        if part in RULE_TYPES:
            return location[:index] + location[index + 1 :]
    return location


def applies(rule: Rule, stream: str, *, group: bool) -> bool:
    """Whether a rule is enabled, and for this stream or group."""
    if not rule.enabled:
        return False
    return stream in rule.groups if group else rule.streams == "*" or stream in rule.streams


def check_streams(rule: Rule, groups: Container[str]) -> None:
    """Raises `GroupAsStreamError` for a rule whose streams are none."""
    for stream in () if rule.streams == "*" else rule.streams:
        if stream in groups:
            raise GroupAsStreamError(f"{stream!r} is a group; name it under `groups`")


def window_of(rule: WindowRule, windows: Sequence[Window]) -> Window:
    """The window a rule looks at. Raises `UnknownWindowError`."""
    if rule.window is None:
        return windows[0]
    for window in windows:
        if window.name == rule.window:
            return window
    names = ", ".join(window.name for window in windows)
    raise UnknownWindowError(f"there is no window {rule.window!r}; there are {names}")


def check_window(rule: Rule, windows: Sequence[Window]) -> None:
    """Raises `UnknownWindowError` for a rule that names a window there is not."""
    if not isinstance(rule, ConnectionRule):
        window_of(rule, windows)
