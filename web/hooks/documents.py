"""The documents of hooks, as the OpenAPI page describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import Field

from web.documents import Document
from web.hooks.hook import HookKind  # noqa: TC001 - pydantic reads the annotation
from web.hooks.log import LogOutcome  # noqa: TC001 - likewise
from web.messages import utc

if TYPE_CHECKING:
    from web.declared import Declared
    from web.hooks.courier import Courier
    from web.hooks.log import Line

HookState: TypeAlias = Literal["working", "blocked", "failing", "disabled", "off"]
"""`blocked` while the database is away, for nothing is sent that is not stored; `disabled` by failures or a
refusal, `off` by whoever configured it."""


class HookFiguresDocument(Document):
    """Events since the service started, but for `waiting`: all that are in the outbox now."""

    waiting: int
    oldest_waiting: Annotated[str | None, Field(description="When the oldest that waits happened.")]
    delivered: int
    failed: Annotated[int, Field(description="Given up when the schedule was used up.")]
    expired: int
    cancelled: int
    attempts_failed: int
    last_delivered: str | None
    last_failed: str | None


class HookDocument(Document):
    """A hook; its secrets are never shown."""

    id: str
    kind: HookKind
    target: Annotated[str, Field(description="Where events go, without what may be secret.")]
    rules: Literal["*"] | list[str]
    streams: Literal["*"] | list[str]
    max_age: Annotated[float, Field(description="Seconds.")]
    concurrency: int
    enabled: bool
    declared: Annotated[
        Literal["file", "api"],
        Field(description="file: its changes last until the next start; api: over REST."),
    ]
    state: HookState
    failing_since: str | None
    disabled_at: str | None
    reason: Annotated[str | None, Field(description="Why it is disabled.")]
    figures: HookFiguresDocument


class HooksDocument(Document):
    hooks: list[HookDocument]
    unstored: Annotated[
        int, Field(description="Events that wait in memory for the database, before they wait for any hook.")
    ]


class NewHookDocument(HookDocument):
    """A webhook that was made; its secrets are shown this once."""

    secrets: list[str]


class NewSecretDocument(Document):
    """Shown this once. The ones before it sign too until `old_until`."""

    secret: str
    old_until: str


class DeliveryDocument(Document):
    """One attempt, or an event that was never attempted: then `attempt` counts those before, or is 0."""

    id: Annotated[int | None, Field(description="null for one that is not in the log.")]
    event: str
    attempt: int
    at: str
    seconds: float
    outcome: LogOutcome
    status: Annotated[int | None, Field(description="Of HTTP, or a command's exit.")]
    error: str | None
    answer: Annotated[str | None, Field(description="Its first characters.")]


class DeliveriesDocument(Document):
    """Newest first; `next_before` is what to give as `before` for the next page."""

    deliveries: list[DeliveryDocument]
    next_before: int | None


class ResentDocument(Document):
    queued: int
    already_waiting: Annotated[int, Field(description="On their way, so not queued once more.")]


def hook_document(courier: Courier, declared: Declared, *, blocked: bool) -> HookDocument:
    return HookDocument.model_validate(hook_fields(courier, declared, blocked=blocked))


def hook_fields(courier: Courier, declared: Declared, *, blocked: bool) -> dict[str, object]:
    """`blocked` is whether hooks wait for the database, all of them."""
    hook, health = courier.hook, courier.health
    return {
        "id": hook.id,
        "kind": hook.kind,
        "target": hook.target,
        "rules": _wanted(hook.filter.rules),
        "streams": _wanted(hook.filter.streams),
        "max_age": hook.max_age,
        "concurrency": hook.concurrency,
        "enabled": hook.enabled,
        "declared": declared,
        "state": hook_state(courier, blocked=blocked),
        "failing_since": _utc(health.failing_since),
        "disabled_at": _utc(health.disabled_at),
        "reason": health.reason,
        "figures": _figures(courier),
    }


def hook_state(courier: Courier, *, blocked: bool) -> HookState:
    if not courier.hook.enabled:
        return "off"
    if courier.health.disabled_at is not None:
        return "disabled"
    if blocked or courier.blocked:
        return "blocked"
    return "working" if courier.health.failing_since is None else "failing"


def delivery_document(line: Line) -> DeliveryDocument:
    return DeliveryDocument(
        id=line.id,
        event=line.event,
        attempt=line.attempt,
        at=utc(line.at),
        seconds=round(line.seconds, 4),
        outcome=line.outcome,
        status=line.status,
        error=line.error,
        answer=line.answer,
    )


def _figures(courier: Courier) -> HookFiguresDocument:
    figures = courier.figures
    return HookFiguresDocument(
        waiting=courier.waiting,
        oldest_waiting=_utc(courier.oldest),
        delivered=figures.delivered,
        failed=figures.failed,
        expired=figures.expired,
        cancelled=figures.cancelled,
        attempts_failed=figures.attempts_failed,
        last_delivered=_utc(figures.last_delivered),
        last_failed=_utc(figures.last_failed),
    )


def _wanted(ids: frozenset[str] | None) -> Literal["*"] | list[str]:
    return "*" if ids is None else sorted(ids)


def _utc(seconds: float | None) -> str | None:
    return None if seconds is None else utc(seconds)
