"""Cue blocks, the common ground of WebVTT and SRT: a line of times, then lines of text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.read.captions import Caption
from kg.read.lines import is_blank
from kg.read.times import parse_clock

__all__ = ["ARROW", "arrow_at", "captions_after"]

# Teams writes 0:0:4.730.
_CLOCK = r"(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:[.,]\d{1,3})?"
ARROW = re.compile(
    rf"[ \t\ufeff]*(?P<start>{_CLOCK})[ \t]*-->[ \t]*(?P<end>{_CLOCK})(?:[ \t][^\r\n]{{0,500}})?[ \t]*"
)
"""A line of times, with WebVTT's settings after them."""

_NUMBER = re.compile(r"[ \t\ufeff]*\d{1,9}[ \t]*")


def arrow_at(raw: str, start: int, end: int) -> tuple[float, float | None] | None:
    """Start and end in seconds that a line of times names, or None if it is none."""
    if end - start > 700:
        return None
    match = ARROW.fullmatch(raw, start, end)
    start_s = parse_clock(_padded(match["start"])) if match else None
    if match is None or start_s is None:
        return None
    return start_s, parse_clock(_padded(match["end"]))


def _padded(clock: str) -> str:
    return ":".join(part if part[1:2].isdigit() else f"0{part}" for part in clock.split(":"))


def captions_after(
    raw: str,
    lines: Sequence[tuple[int, int]],
    arrows: Sequence[tuple[int, float, float | None]],
    *,
    blank_ends: bool,
) -> tuple[list[Caption], list[tuple[int, int]]]:
    """The captions of a file, and the lines that belong to none.

    Args:
        raw: The raw text.
        lines: All lines, blank ones included.
        arrows: Index of each line of times, with start and end in seconds.
        blank_ends: Whether a blank line ends a caption (WebVTT); else it goes on to the next number and
            line of times, as SRT files often have blank lines inside captions.
    """
    captions: list[Caption] = []
    strays: list[tuple[int, int]] = []
    for place, (index, start_s, end_s) in enumerate(arrows):
        stop = arrows[place + 1][0] if place + 1 < len(arrows) else len(lines)
        own = list(range(index + 1, stop))
        if stop < len(lines) and own and _NUMBER.fullmatch(raw, *lines[own[-1]]):
            own.pop()
        text: list[tuple[int, int]] = []
        over = False
        for at in own:
            blank = is_blank(raw, *lines[at])
            # In WebVTT only an empty line ends a caption; YouTube shows a space for an empty first line.
            over = over or (blank_ends and lines[at][0] == lines[at][1])
            if blank:
                continue
            (strays if over else text).append(lines[at])
        captions.append(Caption(start_s, end_s, tuple(text)))
    return captions, strays
