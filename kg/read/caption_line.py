"""Captions run together in one line (or a few), often without punctuation or capitals."""

from __future__ import annotations

import re

from kg.read.builder import TurnBuilder
from kg.read.fields import MetadataBuilder
from kg.read.lines import is_blank, iter_lines
from kg.read.reader import Reading

__all__ = ["CaptionLineReader"]

_CHANGE = re.compile(r"(?:^|(?<=\s))(?:>>+|&gt;&gt;(?:&gt;)*)(?=\s|\w)[ \t]*")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_STOP = re.compile(r"[.?!。？！](?=\s|$)")
_SAMPLE = 40_000
# English has a sentence end every 10 to 25 words; captions without punctuation have next to none.
_WORDS_A_STOP = 80


class CaptionLineReader:
    """A stream of words; ``>>`` changes the speaker."""

    name = "caption-line"
    description = "captions as one long line, often without punctuation or capitals"
    suffixes = (".txt", ".text")

    def recognises(self, text: str, suffix: str) -> float:
        """By the lack of sentence ends and of paragraphs, or by ``>>`` between words."""
        sample = text[:_SAMPLE]
        lines = [line for line in iter_lines(sample, 0) if not is_blank(sample, *line)]
        n_words = sum(1 for _ in _WORD.finditer(sample))
        if n_words < 20:
            return 0.0
        n_stops = sum(1 for _ in _STOP.finditer(sample))
        unpunctuated = n_words >= _WORDS_A_STOP * n_stops
        changes = sum(1 for _ in _CHANGE.finditer(sample))
        if changes >= 2 and changes * 200 >= n_words:
            return 0.6
        if unpunctuated and n_words >= 40:
            return 0.55 if len(lines) <= 3 else 0.4
        return 0.15 if len(lines) == 1 and n_words >= 300 else 0.0

    def parse(self, raw: str, start: int) -> Reading:
        """Turns of nobody named, divided at ``>>``."""
        builder = TurnBuilder(raw)
        for left, right in iter_lines(raw, start):
            at = left
            for match in _CHANGE.finditer(raw, left, right):
                builder.speech(at, match.start())
                builder.open(None)
                at = match.end()
            builder.speech(at, right)
        return builder.build(MetadataBuilder().build())
