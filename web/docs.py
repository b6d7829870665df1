"""The page at `/docs`: the HTTP interface to read, made from its OpenAPI document without any script."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, cast

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi import FastAPI
    from starlette.requests import Request

    Json = Mapping[str, object]

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
pre, code { font: 0.9em/1.5 ui-monospace, monospace; }
pre { white-space: pre-wrap; padding: 0.8rem; border: 1px solid #8885; border-radius: 6px; }
details { border: 1px solid #8885; border-radius: 6px; margin: 0.6rem 0; padding: 0.5rem 0.9rem; }
summary { cursor: pointer; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; }
th, td { padding: 0.25rem 0.8rem 0.25rem 0; border-top: 1px solid #8883; }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700; }
.required { color: #c4432b; }
"""


def docs_routes(app: FastAPI) -> list[Route]:
    async def page(_: Request) -> Response:
        return HTMLResponse(render(app.openapi()))

    async def style(_: Request) -> Response:
        return Response(_STYLE, media_type="text/css")

    return [Route("/docs", page), Route("/docs.css", style)]


def render(openapi: Json) -> str:
    """The document as a page of HTML."""
    info = _table(openapi, "info")
    schemas = _table(_table(openapi, "components"), "schemas")
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(info, 'title')}</title>",
        '<link rel="stylesheet" href="/docs.css"><link rel="icon" href="data:,"></head><body>',
        f"<h1>{_text(info, 'title')} {_text(info, 'version')}</h1>",
        f"<pre>{_text(info, 'description')}</pre>",
        '<p>As OpenAPI: <a href="/openapi.json">/openapi.json</a></p><h2>Calls</h2>',
        *_operations(_table(openapi, "paths")),
        "<h2>Documents</h2>",
        *(_schema(name, cast("Json", schema)) for name, schema in schemas.items()),
        "</body></html>",
    ]
    return "\n".join(parts)


def _operations(paths: Json) -> Iterator[str]:
    for path, methods in paths.items():
        for method, operation in cast("Json", methods).items():
            yield _operation(method, path, cast("Json", operation))


def _operation(method: str, path: str, operation: Json) -> str:
    parameters = cast("list[Json]", operation.get("parameters", []))
    rows = [
        _row(
            str(entry["name"]),
            bool(entry.get("required")),
            _table(entry, "schema"),
            _text(entry, "description"),
        )
        for entry in parameters
    ]
    body = _content(_table(operation, "requestBody"))
    answers = [
        f"<tr><td>{escape(status)}</td><td>{_content(cast('Json', answer))}</td>"
        f"<td>{_text(cast('Json', answer), 'description')}</td></tr>"
        for status, answer in _table(operation, "responses").items()
    ]
    return (
        f'<details><summary><span class="method">{escape(method.upper())}</span>'
        f"<code>{escape(path)}</code> {_text(operation, 'description')}</summary>"
        + (f"<h4>Parameters</h4><table>{''.join(rows)}</table>" if rows else "")
        + (f"<h4>Body</h4><p>{body}</p>" if body else "")
        + f"<h4>Answers</h4><table>{''.join(answers)}</table></details>"
    )


def _schema(name: str, schema: Json) -> str:
    required = cast("list[str]", schema.get("required", []))
    rows = [
        _row(field, field in required, cast("Json", entry), _text(cast("Json", entry), "description"))
        for field, entry in _table(schema, "properties").items()
    ]
    return (
        f'<details id="{escape(name)}"><summary><code>{escape(name)}</code> {_text(schema, "description")}'
        f"</summary><table>{''.join(rows)}</table></details>"
    )


def _row(name: str, required: bool, schema: Json, description: str) -> str:
    mark = ' <span class="required">required</span>' if required else ""
    return f"<tr><th>{escape(name)}{mark}</th><td>{_type(schema)}</td><td>{description}</td></tr>"


def _content(holder: Json) -> str:
    return " ".join(
        f"{_type(_table(cast('Json', entry), 'schema'))} <small>{escape(media)}</small>"
        for media, entry in _table(holder, "content").items()
    )


def _type(schema: Json) -> str:
    """A type in a few words, with a link where it is a document of its own."""
    if "$ref" in schema:
        name = escape(str(schema["$ref"]).rsplit("/", 1)[-1])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in cast("list[Json]", schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(
            f"<code>{escape(str(value))}</code>" for value in cast("list[object]", schema["enum"])
        )
    if schema.get("type") == "array":
        return f"list of {_type(_table(schema, 'items'))}"
    return escape(" ".join(str(schema[key]) for key in ("type", "format") if key in schema))


def _table(holder: Json, key: str) -> Json:
    return cast("Json", holder.get(key) or {})


def _text(holder: Json, key: str) -> str:
    return escape(str(holder.get(key, "")))
