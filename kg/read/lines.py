"""Lines of a text as spans, without copying them."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["is_blank", "iter_lines", "strip"]

_LINE_END = re.compile(r"\r\n|\n|\r")
# White space, and what is as invisible: zero-width space, byte order mark, direction marks.
_BLANK_CHARS = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200e\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_EDGE = frozenset(_BLANK_CHARS)
_BLANK = re.compile(rf"[{_BLANK_CHARS}]*")


def iter_lines(raw: str, start: int, end: int | None = None) -> Iterator[tuple[int, int]]:
    """The lines of ``raw[start:end]`` as (start, end) without their line ends; blank ones too.

    >>> list(iter_lines("a\\r\\n\\nb", 0))
    [(0, 1), (3, 3), (4, 5)]
    """
    stop = len(raw) if end is None else end
    at = start
    for match in _LINE_END.finditer(raw, start, stop):
        yield at, match.start()
        at = match.end()
    if at < stop:
        yield at, stop


def strip(raw: str, start: int, end: int) -> tuple[int, int]:
    """``(start, end)`` without white space and invisible marks at either edge; empty if nothing is left."""
    while start < end and raw[start] in _EDGE:
        start += 1
    while start < end and raw[end - 1] in _EDGE:
        end -= 1
    return start, end


def is_blank(raw: str, start: int, end: int) -> bool:
    """Whether nothing visible stands there."""
    return _BLANK.fullmatch(raw, start, end) is not None
