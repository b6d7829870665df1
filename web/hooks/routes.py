"""Hooks over REST: make, change, test and enable webhooks, see all hooks and what was delivered."""

import asyncio
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Body, HTTPException, Query, Request, Response

from web.hooks.documents import (
    DeliveriesDocument,
    DeliveryDocument,
    HookDocument,
    HooksDocument,
    NewHookDocument,
    NewSecretDocument,
    ResentDocument,
    delivery_document,
    hook_document,
    hook_fields,
)
from web.hooks.hooks import Hooks
from web.hooks.log import LogOutcome
from web.hooks.refusals import check_address, refusals
from web.hooks.registry import OVERLAP, rotated
from web.hooks.requests import NewWebhook, Resending, Rotation, WebhookChange
from web.hooks.secret import new_secret
from web.messages import utc
from web.problems import problem_documents
from web.while_connected import STOPPING, while_connected

LONGEST_PAGE = 1000
_RETRY_AFTER = "5"


def hooks_router(hooks: Hooks, check_url: Callable[[str], None]) -> APIRouter:
    """`check_url` raises `ValueError` with a sentence for an address that webhooks may not go to."""
    router = APIRouter(prefix="/api/v1/hooks", tags=["hooks"])
    registry, dispatcher = hooks.registry, hooks.dispatcher

    def shown(hook_id: str) -> HookDocument:
        courier, declared = dispatcher.courier(hook_id), registry.declared(hook_id)
        return hook_document(courier, declared, blocked=hooks.blocked)

    @router.post("", status_code=201, responses=problem_documents(409, 422, 503))
    async def add_webhook(new: NewWebhook, response: Response) -> NewHookDocument:
        """Add a webhook. It gets events from now on, and is there again after a restart."""
        check_address(check_url, new.url)
        secrets = [secret.get_secret_value() for secret in new.secrets] or [new_secret()]
        with refusals(new.id):
            await registry.add(new.webhook(secrets))
        response.headers["location"] = f"/api/v1/hooks/{new.id}"
        fields = hook_fields(dispatcher.courier(new.id), "api", blocked=hooks.blocked)
        return NewHookDocument.model_validate({**fields, "secrets": secrets})

    @router.get("")
    async def list_hooks() -> HooksDocument:
        """All hooks of all kinds, how they fare and what they got."""
        listed = [shown(hook_id) for hook_id in dispatcher.couriers()]
        return HooksDocument(hooks=listed, unstored=hooks.outbox.waiting)

    @router.get("/{hook_id}", responses=problem_documents(404))
    async def show_hook(hook_id: str) -> HookDocument:
        """One hook, how it fares and what it got."""
        with refusals(hook_id):
            return shown(hook_id)

    @router.patch("/{hook_id}", responses=problem_documents(404, 409, 422, 503))
    async def change_webhook(hook_id: str, change: WebhookChange) -> HookDocument:
        """Change a webhook. What waits for it is sent as it is now, and at once to another address."""
        with refusals(hook_id):
            target = dispatcher.courier(hook_id).hook.target
            if "url" in change.model_fields_set and change.url != target:
                check_address(check_url, change.url)
            await registry.change(hook_id, lambda webhook: change.applied(webhook, target))
            if change.enabled and "enabled" in change.model_fields_set:
                await dispatcher.enable(hook_id)
            return shown(hook_id)

    @router.delete("/{hook_id}", status_code=204, responses=problem_documents(404, 409, 503))
    async def remove_webhook(hook_id: str) -> None:
        """Remove a webhook. What waits for it is cancelled."""
        with refusals(hook_id):
            await registry.remove(hook_id)

    @router.post("/{hook_id}/rotate", responses=problem_documents(404, 409, 422, 503))
    async def rotate_secret(
        hook_id: str, rotation: Annotated[Rotation | None, Body()] = None
    ) -> NewSecretDocument:
        """Sign with a new secret; for a day the old one signs too."""
        given = rotation.secret if rotation else None
        secret, now = given.get_secret_value() if given else new_secret(), hooks.now()
        with refusals(hook_id):
            await registry.change(hook_id, lambda webhook: rotated(webhook, secret, now))
        return NewSecretDocument(secret=secret, old_until=utc(now + OVERLAP))

    @router.post("/{hook_id}/enable", responses=problem_documents(404, 409, 503))
    async def enable_hook(hook_id: str) -> HookDocument:
        """Enable a hook that was disabled; what still waits for it is sent."""
        with refusals(hook_id):
            if not dispatcher.courier(hook_id).hook.enabled:
                raise HTTPException(
                    409, "It is switched off; a webhook is switched on by PATCH, enabled true."
                )
            await dispatcher.enable(hook_id)
            return shown(hook_id)

    @router.post("/{hook_id}/test", responses=problem_documents(404, 409, 503))
    async def test_hook(hook_id: str, request: Request) -> DeliveryDocument:
        """Deliver an event `hook.test` at once and once, and answer what came of it."""
        with refusals(hook_id):
            try:
                return delivery_document(await while_connected(request, hooks.test(hook_id)))
            except asyncio.CancelledError:
                raise HTTPException(503, STOPPING, headers={"retry-after": _RETRY_AFTER}) from None

    @router.post("/{hook_id}/resend", status_code=202, responses=problem_documents(404, 409, 422, 503))
    async def resend(hook_id: str, asked: Resending) -> ResentDocument:
        """Send a recorded event again, or all of a time; their age counts from now."""
        asked.check()
        with refusals(hook_id):
            if asked.since is not None:
                until = hooks.now() if asked.until is None else asked.until.timestamp()
                resent = await hooks.resend_range(hook_id, asked.since.timestamp(), until)
            else:
                event = asked.event or ""
                found = await hooks.resend(hook_id, event)
                if found is None:
                    raise HTTPException(404, f"There is no event {event[:64]!r}.")
                resent = found
            return ResentDocument(queued=sum(resent.queued.values()), already_waiting=resent.waiting)

    @router.get("/{hook_id}/deliveries", responses=problem_documents(404, 422, 503))
    async def list_deliveries(
        hook_id: str,
        state: Annotated[LogOutcome | None, Query(description="All if left out.")] = None,
        limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 100,
        before: Annotated[
            int | None, Query(ge=0, le=2**63 - 1, description="`nextBefore` of a page.")
        ] = None,
    ) -> DeliveriesDocument:
        """The log of deliveries, newest first."""
        with refusals(hook_id):
            lines = await hooks.log(hook_id, state, limit, before)
        more = len(lines) == limit
        return DeliveriesDocument(
            deliveries=[delivery_document(line) for line in lines],
            next_before=lines[-1].id if more else None,
        )

    return router
