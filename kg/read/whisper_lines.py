"""The lines that Whisper prints: ``[00:00.000 --> 00:03.440]  words``."""

from __future__ import annotations

import re

from kg.read.builder import TurnBuilder
from kg.read.captions import Caption, read_captions
from kg.read.fields import MetadataBuilder
from kg.read.lines import is_blank, iter_lines
from kg.read.reader import Reading
from kg.read.times import CLOCK, parse_clock

__all__ = ["WhisperLinesReader"]

_LINE = re.compile(
    rf"[ \t\ufeff]*[\[(]\s*(?P<start>{CLOCK})\s*(?:-->|->|–>|→|[-–—])\s*(?P<end>{CLOCK})\s*[\])]:?[ \t]*"
)
_SAMPLE = 40_000


class WhisperLinesReader:
    """One segment a line, start and end in brackets before it."""

    name = "whisper-lines"
    description = "Whisper's lines: [00:00:00.000 --> 00:00:03.440]  text"
    suffixes = (".txt", ".log")

    def recognises(self, text: str, suffix: str) -> float:
        """By the share of lines that begin with a range of times."""
        sample = text[:_SAMPLE]
        lines = [span for span in iter_lines(sample, 0) if not is_blank(sample, *span)]
        timed = sum(_LINE.match(sample, *span) is not None for span in lines)
        return 0.97 * timed / len(lines) if timed and timed * 2 >= len(lines) else 0.3 * bool(timed)

    def parse(self, raw: str, start: int) -> Reading:
        """Segments as cues; a line without times goes on with the segment before it."""
        metadata = MetadataBuilder()
        builder = TurnBuilder(raw, timed=True)
        found: list[tuple[float, float | None, list[tuple[int, int]]]] = []
        for left, right in iter_lines(raw, start):
            if is_blank(raw, left, right):
                continue
            match = _LINE.match(raw, left, right)
            start_s = parse_clock(match["start"]) if match else None
            if match and start_s is not None:
                found.append((start_s, parse_clock(match["end"]), [(match.end(), right)]))
            elif found:
                found[-1][2].append((left, right))
            else:
                metadata.put_lines(raw, left, right)
                builder.aside(left, right)
        captions = [Caption(start_s, end_s, tuple(lines)) for start_s, end_s, lines in found]
        return read_captions(raw, captions, builder, metadata)
