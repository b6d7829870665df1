"""Webhooks are posted to Standard Webhooks, and whatever a receiver does ends in an outcome, in time."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.certificates import certificate
from tests.deliveries import AT, delivery
from tests.e2e.service import free_port
from tests.webhook_receiver import SECRET, Receiver
from web.hooks.definition import Webhook
from web.hooks.secret import Secret, new_secret
from web.hooks.webhook import LONGEST_ANSWER, WebhookPost, Webhooks
from web.outbound.allowed import read_allowed
from web.outbound.connections import connections
from web.outbound.guarding import Guard
from web.outbound.names import SystemNames
from web.outbound.targets import TargetRefusedError, read_target

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    import httpcore

    from web.hooks.hook import Outcome

HOLDS = Secret(SECRET)
SHORT = 0.3
"""Seconds for a delivery that is to take too long."""


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver().serving() as running:
        yield running


@pytest.fixture
async def pool() -> AsyncIterator[httpcore.AsyncConnectionPool]:
    async with opened() as pool:
        yield pool


@asynccontextmanager
async def opened(
    *allowed: str, trust: ssl.SSLContext | None = None
) -> AsyncIterator[httpcore.AsyncConnectionPool]:
    guard = Guard(read_allowed(allowed or ("127.0.0.1",)), SystemNames())
    async with connections(guard, trust) as pool:
        yield pool


def post(
    url: str,
    pool: httpcore.AsyncConnectionPool,
    *secrets: Secret,
    clock: Callable[[], float] = time.time,
    within: float = 10.0,
) -> WebhookPost:
    return WebhookPost(read_target(url), secrets or (HOLDS,), pool, "Semblance/1.2.3", clock, within)


async def sent(
    receiver: Receiver, path: str, pool: httpcore.AsyncConnectionPool, within: float = 10.0
) -> Outcome:
    return await post(receiver.url(path), pool, within=within).deliver(delivery())


async def test_a_receiver_verifies_what_it_gets(
    receiver: Receiver, pool: httpcore.AsyncConnectionPool
) -> None:
    outcome = await sent(receiver, "/ok?token=t", pool)
    [came] = receiver.received
    assert (outcome.result, outcome.status, outcome.answer) == ("delivered", 200, "thank you")
    assert (came.path, came.id, came.signed_by) == ("/ok?token=t", "evt_1", (0,))
    assert abs(came.timestamp - time.time()) < 5
    assert came.headers["user-agent"] == "Semblance/1.2.3"
    assert came.headers["content-type"] == "application/json"
    assert came.headers["host"] == f"127.0.0.1:{receiver.port}"
    body = json.loads(came.body)
    assert list(body) == ["type", "timestamp", "data"]
    assert (body["type"], body["timestamp"]) == ("emotion.dominant.changed", "2025-11-22T08:26:40.000Z")
    assert body["data"]["id"] == "evt_1"
    assert "type" not in body["data"]


async def test_each_attempt_has_a_time_of_its_own_and_the_same_id_and_body(
    receiver: Receiver, pool: httpcore.AsyncConnectionPool
) -> None:
    clock: Iterator[float] = iter([AT, AT, AT + 305.9, AT + 305.9])
    sender = post(receiver.url("/ok"), pool, clock=lambda: next(clock))
    await sender.deliver(delivery())
    await sender.deliver(delivery(attempt=2))
    first, second = receiver.received
    assert (first.timestamp, second.timestamp) == (int(AT), int(AT) + 305)
    assert (first.id, first.body) == (second.id, second.body)


async def test_both_secrets_sign_while_one_replaces_the_other(pool: httpcore.AsyncConnectionPool) -> None:
    new, old = new_secret(), new_secret()
    async with Receiver(secrets=(new, old)).serving() as receiver:
        rotating = post(receiver.url("/ok"), pool, Secret(new), Secret(old, until=time.time() + 60))
        rotated = post(receiver.url("/ok"), pool, Secret(new), Secret(old, until=time.time() - 60))
        await rotating.deliver(delivery())
        await rotated.deliver(delivery())
    assert [each.signed_by for each in receiver.received] == [(0, 1), (0,)]


async def test_a_connection_is_used_again(receiver: Receiver, pool: httpcore.AsyncConnectionPool) -> None:
    for path in ("/ok", "/status/204", "/status/500", "/ok"):
        await sent(receiver, path, pool)
    assert {each.connection for each in receiver.received} == {1}


@pytest.mark.parametrize(
    ("path", "result", "status", "error"),
    [
        ("/status/204", "delivered", 204, None),
        ("/status/299", "delivered", 299, None),
        ("/status/304", "failed", 304, "answered with a redirect (304 Not Modified)"),
        ("/status/404", "failed", 404, "answered with 404 Not Found."),
        ("/status/410", "refused", 410, "wants no more webhooks from here (410 Gone)."),
        ("/status/502", "failed", 502, "answered with 502 Bad Gateway."),
        ("/status/799", "failed", 799, "answered with status 799."),
        ("/limited/120", "failed", 429, "answered with 429 Too Many Requests and wants nothing for 120 s."),
        ("/redirect", "failed", 302, "redirects are not followed"),
        ("/lost", "failed", 302, "redirects are not followed"),
        ("/closes", "failed", None, "closed the connection without an answer."),
        ("/garbage", "failed", None, "does not speak HTTP as it should."),
        ("/hang", "failed", None, "gave no answer within 0.3 s."),
        ("/drip", "failed", None, "gave no answer within 0.3 s."),
    ],
)
async def test_whatever_a_receiver_does_has_an_outcome(
    receiver: Receiver,
    pool: httpcore.AsyncConnectionPool,
    path: str,
    result: str,
    status: int | None,
    error: str | None,
) -> None:
    outcome = await sent(receiver, path, pool, SHORT if "within" in str(error) else 10.0)
    assert (outcome.result, outcome.status) == (result, status)
    if error is None:
        assert outcome.error is None
    else:
        assert error in str(outcome.error)
        assert str(outcome.error).startswith(f"127.0.0.1:{receiver.port} ")
    assert [each.path for each in receiver.received] == [path]  # nothing was followed


async def test_a_wait_that_is_asked_for_is_told(
    receiver: Receiver, pool: httpcore.AsyncConnectionPool
) -> None:
    assert (await sent(receiver, "/limited/120", pool)).retry_after == 120
    assert (await sent(receiver, "/status/503", pool)).retry_after is None


async def test_of_megabytes_the_first_kilobyte_is_read(
    receiver: Receiver, pool: httpcore.AsyncConnectionPool
) -> None:
    outcome = await sent(receiver, "/floods", pool)
    assert (outcome.result, outcome.answer) == ("delivered", "x" * LONGEST_ANSWER)


async def test_a_status_counts_though_its_body_never_ends(
    receiver: Receiver, pool: httpcore.AsyncConnectionPool
) -> None:
    outcome = await sent(receiver, "/drips", pool)
    assert (outcome.result, outcome.status) == ("delivered", 200)
    assert str(outcome.answer).startswith("xxx")
    assert (await sent(receiver, "/ok", pool)).result == "delivered"


async def test_a_receiver_that_hangs_keeps_no_other_waiting(
    receiver: Receiver, pool: httpcore.AsyncConnectionPool
) -> None:
    async with asyncio.TaskGroup() as group:
        hanging = [group.create_task(sent(receiver, "/hang", pool, 3.0)) for _ in range(50)]
        assert (await sent(receiver, "/ok", pool)).result == "delivered"
        assert not any(each.done() for each in hanging)
    assert {each.result().error for each in hanging} == {
        f"127.0.0.1:{receiver.port} gave no answer within 3 s."
    }
    assert len(pool.connections) <= 1  # of those that hung none is left


@pytest.mark.parametrize("path", ["/hang", "/drip", "/drips", "/floods"])
async def test_a_delivery_that_is_cancelled_ends_at_once_with_its_connection(
    receiver: Receiver, pool: httpcore.AsyncConnectionPool, path: str
) -> None:
    delivering = asyncio.create_task(post(receiver.url(path), pool).deliver(delivery()))
    await receiver.reached.wait()
    delivering.cancel()
    begin = time.monotonic()
    await asyncio.wait([delivering])
    assert time.monotonic() - begin < 3
    assert pool.connections == []


async def test_a_port_without_a_receiver_is_said(pool: httpcore.AsyncConnectionPool) -> None:
    port = free_port()
    outcome = await post(f"http://127.0.0.1:{port}/secret-path?key=k", pool).deliver(delivery())
    assert (outcome.result, outcome.error) == ("failed", f"Nobody listens at 127.0.0.1:{port}.")


async def test_a_user_and_a_password_are_sent_and_never_told(
    receiver: Receiver, pool: httpcore.AsyncConnectionPool
) -> None:
    url = f"http://me:p%40ss@127.0.0.1:{receiver.port}"
    await post(f"{url}/ok", pool).deliver(delivery())
    assert receiver.received[0].headers["authorization"] == "Basic bWU6cEBzcw=="
    failed = await post(f"{url}/status/401", pool).deliver(delivery())
    assert failed.error == f"127.0.0.1:{receiver.port} answered with 401 Unauthorized."


async def test_an_ipv6_address_is_asked_by_its_own_name() -> None:
    async with opened("::1") as pool:
        try:
            async with Receiver(host="::1").serving() as receiver:
                outcome = await post(receiver.url("/ok", "[::1]"), pool).deliver(delivery())
        except OSError:
            pytest.skip("needs IPv6, if only on this machine")
    assert outcome.result == "delivered"
    assert receiver.received[0].headers["host"] == f"[::1]:{receiver.port}"


async def test_a_private_address_is_refused_with_the_way_out(receiver: Receiver) -> None:
    async with opened("10.0.0.0/8") as pool:
        outcome = await sent(receiver, "/ok", pool)
    assert (outcome.result, outcome.status) == ("failed", None)
    assert outcome.error == (
        "127.0.0.1 is a loopback address. "
        "Requests go there only where hooks.allow in the configuration lists it."
    )
    assert receiver.received == []


async def test_an_environment_with_a_proxy_changes_nothing(
    receiver: Receiver, pool: httpcore.AsyncConnectionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    assert (await sent(receiver, "/ok", pool)).result == "delivered"


async def test_certificates_are_verified(tmp_path: Path) -> None:
    certificate_file, key_file = certificate(tmp_path, "receiver")
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(certificate_file, key_file)
    trusting = ssl.create_default_context(cafile=certificate_file)
    async with Receiver().serving(ours) as receiver, opened("localhost", trust=trusting) as pool:
        url = receiver.url("/ok", "localhost", "https")
        assert (await post(url, pool).deliver(delivery())).result == "delivered"
        async with opened("localhost") as strict:
            refused = await post(url, strict).deliver(delivery())
    assert refused.error == (
        f"The certificate of localhost:{receiver.port} does not hold: self-signed certificate."
    )


async def test_a_receiver_without_tls_is_said(receiver: Receiver, pool: httpcore.AsyncConnectionPool) -> None:
    outcome = await post(receiver.url("/ok", scheme="https"), pool).deliver(delivery())
    assert outcome.error == (
        f"There is no secure connection to 127.0.0.1:{receiver.port}; perhaps it does not speak TLS."
    )


async def test_a_definition_becomes_a_hook_that_shows_no_secret(pool: httpcore.AsyncConnectionPool) -> None:
    webhooks = Webhooks(pool, "Semblance/1.2.3", time.time)
    url = "https://me:pass@hooks.example:8443/services/T0/B0?key=k"
    hook = webhooks.hook(Webhook("lights", url, (HOLDS,), max_age=60, concurrency=2, enabled=False))
    assert (hook.id, hook.kind, hook.target) == ("lights", "webhook", "https://hooks.example:8443/***")
    assert (hook.max_age, hook.concurrency, hook.enabled) == (60, 2, False)
    assert hook.timeout > 15
    with pytest.raises(TargetRefusedError):
        webhooks.hook(Webhook("lights", "ftp://hooks.example", (HOLDS,)))
