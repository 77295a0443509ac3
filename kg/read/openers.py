"""Finds what opens a turn at the start of a line: a speaker's label, a time, or both.

One grammar serves Markdown, plain text and HTML: emphasis may stand around every part.

    **[0:03:23.5] SC:** …    **Jane Roe:** [00:12] …    JANE ROE (00:12): …    Speaker 1  00:12
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.model import Span
from kg.read.labels import clean
from kg.read.lines import strip
from kg.read.times import CLOCK, parse_clock

__all__ = ["EMPHASIS", "Opener", "scan_opener"]

EMPHASIS = r"(?:\*{1,3}|_{1,3}(?=[^\s_])|(?<=[^\s_])_{1,3}|`|</?(?:b|strong|em|i|u|span|cite|font|a|mark|small|time|sup|sub)(?:\s[^<>]{0,300})?/?>)"
"""Pattern of one mark of emphasis in Markdown or HTML."""

_MARKS = re.compile(rf"(?:{EMPHASIS}|[ \t\xa0]|&nbsp;)*")
_LEAD = re.compile(
    r"[ \t\xa0\ufeff\u200b\u200e\u200f]*(?:(?:>|[-*+•–—](?=\s))[ \t]*){0,3}(?P<heading>\#{1,6}(?=[ \t])[ \t]*)?"
)
_TIME = re.compile(
    rf"\\?[\[(<{{]?\s*(?P<clock>{CLOCK})(?:\s*(?:-->|->|to|[-–—,])\s*(?P<end>{CLOCK}))?\s*\\?[\])>}}]?"
)
_STOP = re.compile(
    rf"(?P<mark>{EMPHASIS})|(?P<colon>[:：])|\\?[\[(<{{]\s*{CLOCK}|(?<=[\s,|])(?<!\d\s){CLOCK}|[\t|]|\s[–—-]\s"
)
_SEPARATOR = re.compile(r"[ \t\xa0]*[|,–—-]{1,2}(?=\s|\d|\[|\()[ \t\xa0]*")
_LABEL = re.compile(r"(?:>>+\s*)?[^\W_]['’.]?[^\n:*\[\]{}<>|=?!;\"“”]{0,70}", re.DOTALL)
_LINKED = re.compile(r"\[(?P<label>[^\W_][^\[\]\r\n:]{0,63})\]\([^()\s]{1,500}\)")
_MAX_LABEL = 64


@dataclass(frozen=True, slots=True)
class Opener:
    """What stands before the speech of a line.

    Args:
        label: The speaker's label, or None where only a time stands there.
        text: Its words, cleaned of markup.
        start_s: Seconds, or None.
        rest: Where the speech starts, if any follows on the line.
        emphasised: Whether the label is set in emphasis.
        colon: Whether a colon follows the label.
        heading: Whether the line is a Markdown heading.
        bracketed: Whether the time stands in brackets.
    """

    label: Span | None
    text: str
    start_s: float | None
    rest: int
    emphasised: bool
    colon: bool
    heading: bool
    bracketed: bool

    @property
    def key(self) -> str:
        """The label as it is compared: in one case."""
        return self.text.casefold()


@dataclass(frozen=True, slots=True)
class _Label:
    """Where a label stands, and where it ends with the address of its link."""

    start: int
    end: int
    after: int


def scan_opener(raw: str, start: int, end: int) -> Opener | None:
    """What opens the line ``raw[start:end]``, or None if it starts with neither label nor time.

    >>> raw = "**[0:03:23.5] SC:** All right."
    >>> found = scan_opener(raw, 0, len(raw))
    >>> found.text, found.start_s, raw[found.rest:]
    ('SC', 203.5, 'All right.')
    """
    lead = _LEAD.match(raw, start, end)
    at = lead.end() if lead else start
    heading = bool(lead and lead["heading"])
    emphasised = False
    at, marked = _skip(raw, at, end)
    emphasised = emphasised or marked
    start_s, at, bracketed = _time(raw, at, end)
    if start_s is not None:
        separator = _SEPARATOR.match(raw, at, end)
        at = separator.end() if separator else at
        if at < end and raw[at] == ":" and not raw.startswith("::", at):
            at += 1
    after_time = at
    at, marked = _skip(raw, at, end)
    emphasised = emphasised or marked
    label = _label(raw, at, end)
    timed_only = None
    if start_s is not None:
        rest, _ = _skip(raw, after_time, end)
        timed_only = Opener(None, "", start_s, rest, emphasised, False, heading, bracketed)
    if label is None:
        return timed_only
    at = label.after
    # A tab sets off the label in tables of turns.
    colon = at + 1 < end and raw[at] == "\t"
    closed = False
    for _ in range(3):
        at, marked = _skip(raw, at, end)
        closed = closed or marked
        if not colon and at < end and raw[at] in ":：":
            colon = True
            at += 1
            continue
        if start_s is None:
            separator = _SEPARATOR.match(raw, at, end)
            seconds, after, in_brackets = _time(raw, separator.end() if separator else at, end)
            if seconds is not None:
                start_s, at, bracketed = seconds, after, in_brackets
                continue
        break
    if (
        colon
        and raw[at - 1] in ":："
        and at < end
        and (raw[at] == "/" or raw[at - 2 : at + 1 : 2].isdecimal())
    ):
        # "https://", or the minutes of a clock: "Mar 5, 2024 10:04".
        return timed_only
    at, marked = _skip(raw, at, end)
    closed = closed or marked
    if not colon and start_s is None and at < end and not emphasised:
        return timed_only
    text = clean(raw[label.start : label.end])
    if not text:
        return timed_only
    return Opener(
        Span(label.start, label.end), text, start_s, at, emphasised and closed, colon, heading, bracketed
    )


def _skip(raw: str, at: int, end: int) -> tuple[int, bool]:
    match = _MARKS.match(raw, at, end)
    stop = match.end() if match else at
    return stop, bool(raw[at:stop].strip().replace("&nbsp;", ""))


def _time(raw: str, at: int, end: int) -> tuple[float | None, int, bool]:
    match = _TIME.match(raw, at, end)
    if not match:
        return None, at, False
    seconds = parse_clock(match["clock"])
    if seconds is None:
        return None, at, False
    # A bare number with a colon in running text ("10:30 is when we meet") is told from a mark by the
    # caller, who sees the whole file.
    return seconds, match.end(), match.group()[0] in "\\[(<{"


def _label(raw: str, at: int, end: int) -> _Label | None:
    linked = _LINKED.match(raw, at, end)
    if linked:
        return _Label(*linked.span("label"), linked.end()) if _may_be_label(linked["label"]) else None
    stop = _STOP.search(raw, at, min(end, at + _MAX_LABEL + 20))
    limit = stop.start() if stop else end
    if limit - at > _MAX_LABEL:
        return None
    match = _LABEL.match(raw, at, limit)
    if not match:
        return None
    left, right = strip(raw, match.start(), match.end())
    while left < right and raw[left] == ">":
        left += 1
    left, right = strip(raw, left, right)
    if left >= right or strip(raw, match.end(), limit)[0] < strip(raw, match.end(), limit)[1]:
        return None
    text = raw[left:right]
    return _Label(left, right, right) if _may_be_label(text) else None


def _may_be_label(text: str) -> bool:
    if len(text.split()) > 7 or not any(char.isalpha() for char in text):
        return False
    return not (text[-1] in ".,;" and len(text.split()[-1]) > 4)
