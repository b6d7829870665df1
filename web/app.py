"""The web application: routes put together around a service and its feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI
from starlette.middleware import Middleware

from web import problems
from web.address_trial import address_trial_router
from web.auth import Tokens, is_loopback
from web.cross_origin import CrossOrigin
from web.dashboard import FOLDER, dashboard_routes, page_of_nowhere
from web.docs import docs_routes
from web.emotion.paths import EmotionPaths
from web.gate import Gate
from web.guard import Guard
from web.health import health_router, models_router
from web.live import Live
from web.metrics import LiveCollector, ServiceCollector, metrics_router
from web.openapi import describe
from web.streams import streams_router
from web.whip import whip_router

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from fastapi import APIRouter
    from prometheus_client.registry import Collector

    from web.catching_up import Past
    from web.feed import Feed
    from web.incoming import BodyLimit
    from web.options import WebOptions
    from web.service import Service

DESCRIPTION = """\
Apparent facial expression, read from live video: what a face looks like, never what a person feels.

Times are RFC 3339 UTC, durations seconds, scores 0..1. Errors are application/problem+json.
Where tokens are configured, send one as "Authorization: Bearer ...".

Live scores: a WebSocket at /api/v1/live, subprotocol semblance.v1.json. The server greets with
  {"type": "session", "version": 1, "session": "...", "limits": {...}}
a browser answers {"type": "authenticate", "token": "..."} where tokens are on, then
  {"type": "subscribe", "streams": ["lobby"] | "*", "windows": ["2s"] | "*",
   "messages": ["summary", "event", "reading", "status", "preview", "marker"], "previewFps": 5,
   "resume": {"lobby": 1841}}
and gets these messages, gap and error until it unsubscribes or leaves. Windows choose among summaries alone:
an event comes whatever window it looked at. An event of no stream (stream: null) is one of the service and
goes to whoever asked for "*"; a marker of all streams (stream: null) to whoever asked for markers.

Summaries are replaced by newer ones for a client that is slow, and a gap says so. Events and markers never
are: a client for which 256 of them wait is closed with 1013. To resume, give the last sequence of each
stream: the summaries that followed come, and the events of that sequence and later ones (tell by their id
those that came before), in order, from memory and before that from the history. A gap tells what is in
neither: {"type": "gap", "stream": "lobby", "window": "2s" | null, "from": 1700, "to": 1799}, of events where
window is null.

A preview is a binary message: two bytes, big-endian, with the length of a header; the header, UTF-8 JSON,
  {"type": "preview", "stream": "lobby", "sequence": 70211, "capturedAt": "...", "width": 1280, "height": 720,
   "mode": "full" | "blurred"}
and a JPEG of the very frame that the reading with this sequence was made of. Width and height are the
frame's, as in the reading; the JPEG has the same shape and may be smaller. Pictures are made only while
somebody has subscribed to them, at most previewFps a second for each stream; a newer one takes the place of
one that waits."""


def create_app(
    service: Service,
    hub: Feed,
    options: WebOptions,
    *,
    collectors: Iterable[Collector] = (),
    routers: Iterable[APIRouter] = (),
    guarded: Iterable[APIRouter] = (),
    bodies: Mapping[str, BodyLimit] | None = None,
    past: Past | None = None,
    dashboard: Path = FOLDER,
) -> FastAPI:
    """The application for one service.

    `collectors` are further figures for `/metrics`, `routers` further calls, guarded as those of streams are,
    and `guarded` those that ask for a token in ways of their own. `bodies` says which paths take longer ones
    than messages are. Out of the `past` clients of the live WebSocket resume what is not in memory.
    """
    tokens = Tokens(options.tokens)
    hosts = frozenset(name.lower() for name in options.hosts) if is_loopback(options.host) else None
    elsewhere = CrossOrigin(options.origins, tokens=tokens.required)
    app = FastAPI(
        title="Semblance",
        version=options.version,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(EmotionPaths),
            Middleware(Gate, hosts=hosts, limits=bodies or {}, elsewhere=elsewhere),
        ],
    )
    problems.install(app, page_of_nowhere(dashboard), elsewhere)
    live = Live(service, hub, tokens, options.limits, options.preview, past)
    figures = (ServiceCollector(service, options.version), LiveCollector(live.figures), *collectors)
    guard = [Depends(Guard(tokens))]
    app.include_router(health_router(service))
    app.include_router(streams_router(service), dependencies=guard)
    app.include_router(address_trial_router(service), dependencies=guard)
    app.include_router(models_router(service), dependencies=guard)
    app.include_router(whip_router(service, guard))
    app.include_router(metrics_router(figures), dependencies=guard)
    for router in routers:
        app.include_router(router, dependencies=guard)
    for router in guarded:
        app.include_router(router)
    app.router.routes.extend([live.route, *docs_routes(app), *dashboard_routes(dashboard)])
    describe(app)
    return app
