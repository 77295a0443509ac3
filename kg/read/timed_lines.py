"""Lines or paragraphs with a time before them and no speakers, as copied from a player's transcript pane.

0:00
welcome to the show
0:04
today we talk about chips
"""

from __future__ import annotations

import re

from kg.read.builder import TurnBuilder
from kg.read.captions import Caption, read_captions
from kg.read.fields import MetadataBuilder, fields_at
from kg.read.furniture import is_heading
from kg.read.lines import is_blank, iter_lines
from kg.read.reader import Reading
from kg.read.times import CLOCK, parse_clock

__all__ = ["TimedLinesReader"]

_TIME = re.compile(
    rf"[ \t\ufeff*>-]*(?:\\?[\[(]\s*(?P<inside>{CLOCK})\s*\\?[\])]|(?P<bare>{CLOCK}))(?:[*:]|[ \t]*[-–—|])*(?=[ \t]|$)[ \t*]*"
)
_SAMPLE = 40_000
# A caption shows for a few seconds; from a paragraph with a time, more is to be read between the marks.
_CAPTION_WORDS = 30


class TimedLinesReader:
    """Each line or paragraph has its start before it."""

    name = "timed-lines"
    description = "lines with a time before them: [00:12] text, or 0:12 on a line of its own"
    suffixes = (".txt", ".text", ".md")

    def recognises(self, text: str, suffix: str) -> float:
        """By the share of lines that start with a time."""
        sample = text[:_SAMPLE]
        lines = [line for line in iter_lines(sample, 0) if not is_blank(sample, *line)]
        timed = [match for line in lines if (match := _TIME.match(sample, *line))]
        if len(timed) < 2:
            return 0.0
        share = len(timed) / len(lines)
        return 0.3 + 0.5 * min(1.0, share / 0.3) if share >= 0.1 else 0.0

    def parse(self, raw: str, start: int) -> Reading:
        """Short lines as cues; long ones as turns of nobody named, timed at their start."""
        metadata = MetadataBuilder()
        found: list[tuple[float, list[tuple[int, int]]]] = []
        before: list[tuple[int, int]] = []
        for left, right in iter_lines(raw, start):
            if is_blank(raw, left, right):
                continue
            match = _TIME.match(raw, left, right)
            seconds = parse_clock(match["inside"] or match["bare"]) if match else None
            if match and seconds is not None:
                found.append((seconds, [(match.end(), right)] if match.end() < right else []))
            elif found:
                found[-1][1].append((left, right))
            else:
                before.append((left, right))
        n_words = sum(len(raw[a:b].split()) for _, lines in found for a, b in lines)
        paragraphs = n_words > _CAPTION_WORDS * max(1, len(found))
        builder = TurnBuilder(raw, timed=not paragraphs)
        _head(raw, before, metadata, builder)
        if not paragraphs:
            return read_captions(raw, _captions(found), builder, metadata)
        for seconds, lines in found:
            builder.open(None, None, seconds)
            for left, right in lines:
                if is_heading(raw, left, right):
                    builder.aside(left, right)
                else:
                    builder.speech(left, right)
        return builder.build(metadata.build())


def _captions(found: list[tuple[float, list[tuple[int, int]]]]) -> list[Caption]:
    ends = [seconds for seconds, _ in found[1:]]
    captions = []
    for place, (seconds, lines) in enumerate(found):
        end_s = ends[place] if place < len(ends) and ends[place] > seconds else None
        captions.append(Caption(seconds, end_s, tuple(lines)))
    return captions


def _head(raw: str, lines: list[tuple[int, int]], metadata: MetadataBuilder, builder: TurnBuilder) -> None:
    for place, (left, right) in enumerate(lines):
        builder.aside(left, right)
        fields = fields_at(raw, left, right)
        for field in fields:
            metadata.put(*field)
        if not fields:
            if place == 0 and right - left <= 200:
                metadata.put_heading(raw, left, right)
            metadata.put_episode(raw, left, min(right, left + 200))
