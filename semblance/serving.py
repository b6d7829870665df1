"""The service, put together from the settings and run until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
from functools import partial
from typing import TYPE_CHECKING

from inference.engine import Engine
from inference.sessions import InferenceError
from models.manifest import ModelError, UnknownModelError
from models.registry import AUTO, PREFERRED, pulled
from semblance.failure import Failure, UsageFailure, leaf
from semblance.guests import Guests
from semblance.inference_metrics import InferenceCollector
from semblance.keeping import keeping
from semblance.pipeline import Pipeline
from semblance.preview_metrics import PreviewCollector
from semblance.session_metrics import SessionCollector
from stream.limits import Limits
from stream.opening import open_source
from stream.webrtc.publishers import Publishers
from web.app import create_app
from web.auth import BindingError, check_binding, is_loopback
from web.history.resuming import Resuming
from web.hub import Hub
from web.options import WebOptions
from web.server import ListenError, serve
from web.summaries import summaries_router

if TYPE_CHECKING:
    from semblance.settings import Settings
    from stream.source import Source
    from stream.spec import StreamSpec
    from stream.webrtc.options import WebRtcOptions
    from web.history.store import Store

FILES = 8192
"""Files and sockets the service may have open at once, where the system allows it."""

log = logging.getLogger("semblance")


def run(settings: Settings, *, advise: bool = False) -> None:
    """Runs the service until Ctrl-C or SIGTERM; with `advise`, says what would make it better.

    Raises `Failure`.
    """
    try:
        check_binding(settings.server.host, _tokens(settings))
    except BindingError as error:
        raise UsageFailure(str(error)) from None
    _allow_many_connections()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("aioice").setLevel(logging.WARNING)  # it tells of every packet of a handshake
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells addresses with what is secret in them
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


async def _until_stopped(settings: Settings) -> None:
    main = asyncio.current_task()
    if main is not None:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, main.cancel)
    windows = [window.window() for window in settings.windows]
    publishers = Publishers(_publishing(settings), _limits(settings))
    try:
        async with keeping(settings.history, windows) as store, asyncio.TaskGroup() as tasks:
            hub = Hub()
            pipeline = Pipeline(
                tasks,
                hub,
                windows,
                lambda spec: _open(spec, settings, publishers),
                publishers,
                preview=settings.preview.options(),
                guests=Guests(settings.webrtc.forget_after, settings.webrtc.sessions),
                begin=store.last_sequence,
            )
            await _run(pipeline, hub, publishers, store, settings, tasks)
    finally:
        await publishers.close()


async def _run(
    pipeline: Pipeline,
    hub: Hub,
    publishers: Publishers,
    store: Store,
    settings: Settings,
    tasks: asyncio.TaskGroup,
) -> None:
    collectors = [
        InferenceCollector(pipeline),
        PreviewCollector(pipeline.preview_figures),
        SessionCollector(publishers),
    ]
    routers = [summaries_router(pipeline, hub, store)]
    app = create_app(
        pipeline, hub, _web(settings), collectors=collectors, routers=routers, past=Resuming(store)
    )
    for spec in settings.streams:
        await pipeline.add(spec)
    tasks.create_task(pipeline.run(lambda: Engine.load(settings.inference.options())), name="pipeline")
    server = settings.server
    tls = server.tls.context() if server.tls else None
    announce = partial(_announce, "https" if tls else "http")
    await serve(app, server.host, server.port, tls=tls, listening=announce)


def _announce(scheme: str, host: str, port: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    print(f"Semblance: {scheme}://{shown}:{port}", flush=True)  # noqa: T201 - the command's own output


def _open(spec: StreamSpec, settings: Settings, publishers: Publishers) -> Source:
    return open_source(
        spec,
        limits=_limits(settings),
        webrtc=settings.webrtc.options(alone=False),  # what is pulled is elsewhere
        publishers=publishers,
    )


def _limits(settings: Settings) -> Limits:
    limits = settings.sources
    return Limits(limits.open_timeout, limits.first_frame_timeout, limits.stall_timeout)


def _publishing(settings: Settings) -> WebRtcOptions:
    server = settings.server
    return settings.webrtc.options(alone=is_loopback(server.host) and not server.hosts)


def _web(settings: Settings) -> WebOptions:
    server = settings.server
    return WebOptions(
        server.host,
        _tokens(settings),
        server.hosts,
        server.origins,
        preview=settings.preview.options(),
    )


def _allow_many_connections() -> None:
    """A client is an open file, and the usual limit of 1024 is less than the clients that may come."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _tokens(settings: Settings) -> tuple[str, ...]:
    return tuple(token.get_secret_value() for token in settings.auth.tokens)
