"""Word lengths in, overlapping windows out; and which window speaks for which word.

The encoder sees a limited number of pieces. A longer text is covered by windows
of equal length that overlap; each word's numbers come from the window in whose
middle part (its core) it lies, so that every word is seen with context on both
sides.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

__all__ = ["Window", "plan_windows"]


@dataclass(frozen=True, slots=True)
class Window:
    """Words ``[start, end)``, of which ``[core_start, core_end)`` are decided here."""

    start: int
    end: int
    core_start: int
    core_end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.core_start < self.core_end <= self.end:
            raise ValueError(f"want start <= core_start < core_end <= end, got {self}")


def plan_windows(n_pieces: Sequence[int], *, most: int, margin: int) -> list[Window]:
    """Windows that cover words of these lengths in pieces, the cores without gap or overlap.

    Args:
        n_pieces: Pieces of each word, each in [1, most].
        most: Pieces that fit one window.
        margin: Pieces of context wanted on either side of a core, where there is text.

    >>> plan_windows([1] * 10, most=6, margin=1)
    [Window(start=0, end=6, core_start=0, core_end=5), Window(start=4, end=10, core_start=5, core_end=10)]
    """
    if not n_pieces:
        return []
    if max(n_pieces) > most or margin * 2 >= most:
        raise ValueError(f"want words of at most {most} pieces and a margin below half of that")
    ends = list(accumulate(n_pieces))
    total = ends[-1]
    if total <= most:
        return [Window(0, len(n_pieces), 0, len(n_pieces))]
    n_windows = -(-(total - 2 * margin) // (most - 2 * margin))
    while True:
        windows = _split(ends, n_windows, most, margin)
        if windows:
            return windows
        n_windows += 1  # words of many pieces left some window too full


def _split(ends: list[int], n_windows: int, most: int, margin: int) -> list[Window] | None:
    total, n_words = ends[-1], len(ends)
    windows = []
    core_start = 0
    for i in range(n_windows):
        share = (total - 2 * margin) * (i + 1) // n_windows + margin
        core_end = n_words if i == n_windows - 1 else bisect_left(ends, share) + 1
        core_end = min(core_end, n_words)
        if core_end <= core_start:
            continue
        first_piece = ends[core_start - 1] if core_start else 0
        start = bisect_left(ends, first_piece - margin + 1) if first_piece > margin else 0
        start = min(start, core_start)
        begun_at = ends[start - 1] if start else 0
        if ends[core_end - 1] - begun_at > most:
            return None
        end = core_end
        wanted = min(begun_at + most, ends[core_end - 1] + margin)
        while end < n_words and ends[end] <= wanted:
            end += 1
        windows.append(Window(start, end, core_start, core_end))
        core_start = core_end
    return windows if core_start == n_words else None
