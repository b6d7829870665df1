"""The webhooks there are: those of the configuration, and those made over REST, which are stored."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from web.hooks.secret import Secret
from web.hooks.stored_webhook import read_webhook, write_webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from web.declared import Declared
    from web.hooks.definition import Webhook
    from web.hooks.dispatcher import Dispatcher
    from web.hooks.hook import Hook

MOST = 1000
"""Webhooks there may be."""

OVERLAP = 86_400.0
"""Seconds for which a secret still signs that was replaced."""

_SECRETS = 10

_log = logging.getLogger(__name__)


class HookExistsError(Exception):
    """A hook with this id is there already."""


class TooManyHooksError(Exception):
    """There are as many webhooks as there may be; the message is a sentence."""


class NotAWebhookError(Exception):
    """A hook that comes from the configuration file alone, so nobody changes it over REST."""


class Definitions(Protocol):
    """Where webhooks outlive the service. All calls raise `HistoryUnavailableError`."""

    async def all(self) -> Mapping[str, str]: ...

    async def keep(self, name: str, document: str) -> None: ...

    async def remove(self, name: str) -> bool: ...


class Registry:
    """Webhooks of the configuration may be changed and removed too, until the next start.

    `make` raises `ValueError` for an address that no webhook can have. What changes webhooks raises
    `HistoryUnavailableError`; then nothing has changed.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        definitions: Definitions,
        make: Callable[[Webhook], Hook],
        configured: Iterable[Webhook],
    ) -> None:
        self._dispatcher = dispatcher
        self._definitions = definitions
        self._make = make
        self._changing = asyncio.Lock()  # a change builds on the one before it
        self._stored: set[str] = set()
        self._webhooks: dict[str, Webhook] = {}
        for webhook in configured:
            dispatcher.place(make(webhook))
            self._webhooks[webhook.id] = webhook

    def declared(self, name: str) -> Declared:
        """Whether the hook is of the configuration file, or was made over REST, so that it is stored."""
        return "api" if name in self._stored else "file"

    def webhook(self, name: str) -> Webhook:
        """Raises `NotAWebhookError`, `UnknownHookError`."""
        if name in self._webhooks:
            return self._webhooks[name]
        self._dispatcher.courier(name)
        raise NotAWebhookError(name)

    async def restore(self) -> None:
        """Places those that were made over REST; before the dispatcher runs."""
        for name, document in (await self._definitions.all()).items():
            if name in self._stored:
                continue
            if name in self._dispatcher.couriers():
                _log.warning("the hook %s of the configuration stands before the one made over REST", name)
                continue
            try:
                webhook = read_webhook(name, document)
                self._dispatcher.place(self._make(webhook))
            except ValueError as error:
                _log.error("the webhook %s cannot be used: %s", name, error)
                continue
            self._stored.add(name)
            self._webhooks[name] = webhook

    async def add(self, webhook: Webhook) -> None:
        """Raises `HookExistsError`, `TooManyHooksError`."""
        async with self._changing:
            if webhook.id in self._dispatcher.couriers():
                raise HookExistsError(webhook.id)
            if len(self._webhooks) >= MOST:
                raise TooManyHooksError(f"There are {MOST} webhooks already, and may be no more; remove one.")
            hook = self._make(webhook)
            self._dispatcher.check()
            await self._dispatcher.forget(webhook.id)
            await self._definitions.keep(webhook.id, write_webhook(webhook))
            self._dispatcher.add(hook)
            self._stored.add(webhook.id)
            self._webhooks[webhook.id] = webhook

    async def change(self, name: str, change: Callable[[Webhook], Webhook]) -> None:
        """What waits is due at once at a new address. Raises `NotAWebhookError`, `UnknownHookError`."""
        async with self._changing:
            before = self.webhook(name)
            changed = change(before)
            hook = self._make(changed)
            moved = changed.url != before.url
            if moved:
                await self._dispatcher.make_due(name)
            if name in self._stored:
                await self._definitions.keep(name, write_webhook(changed))
            self._webhooks[name] = changed
            courier = self._dispatcher.courier(name)
            courier.change(hook)
            if moved:
                courier.release()

    async def remove(self, name: str) -> None:
        """What waits for it is cancelled. Raises `NotAWebhookError`, `UnknownHookError`."""
        async with self._changing:
            self.webhook(name)
            self._dispatcher.check()
            if name in self._stored:
                await self._definitions.remove(name)
            self._stored.discard(name)
            del self._webhooks[name]
            await self._dispatcher.remove(name)


def rotated(webhook: Webhook, secret: str, now: float) -> Webhook:
    """With a new secret; those that signed until now still do for a day."""
    until = now + OVERLAP
    old = (
        Secret(each.value, until if each.until is None else min(each.until, until))
        for each in webhook.secrets[: _SECRETS - 1]
        if each.signs(now) and each.value != secret
    )
    return replace(webhook, secrets=(Secret(secret), *old))
