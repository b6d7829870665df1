"""The service, put together from the settings."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inference.engine import Engine
from semblance.court import Court
from semblance.emotion_service import emotion_service
from semblance.guests import Guests
from semblance.history_metrics import HistoryCollector
from semblance.inference_metrics import InferenceCollector
from semblance.keeping import keeping
from semblance.open_files import clients_that_fit
from semblance.outgoing import outgoing
from semblance.pipeline import Pipeline
from semblance.preview_metrics import PreviewCollector
from semblance.recorder import Recorder
from semblance.rule_metrics import RuleCollector
from semblance.session_metrics import SessionCollector
from stream.cores import cores
from stream.decoding_turns import DecodingTurns
from stream.ffmpeg_devices import FfmpegDevices
from stream.hardware import Hardware
from stream.limits import Limits
from stream.opening import open_source
from stream.webrtc.publishers import Publishers
from web.app import create_app
from web.auth import is_loopback
from web.backtests import backtests_router
from web.events import events_router
from web.groups import groups_router
from web.history.resuming import Resuming
from web.history.routes import history_router
from web.hub import Hub
from web.markers import markers_router
from web.options import Limits as LiveLimits
from web.options import WebOptions
from web.rules import rules_router
from web.server import address, bind, serve_on
from web.summaries import summaries_router

if TYPE_CHECKING:
    from collections.abc import Sequence
    from socket import socket

    from fastapi import FastAPI

    from aggregation import Window
    from semblance.emotion_service import EmotionService
    from semblance.outgoing import Outgoing
    from semblance.server_settings import Server
    from semblance.settings import Settings
    from stream.source import Source
    from stream.spec import StreamSpec
    from stream.webrtc.options import WebRtcOptions
    from web.history.store import Store


async def run_service(settings: Settings) -> None:
    """Runs until cancelled. What stands outside ends last: the history when all that it keeps has come.

    The port comes first: a second service on it must not touch the first one's history. Raises `ListenError`.
    """
    windows = [window.window() for window in settings.windows]
    sockets = bind(settings.server.host, settings.server.port)
    publishers = Publishers(_publishing(settings), _limits(settings))
    hub = Hub()
    hardware = Hardware(settings.sources.hardware, FfmpegDevices())
    try:
        await asyncio.to_thread(hardware.accelerator)  # before the models: see `stream.ffmpeg_devices`
        async with (
            keeping(settings.history, windows) as store,
            outgoing(settings, store, hub.publish) as out,
            asyncio.TaskGroup() as tasks,
        ):
            turns = DecodingTurns(cores())
            standing = _Standing(settings, windows, sockets, publishers, hardware, turns, hub, store, out)
            await _run(standing, tasks)
    finally:
        for listener in sockets:
            listener.close()
        await publishers.close()


@dataclass(frozen=True, slots=True)
class _Standing:
    """What stands before the first stream is there."""

    settings: Settings
    windows: Sequence[Window]
    sockets: list[socket]
    publishers: Publishers
    hardware: Hardware
    turns: DecodingTurns
    hub: Hub
    store: Store
    out: Outgoing


async def _run(standing: _Standing, tasks: asyncio.TaskGroup) -> None:
    settings = standing.settings
    configured = [spec.id for spec in settings.streams]
    recorder = Recorder(standing.hub, standing.store, standing.out.events, standing.out.listeners)
    court = Court(
        recorder,
        standing.store,
        standing.windows,
        settings.rules,
        settings.groups,
        lambda: [*configured, *(view.id for view in pipeline.streams())],
    )
    pipeline = Pipeline(
        tasks,
        court.ruling,
        standing.windows,
        lambda spec: _open(spec, standing),
        standing.publishers,
        preview=settings.preview.options(),
        guests=Guests(settings.webrtc.forget_after, settings.webrtc.sessions),
        begin=court.beginnings.begin,
        taken=court.ruling.groups,
        max_age=settings.inference.max_age,
    )
    await court.open()
    for spec in settings.streams:
        await pipeline.add(spec)
    await court.beginnings.settle()
    tasks.create_task(court.run(), name="rules")
    tasks.create_task(pipeline.run(lambda: _engine(standing)), name="pipeline")
    async with emotion_service(settings, pipeline) as emotion:
        app = _app(standing, recorder, court, pipeline, emotion)
        await _answer(app, settings.server, standing.sockets)


def _engine(standing: _Standing) -> Engine:
    decodes = standing.hardware.accelerator() is not None
    return Engine.load(standing.settings.inference.options(), graphs=not decodes)


def _app(
    standing: _Standing, recorder: Recorder, court: Court, pipeline: Pipeline, emotion: EmotionService
) -> FastAPI:
    hub, store = standing.hub, standing.store
    collectors = [
        InferenceCollector(pipeline),
        PreviewCollector(pipeline.preview_figures),
        SessionCollector(standing.publishers),
        RuleCollector(court),
        HistoryCollector(store),
        *standing.out.collectors,
        *emotion.collectors,
    ]
    routers = [
        summaries_router(pipeline, hub, store),
        events_router(hub, store),
        markers_router(pipeline, hub, store, court.ruling),
        backtests_router(pipeline, court.rules, court.groups, store),
        rules_router(pipeline, court.rules),
        groups_router(court.groups),
        history_router(store, recorder),
        *standing.out.routers,
    ]
    return create_app(
        pipeline,
        hub,
        _web(standing.settings),
        collectors=collectors,
        routers=routers,
        guarded=emotion.routers,
        bodies=emotion.bodies,
        past=Resuming(store),
    )


async def _answer(app: FastAPI, server: Server, sockets: list[socket]) -> None:
    tls = server.tls.context() if server.tls else None
    gc.freeze()  # what is there by now stays: to look through it takes 0.1 s, in which no thread runs
    _announce("https" if tls else "http", *address(sockets))
    await serve_on(app, sockets, tls)


def _announce(scheme: str, host: str, port: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    print(f"Semblance: {scheme}://{shown}:{port}", flush=True)  # noqa: T201 - the command's own output


def _open(spec: StreamSpec, standing: _Standing) -> Source:
    settings = standing.settings
    return open_source(
        spec,
        limits=_limits(settings),
        webrtc=settings.webrtc.options(alone=False),  # what is pulled is elsewhere
        publishers=standing.publishers,
        hardware=standing.hardware,
        turns=standing.turns,
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
        settings.auth.plain(),
        server.hosts,
        server.origins,
        LiveLimits(clients=min(server.clients, clients_that_fit())),
        preview=settings.preview.options(),
    )
