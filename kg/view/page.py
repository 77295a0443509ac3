"""Puts data, styles and scripts together into one page that needs nothing else.

All text of the graph is untrusted. It enters the page in one place only, as JSON inside a data block in which no
character can end the block; the scripts put it on screen as text. The page's own policy lets no other script run
and nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import webbrowser
from functools import lru_cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import RequestError
from kg.view.payload import Json, page_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.graph import KnowledgeGraph

__all__ = ["ViewError", "as_served", "display_html", "open_page", "write_html"]

# The scripts share one scope and run in this order; `main.js` starts the page.
_SCRIPTS = (
    "data.js",
    "state.js",
    "dom.js",
    "shapes.js",
    "drawing.js",
    "canvas.js",
    "search.js",
    "filters.js",
    "panel.js",
    "evidence.js",
    "table.js",
    "timeline.js",
    "compare.js",
    "export.js",
    "main.js",
)

_DATE = re.compile(r"^\d{4}(-\d{2}(-\d{2})?)?$")

# More than this many nodes at once is neither legible nor smooth (benchmarks/view.py).
_MOST_NODES = 2_000


class ViewError(RequestError):
    """The page cannot be made or opened as asked."""

    code = "KG600"


def write_html(
    graph: KnowledgeGraph,
    *,
    title: str | None = None,
    focus: str | None = None,
    types: Sequence[str] | None = None,
    date_from: str | None = None,
    date_to: str | None = None,
    max_nodes: int = 400,
) -> bytes:
    """The page as UTF-8, the same bytes for the same graph.

    All of the graph is in the page; the arguments say how it opens, and the reader can change it.

    Args:
        graph: What to show.
        title: Heading; the recording's title or the number of recordings if None.
        focus: Name or IRI of the entity to open on.
        types: Local names of the entity types that are switched on; all if None.
        date_from: First date of the recordings shown, as YYYY, YYYY-MM or YYYY-MM-DD.
        date_to: Last date, in the same forms.
        max_nodes: How many entities are on screen at most, 10 to 2,000.

    Raises:
        ViewError: If an argument fits nothing in the graph.
        RequestError: If no entity is called `focus`.
    """
    focus_iri = graph.entity(focus).iri if focus is not None else None
    chosen = _check_types(graph, types)
    for option, date in (("--from", date_from), ("--to", date_to)):
        if date is not None and not _DATE.match(date):
            raise ViewError(
                f"{date!r} is no date", where=option, hint="YYYY, YYYY-MM or YYYY-MM-DD, such as 2017-11"
            )
    if date_from and date_to and date_from > date_to:
        raise ViewError(f"{date_from} is after {date_to}", where="--from", hint="an earlier date than --to")
    if not 10 <= max_nodes <= _MOST_NODES:
        raise ViewError(
            f"{max_nodes} entities at once", where="--max-nodes", hint=f"a number from 10 to {_MOST_NODES}"
        )
    data = page_data(
        graph,
        title=title,
        focus=focus_iri,
        types=chosen,
        date_from=date_from,
        date_to=date_to,
        max_nodes=max_nodes,
    )
    return _assemble(data).encode("utf-8")


def _check_types(graph: KnowledgeGraph, types: Sequence[str] | None) -> tuple[str, ...]:
    if types is None:
        return ()
    met = sorted({entity.type for entity in graph.entities})
    by_name = {name.casefold(): name for name in met}
    for name in types:
        if name.casefold() not in by_name:
            raise ViewError(
                f"the graph has no entity of type {name!r}",
                where="--types",
                hint=f"one of: {', '.join(met)}" if met else "a graph with entities",
            )
    return tuple(dict.fromkeys(by_name[name.casefold()] for name in types))


def to_json(data: Json) -> str:
    """JSON that nothing in it can break out of: not of a script element, not of a line of script.

    >>> to_json("</script><!-- & ")
    '"\\\\u003c/script\\\\u003e\\\\u003c!-- \\\\u0026 "'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    # A lone surrogate has no UTF-8; the replacement character says that something was there.
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def _assemble(data: dict[str, Json]) -> str:
    style, script, vis = _source("page.css"), _page_script(), _vis_network()
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(vis)} {_hash(script)}",
            f"style-src {_hash(style)}",
            "img-src data: blob:",
            "connect-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "object-src 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )
    parts = {
        "policy": html.escape(policy, quote=False),
        "title": html.escape(_one_line(str(data["title"]))),
        "style": style,
        "data": to_json(data),
        "vis": vis,
        "script": script,
    }
    # One pass over the template: what is put in is never looked at again.
    return re.sub(r"\{\{ (\w+) \}\}", lambda match: parts[match[1]], _source("page.html"))


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _hash(source: str) -> str:
    return (
        "'sha256-" + base64.b64encode(hashlib.sha256(source.encode("utf-8")).digest()).decode("ascii") + "'"
    )


@lru_cache(maxsize=32)
def _source(name: str) -> str:
    return (resources.files("kg.view") / "assets" / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _page_script() -> str:
    body = "\n".join(_source(name) for name in _SCRIPTS)
    return f'(function () {{\n"use strict";\n{body}\n}})();\n'


@lru_cache(maxsize=1)
def _vis_network() -> str:
    """The drawing library as it lies in the installed pyvis, the newest version there.

    Raises:
        ViewError: If pyvis has no such file.
    """
    # Found without importing pyvis, which takes a second.
    spec = find_spec("pyvis")
    roots = spec.submodule_search_locations if spec is not None else None
    found = sorted(
        (path for root in roots or () for path in Path(root).glob("lib/vis-*/vis-network.min.js")),
        key=lambda path: [int(part) for part in re.findall(r"\d+", path.parent.name)],
    )
    if not found:
        raise ViewError(
            "pyvis has no vis-network.min.js",
            where="the installed package pyvis",
            hint="pip install pyvis==0.3.2",
        )
    source = found[-1].read_text(encoding="utf-8")
    # Nothing in a script element may look like its end; vis-network has no such text today.
    return source.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def as_served(page: bytes, *, entity_url: str, live_url: str = "") -> bytes:
    """The same page as a server gives it: entities lead to their own pages, and a new build is announced.

    Args:
        page: What `write_html` gave.
        entity_url: Address relative to the page, to which an entity's local name is added ("id/").
        live_url: Address relative to the page whose ETag changes with each build ("graph"); the page asks for
            its head now and then. Empty: it does not ask.

    Raises:
        ViewError: If these bytes are no such page.
    """
    slots = b'data-entity-url="" data-live-url=""'
    head, found, rest = page.partition(slots)
    if not found:
        raise ViewError("these bytes are no page of kg", where="as_served", hint="what write_html returned")
    if live_url:
        head = head.replace(b"connect-src 'none'", b"connect-src 'self'", 1)
    filled = f'data-entity-url="{html.escape(entity_url)}" data-live-url="{html.escape(live_url)}"'
    return head + filled.encode("utf-8") + rest


def display_html(graph: KnowledgeGraph, *, height_px: int = 640, max_nodes: int = 400) -> str:
    """An HTML fragment that shows the page inside a notebook, walled off from it."""
    page = write_html(graph, max_nodes=max_nodes).decode("utf-8")
    return (
        f'<iframe title="Knowledge graph" width="100%" height="{int(height_px)}" style="border:0" '
        'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads" '
        f'srcdoc="{html.escape(page, quote=True)}"></iframe>'
    )


def open_page(path: str | Path) -> str:
    """Opens a page in the user's browser; returns its ``file:`` address, for a machine that has none.

    `path` is the page itself or the folder of a build.

    Raises:
        ViewError: If there is no page.
    """
    page = Path(path)
    if page.is_dir():
        page = page / "graph.html"
    if not page.is_file():
        raise ViewError(
            f"{page.name} does not exist", where=str(path), hint="kg build, then kg view on its folder"
        )
    address = page.resolve().as_uri()
    webbrowser.open(address)
    return address
