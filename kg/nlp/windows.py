"""Word lengths in, overlapping windows out; and which window speaks for which word.

The encoder sees a limited number of pieces. A longer text is covered by windows
of equal length that overlap; each word's numbers come from the window in whose
middle part (its core) it lies, so that every word is seen with context on both
sides.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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
    [Window(start=0, end=5, core_start=0, core_end=4), Window(start=3, end=9, core_start=4, core_end=8), Window(start=7, end=10, core_start=8, core_end=10)]
    """
    if not n_pieces:
        return []
    if max(n_pieces) > most or margin * 2 >= most:
        raise ValueError(f"want words of at most {most} pieces and a margin below half of that")
    ends = [0, *accumulate(n_pieces)]  # pieces before each word
    n_words, total = len(n_pieces), ends[-1]
    if total <= most:
        return [Window(0, n_words, 0, n_words)]
    core = -(-total // -(-total // (most - 2 * margin)))
    windows = []
    core_start = 0
    while core_start < n_words:
        start = bisect_left(ends, ends[core_start] - margin)
        # A word of many pieces leaves less room for the context before it.
        start = max(start, bisect_left(ends, ends[core_start + 1] - most))
        wanted = bisect_left(ends, ends[core_start] + core)
        fits = bisect_right(ends, ends[start] + most) - 1
        core_end = max(core_start + 1, min(wanted, fits, n_words))
        seen = min(ends[core_end] + margin, ends[start] + most)
        end = max(core_end, bisect_right(ends, seen) - 1)
        windows.append(Window(start, end, core_start, core_end))
        core_start = core_end
    return windows
