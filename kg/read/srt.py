"""SubRip (SRT): numbered captions with times; the same signs of speakers as in WebVTT where they occur."""

from __future__ import annotations

from kg.read.builder import TurnBuilder
from kg.read.captions import read_captions
from kg.read.fields import MetadataBuilder
from kg.read.lines import is_blank, iter_lines
from kg.read.reader import Reading
from kg.read.subtitles import arrow_at, captions_after

__all__ = ["SrtReader"]

_SAMPLE = 40_000


class SrtReader:
    """Captions with a number, a line of times, and lines of text."""

    name = "srt"
    description = "SubRip captions (SRT): numbers, times, text; >>, dashes or NAME: for speakers"
    suffixes = (".srt",)

    def recognises(self, text: str, suffix: str) -> float:
        """By the share of lines that are lines of times."""
        sample = text[:_SAMPLE]
        if "-->" not in sample:
            return 0.0
        lines = [line for line in iter_lines(sample, 0) if not is_blank(sample, *line)]
        timed = sum(arrow_at(sample, *line) is not None for line in lines)
        if not timed:
            return 0.0
        return 0.96 if timed * 8 >= len(lines) or suffix in self.suffixes else 0.5

    def parse(self, raw: str, start: int) -> Reading:
        """Captions in text order; what stands before the first is no speech."""
        metadata = MetadataBuilder()
        builder = TurnBuilder(raw, timed=True)
        lines = list(iter_lines(raw, start))
        arrows = [
            (index, *times) for index, line in enumerate(lines) if (times := arrow_at(raw, *line)) is not None
        ]
        for left, right in lines[: max(0, arrows[0][0] - 1) if arrows else len(lines)]:
            builder.aside(left, right)
            metadata.put_lines(raw, left, right)
        captions, _ = captions_after(raw, lines, arrows, blank_ends=False)
        return read_captions(raw, captions, builder, metadata)
