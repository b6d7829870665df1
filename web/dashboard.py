"""The dashboard's files, as its build left them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from os import PathLike, stat_result

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"

PAGES = ("/", "/streams/{stream_id}", "/camera", "/embed/{stream_id}")
"""The addresses of the page's views. A stream need not exist: the page itself says so."""

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
    index = folder / "index.html"
    page = _file(index) if index.is_file() else _not_built
    routes: list[BaseRoute] = [Route(path, page) for path in PAGES]
    if page is _not_built:
        return routes
    for entry in sorted(folder.iterdir()):
        if entry.is_dir():
            routes.append(Mount(f"/{entry.name}", _Assets(directory=entry)))
        else:
            routes.append(Route(f"/{entry.name}", _file(entry)))
    return routes


async def _not_built(_: Request) -> Response:
    return HTMLResponse(_MISSING, status_code=503)


def _file(path: Path) -> Callable[[Request], Awaitable[Response]]:
    async def send(_: Request) -> Response:
        return FileResponse(path, headers={"cache-control": "no-cache"})

    return send
