"""Tests of what hooks get, when and in which order."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import pytest

from tests.history_database import MemoryDatabase
from tests.hook_world import DELIVERED, FAILED, REFUSED, START, FakeDeliverer, event, hook, now, world
from tests.virtual_clock import run_virtual
from web.hooks.hook import HookFilter, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from web.hooks.hook import Delivery

T = TypeVar("T")

DAY = 86_400.0


def test_an_event_is_delivered_once_with_its_document_and_logged() -> None:
    async def main() -> None:
        lights = FakeDeliverer()
        async with world([hook(lights)]) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(10)
            assert lights.events == ["evt_1"]
            assert '"id":"evt_1"' in lights.given[0].document
            assert lights.given[0].attempt == 1
            assert await it.rows() == [("evt_1", "delivered", 1)]
            assert await it.log() == [("evt_1", 1, "delivered", None)]

    run_virtual(main())


def test_a_failed_attempt_is_repeated_as_the_schedule_says_and_those_behind_it_wait() -> None:
    async def main() -> None:
        lights = FakeDeliverer([FAILED, FAILED])
        async with world([hook(lights)]) as it:
            for number in (1, 2, 3):
                it.outbox.add(event(number))
            await asyncio.sleep(400)
            assert lights.events == ["evt_1", "evt_1", "evt_1", "evt_2", "evt_3"]
            assert [delivery.attempt for delivery in lights.given] == [1, 2, 3, 1, 1]
            assert lights.times == pytest.approx([0, 5, 305, 305, 305], abs=0.01)

    run_virtual(main())


def test_a_stream_that_waits_for_its_retry_does_not_hold_up_another() -> None:
    async def main() -> None:
        lights = FakeDeliverer([FAILED])
        async with world([hook(lights, concurrency=1)]) as it:
            it.outbox.add(event(1, "a"))
            await asyncio.sleep(1)
            it.outbox.add(event(2, "b"))
            await asyncio.sleep(1)
            assert lights.events == ["evt_1", "evt_2", "evt_1"]

    run_virtual(main())


def test_a_hook_that_hangs_delays_no_other_and_is_given_up_after_its_timeout() -> None:
    async def main() -> None:
        dead, alive = FakeDeliverer(seconds=1000), FakeDeliverer()
        async with world([hook(dead, "dead", timeout=15), hook(alive, "alive")]) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(1)
            assert alive.events == ["evt_1"]
            await asyncio.sleep(15)
            assert await it.log("dead") == [("evt_1", 1, "failed", "It took longer than 15 s.")]

    run_virtual(main())


def test_streams_are_delivered_in_parallel_up_to_the_concurrency_but_one_stream_never() -> None:
    async def main() -> None:
        lights = FakeDeliverer(seconds=1)
        async with world([hook(lights, concurrency=3)]) as it:
            for number in range(12):
                it.outbox.add(event(number, f"s{number % 6}"))
            await asyncio.sleep(10)
            assert lights.most == 3
            assert len(lights.events) == 12
            assert max(lights.times) == pytest.approx(3, abs=0.1)

    run_virtual(main())


def test_a_stream_with_ever_more_events_leaves_another_its_turn_at_a_slow_hook() -> None:
    async def main() -> None:
        lights = FakeDeliverer(seconds=2)
        async with world([hook(lights, concurrency=1)]) as it:
            for number in range(50):
                it.outbox.add(event(number, "busy", at=now()))
                if number == 10:
                    it.outbox.add(event(99, "calm", at=now()))
                await asyncio.sleep(1)
            assert "evt_99" in lights.events[:8]

    run_virtual(main())


def test_an_event_too_old_expires_with_all_behind_it_that_are_too_old_as_well() -> None:
    async def main() -> None:
        lights = FakeDeliverer([FAILED] * 9)
        async with world([hook(lights, delays=(40.0,), repeats=True, max_age=100)]) as it:
            it.outbox.add(event(1))
            it.outbox.add(event(2))
            await asyncio.sleep(90)
            it.outbox.add(event(3, at=now()))
            await asyncio.sleep(11)
            assert [row[1] for row in await it.rows()] == ["expired", "expired", "waiting"]
            assert lights.events == ["evt_1"] * 3 + ["evt_3"]
            courier = it.dispatcher.courier("lights")
            assert (courier.figures.expired, courier.waiting) == (2, 1)

    run_virtual(main())


def test_an_event_fails_when_the_schedule_is_used_up_and_the_next_has_its_turn() -> None:
    async def main() -> None:
        lights = FakeDeliverer([FAILED] * 3)
        async with world([hook(lights)]) as it:
            it.outbox.add(event(1))
            it.outbox.add(event(2))
            await asyncio.sleep(400)
            assert await it.rows() == [("evt_1", "failed", 3), ("evt_2", "delivered", 1)]

    run_virtual(main())


def test_what_asks_to_be_left_alone_is_left_alone_by_all_streams() -> None:
    async def main() -> None:
        busy = Outcome("failed", 429, "It answered 429.", retry_after=120)
        lights = FakeDeliverer([busy])
        async with world([hook(lights)]) as it:
            it.outbox.add(event(1, "a"))
            await asyncio.sleep(1)
            it.outbox.add(event(2, "b"))
            await asyncio.sleep(200)
            assert lights.times == pytest.approx([0, 120, 120], abs=0.01)

    run_virtual(main())


def test_a_deliverer_that_raises_has_failed_and_what_it_said_is_not_repeated() -> None:
    async def main() -> None:
        lights = FakeDeliverer([ValueError("the password is hunter2"), asyncio.CancelledError()])
        async with world([hook(lights)]) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(400)
            assert lights.events == ["evt_1"] * 3
            errors = [line[3] for line in await it.log()]
            assert errors == [
                "It raised ValueError; the service's log says more.",
                "It was cancelled by the hook itself.",
                None,
            ]

    run_virtual(main())


def test_a_filter_keeps_others_events_away() -> None:
    async def main() -> None:
        lights = FakeDeliverer()
        wanted = HookFilter(frozenset({"laughing"}), frozenset({"a"}))
        async with world([hook(lights, filter=wanted)]) as it:
            it.outbox.add(event(1, "a", rule="laughing"))
            it.outbox.add(event(2, "b", rule="laughing"))
            it.outbox.add(event(3, "a", rule="other"))
            it.outbox.add(event(4, None, rule=None))
            await asyncio.sleep(1)
            assert lights.events == ["evt_1"]
            assert len(await it.events()) == 4

    run_virtual(main())


def test_a_hook_refused_for_good_is_disabled_and_the_others_are_told() -> None:
    async def main() -> None:
        gone, other = FakeDeliverer([REFUSED]), FakeDeliverer()
        async with world([hook(gone, "gone"), hook(other, "other")]) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(1)
            it.outbox.add(event(2))
            await asyncio.sleep(1)
            assert gone.events == ["evt_1"]
            assert await it.rows("gone") == [("evt_1", "waiting", 1)]
            names = [delivery.name for delivery in other.given]
            assert sorted(names) == ["emotion.dominant.changed"] * 2 + ["hook.disabled"]
            (announced,) = it.announced
            assert announced.details["hook"] == "gone"
            assert announced.stream is None
            assert announced.id in await it.events()

    run_virtual(main())


def test_days_of_failure_disable_and_enabling_delivers_what_still_waits() -> None:
    async def main() -> None:
        lights = FakeDeliverer([FAILED] * 6)
        endless = hook(lights, delays=(DAY,), repeats=True, max_age=30 * DAY)
        async with world([endless]) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(5 * DAY + 60)
            courier = it.dispatcher.courier("lights")
            assert not courier.accepts
            assert courier.health.reason == "It has been failing for 5.0 days."
            await asyncio.sleep(3 * DAY)
            assert len(lights.events) == 6
            await it.dispatcher.enable("lights")
            await asyncio.sleep(1)
            assert await it.rows() == [("evt_1", "delivered", 7)]
            assert courier.accepts
            assert courier.health.failing_since is None

    run_virtual(main(), limit=20 * DAY)


def test_a_first_failure_long_after_another_does_not_disable() -> None:
    async def main() -> None:
        lights = FakeDeliverer([FAILED] * 4)
        async with world([hook(lights, delays=(5.0,), max_age=3600)]) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(6 * DAY)
            it.outbox.add(event(2, at=now()))
            await asyncio.sleep(60)
            assert it.dispatcher.courier("lights").accepts

    run_virtual(main(), limit=20 * DAY)


def test_what_waits_for_a_disabled_hook_expires() -> None:
    async def main() -> None:
        lights = FakeDeliverer([REFUSED])
        async with world([hook(lights, max_age=100)]) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(101)
            assert await it.rows() == [("evt_1", "expired", 1)]

    run_virtual(main())


def test_a_success_ends_the_failing() -> None:
    async def main() -> None:
        lights = FakeDeliverer([FAILED])
        async with world([hook(lights)]) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(1)
            assert it.dispatcher.courier("lights").health.failing_since == pytest.approx(START, abs=0.1)
            await asyncio.sleep(10)
            assert it.dispatcher.courier("lights").health.failing_since is None

    run_virtual(main())


def test_a_result_that_cannot_be_stored_is_kept_and_the_event_not_sent_again() -> None:
    async def main() -> None:
        lights = FakeDeliverer(seconds=1)
        async with world([hook(lights)]) as it:
            it.outbox.add(event(1))
            it.outbox.add(event(2))
            await asyncio.sleep(0.5)
            it.database.fails = True
            await asyncio.sleep(600)
            assert lights.events == ["evt_1"]
            it.database.fails = False
            await asyncio.sleep(10)
            assert lights.events == ["evt_1", "evt_2"]
            assert await it.rows() == [("evt_1", "delivered", 1), ("evt_2", "delivered", 1)]

    run_virtual(main())


def test_what_was_on_its_way_at_the_end_is_sent_again_at_the_next_start_under_the_same_id() -> None:
    async def main() -> None:
        database = MemoryDatabase()
        before, after = FakeDeliverer(seconds=10), FakeDeliverer()
        async with world([hook(before)], database) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(1)
        async with world([hook(after)], database) as it:
            await asyncio.sleep(1)
            assert before.events == after.events == ["evt_1"]
            assert await it.rows() == [("evt_1", "delivered", 1)]
        database.close()

    run_virtual(main())


def test_when_it_last_went_well_is_known_after_a_restart() -> None:
    async def main() -> None:
        database = MemoryDatabase()
        async with world([hook(FakeDeliverer([FAILED]))], database) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(10)
        async with world([hook(FakeDeliverer())], database) as it:
            await asyncio.sleep(1)
            figures = it.dispatcher.courier("lights").figures
            assert figures.last_failed == pytest.approx(START, abs=0.1)
            assert figures.last_delivered == pytest.approx(START + 5, abs=0.1)
        database.close()

    run_virtual(main())


def test_a_disabled_hook_is_still_disabled_after_a_restart() -> None:
    async def main() -> None:
        database = MemoryDatabase()
        async with world([hook(FakeDeliverer([REFUSED]))], database) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(1)
        lights = FakeDeliverer()
        async with world([hook(lights)], database) as it:
            await asyncio.sleep(1)
            courier = it.dispatcher.courier("lights")
            assert not courier.accepts
            assert courier.waiting == 1
            assert lights.events == []
        database.close()

    run_virtual(main())


def test_what_waits_for_a_hook_that_is_gone_is_cancelled_at_the_next_start() -> None:
    async def main() -> None:
        database = MemoryDatabase()
        async with world([hook(FakeDeliverer([FAILED]))], database) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(1)
        async with world([], database) as it:
            await asyncio.sleep(1)
            assert await it.rows() == [("evt_1", "cancelled", 1)]
            assert await it.log() == [
                ("evt_1", 1, "failed", "It answered 500."),
                ("evt_1", 1, "cancelled", "The hook has been removed."),
            ]
        database.close()

    run_virtual(main())


def test_removing_a_hook_cancels_what_waits_and_a_new_one_of_its_id_does_not_get_it() -> None:
    async def main() -> None:
        first, second = FakeDeliverer([FAILED]), FakeDeliverer()
        async with world([hook(first)]) as it:
            for number in range(5):
                it.outbox.add(event(number))
            await asyncio.sleep(1)
            await it.dispatcher.remove("lights")
            assert {row[1] for row in await it.rows()} == {"cancelled"}
            it.dispatcher.add(hook(second))
            it.outbox.add(event(9))
            await asyncio.sleep(60)
            assert second.events == ["evt_9"]

    run_virtual(main())


def test_a_hook_that_is_changed_keeps_what_waits_and_sends_it_by_the_new_one() -> None:
    async def main() -> None:
        first, second = FakeDeliverer([FAILED]), FakeDeliverer()
        async with world([hook(first)]) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(1)
            it.dispatcher.courier("lights").change(hook(second))
            await asyncio.sleep(10)
            assert second.events == ["evt_1"]
            assert second.given[0].attempt == 2

    run_virtual(main())


def test_an_erased_event_is_not_delivered() -> None:
    async def main() -> None:
        lights = FakeDeliverer([FAILED])
        async with world([hook(lights)]) as it:
            it.outbox.add(event(1))
            it.outbox.add(event(2))
            await asyncio.sleep(1)
            await it.erase("evt_1")
            await asyncio.sleep(10)
            assert await it.rows() == [("evt_1", "cancelled", 1), ("evt_2", "delivered", 1)]

    run_virtual(main())


def test_what_was_erased_out_of_the_outbox_waits_no_more() -> None:
    async def main() -> None:
        lights = FakeDeliverer([FAILED])
        async with world([hook(lights)]) as it:
            for number in range(30):
                it.outbox.add(event(number))
            await asyncio.sleep(1)
            assert it.dispatcher.courier("lights").waiting == 30
            await it.erase(*(f"evt_{number}" for number in range(30)), entries=True)
            await asyncio.sleep(10)
            assert it.dispatcher.courier("lights").waiting == 0
            assert it.dispatcher.courier("lights").oldest is None
            it.outbox.add(event(99))
            await asyncio.sleep(1)
            assert lights.events == ["evt_0", "evt_99"]

    run_virtual(main())


def test_without_a_log_deliveries_leave_no_line() -> None:
    async def main() -> None:
        lights = FakeDeliverer([FAILED])
        async with world([hook(lights)], logs=False) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(10)
            assert await it.rows() == [("evt_1", "delivered", 2)]
            assert await it.log() == []

    run_virtual(main())


def test_a_mistake_in_one_courier_is_no_end_of_the_others() -> None:
    class Broken:
        async def deliver(self, delivery: Delivery) -> Outcome:
            del delivery
            return None  # type: ignore[return-value]

    async def main() -> None:
        lights = FakeDeliverer()
        broken = hook(Broken(), "broken")  # type: ignore[arg-type]
        async with world([broken, hook(lights)]) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(1)
            it.outbox.add(event(2))
            await asyncio.sleep(200)
            assert lights.events == ["evt_1", "evt_2"]

    run_virtual(main())


def test_however_many_wait_no_more_than_a_turn_of_a_stream_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        lights = FakeDeliverer([FAILED, DELIVERED])
        most = 0
        read = MemoryDatabase.read

        async def counted(self: MemoryDatabase, query: object) -> object:
            nonlocal most
            result: object = await read(self, query)  # type: ignore[arg-type]
            most = max(most, len(result) if isinstance(result, list) else 0)
            return result

        monkeypatch.setattr(MemoryDatabase, "read", counted)
        async with world([hook(lights)]) as it:
            for number in range(2000):
                it.outbox.add(event(number, f"s{number % 2}"))
            await asyncio.sleep(10)
            assert len(lights.events) == 2001
            assert most <= 17
            assert it.dispatcher.courier("lights").oldest is None

    run_virtual(main())


def test_after_an_outage_a_new_event_brings_on_what_waits_within_a_minute() -> None:
    async def main() -> None:
        lights = FakeDeliverer([FAILED] * 3)
        async with world([hook(lights, delays=(5.0, 7200.0), max_age=DAY)]) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(10)
            for number in (2, 3, 4):
                it.outbox.add(event(number, at=now()))
                await asyncio.sleep(45)
            assert lights.times == pytest.approx([0, 5, 65, 125, 125, 125, 125], abs=0.1)
            assert lights.events == ["evt_1"] * 4 + ["evt_2", "evt_3", "evt_4"]

    run_virtual(main())


def test_attempts_ahead_of_the_schedule_do_not_use_it_up() -> None:
    async def main() -> None:
        lights = FakeDeliverer([FAILED] * 100)
        async with world([hook(lights, delays=(5.0, 600.0), max_age=DAY)]) as it:
            for number in range(10):
                it.outbox.add(event(number, at=now()))
                await asyncio.sleep(59)
            assert await it.rows() == [
                ("evt_0", "waiting", 2),
                *[(f"evt_{n}", "waiting", 0) for n in range(1, 10)],
            ]
            assert {delivery.attempt for delivery in lights.given[2:]} == {3}
            assert lights.times == pytest.approx([0, 5, *range(65, 590, 60)], abs=1)
            await asyncio.sleep(30)
            assert (await it.rows())[0] == ("evt_0", "failed", 3)

    run_virtual(main())


def test_what_a_hook_asked_for_holds_ahead_of_the_schedule_too() -> None:
    async def main() -> None:
        lights = FakeDeliverer([Outcome("failed", 429, "It answered 429.", retry_after=500)])
        async with world([hook(lights)]) as it:
            it.outbox.add(event(1))
            for number in range(2, 12):
                await asyncio.sleep(30)
                it.outbox.add(event(number, at=now()))
            await asyncio.sleep(300)
            assert lights.times == pytest.approx([0] + [500] * 11, abs=0.1)

    run_virtual(main())


def test_a_success_of_one_stream_brings_on_what_waits_of_the_others() -> None:
    async def main() -> None:
        lights = FakeDeliverer([FAILED] * 6)
        async with world([hook(lights, delays=(5.0, 7200.0), max_age=DAY)]) as it:
            for stream in "abc":
                it.outbox.add(event(ord(stream), stream))
            await asyncio.sleep(20)
            it.outbox.add(event(1, "d", at=now()))
            await asyncio.sleep(1)
            assert lights.events[6:] == ["evt_1", "evt_97", "evt_98", "evt_99"]
            assert it.dispatcher.courier("lights").waiting == 0

    run_virtual(main())


def test_an_event_that_never_arrives_is_not_sent_more_often_for_the_successes_of_others() -> None:
    async def main() -> None:
        lights = Particular()
        async with world([hook(lights, delays=(5.0, 7200.0), max_age=DAY)]) as it:
            it.outbox.add(event(0, "a"))
            for number in range(1, 601):
                it.outbox.add(event(number, "b", at=now()))
                await asyncio.sleep(1)
            assert it.dispatcher.courier("lights").figures.delivered == 600
            assert 10 <= lights.events.count("evt_0") <= 13
            assert (await it.rows())[0] == ("evt_0", "waiting", 2)

    run_virtual(main())


class Particular(FakeDeliverer):
    """Never takes one of the stream "a"."""

    async def deliver(self, delivery: Delivery) -> Outcome:
        await super().deliver(delivery)
        return FAILED if delivery.stream == "a" else DELIVERED


def test_days_of_failure_disable_a_hook_whose_events_never_wait_for_a_third_attempt() -> None:
    async def main() -> None:
        lights = FakeDeliverer([FAILED] * 100)
        async with world([hook(lights, max_age=60)], disable_after=DAY) as it:
            for number in range(10):
                it.outbox.add(event(number, at=now()))
                await asyncio.sleep(DAY / 8)
            assert it.dispatcher.courier("lights").health.reason == "It has been failing for 1.0 days."

    run_virtual(main(), limit=2 * DAY)


def test_a_clock_that_was_set_back_holds_up_nothing() -> None:
    async def main() -> None:
        memory, first, second = MemoryDatabase(), FakeDeliverer([FAILED]), FakeDeliverer()
        async with world([hook(first, max_age=30 * DAY)], memory, clock=SettableClock(3 * DAY)) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(1)
        async with world([hook(second, max_age=30 * DAY)], memory) as it:
            await asyncio.sleep(1)
            assert second.events == ["evt_1"]
        memory.close()

    run_virtual(main())


@pytest.mark.parametrize("asked", [None, DAY])
def test_a_clock_that_is_set_back_while_something_waits_holds_it_up_for_a_minute(asked: float | None) -> None:
    async def main() -> None:
        lights = FakeDeliverer([Outcome("failed", 503, "It answered 503.", retry_after=asked)])
        clock = SettableClock()
        async with world([hook(lights, max_age=30 * DAY)], clock=clock) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(1)
            clock.ahead = -30 * DAY
            await asyncio.sleep(61)
            assert lights.events == ["evt_1", "evt_1"]

    run_virtual(main())


class SettableClock:
    """UTC, `ahead` seconds ahead."""

    def __init__(self, ahead: float = 0.0) -> None:
        self.ahead = ahead

    def __call__(self) -> float:
        return now() + self.ahead


def test_what_was_on_its_way_to_an_old_target_says_nothing_of_the_new_one() -> None:
    async def main() -> None:
        old = FakeDeliverer([Outcome("refused", 410, "It answered 410.", retry_after=500)], seconds=10)
        new = FakeDeliverer()
        async with world([hook(old)]) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(1)
            courier = it.dispatcher.courier("lights")
            courier.change(hook(new))
            courier.release()
            await asyncio.sleep(10)
            assert new.events == ["evt_1"]
            assert courier.accepts

    run_virtual(main())


def test_what_is_written_for_a_hook_while_it_is_removed_is_cancelled() -> None:
    async def main() -> None:
        memory = MemoryDatabase()
        slow = SlowDatabase(memory)
        async with world([hook(FakeDeliverer())], memory, wrapped=slow) as it:
            await asyncio.sleep(1)
            slow.seconds = 5
            it.outbox.add(event(1))
            await asyncio.sleep(1)
            slow.seconds = 0
            await it.dispatcher.remove("lights")
            await asyncio.sleep(10)
            assert await it.rows() == [("evt_1", "cancelled", 0)]
        memory.close()

    run_virtual(main())


class SlowDatabase:
    """Begins a write after some seconds."""

    def __init__(self, memory: MemoryDatabase) -> None:
        self._memory = memory
        self.seconds = 0.0

    async def read(self, query: Callable[[Connection], T]) -> T:
        return await self._memory.read(query)

    async def write(self, change: Callable[[Connection], T]) -> T:
        await asyncio.sleep(self.seconds)
        return await self._memory.write(change)


def test_a_first_attempt_counts_though_the_database_rounds_its_time_up() -> None:
    async def main() -> None:
        lights = FakeDeliverer([FAILED])
        async with world([hook(lights)], clock=SettableClock(0.0000007)) as it:
            it.outbox.add(event(1))
            await asyncio.sleep(1)
            assert await it.rows() == [("evt_1", "waiting", 1)]

    run_virtual(main())
