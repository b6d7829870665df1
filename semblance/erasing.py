"""Erasing what was recorded: asked first, by a service that runs or in the database itself, and told."""

from __future__ import annotations

import ssl
import sys
import time
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

import httpx
import typer

from aggregation import microseconds
from semblance.configuration import load
from semblance.failure import Failure, UsageFailure
from semblance.moment import moment
from web.auth import is_loopback
from web.history.alone import read_alone
from web.history.database import HistoryUnavailableError
from web.history.erase_alone import erase_alone
from web.history.erasing import Erased, Erasure, Outcome
from web.history.figures import known_streams
from web.history.file import set_aside
from web.history.location import locate
from web.history.ownership import taken
from web.messages import utc

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from semblance.settings import Settings

_PATIENCE = 600.0
"""Seconds that erasing may take a service."""
_KINDS = (
    ("summaries", "summaries"),
    ("events", "events"),
    ("deliveries", "deliveries tried"),
    ("outbox", "deliveries listed"),
    ("markers", "markers"),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line says."""

    stream: str
    since: str
    until: str | None
    config: Path | None
    service: str | None
    yes: bool


def run(wish: Wish) -> None:
    """Raises `Failure`."""
    settings = load(wish.config)
    erasure = _erasure(wish)
    place = locate(settings.history.address())
    span = f"from {utc(erasure.since / 1e6)} to {utc(erasure.until / 1e6)}"
    if not wish.yes:
        _ask(f"Delete for good all that was recorded of {wish.stream} {span}, in {place.shown}?")
    try:
        known = _known(settings)
        outcome = _by_service(settings, wish, erasure, place.shown) or _alone(settings, erasure)
    except HistoryUnavailableError as error:
        _warn_of(set_aside(place.path))
        raise Failure(f"The history cannot be changed: {error}") from None
    _warn(outcome)
    if outcome.erased:
        counts = asdict(outcome.erased)
        told = ", ".join(f"{words} {counts[key]:,}" for key, words in _KINDS)
        typer.echo(f"Deleted of {wish.stream}, {span}: {told}.")
    elif known is None or wish.stream in known:
        typer.echo(f"Nothing of {wish.stream} is recorded {span}.")
    else:
        there = f"there are {', '.join(known)}" if known else "nor of any other stream"
        raise Failure(f"Nothing of {wish.stream} is recorded, at any time; {there}")


def _erasure(wish: Wish) -> Erasure:
    since = moment("--since", wish.since)
    until = time.time() if wish.until is None else moment("--until", wish.until)
    if since > until:
        raise UsageFailure(f"--until {wish.until or 'now'} is before --since {wish.since}")
    return Erasure(wish.stream, microseconds.from_seconds(since), microseconds.from_seconds(until))


def _ask(question: str) -> None:
    if not sys.stdin.isatty():
        raise UsageFailure(
            "This deletes for good, and nobody is there to be asked; --yes says that it is meant"
        )
    if not typer.confirm(question):
        raise Failure("Nothing was deleted.")


def _known(settings: Settings) -> Sequence[str] | None:
    """Of which there is anything recorded, where that can be read."""
    try:
        with read_alone(settings.history.address()) as read:
            return read(known_streams)
    except HistoryUnavailableError:
        return None


def _by_service(settings: Settings, wish: Wish, erasure: Erasure, place: str) -> Outcome | None:
    """What a running service has erased, its memory included; `None` where none runs on this history."""
    with _client(settings, wish.service) as client:
        try:
            answer = client.get("/api/v1/history")
        except httpx.HTTPError:
            return None
        if answer.status_code != 200 or answer.json().get("place") != place:
            return None
        span = {"since": utc(erasure.since / 1e6), "until": utc(erasure.until / 1e6)}
        try:
            answer = client.delete("/api/v1/history", params={"stream": erasure.stream, **span})
        except httpx.HTTPError as error:
            raise Failure(f"The service at {client.base_url} did not answer: {error}") from None
    if answer.status_code != 200:
        raise Failure(f"The service at {client.base_url} refused: {answer.json().get('detail')}")
    told = answer.json()
    counts = {each.name: int(told.get(each.name, 0)) for each in fields(Erased)}
    return Outcome(Erased(**counts), told.get("settled", True), tuple(told.get("setAside", ())))


def _alone(settings: Settings, erasure: Erasure) -> Outcome:
    path = locate(settings.history.address()).path
    used = path is not None and path.is_file() and taken(path)
    outcome = erase_alone(settings.history.address(), erasure)
    if used:
        typer.echo(
            "semblance: A service has this history open and could not be asked (--service says where it is): "
            "what it holds in memory, an hour at most, goes when it ends.",
            err=True,
        )
    return outcome


def _warn(outcome: Outcome) -> None:
    if not outcome.settled:
        typer.echo(
            "semblance: Others use the history, so its log still has what was deleted; run this once more.",
            err=True,
        )
    if damaged := outcome.erased.damaged:
        typer.echo(
            f"semblance: Blocks of summaries that are damaged, and were deleted whole: {damaged}.",
            err=True,
        )
    _warn_of(outcome.set_aside)


def _warn_of(damaged: Sequence[str]) -> None:
    if damaged:
        typer.echo(
            "semblance: Damaged histories that were set aside may still have what was to be deleted; they "
            f"are yours to delete: {', '.join(damaged)}",
            err=True,
        )


def _client(settings: Settings, address: str | None) -> httpx.Client:
    server = settings.server
    host = server.host if is_loopback(server.host) else "127.0.0.1"
    scheme = "https" if server.tls else "http"
    own = f"{scheme}://[{host}]:{server.port}" if ":" in host else f"{scheme}://{host}:{server.port}"
    tokens = settings.auth.plain()
    return httpx.Client(
        base_url=address or own,
        headers={"authorization": f"Bearer {tokens[0]}"} if tokens else {},
        timeout=httpx.Timeout(_PATIENCE, connect=5.0),
        trust_env=False,
        verify=_trusting(settings),
    )


def _trusting(settings: Settings) -> ssl.SSLContext | bool:
    """Its own certificate, whatever name it was made for: the service is on this machine."""
    if settings.server.tls is None:
        return True
    context = ssl.create_default_context(cafile=str(settings.server.tls.certificate))
    context.check_hostname = False
    return context
