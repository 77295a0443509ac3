"""Markdown with turns that open with a label in emphasis: ``**Jane Roe:** …``, ``**[0:03:23.5] SC:** …``."""

from __future__ import annotations

from kg.read.dialogue import assemble
from kg.read.fields import MetadataBuilder
from kg.read.lines import iter_lines
from kg.read.prose import read_prose
from kg.read.reader import Reading
from kg.read.survey import survey

__all__ = ["MarkdownReader"]

_SAMPLE = 60_000


class MarkdownReader:
    """Turns with labels in emphasis, times before, beside or after them, and headings."""

    name = "markdown"
    description = "Markdown turns: **Name:** text, **[0:03:23.5] SC:** text, times in brackets, headings"
    suffixes = (".md", ".markdown", ".mdown", ".mkd")

    def recognises(self, text: str, suffix: str) -> float:
        """By the share of paragraphs that open with a label in emphasis."""
        sample = text[:_SAMPLE]
        found = survey(sample, list(iter_lines(sample, 0)), emphasised=True)
        if not found.n_labelled:
            return 0.0
        share = found.n_labelled / max(found.n_lines, 1)
        certain = 0.3 + 0.6 * min(1.0, share / 0.25) if found.n_labelled > 1 else 0.5
        return min(0.92, certain + (0.02 if suffix in self.suffixes else 0.0))

    def parse(self, raw: str, start: int) -> Reading:
        """Turns by label; text before the first is a header or speech of nobody named."""
        lines = list(iter_lines(raw, start))
        found = survey(raw, lines, emphasised=True)
        if not found.n_labelled:
            return read_prose(raw, lines, MetadataBuilder())
        return assemble(raw, lines, found, MetadataBuilder(), headed=start > 0)
