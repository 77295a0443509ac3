"""The speech of a transcript as one normalised text that maps back to the raw text.

Comes in: a `Transcript`. Goes out: a `Speech`, on which annotators and extractors work.
"""

from __future__ import annotations

import html
import json
import re
from bisect import bisect_right
from dataclasses import dataclass

from kg.model import Cue, Span, TimePrecision, Transcript
from kg.text import MappedText, MappedTextBuilder

__all__ = ["Speech", "SpeechTurn", "Time", "normalise"]

# What is markup inside a piece of speech, and what stands in its place. Order matters: longest first.
_INLINE = re.compile(
    r"""
      (?P<link>!?\[(?P<label>[^\[\]\n]{1,300})\]\([^()\s]{1,500}\))   # [words](address)
    | (?P<entity>&(?:\#\d{1,7}|\#x[0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)
    | (?P<tag></?[A-Za-z][^<>\n]{0,200}>|<\d{1,3}:\d\d[\d:.,]{0,12}>)   # markup; a word's time in WebVTT
    | (?P<bold>\*{1,3}|(?<!\w)_{1,2}(?=\w)|(?<=\w)_{1,2}(?!\w)|`+)
    | (?P<backslash>\\(?=[\[\]*_`~#>.!()\-]))
    | (?P<space>[\s\u00a0\u200b\ufeff]+)
    | (?P<control>[\x00-\x08\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2060-\u2069])
    """,
    re.VERBOSE,
)
_JSON_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Time:
    """A time in the recording, in seconds, and how it is known."""

    start_s: float
    end_s: float | None
    precision: TimePrecision


@dataclass(frozen=True, slots=True)
class SpeechTurn:
    """A turn as a range of the normalised text; `index` is its place in the transcript's turns."""

    index: int
    start: int
    end: int
    speaker: str | None


@dataclass(frozen=True)
class Speech:
    """Normalised speech of one transcript: one text, its turns, and the way back to the raw text."""

    transcript: Transcript
    mapped: MappedText
    turns: tuple[SpeechTurn, ...]

    @property
    def text(self) -> str:
        """The whole normalised text; turns are separated by a line end."""
        return self.mapped.text

    @property
    def n_words(self) -> int:
        """Words of speech, split at white space."""
        return len(self.text.split())

    def turn_at(self, offset: int) -> SpeechTurn:
        """The turn that holds this offset of the normalised text (the earlier one at a border)."""
        place = bisect_right(self.turns, offset, key=lambda turn: turn.start) - 1
        return self.turns[max(place, 0)]

    def to_raw(self, start: int, end: int) -> Span:
        """The raw span under ``text[start:end]``."""
        return self.mapped.to_raw(start, end)

    def time_at(self, span: Span) -> Time | None:
        """When the words of a raw span are said, or None where the transcript has no times.

        The time of a word or caption cue is taken where there is one; else it is interpolated, by
        words, between the marks before and after. A span in a turn without any mark has no time.
        """
        start, end = self.mapped.from_raw(span)
        turn = self.turn_at(start)
        source = self.transcript.turns[turn.index]
        if source.cues and source.cues[0].precision is TimePrecision.INTERPOLATED:
            return self._time_between_marks(source.cues, span)
        if source.cues:
            return _time_in_cues(source.cues, span)
        if source.start_s is None:
            return None
        if source.end_s is None or source.end_s <= source.start_s:
            # The last mark of the file: nothing to interpolate towards.
            return Time(source.start_s, None, TimePrecision.INTERPOLATED)
        words_before = len(self.text[turn.start : start].split())
        words_inside = max(1, len(self.text[start:end].split()))
        words = max(1, len(self.text[turn.start : turn.end].split()))
        per_word = (source.end_s - source.start_s) / words
        first = source.start_s + words_before * per_word
        last = min(source.end_s, first + words_inside * per_word)
        return Time(round(first, 2), round(last, 2), TimePrecision.INTERPOLATED)

    def _time_between_marks(self, cues: tuple[Cue, ...], span: Span) -> Time | None:
        """Interpolated by words within the stretches between marks; None before the first mark."""
        if span.start < cues[0].span.start:
            return None
        first = bisect_right(cues, span.start, key=lambda cue: cue.span.start) - 1
        last = bisect_right(cues, span.end - 1, key=lambda cue: cue.span.start) - 1
        start_s = self._time_in_stretch(cues[first], span.start)
        end_s = None if cues[last].end_s is None else self._time_in_stretch(cues[last], span.end)
        return Time(start_s, end_s, TimePrecision.INTERPOLATED)

    def _time_in_stretch(self, cue: Cue, offset: int) -> float:
        if cue.end_s is None or cue.end_s <= cue.start_s:
            return cue.start_s
        start, end = self.mapped.from_raw(cue.span)
        here = start if offset <= cue.span.start else self.mapped.from_raw(Span(cue.span.start, offset))[1]
        words = max(1, len(self.text[start:end].split()))
        share = min(1.0, len(self.text[start : min(here, end)].split()) / words)
        return round(cue.start_s + share * (cue.end_s - cue.start_s), 2)


def _time_in_cues(cues: tuple[Cue, ...], span: Span) -> Time | None:
    first = bisect_right(cues, span.start, key=lambda cue: cue.span.start) - 1
    last = bisect_right(cues, span.end - 1, key=lambda cue: cue.span.start) - 1
    begin, close = cues[max(first, 0)], cues[max(last, 0)]
    exact = begin.precision is close.precision is TimePrecision.EXACT
    precision = TimePrecision.EXACT if exact else TimePrecision.CUE
    return Time(begin.start_s, close.end_s, precision)


def normalise(transcript: Transcript) -> Speech:
    """The speech of `transcript` with markup taken out, entities and escapes decoded, spaces joined."""
    builder = MappedTextBuilder()
    turns: list[SpeechTurn] = []
    raw = transcript.raw
    ended = 0
    for index, turn in enumerate(transcript.turns):
        if builder.length:
            # Separators stand at the end of what is before them, so that a span starts at its first word.
            builder.insert("\n", ended)
        start = builder.length
        for piece in turn.pieces:
            if builder.length > start and builder.last not in (" ", "\n"):
                builder.insert(" ", ended)
            if transcript.format == "whisper-json":
                _copy_json(builder, raw, piece)
            else:
                _copy_markup(builder, raw, piece.start, piece.end, start)
            ended = piece.end
        if builder.length > start:
            turns.append(SpeechTurn(index, start, builder.length, turn.speaker))
    return Speech(transcript, builder.build(), tuple(turns))


def _copy_json(builder: MappedTextBuilder, raw: str, piece: Span) -> None:
    at = piece.start
    for match in _JSON_ESCAPE.finditer(raw, piece.start, piece.end):
        _copy_spaces(builder, raw, at, match.start())
        try:
            text = str(json.loads(f'"{match.group()}"'))
        except json.JSONDecodeError:
            text = " "
        if text.isspace():
            text = "" if builder.last in (" ", "\n", "") else " "
        builder.insert(text, match.start(), match.end())
        at = match.end()
    _copy_spaces(builder, raw, at, piece.end)


def _copy_spaces(builder: MappedTextBuilder, raw: str, start: int, end: int) -> None:
    at = start
    for match in re.finditer(r"\s+", raw[start:end]):
        builder.copy(raw, at, start + match.start())
        if builder.last not in (" ", "\n", ""):
            builder.insert(" ", start + match.start(), start + match.end())
        at = start + match.end()
    builder.copy(raw, at, end)


def _copy_markup(builder: MappedTextBuilder, raw: str, start: int, end: int, turn_start: int) -> None:
    at = start
    for match in _INLINE.finditer(raw, start, end):
        if match.start() < at:
            continue
        builder.copy(raw, at, match.start())
        kind = match.lastgroup
        if match.group("link"):
            _copy_markup(builder, raw, match.start("label"), match.end("label"), turn_start)
        elif kind == "entity":
            decoded = html.unescape(match.group())
            if decoded.isspace():
                decoded = "" if builder.last in (" ", "\n", "") else " "
            builder.insert(decoded, match.start(), match.end())
        elif kind == "space" and builder.length > turn_start and builder.last != " ":
            builder.insert(" ", match.start(), match.end())
        at = match.end()
    builder.copy(raw, at, end)
