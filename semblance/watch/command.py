"""The command: a screen on a terminal that can hold one, lines anywhere else."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from contextlib import aclosing
from typing import TYPE_CHECKING

from rich.console import Console

from semblance.failure import UsageFailure, leaf
from semblance.watch.address import address_of
from semblance.watch.board import Board
from semblance.watch.connection import Connection, Subscription
from semblance.watch.figures import follow
from semblance.watch.output import json_lines, plain_lines
from semblance.watch.positions import Positions
from semblance.watch.screen import Screen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from semblance.watch.address import Address
    from semblance.watch.connection import Event

ON_A_SCREEN = ("summary", "event", "status")


def run(url: str, stream: str | None, window: str | None, messages: Sequence[str], token: str | None) -> None:
    """Raises `Failure`. SIGTERM ends it as `q` does, so that the terminal is left in order."""
    address = address_of(url)
    if token is not None and not (token.isascii() and token.isprintable()):
        raise UsageFailure("The token holds characters that no token of a service has; is it pasted whole?")
    try:
        asyncio.run(_until_stopped(address, stream, window, tuple(messages), token or None))
    except BrokenPipeError:
        # Whoever read the lines has enough. Python would complain of the same pipe once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except asyncio.CancelledError:
        return


async def _until_stopped(
    address: Address, stream: str | None, window: str | None, messages: tuple[str, ...], token: str | None
) -> None:
    main = asyncio.current_task()
    if main is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, main.cancel)
    on_terminal = sys.stdout.isatty()
    subscription = Subscription(stream, window, ON_A_SCREEN if on_terminal else messages)
    connection = Connection(address, subscription, token, Positions())
    console = Console()
    if on_terminal and not console.is_dumb_terminal:
        await _screen(connection, address, window, token, console)
        return
    lines = plain_lines if on_terminal else json_lines
    async with aclosing(connection.events()) as events:
        await lines(events, address.shown)


async def _screen(
    connection: Connection, address: Address, window: str | None, token: str | None, console: Console
) -> None:
    """What goes wrong at once, a stream that is not there say, is a line and not a flash of the screen."""
    board = Board(window)
    screen = Screen(board, console, address.shown)
    async with aclosing(connection.events()) as events:
        board.take(await anext(events), time.monotonic(), time.time())
        try:
            async with asyncio.TaskGroup() as tasks:
                messages = tasks.create_task(_take(events, board, screen), name="live messages")
                await screen.settle()
                figures = tasks.create_task(follow(address, token, board.take_figures), name="figures")
                await screen.run()
                messages.cancel()
                figures.cancel()
        except BaseExceptionGroup as errors:
            raise leaf(errors) from None


async def _take(events: AsyncIterator[Event], board: Board, screen: Screen) -> None:
    async for event in events:
        board.take(event, time.monotonic(), time.time())
        screen.change()
