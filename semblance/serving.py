"""The service as a process: started from the settings, told to stop, and why it could not go on."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from typing import TYPE_CHECKING

from inference.sessions import InferenceError
from models.manifest import ModelError, UnknownModelError
from models.registry import AUTO, PREFERRED, pulled
from semblance import open_files
from semblance.assembly import run_service
from semblance.failure import Failure, UsageFailure, leaf
from web.auth import BindingError, check_binding
from web.server import ListenError

if TYPE_CHECKING:
    from semblance.settings import Settings

log = logging.getLogger("semblance")


def run(settings: Settings, *, advise: bool = False) -> None:
    """Runs the service until Ctrl-C or SIGTERM; with `advise`, says what would make it better.

    Raises `Failure`.
    """
    try:
        check_binding(settings.server.host, settings.auth.plain())
    except BindingError as error:
        raise UsageFailure(str(error)) from None
    open_files.allow_many()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("aioice").setLevel(logging.WARNING)  # it tells of every packet of a handshake
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells addresses with what is secret in them
    _tell_how_many_fit(settings.server.clients)
    if advise and settings.inference.detector == AUTO and PREFERRED["face"] not in pulled():
        log.info("A better face detector is one command away: semblance models pull %s", PREFERRED["face"])
    try:
        asyncio.run(_until_stopped(settings))
    except* UnknownModelError as errors:
        raise UsageFailure(str(leaf(errors))) from None
    except* (InferenceError, ModelError, ListenError) as errors:
        raise Failure(str(leaf(errors))) from None
    except* (KeyboardInterrupt, asyncio.CancelledError):
        log.info("stopped")
        gc.freeze()  # all that is left goes with the process; to look through it first can take seconds


def _tell_how_many_fit(clients: int) -> None:
    fit = open_files.clients_that_fit()
    if fit < clients:
        log.warning(
            "%d clients of the live WebSocket fit, not %d: this process may open too few files. "
            "Allow more with `ulimit -n` or LimitNOFILE=, or lower server.clients.",
            fit,
            clients,
        )


async def _until_stopped(settings: Settings) -> None:
    main = asyncio.current_task()
    if main is not None:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, main.cancel)
    await run_service(settings)
