"""Webhooks: events posted over HTTP to the Standard Webhooks specification."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpcore

from web.hooks.answer import outcome
from web.hooks.body import webhook_body
from web.hooks.hook import Hook, Outcome
from web.hooks.schedule import STANDARD
from web.hooks.signing import signed
from web.outbound.targets import read_target
from web.outbound.unreached import FAILURES, why_unreached

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from web.hooks.definition import Webhook
    from web.hooks.hook import Delivery
    from web.hooks.secret import Secret
    from web.outbound.targets import Target

WITHIN = 15.0
"""Seconds until the answer's status must be there, however slowly it drips."""
LONGEST_ANSWER = 1024
"""Bytes that are read of an answer's body."""

_ANSWER_WITHIN = 1.0  # seconds more for the body, which only the log of deliveries wants
_CONNECT_WITHIN = 10.0
_GRACE = 5.0


class WebhookPost:
    """Brings events to one receiver."""

    def __init__(
        self,
        target: Target,
        secrets: Sequence[Secret],
        pool: httpcore.AsyncConnectionPool,
        agent: str,
        clock: Callable[[], float],
        within: float = WITHIN,
    ) -> None:
        self._target = target
        self._secrets = secrets
        self._pool = pool
        self._agent = agent
        self._clock = clock
        self._within = within
        self._url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)

    async def deliver(self, delivery: Delivery) -> Outcome:
        try:
            async with asyncio.timeout(self._within) as limit:
                return await self._post(delivery, limit)
        except TimeoutError:
            return Outcome("failed", error=f"{self._target.peer} gave no answer within {self._within:g} s.")
        except FAILURES as error:
            return Outcome("failed", error=why_unreached(error, self._target.peer))

    async def _post(self, delivery: Delivery, limit: asyncio.Timeout) -> Outcome:
        body = webhook_body(delivery.document)
        headers = self._headers(delivery, body)
        limits = {"timeout": {"connect": _CONNECT_WITHIN}}
        async with self._pool.stream(
            "POST", self._url, headers=headers, content=body.encode(), extensions=limits
        ) as response:
            limit.reschedule(None)  # the status has come, and it alone decides
            answer = await _head(response)
        return outcome(response.status, response.headers, answer, self._target.peer, self._clock())

    def _headers(self, delivery: Delivery, body: str) -> list[tuple[str, str]]:
        headers = {
            "host": self._target.peer,
            "content-type": "application/json",
            "user-agent": self._agent,
            "accept-encoding": "identity",
            **signed(self._secrets, delivery.event_id, body, self._clock()),
        }
        if self._target.authorization:
            headers["authorization"] = self._target.authorization
        return list(headers.items())


class Webhooks:
    """Makes hooks of what is configured. All share connections; each is told of its own failures alone.

    `clock` gives UTC seconds, `agent` is what receivers are told of who sends (`User-Agent`).
    """

    def __init__(self, pool: httpcore.AsyncConnectionPool, agent: str, clock: Callable[[], float]) -> None:
        self._pool = pool
        self._agent = agent
        self._clock = clock

    def hook(self, webhook: Webhook) -> Hook:
        """Raises `TargetRefusedError`, a `ValueError`, for an address that no webhook can have."""
        target = read_target(webhook.url)
        return Hook(
            webhook.id,
            "webhook",
            target.shown,
            webhook.filter,
            STANDARD,
            WebhookPost(target, webhook.secrets, self._pool, self._agent, self._clock),
            max_age=webhook.max_age,
            concurrency=webhook.concurrency,
            timeout=WITHIN + _GRACE,
            enabled=webhook.enabled,
        )


async def _head(response: httpcore.Response) -> bytes:
    """The first of the answer's body, as far as it comes."""
    body = b""
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            async for part in response.aiter_stream():
                body += part
                if len(body) > LONGEST_ANSWER:
                    break
    except (TimeoutError, *FAILURES):
        pass
    return body[:LONGEST_ANSWER]
