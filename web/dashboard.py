"""The dashboard's files, as its build left them."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from os import PathLike, stat_result

    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"

INDEX = "index.html"

PAGES = ("/", "/streams/{stream_id}", "/camera", "/events", "/embed/{stream_id}")
"""The addresses of the page's views. A stream need not exist: the page itself says so."""

PROGRAMS = ("/api/", "/whip/", "/emotion/")
"""Where programs ask, never a person: what is not there is told as a problem document."""

_MISSING = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Semblance</title>
<h1>The dashboard was not built</h1>
<p>The service itself runs. In a checkout, <code>uv sync --reinstall-package semblance</code> builds the page;
a wheel carries it.</p>
<p><a href="/docs">The HTTP interface</a></p>
</html>
"""


class _Assets(StaticFiles):
    """Files whose names change with their content: a browser may keep them for ever."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def dashboard_routes(folder: Path = FOLDER) -> list[BaseRoute]:
    """A route for each view, file and folder at the top; other paths are still answered as not found."""
    routes: list[BaseRoute] = [Route(path, _file(folder / INDEX, _not_built)) for path in PAGES]
    if not folder.is_dir():
        return routes
    for entry in sorted(folder.iterdir()):
        if entry.is_dir():
            routes.append(Mount(f"/{entry.name}", _Assets(directory=entry)))
        else:
            routes.append(Route(f"/{entry.name}", _file(entry, _gone)))
    return routes


def page_of_nowhere(folder: Path = FOLDER) -> Callable[[Request], Awaitable[Response | None]]:
    """What a person gets who asks for an address that leads to nothing: the page, which says so itself.

    `None` for programs, and where there is no page.
    """

    async def nowhere(request: Request) -> Response | None:
        is_read = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")
        if not is_read or request.url.path.startswith(PROGRAMS):
            return None
        page = await _read(folder / INDEX)
        return None if page is None else HTMLResponse(page, 404, headers={"cache-control": "no-cache"})

    return nowhere


def _not_built() -> Response:
    return HTMLResponse(_MISSING, status_code=503)


def _gone() -> Response:
    raise HTTPException(404)


def _file(path: Path, missing: Callable[[], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Sends a small file as it is now; `missing` answers while a build has it away."""
    media_type = mimetypes.guess_type(path)[0] or "text/plain"

    async def send(_: Request) -> Response:
        content = await _read(path)
        if content is None:
            return missing()
        return Response(content, headers={"cache-control": "no-cache"}, media_type=media_type)

    return send


async def _read(path: Path) -> bytes | None:
    """Whole and at once: what is read while it is sent may be gone in the middle of it."""
    try:
        return await to_thread.run_sync(path.read_bytes)
    except FileNotFoundError:
        return None
