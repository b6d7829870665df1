"""What a signal does to a command that can be stopped."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from semblance.stopping import Stop

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def stop() -> Iterator[Stop]:
    before = [signal.getsignal(number) for number in SIGNALS]
    yield Stop()
    for number, handler in zip(SIGNALS, before, strict=True):
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_interrupts_and_those_after_it_are_ignored(
    stop: Stop, number: signal.Signals
) -> None:
    stop.install()
    stop.begin()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    for other in SIGNALS:
        signal.raise_signal(other)
    with pytest.raises(KeyboardInterrupt):
        stop.check()


async def test_a_task_is_cancelled_instead(stop: Stop) -> None:
    stop.install()
    stop.begin()

    async def wait() -> None:
        stop.cancelled(asyncio.current_task())
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(60)

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(wait())


def test_what_is_ignored_stays_so_and_what_comes_too_late_is(stop: Stop) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    stop.install()
    stop.begin()
    signal.raise_signal(signal.SIGHUP)
    stop.end()
    signal.raise_signal(signal.SIGINT)
    stop.check()


def test_before_anything_is_open_the_process_ends_at_once_and_says_so() -> None:
    program = (
        "import signal; from semblance.stopping import Stop; Stop().install(); "
        "signal.raise_signal(signal.SIGTERM); print('goes on')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "semblance: interrupted before anything was begun\n"
