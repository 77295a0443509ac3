"""Plain text with labelled turns: ``NAME: text``, or the name (and time) on a line of its own."""

from __future__ import annotations

from kg.read.dialogue import assemble
from kg.read.fields import MetadataBuilder
from kg.read.lines import iter_lines
from kg.read.prose import read_prose
from kg.read.reader import Reading
from kg.read.survey import survey

__all__ = ["PlainTurnsReader"]

_SAMPLE = 60_000


class PlainTurnsReader:
    """Turns that open with ``NAME:``, ``NAME (00:12):``, or a line such as ``Speaker 1  00:12``."""

    name = "plain-turns"
    description = "plain turns: NAME: text, NAME (00:12): text, or name and time on a line of their own"
    suffixes = (".txt", ".text", ".transcript")

    def recognises(self, text: str, suffix: str) -> float:
        """By the share of lines that open with one of a few labels."""
        sample = text[:_SAMPLE]
        found = survey(sample, list(iter_lines(sample, 0)), emphasised=False)
        if not found.n_labelled:
            return 0.0
        share = found.n_labelled / max(found.n_lines, 1)
        if found.n_labelled == 1:
            return 0.2
        if 2 * sum(opener.emphasised for opener in found.openers.values()) > found.n_labelled:
            # Readable as plain text, but the emphasis says more.
            return 0.25
        return 0.3 + 0.55 * min(1.0, share / 0.2)

    def parse(self, raw: str, start: int) -> Reading:
        """Turns by label; text before the first is a header or speech of nobody named."""
        lines = list(iter_lines(raw, start))
        found = survey(raw, lines, emphasised=False)
        if not found.n_labelled:
            return read_prose(raw, lines, MetadataBuilder())
        return assemble(raw, lines, found, MetadataBuilder(), headed=start > 0)
