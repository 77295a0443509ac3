"""Text without any sign of turns or times: the last resort."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.read.builder import TurnBuilder
from kg.read.fields import MetadataBuilder, fields_at
from kg.read.furniture import closes_speech, is_heading, is_page_line, running_lines
from kg.read.lines import is_blank, iter_lines, strip
from kg.read.reader import Reading

__all__ = ["ProseReader", "read_prose"]

_WORD = re.compile(r"\w")
_BOLD = re.compile(r"(?P<mark>\*\*|__)(?:(?!(?P=mark))[^\r\n]){1,2000}+(?P=mark)[.?!:]?")
# Fewer lines are less than two pages: nothing can run at their top.
_PAGES = 40
_ENDS = re.compile(r"[.?!…。？！][\"'”’)\]*_]*$")


class ProseReader:
    """Paragraphs as one turn of nobody named."""

    name = "prose"
    description = "plain prose without speakers or times (the fallback)"
    suffixes = (".txt", ".text", ".md")

    def recognises(self, text: str, suffix: str) -> float:
        """A little for any text with words."""
        return 0.1 if _WORD.search(text) else 0.0

    def parse(self, raw: str, start: int) -> Reading:
        """All paragraphs; headings and a title before them are no speech."""
        return read_prose(raw, list(iter_lines(raw, start)), MetadataBuilder())


def read_prose(raw: str, lines: Sequence[tuple[int, int]], metadata: MetadataBuilder) -> Reading:
    """The paragraphs of a text without speakers; `lines` are all its lines, blank ones included.

    Where whole paragraphs are set in bold, as the questions of many interviews are, each of them and each
    stretch between them is a turn.
    """
    builder = TurnBuilder(raw)
    lines = [span for span in lines if not is_blank(raw, *span)]
    short = [index for index, (left, right) in enumerate(lines) if right - left <= 120]
    running = running_lines(raw, lines, short) if len(lines) > _PAGES else frozenset()
    titled = _has_title(raw, lines)
    header, ended, bold = True, False, False
    for index, (left, right) in enumerate(lines):
        fields = fields_at(raw, left, right) if header else []
        title = index == 0 and titled
        if fields:
            for field in fields:
                metadata.put(*field)
            builder.aside(left, right)
        elif title or is_heading(raw, left, right):
            builder.aside(left, right)
            hashes = raw[slice(*strip(raw, left, right))][:2]
            if title or (hashes[:1] == "#" and hashes != "##"):
                metadata.put_heading(raw, left, right)
            metadata.put_episode(raw, left, right)
            ended = ended or closes_speech(raw, left, right)
        elif ended or index in running or is_page_line(raw, left, right):
            builder.aside(left, right)
        else:
            header = False
            asks = _BOLD.fullmatch(raw, *strip(raw, left, right)) is not None
            if asks != bold:
                builder.open(None)
            bold = asks
            builder.speech(left, right)
    return builder.build(metadata.build())


def _has_title(raw: str, lines: list[tuple[int, int]]) -> bool:
    """Whether the first line is a title: short, no sentence, and followed by longer ones after a blank."""
    if len(lines) < 2:
        return False
    (start, end), (after, stop) = lines[0], lines[1]
    text = raw[start:end].strip()
    apart = raw.count("\n", end, after) >= 2 or raw.count("\r", end, after) >= 2
    return (
        apart
        and len(text.split()) <= 14
        and not _ENDS.search(text)
        and text[:1] != text[:1].lower()
        and stop - after > end - start
    )
