"""What is sent to make, change and use webhooks over REST."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from web.hooks.definition import Webhook
from web.hooks.hook import HookFilter
from web.hooks.secret import Secret
from web.hooks.wanted import (  # noqa: TC001 - pydantic reads the annotations
    Concurrency,
    HookId,
    MaxAge,
    SigningSecret,
    SomeRules,
    SomeStreams,
    WantedRules,
    WantedStreams,
)
from web.moment import Moment  # noqa: TC001 - pydantic reads the annotation
from web.problems import FieldError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic.config import JsonDict


def _without_default(schema: JsonDict) -> None:
    """What is left out of a change has no default: it stays as it is."""
    schema.pop("default", None)


class _Request(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, frozen=True, extra="forbid", hide_input_in_errors=True
    )


class NewWebhook(_Request):
    """A webhook to make."""

    id: HookId
    url: Annotated[str, Field(description="http:// or https://; what is secret in it is not shown again.")]
    secrets: Annotated[
        tuple[SigningSecret, ...],
        Field(max_length=5, description="whsec_ and base64 of 24 to 64 bytes; one is made if none is given."),
    ] = ()
    rules: WantedRules = None
    streams: WantedStreams = None
    max_age: MaxAge = 3600.0
    concurrency: Concurrency = 4
    enabled: bool = True

    def webhook(self, secrets: Sequence[str]) -> Webhook:
        return Webhook(
            id=self.id,
            url=self.url,
            secrets=tuple(Secret(secret) for secret in secrets),
            filter=HookFilter.of(self.rules, self.streams),
            max_age=self.max_age,
            concurrency=self.concurrency,
            enabled=self.enabled,
        )


class WebhookChange(_Request):
    """What is to change of a webhook; what is left out stays. A target as it was shown stays too."""

    url: Annotated[str, Field(json_schema_extra=_without_default)] = ""
    rules: Annotated[SomeRules, Field(json_schema_extra=_without_default)] = None
    streams: Annotated[SomeStreams, Field(json_schema_extra=_without_default)] = None
    max_age: Annotated[MaxAge, Field(json_schema_extra=_without_default)] = 3600.0
    concurrency: Annotated[Concurrency, Field(json_schema_extra=_without_default)] = 4
    enabled: Annotated[
        bool,
        Field(json_schema_extra=_without_default, description="true also enables one that was disabled."),
    ] = True

    def applied(self, webhook: Webhook, shown: str) -> Webhook:
        """`shown` is the address as it was shown."""
        given = self.model_dump(exclude_unset=True)
        if given.get("url") == shown:
            del given["url"]
        rules = given.pop("rules", webhook.filter.rules)
        streams = given.pop("streams", webhook.filter.streams)
        return replace(webhook, filter=HookFilter.of(rules, streams), **given)


class Rotation(_Request):
    """The secret to sign with from now on."""

    secret: Annotated[SigningSecret | None, Field(description="One is made if none is given.")] = None


class Resending(_Request):
    """One event, or all of a time that the hook wants."""

    event: str | None = None
    since: Annotated[Moment | None, Field(description="Those that are later.")] = None
    until: Annotated[Moment | None, Field(description="Those of then or earlier; else up to now.")] = None

    def check(self) -> None:
        """Raises `FieldError` where the fields do not go together."""
        if (self.event is None) == (self.since is None):
            raise FieldError("event", 'Either {"event": an id}, or {"since": a time} and maybe "until".')
        if self.until is not None and (self.since is None or self.until < self.since):
            raise FieldError("until", "A range begins with since, and ends (until) later.")
