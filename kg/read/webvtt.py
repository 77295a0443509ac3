"""WebVTT: voice tags, notes, styles, cue settings, times of words, rolling captions.

Source: W3C, WebVTT: The Web Video Text Tracks Format (Candidate Recommendation, 2019).
"""

from __future__ import annotations

import re

from kg.model import Span
from kg.read.builder import TurnBuilder
from kg.read.captions import Caption, read_captions
from kg.read.fields import NUMBERED_HEADING, MetadataBuilder, fields_at
from kg.read.lines import is_blank, iter_lines, strip
from kg.read.reader import Reading
from kg.read.subtitles import arrow_at, captions_after

__all__ = ["WebVttReader"]

_SIGNATURE = re.compile(r"\s*WEBVTT(?=[ \t\r\n]|$)")
_BLOCK = re.compile(r"[ \t]*(?P<kind>NOTE|STYLE|REGION)(?=[ \t]|$)")
_LANGUAGE = re.compile(r"[ \t]*Language:[ \t]*(?P<language>[A-Za-z][A-Za-z0-9-]{1,20})[ \t]*", re.IGNORECASE)
_SAMPLE = 40_000


class WebVttReader:
    """Cues of a WebVTT file; a cue's number or name is no speech."""

    name = "webvtt"
    description = "WebVTT captions: voices, notes, styles, times of words, rolling captions"
    suffixes = (".vtt",)

    def recognises(self, text: str, suffix: str) -> float:
        """By the signature in the first line."""
        if _SIGNATURE.match(text):
            return 1.0
        sample = text[:_SAMPLE]
        if suffix in self.suffixes and "-->" in sample:
            return 0.9 if any(arrow_at(sample, *line) for line in iter_lines(sample, 0)) else 0.0
        return 0.0

    def parse(self, raw: str, start: int) -> Reading:
        """Cues in text order; notes are asides, styles and regions are left out."""
        metadata = MetadataBuilder()
        builder = TurnBuilder(raw, timed=True)
        lines = list(iter_lines(raw, start))
        arrows: list[tuple[int, float, float | None]] = []
        block: str | None = None
        dropped: set[int] = set()
        notes: list[tuple[int, int]] = []
        after_blank = True
        for index, (left, right) in enumerate(lines):
            if is_blank(raw, left, right):
                block, after_blank = None, True
                continue
            opened = _BLOCK.match(raw, left, right) if after_blank else None
            after_blank = False
            if opened:
                block = opened["kind"]
            times = arrow_at(raw, left, right)
            if times is not None:
                block = None
                arrows.append((index, *times))
            elif block is not None:
                dropped.add(index)
                if block == "NOTE":
                    builder.aside(left, right)
                    if not arrows:
                        notes.append((left, right))
            elif not arrows:
                language = _LANGUAGE.fullmatch(raw, left, right)
                if language:
                    metadata.put(
                        "language",
                        language["language"],
                        Span(language.start("language"), language.end("language")),
                    )
                elif not _SIGNATURE.match(raw, left, right):
                    metadata.put_lines(raw, left, right)
        captions, _ = captions_after(raw, lines, arrows, blank_ends=True)
        kept = (
            [_without(caption, {lines[index] for index in dropped}) for caption in captions]
            if dropped
            else captions
        )
        _header(raw, lines[0], notes, metadata)
        return read_captions(raw, kept, builder, metadata)


def _without(caption: Caption, dropped: set[tuple[int, int]]) -> Caption:
    return Caption(
        caption.start_s, caption.end_s, tuple(line for line in caption.lines if line not in dropped)
    )


def _header(
    raw: str, first: tuple[int, int], notes: list[tuple[int, int]], metadata: MetadataBuilder
) -> None:
    """What the notes before the first cue say of the recording, and the title after the signature."""
    for left, right in notes:
        fields = fields_at(raw, left, right)
        for field in fields:
            metadata.put(*field)
        if not fields and NUMBERED_HEADING.fullmatch(raw, *strip(raw, left, right)):
            metadata.put_heading(raw, left, right)
    signature = _SIGNATURE.match(raw, *first)
    left, right = strip(raw, signature.end() if signature else first[1], first[1])
    while left < right and raw[left] in "-–— \t":
        left += 1
    if left < right and right - left <= 200 and not fields_at(raw, left, right):
        metadata.put_heading(raw, left, right)
