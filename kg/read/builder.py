"""Collects speech, marks and asides in text order, and closes them into turns."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter

from kg.model import Cue, Metadata, Span, TimePrecision, Turn
from kg.read.lines import strip
from kg.read.marks import Mark, spread
from kg.read.notes import NoteKind, iter_notes
from kg.read.reader import Reading

__all__ = ["TurnBuilder"]

# Above this many code points a turn is cut at a sentence end: speech without speakers can be hours long,
# and the stages after this one work turn by turn.
LONG_TURN = 60_000
_WORD = re.compile(r"\w")
_NOTHING = re.compile(r"(?:&nbsp;|&#160;|&#xa0;|<[^<>]{0,200}>|[\W_])*", re.IGNORECASE)
_EDGE_TAG = re.compile(r"(?:<[^<>\r\n]{0,200}>\s*)+")
_SENTENCE_END = re.compile(r"[.?!…。？！][\"'”’)\]]*\s")
_ENDS_SENTENCE = re.compile(r"[.?!…。？！:][\"'”’)\]*_\s]*$")


@dataclass(slots=True)
class _Open:
    speaker: str | None
    label: Span | None
    start_s: float | None
    end_s: float | None = None
    pieces: list[Span] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)


class TurnBuilder:
    """Builds the turns of one text; everything must be given in text order.

    Args:
        raw: The whole raw text.
        timed: Whether the speech comes with cues of its own; then marks between turns are not spread.
    """

    def __init__(self, raw: str, *, timed: bool = False) -> None:
        self.raw = raw
        self._timed = timed
        self._turns: list[_Open] = []
        self._current: _Open | None = None
        self._asides: list[Span] = []
        self._marks: list[Mark] = []
        self._warnings: list[str] = []
        self._breaks: list[int] = []
        self._pending: tuple[int, float] | None = None
        self._seen: list[tuple[int, float]] = []
        self._reversed = 0

    @property
    def speaking(self) -> str | None:
        """The label of the turn that is open, or None."""
        return self._current.speaker if self._current else None

    def open(self, speaker: str | None, label: Span | None = None, start_s: float | None = None) -> None:
        """Starts a turn; one without speech leaves no trace."""
        if start_s is None and self._pending is not None:
            start_s = self._pending[1]
        self._pending = None
        self._current = _Open(speaker, label, start_s)
        self._turns.append(self._current)

    def close(self) -> None:
        """Ends the turn that is open; speech that follows starts one without a speaker."""
        self._current = None

    def resume(self, start_s: float | None = None) -> None:
        """Ends the turn and lets the same speaker go on in a new one: a sentence cannot cross here."""
        if self._current is not None and self._current.pieces:
            self.open(self._current.speaker, None, start_s)

    def start_at(self, offset: int, seconds: float) -> None:
        """Says that what comes next, a turn or more of the open one, starts at `seconds`."""
        self._pending = (offset, seconds)

    def break_at(self, offset: int) -> None:
        """Notes that the recording pauses here (music, advertising) for a time that nobody knows."""
        self._breaks.append(offset)

    def aside(self, start: int, end: int) -> None:
        """Notes text that is no speech."""
        start, end = strip(self.raw, start, end)
        if start < end:
            self._asides.append(Span(start, end))

    def warn(self, message: str) -> None:
        """Keeps a message for the user, once."""
        if message not in self._warnings:
            self._warnings.append(message)

    def mark(self, offset: int, seconds: float, *, gap_after: bool = False) -> None:
        """Says that the words from `offset` on are spoken at `seconds`; `gap_after`: a break begins there."""
        self._marks.append(Mark(offset, seconds, gap_after))

    def speech(self, start: int, end: int, start_s: float | None = None, end_s: float | None = None) -> None:
        """Adds ``raw[start:end]`` to the open turn, without its notes; times, if any, become a cue."""
        times = [] if start_s is None else [(start, start_s, end_s)]
        self._add(start, end, times, TimePrecision.CUE)

    def words(self, start: int, end: int, times: Sequence[tuple[int, float, float | None]]) -> None:
        """Adds ``raw[start:end]``, of which words have times: where each starts, its start and end in seconds."""
        self._add(start, end, times, TimePrecision.EXACT)

    def _add(
        self, start: int, end: int, times: Sequence[tuple[int, float, float | None]], precision: TimePrecision
    ) -> None:
        at = start
        for note in iter_notes(self.raw, start, end):
            self._piece(at, note.start, times, precision)
            self.aside(note.start, note.end)
            time_s = None if times else note.time_s
            if note.kind is NoteKind.GAP and self._within_sentence(note.end, end):
                self.resume(time_s)
            elif time_s is not None:
                self.mark(note.end, time_s)
            at = note.end
        self._piece(at, end, times, precision)

    def _within_sentence(self, at: int, end: int) -> bool:
        """Whether words of a sentence stand before `at` or go on after it."""
        if self._current is None or not self._current.pieces:
            return False
        last = self._current.pieces[-1]
        if not _ENDS_SENTENCE.search(self.raw, max(last.start, last.end - 20), last.end):
            return True
        start, stop = strip(self.raw, at, end)
        return start < stop and not (self.raw[start].isupper() or self.raw[start].isdigit())

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        """Without white space and tags at either edge."""
        start, end = strip(self.raw, start, end)
        while start < end and self.raw[start] == "<" and (match := _EDGE_TAG.match(self.raw, start, end)):
            start, end = strip(self.raw, match.end(), end)
        while start < end and self.raw[end - 1] == ">":
            opened = self.raw.rfind("<", max(start, end - 200), end)
            if opened < 0 or not _EDGE_TAG.fullmatch(self.raw, opened, end):
                break
            start, end = strip(self.raw, start, opened)
        return start, end

    def _piece(
        self, start: int, end: int, times: Sequence[tuple[int, float, float | None]], precision: TimePrecision
    ) -> None:
        start, end = self._trim(start, end)
        if start >= end or not _WORD.search(self.raw, start, end) or _NOTHING.fullmatch(self.raw, start, end):
            return
        if self._current is None:
            self.open(None)
        elif self._pending is not None:
            if self._current.pieces or self._current.start_s is not None:
                self.mark(self._pending[0], self._pending[1])
            else:
                self._current.start_s = self._pending[1]
            self._pending = None
        turn = self._current
        assert turn is not None
        turn.pieces.append(Span(start, end))
        first = bisect_right(times, start, key=itemgetter(0))
        own = list(times[first : bisect_left(times, end, lo=first, key=itemgetter(0))])
        if first:
            own.insert(0, (start, *times[first - 1][1:]))
        for place, (begin, start_s, end_s) in enumerate(own):
            left, right = self._trim(begin, own[place + 1][0] if place + 1 < len(own) else end)
            if left < right:
                self._cue(turn, Span(left, right), start_s, end_s, precision)

    def _cue(
        self, turn: _Open, span: Span, start_s: float, end_s: float | None, precision: TimePrecision
    ) -> None:
        if end_s is not None and end_s < start_s:
            end_s = None
            self._reversed += 1
        self._seen.append((span.start, start_s))
        if turn.start_s is None and not turn.cues and len(turn.pieces) == 1:
            turn.start_s = start_s
        turn.end_s = end_s
        turn.cues.append(Cue(span, start_s, end_s, precision))

    def build(self, metadata: Metadata | None = None) -> Reading:
        """All that was collected."""
        turns = [turn for turn in self._turns if turn.pieces]
        if self._timed:
            _end_with_the_next(turns)
            cues = [tuple(turn.cues) for turn in turns]
        else:
            for turn in turns:
                if turn.start_s is not None:
                    self._marks.append(Mark(turn.pieces[0].start, turn.start_s))
            self._seen = [(mark.offset, mark.seconds) for mark in self._marks]
            _end_with_the_next(turns)
            cues = spread(
                self.raw,
                [turn.pieces for turn in turns],
                [(turn.start_s, turn.end_s) for turn in turns],
                self._marks,
                self._breaks,
            )
        self._note_times()
        done: list[Turn] = []
        for turn, own in zip(turns, cues, strict=True):
            done.extend(_cut(self.raw, turn, own))
        return Reading(
            turns=tuple(done),
            metadata=metadata or Metadata(),
            asides=tuple(sorted(set(self._asides))),
            warnings=tuple(self._warnings),
        )

    def _note_times(self) -> None:
        latest_s = 0.0
        for offset, seconds in sorted(self._seen):
            if seconds < latest_s:
                line = self.raw.count("\n", 0, offset) + 1
                self.warn(f"times go backwards, first at line {line}; the order of the text is kept")
                break
            latest_s = seconds
        if self._reversed:
            self.warn(f"{self._reversed} cues end before they start; their ends are left out")


def _end_with_the_next(turns: list[_Open]) -> None:
    for turn, following in pairwise(turns):
        if turn.start_s is None or following.start_s is None:
            continue
        if following.start_s > turn.start_s and (turn.end_s is None or turn.end_s > following.start_s):
            turn.end_s = following.start_s
    for turn in turns:
        if turn.end_s is not None and (turn.start_s is None or turn.end_s < turn.start_s):
            turn.end_s = None


def _cut(raw: str, turn: _Open, cues: tuple[Cue, ...]) -> list[Turn]:
    """The turn, in several parts of the same speaker where it is very long."""
    if turn.pieces[-1].end - turn.pieces[0].start <= LONG_TURN:
        return [Turn(tuple(turn.pieces), turn.speaker, turn.label, turn.start_s, turn.end_s, cues)]
    parts: list[list[Span]] = [[]]
    size = 0
    for piece in _short_pieces(raw, turn.pieces):
        length = piece.end - piece.start
        tail = parts[-1][-1] if parts[-1] else None
        ended = tail is not None and _ENDS_SENTENCE.search(raw, max(tail.start, tail.end - 20), tail.end)
        if tail is not None and (size + length > LONG_TURN or (ended and size > LONG_TURN // 2)):
            parts.append([])
            size = 0
        parts[-1].append(piece)
        size += length
    done: list[Turn] = []
    at = 0
    for index, pieces in enumerate(parts):
        stop = pieces[-1].end
        own: list[Cue] = []
        while at < len(cues) and (cues[at].span.start < stop or index == len(parts) - 1):
            own.append(cues[at])
            at += 1
        start_s = turn.start_s if index == 0 else own[0].start_s if own else None
        end_s = (
            own[-1].end_s if own else turn.end_s if index == len(parts) - 1 and start_s is not None else None
        )
        if end_s is not None and (start_s is None or end_s < start_s):
            end_s = None
        label = turn.label if index == 0 else None
        done.append(Turn(tuple(pieces), turn.speaker, label, start_s, end_s, tuple(own)))
    return done


def _short_pieces(raw: str, pieces: list[Span]) -> list[Span]:
    """The pieces, each cut at a sentence end, else at a space, else anywhere, where it is very long."""
    short: list[Span] = []
    for piece in pieces:
        start = piece.start
        while piece.end - start > LONG_TURN:
            limit = start + LONG_TURN
            floor = start + LONG_TURN // 2
            stop = max((match.end() for match in _SENTENCE_END.finditer(raw, floor, limit)), default=0)
            stop = stop or raw.rfind(" ", floor, limit) + 1 or limit
            left, right = strip(raw, start, stop)
            if left < right:
                short.append(Span(left, right))
            start = stop
        left, right = strip(raw, start, piece.end)
        if left < right:
            short.append(Span(left, right))
    return short
