"""The settings: one frozen tree, and where its values come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from aggregation.rules.definition import (
    GroupAsStreamError,
    Rule,
    UnknownWindowError,
    check_streams,
    check_window,
)
from aggregation.summary import Weights, Window
from inference.options import InferenceOptions, Precision, Setting
from semblance.emotion_settings import EmotionApi
from semblance.history_settings import History
from semblance.hooks_settings import Hooks
from semblance.mistakes import first_repeated, path_of
from semblance.mqtt_settings import Mqtt  # noqa: TC001 - pydantic reads the annotation
from semblance.part import Part
from semblance.preview_settings import Preview
from semblance.server_settings import Server
from semblance.shedding import MAX_AGE
from semblance.webrtc_settings import WebRtc
from stream.hardware import HardwareSetting  # noqa: TC001 - pydantic reads the annotation
from stream.spec import StreamSpec  # noqa: TC001 - pydantic reads the annotation
from web.auth import SHORTEST
from web.checked_rule import CheckedRule  # noqa: TC001 - pydantic reads the annotation
from web.group import Group, UnfitGroupError, check_group

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

_USUAL = InferenceOptions()


class Auth(Part):
    """Who may use the service. Without a token it is bound to this machine."""

    tokens: Annotated[tuple[Annotated[SecretStr, Field(min_length=SHORTEST)], ...], NoDecode] = ()

    @field_validator("tokens", mode="before")
    @classmethod
    def _from_plain_text(cls, tokens: object) -> object:
        """The environment and secret files give tokens as plain text, between white space or commas."""
        return tuple(tokens.replace(",", " ").split()) if isinstance(tokens, str) else tokens

    def plain(self) -> tuple[str, ...]:
        """The tokens themselves, which are secret."""
        return tuple(token.get_secret_value() for token in self.tokens)


class Inference(Part):
    """What the models run on and how frames are batched. On a CPU batches are small and do not wait."""

    provider: Setting = _USUAL.provider
    precision: Annotated[Precision, Field(description="What a GPU computes in; auto is fp16.")] = (
        _USUAL.precision
    )
    detector: Annotated[
        str,
        Field(
            description="auto (YuNet where it has been pulled), a model's name, or a manifest.json's path."
        ),
    ] = _USUAL.detector
    classifier: Annotated[
        str, Field(description="auto (the one that ships), a model's name, or a manifest.json's path.")
    ] = _USUAL.classifier
    tau: Annotated[
        float | None,
        Field(
            ge=0,
            le=2,
            description="How far the classifier corrects for rare emotions; else what its manifest says.",
        ),
    ] = _USUAL.tau
    max_batch: Annotated[int, Field(ge=1, le=32)] = _USUAL.max_batch
    max_wait: Annotated[float, Field(ge=0, le=1, description="Seconds a batch may wait to fill.")] = (
        _USUAL.max_wait
    )
    max_age: Annotated[
        float,
        Field(gt=0, le=60, description="Seconds after its capture: an older live frame is not analysed."),
    ] = MAX_AGE
    min_confidence: Annotated[
        float | None,
        Field(ge=0.1, le=1, description="Of the detector, for a face; else what suits the model."),
    ] = _USUAL.min_confidence
    detect_every: Annotated[
        Literal["auto"] | Annotated[int, Field(ge=1, le=30)],
        Field(
            description="In every so many frames of a stream all of the picture is searched for faces; in "
            "between they are found again where they were. auto: three times a second, on a GPU always. "
            "Files are analysed in batches of at most eight frames (4K: two), the first of each searched so."
        ),
    ] = _USUAL.detect_every

    def options(self) -> InferenceOptions:
        """The same, in the words of the inference package."""
        return InferenceOptions(**self.model_dump(exclude={"max_age"}))


class Sources(Part):
    """How long a source may take, in seconds, before it counts as failed."""

    open_timeout: Annotated[float, Field(gt=0, le=120)] = 10.0
    first_frame_timeout: Annotated[float, Field(gt=0, le=120)] = 10.0
    stall_timeout: Annotated[float, Field(gt=0, le=120)] = 5.0
    hardware: Annotated[
        HardwareSetting,
        Field(description="What decodes video: a device, auto for the first there is, off for software."),
    ] = "auto"


class WindowSettings(Part):
    """A sliding window, in seconds, whose summary is sent at each multiple of `interval`."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,32}$")]
    length: Annotated[float, Field(gt=0, le=86400)]
    interval: Annotated[float, Field(ge=0.05, le=3600)]
    weights: Annotated[Weights, Field(description="What each face counts: the same, or its quality.")] = (
        "equal"
    )

    @field_validator("interval")
    @classmethod
    def _within_the_window(cls, interval: float, info: Any) -> float:
        length = info.data.get("length")
        if length is not None and interval > length:
            raise ValueError(f"{interval:g} s is longer than the window ({length:g} s): gaps")
        return interval

    def window(self) -> Window:
        """The same, in the words of the aggregation package."""
        return Window(self.name, self.length, self.interval, self.weights)


class Settings(BaseSettings):
    """The whole tree.

    The environment (`SEMBLANCE_SERVER__PORT`) wins over files of the same names in /run/secrets, those over
    the YAML file.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix="SEMBLANCE_",
        env_nested_delimiter="__",
        secrets_dir="/run/secrets",
        hide_input_in_errors=True,
    )

    server: Server = Server()
    auth: Auth = Auth()
    inference: Inference = Inference()
    sources: Sources = Sources()
    preview: Preview = Preview()
    webrtc: WebRtc = WebRtc()
    windows: Annotated[tuple[WindowSettings, ...], Field(max_length=16)] = (
        WindowSettings(name="2s", length=2, interval=0.5),
        WindowSettings(name="60s", length=60, interval=5),
    )
    streams: Annotated[tuple[StreamSpec, ...], Field(max_length=1000)] = ()
    groups: Annotated[tuple[Group, ...], Field(max_length=100)] = ()
    rules: Annotated[tuple[CheckedRule, ...], Field(max_length=1000)] = ()
    history: History = History()
    hooks: Hooks = Hooks()
    mqtt: Mqtt | None = None
    emotion_api: EmotionApi = EmotionApi()

    @field_validator("windows")
    @classmethod
    def _names_differ(cls, windows: tuple[WindowSettings, ...]) -> tuple[WindowSettings, ...]:
        if not windows:
            raise ValueError("there must be at least one; leave the key out for the usual two")
        _refuse_repeats("window name", [window.name for window in windows])
        return windows

    @field_validator("streams")
    @classmethod
    def _ids_differ(cls, streams: tuple[StreamSpec, ...]) -> tuple[StreamSpec, ...]:
        _refuse_repeats("stream id", [spec.id for spec in streams])
        return streams

    @field_validator("groups")
    @classmethod
    def _are_new_ids(cls, groups: tuple[Group, ...], info: Any) -> tuple[Group, ...]:
        _refuse_repeats("group id", [group.id for group in groups])
        streams = {spec.id for spec in info.data.get("streams", ())}
        for index, group in enumerate(groups):
            try:
                check_group(group, streams, groups[:index])
            except UnfitGroupError as error:
                raise ValueError(f"{path_of((index, *error.location))}: {error}") from None
        return groups

    @field_validator("rules")
    @classmethod
    def _can_be_judged(cls, rules: tuple[CheckedRule, ...], info: Any) -> tuple[CheckedRule, ...]:
        _refuse_repeats("rule id", [rule.id for rule in rules])
        groups = {group.id for group in info.data.get("groups", ())}
        for index, rule in enumerate(rules):
            if "windows" in info.data:
                _refuse_unknown_window(index, rule, [window.window() for window in info.data["windows"]])
            _refuse_groups_as_streams(index, rule, groups)
        return rules

    @field_validator("mqtt")
    @classmethod
    def _knows_the_windows(cls, mqtt: Mqtt | None, info: Any) -> Mqtt | None:
        if mqtt is not None and "windows" in info.data:
            mqtt.check_windows([window.name for window in info.data["windows"]])
        return mqtt

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        secrets = NestedSecretsSettingsSource(file_secret_settings, secrets_dir_missing="ok")
        return init_settings, env_settings, secrets, YamlConfigSettingsSource(settings_cls)


def _refuse_unknown_window(index: int, rule: Rule, windows: Sequence[Window]) -> None:
    try:
        check_window(rule, windows)
    except UnknownWindowError as error:
        raise ValueError(f"[{index}].window: {error}") from None


def _refuse_groups_as_streams(index: int, rule: Rule, groups: Container[str]) -> None:
    try:
        check_streams(rule, groups)
    except GroupAsStreamError as error:
        raise ValueError(f"[{index}].streams: {error}") from None


def _refuse_repeats(what: str, names: list[str]) -> None:
    if repeated := first_repeated(names):
        index, name = repeated
        raise ValueError(f"[{index}]: the {what} {name!r} is there already")
