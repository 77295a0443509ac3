"""Text without any sign of turns or times: the last resort."""

from __future__ import annotations

import re

from kg.read.builder import TurnBuilder
from kg.read.fields import MetadataBuilder, fields_at
from kg.read.furniture import closes_speech, is_heading, is_page_line, running_lines
from kg.read.lines import is_blank, iter_lines, strip
from kg.read.reader import Reading

__all__ = ["ProseReader"]

_WORD = re.compile(r"\w")
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
        metadata = MetadataBuilder()
        builder = TurnBuilder(raw)
        lines = [span for span in iter_lines(raw, start) if not is_blank(raw, *span)]
        running = (
            running_lines(raw, lines, [i for i, (a, b) in enumerate(lines) if b - a <= 120])
            if len(lines) > 40
            else frozenset()
        )
        titled = _has_title(raw, lines)
        fields = True
        ended = False
        for index, (left, right) in enumerate(lines):
            found = fields_at(raw, left, right) if fields else []
            if found:
                for item in found:
                    metadata.put(*item)
                builder.aside(left, right)
                continue
            if is_heading(raw, left, right) or (index == 0 and titled):
                builder.aside(left, right)
                a, _ = strip(raw, left, right)
                if (index == 0 and titled) or (raw[a] == "#" and raw[a : a + 2] != "##"):
                    metadata.put_heading(raw, left, right)
                metadata.put_episode(raw, left, right)
                ended = ended or closes_speech(raw, left, right)
                continue
            fields = False
            if ended or index in running or is_page_line(raw, left, right):
                builder.aside(left, right)
            else:
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
