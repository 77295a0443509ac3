"""Normalised text that maps back to the raw text, code point by code point."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from kg.model import Span

__all__ = ["MappedText", "MappedTextBuilder"]


class MappedText:
    """A text of which each code point knows where it stands in the raw text.

    Inserted code points (a space that stands for a line end, say) carry the raw offset of what they
    replace. Offsets never descend.

    >>> builder = MappedTextBuilder()
    >>> builder.copy("A  b", 0, 1); builder.insert(" ", 1); builder.copy("A  b", 3, 4)
    >>> mapped = builder.build()
    >>> mapped.text, mapped.to_raw(2, 3)
    ('A b', Span(start=3, end=4))
    """

    __slots__ = ("_ends", "_starts", "text")

    def __init__(self, text: str, starts: Sequence[int], ends: Sequence[int]) -> None:
        if not len(text) == len(starts) == len(ends):
            raise ValueError("text, starts and ends must have one length")
        self.text = text
        self._starts = array("L", starts)
        self._ends = array("L", ends)

    def __len__(self) -> int:
        return len(self.text)

    def to_raw(self, start: int, end: int) -> Span:
        """The raw span under ``text[start:end]``; `ValueError` if the range is empty or outside."""
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"[{start}, {end}) is no range of {len(self.text)} code points")
        return Span(self._starts[start], max(self._ends[end - 1], self._starts[start] + 1))

    def from_raw(self, span: Span) -> tuple[int, int]:
        """The range of `text` that `span` covers; empty where none of it is kept.

        Ties: an inserted code point belongs to the span that holds its raw offset.
        """
        return bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)

    def reading(self, span: Span) -> str:
        """The normalised words at a raw span."""
        start, end = self.from_raw(span)
        return self.text[start:end]


class MappedTextBuilder:
    """Collects copied and inserted pieces into a `MappedText`."""

    __slots__ = ("_ends", "_parts", "_starts")

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._starts: array[int] = array("L")
        self._ends: array[int] = array("L")

    def copy(self, raw: str, start: int, end: int) -> None:
        """Takes over ``raw[start:end]`` as it is."""
        if start >= end:
            return
        self._parts.append(raw[start:end])
        self._starts.extend(range(start, end))
        self._ends.extend(range(start + 1, end + 1))

    def insert(self, text: str, raw_start: int, raw_end: int | None = None) -> None:
        """Adds `text` in the place of ``raw[raw_start:raw_end]`` (of nothing, if no end is given)."""
        end = raw_start if raw_end is None else raw_end
        self._parts.append(text)
        self._starts.extend([raw_start] * len(text))
        self._ends.extend([end] * len(text))

    def extend(self, pieces: Iterable[tuple[str, int, int]]) -> None:
        """Adds ``(text, raw_start, raw_end)`` pieces in order."""
        for text, start, end in pieces:
            self.insert(text, start, end)

    @property
    def length(self) -> int:
        """Code points so far."""
        return len(self._starts)

    @property
    def last(self) -> str:
        """The last code point so far, or an empty string."""
        return self._parts[-1][-1:] if self._parts else ""

    def build(self) -> MappedText:
        """The text with its map."""
        return MappedText("".join(self._parts), self._starts, self._ends)
