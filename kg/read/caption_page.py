"""A web page of captions saved as text: header, viewers' comments, the captions, a block of facts.

Only the captions are speech. What viewers write is kept as an aside, so that nobody takes it for the
speakers' words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate

from kg.model import Span
from kg.read.builder import TurnBuilder
from kg.read.fields import MetadataBuilder, fields_at
from kg.read.lines import is_blank, iter_lines, strip
from kg.read.reader import Reading

__all__ = ["CaptionPageReader"]

_SPEECH = re.compile(
    r"\W*(?:(?:video|full|auto(?:matic)?|english)\s+)?(?:captions?|transcript(?:ion)?|subtitles?)\W*(?:\((?:auto[- ]generated|english|en)\))?\W*",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\W*(?:(?:video\s+)?(?:info|information|details|about|description|statistics|metadata)|related(?: videos)?|keywords?|tags"
    r"|(?:\d+\s+|reddit\s+|top\s+|viewer\s+)?comments|note|share|recommended|up next|more (?:videos|from)\b.*)\W*",
    re.IGNORECASE,
)
_FACT = re.compile(
    r"[ \t]*(?:Channel(?: Id)?|Views|View count|Rating|Id|Video Id|Length|Duration|Published|Upload date|Likes|Dislikes|Keywords|Uploader|Title|Url|Category|Language):[ \t]*\S?",
    re.IGNORECASE,
)
_ID = re.compile(r"[ \t]*(?:video[ _]?)?id[ \t]*:[ \t]*(?P<id>[A-Za-z0-9_-]{11})[ \t]*", re.IGNORECASE)
_UPLOADER = re.compile(r"[ \t]*(?:uploader|author)[ \t]*:[ \t]*(?P<name>\S[^\r\n]{0,200})", re.IGNORECASE)
_ENDS = re.compile(r"[.?!…]\W*$")
_HEAD_LINES = 400


class CaptionPageReader:
    """Captions between the other parts of a saved page."""

    name = "caption-page"
    description = "a saved page of captions: title, comments, the captions, channel, views, date"
    suffixes = (".txt", ".text")

    def recognises(self, text: str, suffix: str) -> float:
        """By a heading over the captions and a block of facts after (or before) them."""
        lines = [span for span in iter_lines(text, 0) if not is_blank(text, *span)]
        if len(lines) > 200_000:
            return 0.0
        heading = _heading(text, lines)
        edges = (*lines[:_HEAD_LINES], *lines[-_HEAD_LINES:])
        facts = sum(end - start < 400 and _FACT.match(text, start, end) is not None for start, end in edges)
        if heading is None:
            return 0.0
        return 0.93 if facts >= 3 else 0.6 if facts else 0.25

    def parse(self, raw: str, start: int) -> Reading:
        """One turn of nobody named; title, channel, views, length, date and address from the page."""
        metadata = MetadataBuilder()
        builder = TurnBuilder(raw)
        lines = [span for span in iter_lines(raw, start) if not is_blank(raw, *span)]
        heading = _heading(raw, lines)
        first = 0 if heading is None else heading + 1
        stop = _end_of_speech(raw, lines, first)
        for index, (left, right) in enumerate(lines):
            if first <= index < stop:
                builder.speech(left, right)
                continue
            builder.aside(left, right)
            left, right = strip(raw, left, right)
            if index == 0 and heading != 0 and right - left <= 300 and not fields_at(raw, left, right):
                metadata.put("title", raw[left:right], Span(left, right))
        for index, (left, right) in enumerate(lines):
            if index >= stop or index < first:
                _facts(raw, left, right, metadata)
        return builder.build(metadata.build())


def _facts(raw: str, left: int, right: int, metadata: MetadataBuilder) -> None:
    if right - left > 600:
        return
    found = fields_at(raw, left, right)
    for field in found:
        metadata.put(*field)
    if found:
        return
    video = _ID.fullmatch(raw, left, right)
    if video:
        # Eleven such characters are how YouTube names a video.
        span = Span(video.start("id"), video.end("id"))
        metadata.put("url", f"https://www.youtube.com/watch?v={video['id']}", span)
    uploader = _UPLOADER.fullmatch(raw, left, right)
    if uploader:
        metadata.put("channel", uploader["name"], Span(uploader.start("name"), uploader.end("name")))


def _heading(raw: str, lines: list[tuple[int, int]]) -> int | None:
    """Index of the heading that stands over most words, or None."""
    stops = _stops(raw, lines)
    before = [0, *accumulate(end - start for start, end in lines)]
    best: tuple[int, int] | None = None
    for index, (start, end) in enumerate(lines):
        if end - start > 60 or not _SPEECH.fullmatch(raw, start, end):
            continue
        stop = _next(stops, index + 1, len(lines))
        size = before[stop] - before[index + 1]
        if size and (best is None or size > best[0]):
            best = (size, index)
    return best[1] if best else None


def _end_of_speech(raw: str, lines: list[tuple[int, int]], first: int) -> int:
    return _next(_stops(raw, lines), first, len(lines))


def _next(stops: list[int], first: int, end: int) -> int:
    place = bisect_left(stops, first)
    return stops[place] if place < len(stops) else end


def _stops(raw: str, lines: list[tuple[int, int]]) -> list[int]:
    """Indices of lines with which captions end: a heading of another kind, or a block of facts."""
    facts = [end - start <= 400 and _FACT.match(raw, start, end) is not None for start, end in lines]
    found = []
    for index, (start, end) in enumerate(lines):
        if end - start > 80:
            continue
        heading = _AFTER.fullmatch(raw, start, end) and not _ENDS.search(raw, max(start, end - 3), end)
        if heading or (facts[index] and (index + 1 == len(lines) or facts[index + 1])):
            found.append(index)
    return found
