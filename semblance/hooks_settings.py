"""The settings of hooks: who is told of events."""

from __future__ import annotations

import os
from pathlib import Path  # noqa: TC003 - pydantic reads the annotation
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from semblance.allowable import Allowable  # noqa: TC001 - pydantic reads the annotation
from semblance.part import Part
from web.hooks.definition import Command, Webhook
from web.hooks.hook import DISABLE_AFTER, HookFilter
from web.hooks.secret import Secret, check_secret
from web.hooks.wanted import (  # noqa: TC001 - pydantic reads the annotations
    Concurrency,
    HookId,
    MaxAge,
    SigningSecret,
    WantedRules,
    WantedStreams,
)
from web.outbound.allowed import read_allowed
from web.outbound.guarding import Guard
from web.outbound.names import SystemNames

_A_DAY = 86_400.0
_HOW = 'make one with: echo "whsec_$(openssl rand -base64 32)"'


class WebhookSettings(Part):
    """Events posted to an address. Every secret signs, so that one can be replaced by another in peace."""

    id: HookId
    url: Annotated[SecretStr, Field(description="http:// or https://; it is never shown whole.")]
    secrets: Annotated[
        tuple[SigningSecret, ...], Field(description="whsec_ and base64 of 24 to 64 bytes; newest first.")
    ] = ()
    secrets_file: Annotated[
        Path | None, Field(description="A file with secrets, between white space, besides.")
    ] = None
    secrets_env: Annotated[
        str | None, Field(description="A variable of the environment with secrets, between white space.")
    ] = None
    rules: WantedRules = None
    streams: WantedStreams = None
    max_age: MaxAge = 3600.0
    concurrency: Concurrency = 4
    enabled: bool = True

    @model_validator(mode="after")
    def _signs(self) -> Self:
        if not self._all_secrets():
            raise ValueError(f"a webhook needs a secret to sign with; {_HOW}")
        return self

    def options(self) -> Webhook:
        """The same, in the words of the web layer; files and the environment as they are now."""
        return Webhook(
            id=self.id,
            url=self.url.get_secret_value(),
            secrets=tuple(Secret(secret) for secret in self._all_secrets()),
            filter=HookFilter.of(self.rules, self.streams),
            max_age=self.max_age,
            concurrency=self.concurrency,
            enabled=self.enabled,
        )

    def _all_secrets(self) -> list[str]:
        """Raises `ValueError` for those that cannot be read, or are none."""
        elsewhere = [*_from_file(self.secrets_file), *_from_environment(self.secrets_env)]
        return [*(secret.get_secret_value() for secret in self.secrets), *elsewhere]


class CommandSettings(Part):
    """A program that gets each event on its standard input; never through a shell."""

    id: HookId
    command: Annotated[
        tuple[Annotated[str, Field(max_length=4096, pattern=r"^[^\x00]*$")], ...],
        Field(min_length=1, max_length=256, description="The program and its arguments."),
    ]
    rules: WantedRules = None
    streams: WantedStreams = None
    max_age: MaxAge = 3600.0
    timeout: Annotated[float, Field(gt=0, le=3600, description="Seconds that it may run.")] = 10.0
    concurrency: Concurrency = 1
    enabled: bool = True

    @field_validator("command")
    @classmethod
    def _names_a_program(cls, command: tuple[str, ...]) -> tuple[str, ...]:
        if not command[0].strip():
            raise ValueError("[0]: the program has no name")
        return command

    def options(self) -> Command:
        """The same, in the words of the web layer."""
        return Command(
            id=self.id,
            command=self.command,
            filter=HookFilter.of(self.rules, self.streams),
            max_age=self.max_age,
            timeout=self.timeout,
            concurrency=self.concurrency,
            enabled=self.enabled,
        )


class Hooks(Part):
    """Webhooks, commands and Python functions that get events."""

    allow: Annotated[
        tuple[Allowable, ...],
        Field(max_length=1000, description="Private networks, addresses and names that webhooks may go to."),
    ] = ()
    webhooks: Annotated[tuple[WebhookSettings, ...], Field(max_length=100)] = ()
    commands: Annotated[tuple[CommandSettings, ...], Field(max_length=100)] = ()
    python: Annotated[
        Literal["*"] | tuple[str, ...],
        Field(description="Entry points of the group semblance.hooks that are used; *: all there are."),
    ] = "*"
    disable_after: Annotated[
        float, Field(gt=0, le=365, description="Days of failing after which a hook is disabled.")
    ] = DISABLE_AFTER / _A_DAY

    @field_validator("webhooks")
    @classmethod
    def _may_go_there(cls, webhooks: tuple[WebhookSettings, ...], info: Any) -> tuple[WebhookSettings, ...]:
        guard = Guard(read_allowed(info.data.get("allow", ())), SystemNames())
        for index, webhook in enumerate(webhooks):
            try:
                guard.check(webhook.url.get_secret_value())
            except ValueError as error:
                raise ValueError(f"[{index}].url: {error}") from None
        _refuse_repeats([webhook.id for webhook in webhooks])
        return webhooks

    @field_validator("commands")
    @classmethod
    def _are_new_ids(cls, commands: tuple[CommandSettings, ...], info: Any) -> tuple[CommandSettings, ...]:
        webhooks = {webhook.id for webhook in info.data.get("webhooks", ())}
        _refuse_repeats([command.id for command in commands])
        for index, command in enumerate(commands):
            if command.id in webhooks:
                raise ValueError(f"[{index}].id: {command.id!r} is the id of a webhook")
        return commands

    @field_validator("python", mode="before")
    @classmethod
    def _is_all_or_some(cls, python: object) -> object:
        """One message for both forms."""
        if python != "*" and not isinstance(python, list | tuple):
            raise ValueError('either "*" for all that are installed, or a list of names')
        return python


def _from_file(path: Path | None) -> list[str]:
    if path is None:
        return []
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"secrets_file: {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"secrets_file: {path} is not UTF-8 text") from None
    return _checked(text.split(), f"secrets_file: {path}")


def _from_environment(name: str | None) -> list[str]:
    if name is None:
        return []
    if name not in os.environ:
        raise ValueError(f"secrets_env: there is no variable {name} in the environment")
    return _checked(os.environ[name].split(), f"secrets_env: {name}")


def _checked(secrets: list[str], place: str) -> list[str]:
    if not secrets:
        raise ValueError(f"{place} holds no secret; {_HOW}")
    for secret in secrets:
        try:
            check_secret(secret)
        except ValueError as error:
            raise ValueError(f"{place}: {error}") from None
    return secrets


def _refuse_repeats(ids: list[str]) -> None:
    for index, name in enumerate(ids):
        if name in ids[:index]:
            raise ValueError(f"[{index}]: the hook id {name!r} is there already")
