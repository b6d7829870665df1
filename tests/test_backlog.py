"""A decoder that is too slow goes on with what is sent now; a network that is slow changes nothing."""

from __future__ import annotations

import random
from itertools import pairwise

from stream.backlog import Backlog

FPS = 25


class Camera:
    """Sends 25 frames a second, each 50th a key frame, that wait in a buffer for a decoder.

    `delay` says how long the network takes for a frame of this time, in order; `work` how long decoding does.
    It sends at `pace` of what its timestamps say. `hiccups` is the chance that a packet which waits is taken
    50 to 120 ms later all the same, on a machine with too much to do.
    """

    def __init__(self, pace: float = 1.0, gop: int = 50, hiccups: float = 0.0) -> None:
        self.backlog = Backlog()
        self.pace = pace
        self.gop = gop
        self.hiccups = hiccups
        self.chance = random.Random(3)
        self.now = 1000.0
        self.number = 0
        self.waits: list[float] = []
        self.left_out: list[int] = []
        self.arrived = 0.0

    def send(self, seconds: float, work: float = 0.001, delay: float = 0.0) -> None:
        for _ in range(round(seconds * FPS)):
            filmed = self.number / FPS
            self.arrived = max(self.arrived, 1000.0 + filmed / self.pace + delay)
            asked = self.now
            self.now = max(self.now, self.arrived)
            if self.chance.random() < self.hiccups:
                self.now += self.chance.uniform(0.05, 0.12)
            if self.backlog.skips(filmed, self.now, self.now - asked, key=self.number % self.gop == 0):
                self.left_out.append(self.number)
                self.now += 0.0005
            else:
                self.waits.append(self.now - self.arrived)
                self.now += work
            self.number += 1


def test_a_decoder_that_is_too_slow_never_gets_far_behind_and_still_decodes() -> None:
    for work in (0.041, 0.05, 0.08, 0.4):
        camera = Camera()
        camera.send(300, work)
        assert max(camera.waits) < 2.5 + work
        assert len(camera.waits) * work > 300 * 0.25  # a good part of the time
        assert camera.left_out


def test_a_decoder_that_is_fast_enough_leaves_nothing_out() -> None:
    chance = random.Random(1)
    camera = Camera()
    for _ in range(200):
        camera.send(1, chance.uniform(0.001, 0.038), chance.uniform(0.0, 0.3))
    assert camera.left_out == []


def test_what_a_network_held_back_for_seconds_is_decoded() -> None:
    camera = Camera()
    for _ in range(5):
        camera.send(20, 0.005)
        camera.arrived = camera.now + 3.0
    assert camera.left_out == []


def test_a_decoder_that_was_slow_for_a_moment_leaves_out_no_more_than_up_to_a_key_frame() -> None:
    camera = Camera()
    camera.send(20)
    camera.send(1.0, work=0.2)  # some other program took the processor
    camera.send(60, work=0.03)
    assert 0 < len(camera.left_out) <= 4 * FPS + 50
    assert max(camera.waits[-50 * FPS :]) < 0.1


def test_a_decoder_that_is_too_slow_is_known_on_a_machine_where_even_what_waits_is_taken_late() -> None:
    for work in (0.045, 0.1):
        camera = Camera(hiccups=0.07)
        camera.send(300, work)
        assert camera.left_out
        assert max(camera.waits) < 2.5 + work


def test_nothing_is_left_out_where_the_packets_are_slow_and_not_the_decoder() -> None:
    for pace in (0.5, 0.8, 0.98):
        for work in (0.001, 0.02, 0.036):
            camera = Camera(pace, gop=100)
            camera.send(200, work)
            assert camera.left_out == [], (pace, work)


def test_nothing_is_left_out_where_slow_packets_come_many_at_once() -> None:
    for together in (0.2, 1.0, 4.0):
        camera = Camera(0.8, gop=100)
        for number in range(round(200 / together)):
            filmed = (number + 1) * together
            camera.arrived = max(camera.arrived, 1000.0 + filmed / 0.8)
            camera.send(together, 0.01)
        assert camera.left_out == [], together


def test_a_network_that_is_slower_from_now_on_costs_nothing() -> None:
    camera = Camera()
    camera.send(20)
    camera.send(100, delay=3.0)
    assert camera.left_out == []


def test_a_decoder_too_slow_for_what_comes_late_anyway_is_known() -> None:
    camera = Camera()
    camera.send(20)
    camera.send(20, delay=3.0)
    camera.send(100, work=0.06, delay=3.0)
    assert camera.left_out
    assert max(camera.waits) < 2.6


def test_without_a_key_frame_decoding_goes_on_after_some_seconds() -> None:
    camera = Camera(gop=1_000_000)
    camera.send(100, work=0.06)
    assert camera.left_out
    decoded = sorted(set(range(100 * FPS)) - set(camera.left_out))
    assert max(after - before for before, after in pairwise([*decoded, 100 * FPS])) < 7 * FPS
    assert max(camera.waits) < 2.5


def test_a_clock_that_is_set_anew_is_no_backlog() -> None:
    for jump in (-500.0, 500.0, -3.0):
        backlog = Backlog()
        skipped = [
            backlog.skips(
                number / FPS + (jump if number > 500 else 0), 100 + number / FPS, 0.0, key=number % 50 == 0
            )
            for number in range(2000)
        ]
        assert sum(skipped) <= (0 if jump != -3.0 else 100)


def test_a_clock_that_runs_slow_is_no_backlog() -> None:
    backlog = Backlog()
    assert not any(
        backlog.skips(number / FPS * 0.9999, number / FPS, 0.0, key=number % 50 == 0)
        for number in range(FPS * 7200)
    )
