"""HTML made of values that are escaped unless they are HTML already; text of the graph is never trusted."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

__all__ = ["Html", "asset", "element", "fill", "join"]

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


class Html(str):
    """Text that is HTML."""

    __slots__ = ()


Content = Html | str | int | None


def element(name: str, *content: Content, **attributes: str | int | bool | None) -> Html:
    """An element; content and values of attributes are escaped, unless they are `Html`.

    A trailing underscore of an attribute's name is dropped, others become hyphens. True stands for an
    attribute without value; None and False leave it out.

    >>> element("a", "<b>", href="/x?a&b", class_="wide")
    '<a href="/x?a&amp;b" class="wide">&lt;b&gt;</a>'
    """
    parts = [f"<{name}"]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        parts.append(f" {key}" if value is True else f' {key}="{html.escape(str(value), quote=True)}"')
    parts.append(">")
    if name not in _VOID:
        parts += [join(content), f"</{name}>"]
    return Html("".join(parts))


def join(items: Iterable[Content]) -> Html:
    """The items one after the other, escaped unless they are `Html`."""
    return Html("".join(item if isinstance(item, Html) else html.escape(_shown(item)) for item in items))


def _shown(item: Content) -> str:
    # Characters without a picture (NUL and other controls) have no place in HTML.
    text = "" if item is None else str(item)
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "\ufffd", text)


@lru_cache(maxsize=64)
def asset(name: str) -> str:
    """A file of the package's folder ``assets``; raises `FileNotFoundError` if there is none."""
    return (resources.files("kg.serve") / "assets" / name).read_text("utf-8")


def fill(template: str, **parts: Html) -> Html:
    """The template with ``{{ name }}`` replaced; what is put in is never looked at again."""
    return Html(re.sub(r"\{\{ (\w+) \}\}", lambda match: parts[match[1]], asset(template)))
