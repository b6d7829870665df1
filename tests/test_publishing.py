"""Publishers through the whole pipeline, in virtual time: who is let in, what state the stream is in."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from semblance.guests import Guests
from semblance.pipeline import Pipeline
from stream import StreamSpec
from tests.fake_publishers import FakePublishers
from tests.test_whole_pipeline import WINDOWS, Camera, Device, Listener, Picture, now, utc
from tests.virtual_clock import run_virtual
from web.service import (
    NoRoomError,
    OfferRefusedError,
    PublisherTakenError,
    UnknownSessionError,
    UnknownStreamError,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from stream import Source


class House:
    """A pipeline that publishers can come to."""

    def __init__(self, tasks: asyncio.TaskGroup, forget_after: float) -> None:
        self.listener = Listener()
        self.publishers = FakePublishers(Picture())
        self.pipeline = Pipeline(
            tasks, self.listener, WINDOWS, self._open, self.publishers, utc, guests=Guests(forget_after)
        )

    def _open(self, spec: StreamSpec) -> Source:
        if spec.url == "whip:":
            return self.publishers.source(spec)
        return Camera(spec, 0.0, 1e9, 1e9)

    def state(self, stream: str) -> tuple[str, str | None]:
        condition = self.pipeline.stream(stream).condition
        return condition.state, condition.error[0] if condition.error else None

    def states(self, stream: str) -> list[str]:
        """All states it was said to be in, one after another; it begins with `connecting`."""
        return [state for _, state, _ in self.listener.states[stream]]

    def ids(self) -> list[str]:
        return [view.id for view in self.pipeline.streams()]


@asynccontextmanager
async def house(forget_after: float = 300.0, warming: float = 0.5) -> AsyncIterator[House]:
    """`warming` seconds the models take to be ready."""
    async with asyncio.TaskGroup() as tasks:
        made = House(tasks, forget_after)
        running = tasks.create_task(made.pipeline.run(lambda: Device(0.01, 0.001, 16, warming)))
        yield made
        for stream in made.ids():
            await made.pipeline.remove(stream)
        running.cancel()


def test_publishing_to_an_unknown_id_makes_the_stream_and_its_windows() -> None:
    async def story() -> None:
        async with house() as here:
            begun = await here.pipeline.publish("phone", "offer")
            assert begun.answer == "v=0 answer"
            await asyncio.sleep(5)
            view = here.pipeline.stream("phone")
            assert (view.url, view.condition.state) == ("whip:", "running")
            assert view.analysed_fps == pytest.approx(10, rel=0.05)
            assert [each.dominant for _, each in here.listener.summaries["phone"]][-1] == "happiness"

    run_virtual(story())


def test_a_lost_publisher_leaves_the_stream_reconnecting_and_the_next_is_taken_at_once() -> None:
    async def story() -> None:
        async with house() as here:
            await here.pipeline.publish("phone", "offer")
            await asyncio.sleep(5)
            here.publishers.lose("phone")
            await asyncio.sleep(120)  # a backoff would have grown long by now
            assert here.state("phone") == ("reconnecting", "timeout")
            back = now()
            await here.pipeline.publish("phone", "offer")
            await asyncio.sleep(3)
            assert here.listener.states["phone"][-1][0] - back < 0.3
            sequences = [each.sequence for _, each in here.listener.summaries["phone"]]
            assert sequences == list(range(1, len(sequences) + 1))  # the windows went on
            assert here.pipeline.stream("phone").reconnects == 1
        assert here.states("phone") == ["running", "reconnecting", "running"]

    run_virtual(story())


def test_a_publisher_that_takes_its_leave_ends_the_stream_and_a_later_one_revives_it() -> None:
    async def story() -> None:
        async with house() as here:
            begun = await here.pipeline.publish("phone", "offer")
            await asyncio.sleep(5)
            await here.pipeline.unpublish("phone", begun.session)
            await asyncio.sleep(1)
            assert here.state("phone") == ("ended", None)
            ended = len(here.listener.summaries["phone"])
            await asyncio.sleep(30)
            assert len(here.listener.summaries["phone"]) == ended  # nothing is waited for

            await here.pipeline.publish("phone", "offer")
            assert here.state("phone")[0] == "connecting"
            await asyncio.sleep(5)
            assert here.state("phone") == ("running", None)
            later = [each for _, each in here.listener.summaries["phone"][ended:]]
            assert [each.sequence for each in later] == list(range(ended + 1, ended + 1 + len(later)))
            assert later[-1].coverage == 1.0
        assert here.states("phone") == ["running", "ended", "connecting", "running"]

    run_virtual(story())


def test_of_two_offers_at_once_for_a_new_id_one_is_taken_and_one_refused() -> None:
    async def story() -> None:
        async with house() as here:
            one, other = await asyncio.gather(
                here.pipeline.publish("phone", "offer"),
                here.pipeline.publish("phone", "offer"),
                return_exceptions=True,
            )
            assert {type(one), type(other)} > {PublisherTakenError}
            await asyncio.sleep(2)
            assert here.state("phone") == ("running", None)

    run_virtual(story())


def test_a_refused_offer_leaves_no_stream_behind_but_does_not_take_one_that_was_there() -> None:
    async def story() -> None:
        async with house() as here:
            await here.pipeline.add(StreamSpec(id="lobby", url="whip:"))
            for stream in ("phone", "lobby"):
                with pytest.raises(OfferRefusedError, match="no video"):
                    await here.pipeline.publish(stream, "bad")
                assert here.ids() == ["lobby"]  # nor was one there for a moment
            assert here.state("lobby") == ("connecting", None)

    run_virtual(story())


def test_an_offer_that_is_given_up_leaves_no_stream_behind() -> None:
    async def story() -> None:
        async with house() as here:
            here.publishers.answer_after = 3600
            offering = asyncio.create_task(here.pipeline.publish("phone", "offer"))
            await asyncio.sleep(1)
            assert here.ids() == ["phone"]
            offering.cancel()
            await asyncio.sleep(1)
            assert here.ids() == []
            assert here.listener.forgotten == ["phone"]

    run_virtual(story())


def test_a_stream_that_was_made_in_vain_is_forgotten_before_the_models_are_ready() -> None:
    async def story() -> None:
        async with house(warming=600) as here:
            here.publishers.answer_after = 3600
            offering = asyncio.create_task(here.pipeline.publish("phone", "offer"))
            await asyncio.sleep(1)
            offering.cancel()
            await asyncio.sleep(1)
            assert here.ids() == []
            assert not here.pipeline.ready

    run_virtual(story())


def test_no_picture_of_before_is_shown_after_address_and_preview_have_changed() -> None:
    async def story() -> None:
        async with house() as here:
            here.publishers.leaving_takes = 1.0  # its last frames are still being read
            await here.pipeline.publish("phone", "offer")
            await asyncio.sleep(5)
            spec = here.pipeline.spec("phone")
            other = spec.model_copy(update={"url": "rtsp://10.0.0.7/a", "preview": "off"})
            await here.pipeline.change(other)
            assert here.listener.retracted[-1] == ("phone", now())

    run_virtual(story())


def test_nobody_publishes_to_a_stream_that_comes_from_elsewhere() -> None:
    async def story() -> None:
        async with house() as here:
            await here.pipeline.add(StreamSpec(id="door", url="rtsp://10.0.0.7/a"))
            with pytest.raises(PublisherTakenError, match="'door' comes from an address of its own"):
                await here.pipeline.publish("door", "offer")

    run_virtual(story())


def test_a_stream_that_a_publisher_made_is_removed_when_nobody_has_published_for_long() -> None:
    async def story() -> None:
        async with house(forget_after=60) as here:
            await here.pipeline.add(StreamSpec(id="lobby", url="whip:"))
            for stream in ("lobby", "phone"):
                begun = await here.pipeline.publish(stream, "offer")
                await asyncio.sleep(5)
                await here.pipeline.unpublish(stream, begun.session)
            await asyncio.sleep(59)
            assert here.ids() == ["lobby", "phone"]
            await asyncio.sleep(2)
            assert here.ids() == ["lobby"]
            assert here.listener.forgotten == ["phone"]
            await here.pipeline.publish("phone", "offer")
            assert here.ids() == ["lobby", "phone"]

    run_virtual(story())


def test_a_published_stream_is_changed_without_throwing_its_publisher_out() -> None:
    async def story() -> None:
        async with house() as here:
            begun = await here.pipeline.publish("phone", "offer")
            await asyncio.sleep(10)
            spec = here.pipeline.spec("phone")
            await here.pipeline.change(spec.model_copy(update={"fps": 5.0, "detail": "high"}))
            await asyncio.sleep(10)
            view = here.pipeline.stream("phone")
            assert (view.fps, view.detail) == (5.0, "high")
            assert view.analysed_fps == pytest.approx(5, rel=0.05)
            assert here.listener.summaries["phone"][-1][1].coverage == 1.0
            await here.pipeline.unpublish("phone", begun.session)
            assert here.states("phone") == ["running"]

    run_virtual(story())


def test_a_stream_that_is_given_another_address_throws_its_publisher_out() -> None:
    async def story() -> None:
        async with house(forget_after=1) as here:
            begun = await here.pipeline.publish("phone", "offer")
            await asyncio.sleep(2)
            spec = here.pipeline.spec("phone")
            await here.pipeline.change(spec.model_copy(update={"url": "rtsp://10.0.0.7/a"}))
            with pytest.raises(UnknownSessionError):
                await here.pipeline.unpublish("phone", begun.session)
            await asyncio.sleep(5)
            assert here.state("phone") == ("running", None)

    run_virtual(story())


def test_removing_a_stream_throws_its_publisher_out() -> None:
    async def story() -> None:
        async with house() as here:
            begun = await here.pipeline.publish("phone", "offer")
            await asyncio.sleep(2)
            await here.pipeline.remove("phone")
            assert here.publishers.left == ["phone"]
            with pytest.raises(UnknownSessionError):
                await here.pipeline.unpublish("phone", begun.session)
            with pytest.raises(UnknownStreamError):
                here.pipeline.stream("phone")

    run_virtual(story())


def test_a_stream_removed_while_a_publisher_is_let_in_stays_removed() -> None:
    async def story() -> None:
        async with house() as here:
            here.publishers.answer_after = 5
            await here.pipeline.add(StreamSpec(id="lobby", url="whip:"))
            offering = asyncio.create_task(here.pipeline.publish("lobby", "offer"))
            await asyncio.sleep(1)
            await here.pipeline.remove("lobby")
            with pytest.raises(NoRoomError, match="removed just now; publish once more"):
                await offering
            assert here.ids() == []
            assert not here.publishers.live("lobby")

    run_virtual(story())


def test_an_unknown_session_cannot_be_ended() -> None:
    async def story() -> None:
        async with house() as here:
            await here.pipeline.publish("phone", "offer")
            for stream in ("phone", "nobody"):
                with pytest.raises(UnknownSessionError):
                    await here.pipeline.unpublish(stream, "guessed")
            assert here.publishers.live("phone")

    run_virtual(story())


def test_a_stream_that_takes_long_to_leave_holds_up_no_other_that_comes_changes_or_goes() -> None:
    async def story() -> None:
        async with house() as here:
            for stream in ("slow", "phone", "gone"):
                await here.pipeline.publish(stream, "offer")
            await asyncio.sleep(5)
            here.publishers.leaving_takes = 30.0
            begun = now()
            leaving = asyncio.create_task(here.pipeline.remove("slow"))
            await asyncio.sleep(0.1)
            await here.pipeline.publish("new", "offer")
            await here.pipeline.change(here.pipeline.spec("phone").model_copy(update={"fps": 5.0}))
            here.publishers.leaving_takes = 0.0
            await here.pipeline.remove("gone")
            assert now() - begun < 1
            assert not leaving.done()
            await leaving
            assert here.ids() == ["phone", "new"]

    run_virtual(story())
