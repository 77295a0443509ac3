"""HTML pages: the transcript in them, without navigation, scripts and what surrounds it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from kg.model import Span
from kg.read.builder import TurnBuilder
from kg.read.dialogue import assemble
from kg.read.fields import MetadataBuilder
from kg.read.furniture import is_heading, is_page_line, opens_speech
from kg.read.html_blocks import Block, Page, attributes, scan_page
from kg.read.lines import strip
from kg.read.reader import Reading
from kg.read.survey import Survey, scan, survey

__all__ = ["HtmlReader"]

_START = re.compile(
    r"\s*(?:<\?xml[^<>]{0,200}\?>\s*)?(?:<!--(?:[^-]|-(?!->)){0,4000}-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"<(?:p|div|br|h[1-6]|li|tr|td|section|article|dd|dt)\b[^<>]{0,300}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,300}>")
_META = {
    "og:title": "title",
    "twitter:title": "title",
    "og:url": "url",
    "og:site_name": "series",
    "article:published_time": "date",
    "datepublished": "date",
    "date": "date",
    "dc.date": "date",
    "video:duration": "duration_s",
    "duration": "duration_s",
    "og:locale": "language",
}


class HtmlReader:
    """Paragraphs of a page, with the same labels and times as in Markdown and plain text."""

    name = "html"
    description = "HTML pages: paragraphs with <b>Name:</b>, names in elements of their own, times"
    suffixes = (".html", ".htm", ".xhtml")

    def recognises(self, text: str, suffix: str) -> float:
        """By the first tag, or by many tags of blocks."""
        if _START.match(text):
            return 0.99
        sample = text[:40_000]
        n_blocks = sum(1 for _ in _BLOCK.finditer(sample))
        if n_blocks >= 3:
            return 0.95 if suffix in self.suffixes or sample.lstrip().startswith("<") else 0.4
        return 0.6 if suffix in self.suffixes and n_blocks else 0.0

    def parse(self, raw: str, start: int) -> Reading:
        """Turns of the element that holds the labelled paragraphs, or else all its prose."""
        page = scan_page(raw, start)
        metadata = _metadata(raw, page)
        blocks = page.blocks or page.skipped
        found, lines, at = _best(raw, blocks)
        node = _container(raw, page, blocks, [at[index] for index in found.openers])
        inside = [place for place, block in enumerate(blocks) if _holds(page, node, block.node)]
        if found.openers:
            inside = _until_heading(blocks, inside, {at[index] for index in found.openers})
        kept = [blocks[place] for place in inside]
        taken = set(inside)
        outside = [block for place, block in enumerate(blocks) if place not in taken]
        if found.openers:
            if len(kept) < len(blocks):
                found, lines, at = _best(raw, kept)
            headings = frozenset(index for index, place in at.items() if kept[place].heading)
            reading = assemble(raw, lines, found, metadata, headed=True, headings=headings)
        else:
            reading = _prose(raw, kept, metadata)
        asides = _asides(raw, [*outside, *(page.skipped if page.blocks else [])], reading)
        return Reading(reading.turns, reading.metadata, asides, reading.warnings)


def _best(raw: str, blocks: Sequence[Block]) -> tuple[Survey, list[tuple[int, int]], dict[int, int]]:
    """The better of two surveys (labels in emphasis, plain labels), its lines, and the block of each line."""
    lines: list[tuple[int, int]] = []
    at: dict[int, int] = {}
    for place, block in enumerate(blocks):
        at[len(lines)] = place
        lines.append((block.start, block.end))
        lines.append((block.end, block.end))
    scanned = scan(raw, lines)
    marked = survey(raw, lines, emphasised=True, scanned=scanned)
    plain = survey(raw, lines, emphasised=False, scanned=scanned)
    return (plain if plain.n_labelled > 1.5 * marked.n_labelled else marked), lines, at


def _holds(page: Page, node: int, inner: int) -> bool:
    return node < 0 or (inner >= node and inner <= page.lasts[node])


def _container(raw: str, page: Page, blocks: Sequence[Block], openers: Sequence[int]) -> int:
    """The innermost element around all labelled blocks; else the one that calls itself a transcript."""
    if openers:
        node, last = blocks[openers[0]].node, blocks[openers[-1]].node
        if len(openers) == 1 and node >= 0:
            node = page.parents[node]
        while node >= 0 and not _holds(page, node, last):
            node = page.parents[node]
        # A paragraph is no container; the speech that follows stands beside it.
        while node >= 0 and page.tags[node][0] in ("p", "span", "li", "td", "tr", "dt", "dd"):
            node = page.parents[node]
        return node
    held = sorted(block.node for block in blocks)

    def holds_text(node: int) -> bool:
        place = bisect_left(held, node)
        return place < len(held) and held[place] <= page.lasts[node]

    best = -1
    for node, (name, start, end) in enumerate(page.tags):
        if end - start > 1:
            values = attributes(raw, start, end)
            marks = " ".join(raw[slice(*values[key])] for key in ("id", "class") if key in values)
            if "transcript" in marks.lower() and holds_text(node):
                return node
        if name in ("article", "main") and best < 0:
            best = node
    return best if best >= 0 and holds_text(best) else -1


def _until_heading(blocks: Sequence[Block], inside: list[int], openers: set[int]) -> list[int]:
    """The blocks up to the first heading after the last labelled one: there something else begins."""
    last = max(openers)
    for position, place in enumerate(inside):
        if place > last and blocks[place].heading:
            return inside[:position]
    return inside


def _prose(raw: str, blocks: Sequence[Block], metadata: MetadataBuilder) -> Reading:
    builder = TurnBuilder(raw)
    first = next(
        (place + 1 for place, block in enumerate(blocks) if opens_speech(raw, *_bare(raw, block))), 0
    )
    for place, block in enumerate(blocks):
        heading = (
            block.heading
            or is_heading(raw, block.start, block.end)
            or is_page_line(raw, block.start, block.end)
        )
        if heading or place < first:
            builder.aside(block.start, block.end)
            if block.heading == 1:
                metadata.put_heading(raw, *_bare(raw, block))
        else:
            builder.speech(block.start, block.end)
    return builder.build(metadata.build())


def _bare(raw: str, block: Block) -> tuple[int, int]:
    """A block without the tags at its edges."""
    start, end = strip(raw, block.start, block.end)
    while (match := _TAG.match(raw, start, end)) is not None:
        start, end = strip(raw, match.end(), end)
    while start < end and raw[end - 1] == ">" and (opened := raw.rfind("<", max(start, end - 300), end)) >= 0:
        start, end = strip(raw, start, opened)
    return start, end


def _asides(raw: str, blocks: Sequence[Block], reading: Reading) -> tuple[Span, ...]:
    spans = set(reading.asides)
    for block in blocks:
        start, end = _bare(raw, block)
        if start < end:
            spans.add(Span(start, end))
    return tuple(sorted(spans))


def _metadata(raw: str, page: Page) -> MetadataBuilder:
    fields = MetadataBuilder()
    for name, start, end in page.facts[:500]:
        values = attributes(raw, start, end)
        if name == "meta" and "content" in values:
            key = next(
                (raw[slice(*values[key])] for key in ("property", "name", "itemprop") if key in values), ""
            )
            _put(raw, fields, _META.get(key.strip().lower()), values["content"])
        elif (
            name == "link"
            and "href" in values
            and "rel" in values
            and raw[slice(*values["rel"])].lower() == "canonical"
        ):
            _put(raw, fields, "url", values["href"])
        elif name == "html" and "lang" in values:
            _put(raw, fields, "language", values["lang"])
        elif name == "time" and "datetime" in values:
            _put(raw, fields, "date", values["datetime"])
    h1 = [block for block in page.blocks if block.heading == 1]
    if len(h1) == 1:
        fields.put_heading(raw, *_bare(raw, h1[0]))
        fields.put_episode(raw, *_bare(raw, h1[0]))
    if page.title is not None:
        fields.put_heading(raw, *page.title)
    return fields


def _put(raw: str, fields: MetadataBuilder, field: str | None, place: tuple[int, int]) -> None:
    start, end = strip(raw, *place)
    if field is not None and start < end:
        fields.put(field, raw[start:end], Span(start, end))
