"""Conversations with labelled turns, as lines: what Markdown, plain text and HTML pages have in common.

A first pass finds what may open a turn and decides, over the whole text, which labels are speakers; a
second one puts the turns together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.read.builder import TurnBuilder
from kg.read.fields import MetadataBuilder, fields_at
from kg.read.furniture import closes_speech, is_break, is_heading, is_page_line, opens_speech
from kg.read.lines import is_blank, strip
from kg.read.notes import is_note
from kg.read.reader import Reading
from kg.read.survey import Survey

__all__ = ["assemble"]

_ENDS = re.compile(r"[.?!…。？！][\"'”’)\]*_]*$")
_PROSE_WORDS = 12


def assemble(
    raw: str,
    lines: Sequence[tuple[int, int]],
    found: Survey,
    metadata: MetadataBuilder,
    *,
    headed: bool = False,
    headings: frozenset[int] = frozenset(),
) -> Reading:
    """The turns of a surveyed text; `metadata` gains what headings and header lines say.

    `headed` says that the text begins with a header, front matter for instance: then what stands between
    it and the first turn is a description, else it is the end of a turn whose label is missing.
    `headings` are indices of lines that are known to be headings.
    """
    builder = TurnBuilder(raw)
    first = found.first if found.first is not None else len(lines)
    _preamble(raw, lines[:first], metadata, builder, headed=headed)
    ended = False
    for index in range(first, len(lines)):
        start, end = lines[index]
        if is_blank(raw, start, end):
            continue
        opener = found.openers.get(index)
        if opener is not None:
            if index in found.sections:
                builder.aside(start, end)
                if opener.start_s is not None:
                    builder.mark(start, opener.start_s, gap_after=True)
                builder.close()
                continue
            if opener.label is not None:
                ended = False
                builder.open(opener.text, opener.label, opener.start_s)
            elif opener.start_s is not None:
                builder.start_at(opener.rest, opener.start_s)
            start = opener.rest
        elif index in found.furniture:
            builder.aside(start, end)
            continue
        elif index in headings or is_heading(raw, start, end):
            _heading(raw, start, end, metadata, builder)
            ended = ended or closes_speech(raw, start, end)
            builder.resume()
            continue
        if ended:
            builder.aside(start, end)
        elif is_break(raw, start, end):
            builder.break_at(start)
            builder.speech(start, end)
        else:
            builder.speech(start, end)
    return builder.build(metadata.build())


def _heading(raw: str, start: int, end: int, metadata: MetadataBuilder, builder: TurnBuilder) -> None:
    builder.aside(start, end)
    left, right = strip(raw, start, end)
    if raw[left] == "#" and raw[left : left + 2] != "##" and not opens_speech(raw, left, right):
        metadata.put_heading(raw, left, right)
    metadata.put_episode(raw, start, end)


def _preamble(
    raw: str,
    lines: Sequence[tuple[int, int]],
    metadata: MetadataBuilder,
    builder: TurnBuilder,
    *,
    headed: bool,
) -> None:
    """What stands before the first opener: a header with title and fields, or speech in mid-conversation."""
    visible = [(start, end) for start, end in lines if not is_blank(raw, start, end)]
    # A part of a transcript that starts in mid-conversation starts with a sentence, not with a title.
    headed = headed or (
        bool(visible) and not _is_prose(raw, *visible[0], 0) and not is_note(raw, *visible[0])
    )
    headed = headed or any(
        bool(fields_at(raw, start, end)) or (is_heading(raw, start, end) and _titles(raw, start, end))
        for start, end in visible
    )
    for place, (start, end) in enumerate(visible):
        fields = fields_at(raw, start, end)
        if fields:
            for field in fields:
                metadata.put(*field)
            builder.aside(start, end)
        elif is_heading(raw, start, end):
            _heading(raw, start, end, metadata, builder)
        elif is_page_line(raw, start, end):
            builder.aside(start, end)
        elif not headed and _is_prose(raw, start, end, place):
            builder.speech(start, end)
        else:
            builder.aside(start, end)
            if place == 0 and end - start <= 200 and not is_note(raw, start, end):
                metadata.put_heading(raw, start, end)
            metadata.put_episode(raw, start, min(end, start + 200))
    builder.close()


def _titles(raw: str, start: int, end: int) -> bool:
    return raw[strip(raw, start, end)[0]] == "#"


def _is_prose(raw: str, start: int, end: int, place: int) -> bool:
    start, end = strip(raw, start, end)
    ended = _ENDS.search(raw, max(start, end - 8), end)
    question = ended is not None and ended.group()[0] in "?？" and place == 0
    n_words = len(raw[start : min(end, start + 400)].split())
    return n_words >= _PROSE_WORDS or (ended is not None and not question)
