"""Spreads sparse time marks over the speech between them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median

from kg.model import Cue, Span, TimePrecision

__all__ = ["Mark", "spread"]

# A stretch between two marks must have so many words to tell how fast people speak.
_MIN_WORDS = 50
# No one speaks slower or faster for long (words a second); marks that say otherwise are not to be trusted
# as a measure of pace. Median of 482 stretches of podcasts: 2.9, deciles 2.5 and 3.3 (2026-11).
_PACE = (1.0, 6.0)


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """The words from `offset` on are spoken at `seconds`; `gap_after`: first something without words plays."""

    offset: int
    seconds: float
    gap_after: bool = False


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    end: int
    start_s: float
    end_s: float | None


def spread(
    raw: str,
    turns: Sequence[Sequence[Span]],
    times: Sequence[tuple[float | None, float | None]],
    marks: Sequence[Mark],
    breaks: Sequence[int] = (),
) -> list[tuple[Cue, ...]]:
    """For each turn, the stretches of it that lie between two marks, as interpolated cues.

    A turn whose own start and end are known, and in which no mark stands, needs none. A stretch after a
    break (music, advertising) is counted back from the mark that ends it, at the pace at which people
    speak elsewhere in the recording, as nobody knows how long the break was.

    Args:
        raw: The raw text.
        turns: Pieces of each turn, ascending.
        times: Start and end of each turn in seconds, as far as known.
        marks: In any order; those that go backwards in time are passed over.
        breaks: Offsets at which the recording pauses, at times that are not known.

    Source: ours; pieces of speech between marks are taken to be spoken at one pace.
    """
    known = _ascending(marks)
    offsets = [mark.offset for mark in known]
    inner = [
        bisect_left(offsets, pieces[0].start + 1) < bisect_left(offsets, pieces[-1].end) for pieces in turns
    ]
    needy = [start is None or end is None for start, end in times]
    if not known or not any(a or b for a, b in zip(inner, needy, strict=True)):
        return [() for _ in turns]
    places = [(piece.start, piece.end, index) for index, pieces in enumerate(turns) for piece in pieces]
    counts = [len(raw[start:end].split()) for start, end, _ in places]
    stretches = _stretches(known, places, counts, sorted(breaks))
    cues: list[list[Cue]] = [[] for _ in turns]
    at = 0
    for stretch in stretches:
        while at < len(places) and places[at][0] < stretch.start:
            at += 1
        first = at
        while at < len(places) and places[at][0] < stretch.end:
            at += 1
        total = sum(counts[first:at])
        per_word = None if stretch.end_s is None or not total else (stretch.end_s - stretch.start_s) / total
        spoken = 0
        here = first
        while here < at:
            index = places[here][2]
            stop = here
            words = 0
            while stop < at and places[stop][2] == index:
                words += counts[stop]
                stop += 1
            whole = per_word is None and not inner[index] and times[index][0] is not None
            if (inner[index] or needy[index]) and not whole and (per_word is not None or here == first):
                begin_s = stretch.start_s + (spoken * per_word if per_word is not None else 0.0)
                end_s = None if per_word is None else round(begin_s + words * per_word, 2)
                span = Span(places[here][0], places[stop - 1][1])
                cues[index].append(Cue(span, round(begin_s, 2), end_s, TimePrecision.INTERPOLATED))
            spoken += words
            here = stop
    return [tuple(own) for own in cues]


def _ascending(marks: Sequence[Mark]) -> list[Mark]:
    known: list[Mark] = []
    for mark in sorted(marks):
        if known and mark.seconds < known[-1].seconds:
            continue
        if known and mark.offset == known[-1].offset:
            known[-1] = mark
        else:
            known.append(mark)
    return known


def _stretches(
    marks: list[Mark], places: list[tuple[int, int, int]], counts: list[int], breaks: list[int]
) -> list[_Stretch]:
    starts = [start for start, _, _ in places]
    before = [0, *accumulate(counts)]

    def words(start: int, end: int) -> int:
        return before[bisect_left(starts, end)] - before[bisect_left(starts, start)]

    paces = [
        words(mark.offset, following.offset) / (following.seconds - mark.seconds)
        for mark, following in pairwise(marks)
        if not mark.gap_after
        and not _inside(breaks, mark.offset, following.offset)
        and words(mark.offset, following.offset) >= _MIN_WORDS
        and following.seconds > mark.seconds
    ]
    paces = [pace for pace in paces if _PACE[0] <= pace <= _PACE[1]]
    pace = median(paces) if paces else None
    found: list[_Stretch] = []
    for mark, following in pairwise(marks):
        start, start_s = mark.offset, mark.seconds
        if pace is not None:
            pause = mark.gap_after
            for offset in _inside(breaks, mark.offset, following.offset)[:1]:
                # Up to the pause, words are counted forwards; after it, backwards from the next mark.
                until_s = min(start_s + words(start, offset) / pace, following.seconds)
                found.append(_Stretch(start, offset, start_s, until_s if until_s > start_s else None))
                start, start_s, pause = offset, until_s, True
            if pause:
                start_s = max(start_s, following.seconds - words(start, following.offset) / pace)
        found.append(
            _Stretch(
                start, following.offset, start_s, following.seconds if following.seconds > start_s else None
            )
        )
    last = marks[-1]
    if not last.gap_after:
        found.append(_Stretch(last.offset, places[-1][1] + 1 if places else last.offset, last.seconds, None))
    return found


def _inside(offsets: list[int], start: int, end: int) -> list[int]:
    return offsets[bisect_left(offsets, start + 1) : bisect_left(offsets, end)]
