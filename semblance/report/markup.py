"""HTML made of elements, so that nothing gets into a page unescaped."""

from __future__ import annotations

from html import escape
from typing import TypeAlias

from models.printable import printable


class Html(str):
    """Markup that is safe as it is; any other string is text."""

    __slots__ = ()


Content: TypeAlias = "Html | str | float | None"

_EMPTY = frozenset({"meta", "img", "br", "rect", "path", "use"})


def element(name: str, /, *content: Content, **attributes: str | float | bool | None) -> Html:
    """`class_` and `for_` lose their `_`, within a name it becomes `-`; `None` and `False` are left out."""
    head = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}"
    if name in _EMPTY and not content:
        return Html(f"{head}/>")
    return Html(f"{head}>{joined(*content)}</{name}>")


def joined(*content: Content) -> Html:
    return Html("".join(_text(each) for each in content if each is not None))


def _text(content: Content) -> str:
    if isinstance(content, Html):
        return content
    return escape(printable(str(content), keep="\n"))


def _attribute(name: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    named = name.rstrip("_").replace("_", "-")
    if value is True:
        return f" {named}"
    return f' {named}="{escape(printable(str(value)))}"'
