"""Python hooks: what is called with what, and that an error or a hang there harms nothing."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING, Any

import pytest

from tests.deliveries import delivery
from web.hooks import calling
from web.hooks.calling import Caller
from web.hooks.hook import Outcome
from web.hooks.python_hooks import GROUP, installed, python_hooks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Event = dict[str, Any]


def caller(function: Callable[[Event], object], limit: float = 5.0) -> Caller:
    return Caller("lamp", lambda: function, limit)


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "_GRACE", 0.1)


async def test_a_function_is_called_with_the_body_of_a_webhook_in_a_thread_of_its_own() -> None:
    got: list[tuple[Event, str]] = []
    hook = caller(lambda event: got.append((event, threading.current_thread().name)))
    assert await hook.deliver(delivery("evt_a")) == Outcome("delivered")
    assert await hook.deliver(delivery("evt_b")) == Outcome("delivered")
    assert [event["data"]["id"] for event, _ in got] == ["evt_a", "evt_b"]
    assert got[0][0]["type"] == "emotion.dominant.changed"
    assert {thread for _, thread in got} == {"hook lamp"}


async def test_a_coroutine_function_runs_in_a_loop_of_its_own() -> None:
    loops = []

    async def hook(event: Event) -> None:
        await asyncio.sleep(0)
        loops.append((event["data"]["id"], asyncio.get_running_loop()))

    made = caller(hook)
    for name in ("evt_a", "evt_b"):
        assert await made.deliver(delivery(name)) == Outcome("delivered")
    assert [name for name, _ in loops] == ["evt_a", "evt_b"]
    assert loops[0][1] is loops[1][1] is not asyncio.get_running_loop()


async def test_what_one_hook_does_to_its_event_no_other_sees() -> None:
    got: list[Event] = []
    await caller(lambda event: event.clear()).deliver(delivery())
    await caller(got.append).deliver(delivery())
    assert got[0]["data"]["id"] == "evt_1"


@pytest.mark.parametrize("error", [ValueError("no\0 lamp"), SystemExit(3), KeyboardInterrupt()])
async def test_an_error_is_a_failed_delivery_and_is_logged_whole_once(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    broken = True

    def hook(_: Event) -> None:
        if broken:
            raise error

    made = caller(hook)
    for _ in range(3):
        outcome = await made.deliver(delivery())
        assert outcome.result == "failed"
        assert outcome.error is not None
        assert outcome.error.startswith(type(error).__name__)
        assert "\0" not in outcome.error
    broken = False
    assert await made.deliver(delivery()) == Outcome("delivered")
    [record] = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert 'test_python_hooks.py", line ' in record.getMessage()
    assert "hook lamp failed at event evt_1" in record.getMessage()


async def test_a_hang_fails_the_event_and_those_that_follow_and_takes_one_thread() -> None:
    release = threading.Event()
    got: list[str] = []

    def hook(event: Event) -> None:
        release.wait(10)
        got.append(event["data"]["id"])

    threads = threading.active_count()
    made = caller(hook, limit=0.2)
    begin = time.monotonic()
    first = await made.deliver(delivery("evt_a"))
    assert first.result == "failed"
    assert "has not returned from event evt_a for 0.3 s" in str(first.error)
    for _ in range(20):
        assert "from event evt_a" in str((await made.deliver(delivery("evt_b"))).error)
    assert time.monotonic() - begin < 3
    assert threading.active_count() == threads + 1
    release.set()
    while (await made.deliver(delivery("evt_c"))).result == "failed":
        pass
    assert got == ["evt_a", "evt_c"]


async def test_a_coroutine_that_hangs_is_cancelled() -> None:
    cancelled = []

    async def hook(_: Event) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    made = caller(hook, limit=0.1)
    for _ in range(2):
        assert await made.deliver(delivery()) == Outcome(
            "failed",
            error="TimeoutError: the coroutine had not ended after 0.1 s, and was cancelled",
        )
    assert cancelled == [True, True]


async def test_the_event_loop_goes_on_while_a_function_takes_its_time() -> None:
    ticks = 0
    task = asyncio.create_task(caller(lambda _: time.sleep(0.3)).deliver(delivery()))
    while not task.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert ticks > 10


async def test_what_cannot_be_imported_says_so_at_the_start_and_at_each_event(
    caplog: pytest.LogCaptureFixture,
) -> None:
    hooks = python_hooks("*", [EntryPoint("lamp", "no_such_package:hook", GROUP)])
    outcome = await hooks[0].deliverer.deliver(delivery())
    assert outcome.result == "failed"
    assert str(outcome.error).startswith("It could not be imported: ModuleNotFoundError")
    assert "hook lamp: It could not be imported" in caplog.text
    assert "Traceback" not in caplog.text


async def test_what_is_no_function_says_so() -> None:
    [hook] = python_hooks("*", [EntryPoint("lamp", "sys:version", GROUP)])
    assert (await hook.deliverer.deliver(delivery())).error == "It is no function, but str"


async def test_a_package_on_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "my_lamp-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-lamp\nVersion: 1.0\n", encoding="ascii")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\nlamp = my_lamp_of_a_test:hook\n", encoding="ascii")
    (tmp_path / "my_lamp_of_a_test.py").write_text(
        "got = []\ndef hook(event):\n    got.append(event)\n", encoding="ascii"
    )
    monkeypatch.syspath_prepend(tmp_path)
    [hook] = python_hooks("*", installed())
    assert (hook.id, hook.kind, hook.target) == ("python.lamp", "python", "my_lamp_of_a_test:hook")
    assert await hook.deliverer.deliver(delivery()) == Outcome("delivered")
    assert len(sys.modules["my_lamp_of_a_test"].got) == 1


def test_only_the_names_that_were_asked_for_are_used(caplog: pytest.LogCaptureFixture) -> None:
    offered = [EntryPoint(name, "builtins:print", GROUP) for name in ("bell", "lamp", "lamp", "my horn")]
    assert [hook.id for hook in python_hooks("*", offered)] == [
        "python.bell",
        "python.lamp",
        "python.my_horn",
    ]
    assert "Two packages offer a hook 'lamp'" in caplog.text
    assert [hook.id for hook in python_hooks(("lamp", "siren"), offered)] == ["python.lamp"]
    assert "No installed package offers a hook 'siren'" in caplog.text
    assert python_hooks((), offered) == []
