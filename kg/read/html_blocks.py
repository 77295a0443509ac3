"""The blocks of an HTML page as spans of its source: paragraphs, headings, list items, table cells.

Written for pages as they are, not as they should be: tags may be missing, nested wrongly, or endless.
Every step is linear in the length of the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kg.read.lines import is_blank

__all__ = ["Block", "Page", "attributes", "scan_page"]

_NAME = r"[A-Za-z][A-Za-z0-9:-]{0,40}"
_TAG = re.compile(
    rf"<(?P<close>/)?(?P<name>{_NAME})(?P<rest>(?>[^<>\"']+|\"[^\"]{{0,2000}}\"|'[^']{{0,2000}}')*+)>"
)
_ATTRIBUTE = re.compile(
    r"(?P<name>[A-Za-z][\w:.-]{0,40})\s*=\s*(?:\"(?P<double>[^\"]{0,2000})\"|'(?P<single>[^']{0,2000})'|(?P<bare>[^\s\"'<>=]{1,500}))"
)
# Elements whose content is no text.
_RAW = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "textarea",
        "svg",
        "math",
        "object",
        "canvas",
        "audio",
        "video",
        "title",
        "option",
    )
)
# Elements that hold the page's own furniture.
_SKIPPED = frozenset(
    ("nav", "footer", "aside", "form", "button", "select", "iframe", "menu", "dialog", "figure", "head")
)
_BLOCKS = frozenset(
    (
        "address", "article", "blockquote", "body", "br", "center", "dd", "details", "div", "dl", "dt", "fieldset",
        "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "ol",
        "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    )
)  # fmt: skip
_VOID = frozenset(
    ("br", "hr", "img", "input", "meta", "link", "wbr", "source", "track", "area", "base", "col", "embed")
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# What the normaliser of speech can take out by itself; longer tags part a block.
_INLINE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text without a block's border in it.

    Args:
        start, end: Span in the page's source; may hold short inline tags.
        node: Number of the element around it; elements are numbered in the order of their start tags.
        heading: 1 to 6 in a heading, else 0.
    """

    start: int
    end: int
    node: int
    heading: int = 0


@dataclass(slots=True)
class Page:
    """Blocks in text order, elements, and the tags of the head.

    Args:
        blocks: With visible text.
        skipped: Spans of furniture (navigation, footers), as blocks.
        parents: Of each element, the number of the one around it.
        lasts: Of each element, the highest number inside it.
        tags: Name and place of each start tag that is an element here.
        facts: Start tags that say something of the page (meta, link, html, time): name, start, end.
        title: Span of the title element's text, or None.
    """

    blocks: list[Block] = field(default_factory=list)
    skipped: list[Block] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    lasts: list[int] = field(default_factory=list)
    tags: list[tuple[str, int, int]] = field(default_factory=list)
    facts: list[tuple[str, int, int]] = field(default_factory=list)
    title: tuple[int, int] | None = None


def attributes(raw: str, start: int, end: int) -> dict[str, tuple[int, int]]:
    """Spans of the values of a tag's attributes, by name in lower case; the first of a name counts."""
    found: dict[str, tuple[int, int]] = {}
    for match in _ATTRIBUTE.finditer(raw, start, min(end, start + 8000)):
        group = next(name for name in ("double", "single", "bare") if match[name] is not None)
        found.setdefault(match["name"].lower(), match.span(group))
    return found


def scan_page(raw: str, start: int) -> Page:
    """The blocks of ``raw[start:]``."""
    page = Page()
    open_nodes: list[tuple[str, int]] = []
    depth_of: dict[str, int] = {}
    # Raw elements that no end tag closes any more; to look again each time would take for ever.
    unclosed: set[str] = set()
    skipping = 0
    heading = 0
    text_at = start
    at = raw.find("<", start)

    def flush(stop: int) -> None:
        if text_at < stop and not is_blank(raw, text_at, stop):
            block = Block(text_at, stop, open_nodes[-1][1] if open_nodes else -1, heading)
            (page.skipped if skipping else page.blocks).append(block)

    while at >= 0:
        if raw.startswith("<!", at) or raw.startswith("<?", at):
            flush(at)
            text_at = _after_declaration(raw, at)
            at = raw.find("<", text_at)
            continue
        match = _TAG.match(raw, at)
        if match is None:
            at = raw.find("<", at + 1)
            continue
        name, closing = match["name"].lower(), match["close"] is not None
        stop = match.end()
        if name in ("meta", "link", "html", "time") and not closing:
            page.facts.append((name, match.start("rest"), match.end("rest")))
        long = match.end() - match.start() > _INLINE_LENGTH or "\n" in match.group()
        if name in _BLOCKS or name in _SKIPPED or name in _RAW or long:
            flush(at)
            text_at = stop
        if name in _RAW and not closing and not match["rest"].endswith("/"):
            stop = match.end() if name in unclosed else _after_raw(raw, name, match.end(), page)
            if stop == match.end():
                unclosed.add(name)
            text_at = stop
        elif closing and (name in _BLOCKS or name in _SKIPPED):
            # An end tag closes what was opened since; one that opened nothing is passed over.
            if depth_of.get(name):
                while open_nodes:
                    top, node = open_nodes.pop()
                    depth_of[top] -= 1
                    page.lasts[node] = len(page.parents) - 1
                    skipping -= top in _SKIPPED
                    if top == name:
                        break
            heading = 0 if name in _HEADINGS else heading
        elif not closing and name not in _VOID and (name in _BLOCKS or name in _SKIPPED):
            if name == "p" and open_nodes and open_nodes[-1][0] == "p":
                _, node = open_nodes.pop()
                depth_of["p"] -= 1
                page.lasts[node] = len(page.parents) - 1
            page.parents.append(open_nodes[-1][1] if open_nodes else -1)
            page.lasts.append(-1)
            page.tags.append((name, match.start("rest"), match.end("rest")))
            open_nodes.append((name, len(page.parents) - 1))
            depth_of[name] = depth_of.get(name, 0) + 1
            skipping += name in _SKIPPED
            heading = int(name[1]) if name in _HEADINGS else 0 if name in _BLOCKS else heading
        at = raw.find("<", stop)
    flush(len(raw))
    for _, node in open_nodes:
        page.lasts[node] = len(page.parents) - 1
    return page


def _after_declaration(raw: str, at: int) -> int:
    end = "-->" if raw.startswith("<!--", at) else "]]>" if raw.startswith("<![CDATA[", at) else ">"
    stop = raw.find(end, at + 2)
    return len(raw) if stop < 0 else stop + len(end)


def _after_raw(raw: str, name: str, at: int, page: Page) -> int:
    closing = re.compile(rf"</{name}\b[^<>]{{0,200}}>", re.IGNORECASE).search(raw, at)
    if name == "title" and page.title is None and closing and not is_blank(raw, at, closing.start()):
        page.title = (at, closing.start())
    if closing is None:
        # A void-like or broken element: its content is the rest of the page only for code.
        return len(raw) if name in ("script", "style") else at
    return closing.end()
