"""Times as transcripts write them: clocks, durations and dates."""

from __future__ import annotations

import re

__all__ = ["CLOCK", "parse_clock", "parse_date", "parse_duration"]

CLOCK = r"(?:\d{1,3}:\d{2}(?::\d{2}){0,2}(?:[.,]\d{1,6})?(?!\d|:\d)|(?:\d{1,2}\s?h\s?)?\d{1,3}\s?m\s?\d{1,2}\s?s\b)"
"""Pattern of a clock: ``1:02``, ``01:02:03.5``, ``1:02:03:24`` (frames, left out), ``1h2m3s``."""

_CLOCK = re.compile(CLOCK)
_LETTERS = re.compile(r"(?:(\d{1,2})\s?h\s?)?(\d{1,3})\s?m\s?(\d{1,2})\s?s")
_UNIT_S = {"h": 3600.0, "m": 60.0, "s": 1.0}
_AMOUNT = re.compile(
    r"(\d{1,6}(?:\.\d{1,6})?)\s*(h|m|s)(?:ours?|rs?|in(?:ute)?s?|ec(?:ond)?s?)?(?![a-z])", re.IGNORECASE
)
_ISO_DURATION = re.compile(r"P(?:T)?(?:\d{1,6}(?:\.\d{1,3})?[HMS]){1,3}")
_SECONDS = re.compile(r"\(?\s*(\d{1,9}(?:\.\d{1,6})?)\s*(?:s|sec|secs|seconds)?\s*\)?", re.IGNORECASE)


def parse_clock(text: str) -> float | None:
    """Seconds of a clock, or None if `text` is none.

    >>> parse_clock("0:03:23.5"), parse_clock("75:10"), parse_clock("1h2m3s"), parse_clock("1:75")
    (203.5, 4510.0, 3723.0, None)
    """
    text = text.strip()
    letters = _LETTERS.fullmatch(text)
    if letters:
        hours, minutes, seconds = (int(part or 0) for part in letters.groups())
        return float(hours * 3600 + minutes * 60 + seconds)
    if not _CLOCK.fullmatch(text):
        return None
    whole, _, fraction = text.replace(",", ".").partition(".")
    parts = [int(part) for part in whole.split(":")][:3]
    if parts[-1] > 59 or (len(parts) == 3 and parts[1] > 59):
        return None
    total = 0
    for part in parts:
        total = total * 60 + part
    return round(total + (float(f"0.{fraction}") if fraction else 0.0), 3)


def parse_duration(text: str) -> float | None:
    """Seconds of a length of time, or None.

    >>> parse_duration("47min 41sec (2861 seconds)"), parse_duration("PT1H2M"), parse_duration("1:02:03")
    (2861.0, 3720.0, 3723.0)
    >>> parse_duration("2861"), parse_duration("two hours")
    (2861.0, None)
    """
    text = text.strip()
    clock = parse_clock(text)
    if clock is not None:
        return clock
    bare = _SECONDS.fullmatch(text)
    if bare:
        return float(bare.group(1))
    before = text.split("(")[0]
    if _ISO_DURATION.fullmatch(text.upper()):
        before = text.upper().lstrip("PT")
    amounts = _AMOUNT.findall(before)
    return sum(float(number) * _UNIT_S[unit.lower()] for number, unit in amounts) if amounts else None


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_ISO = re.compile(r"(?P<year>\d{4})-(?P<m>\d{2})(?:-(?P<day>\d{2}))?(?:[T ].*)?")
_DAY_FIRST = re.compile(
    rf"(?:[a-z]+,?\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})(?:\W.*)?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?:[a-z]+,?\s+)?{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?:\W.*)?",
    re.IGNORECASE,
)
_MONTH_ONLY = re.compile(rf"{_MONTH},?\s+(?P<year>\d{{4}})", re.IGNORECASE)
_SLASHED = re.compile(r"(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<year>\d{4})")
_YEAR = re.compile(r"(?P<year>\d{4})")


def parse_date(text: str) -> str | None:
    """A date as xsd:date, xsd:gYearMonth or xsd:gYear in ISO form, or None.

    Dates such as 03/04/2023, where day and month cannot be told apart, give None.

    >>> parse_date("Mon Mar 27 2023"), parse_date("27 March, 2023"), parse_date("March 2023")
    ('2023-03-27', '2023-03-27', '2023-03')
    >>> parse_date("2023-03-27T10:00:00Z"), parse_date("03/04/2023"), parse_date("27/03/2023")
    ('2023-03-27', None, '2023-03-27')
    """
    text = text.strip()[:80]
    slashed = _SLASHED.fullmatch(text)
    if slashed:
        first, second = int(slashed["a"]), int(slashed["b"])
        if first == second or (first > 12) != (second > 12):
            day, month = (first, second) if first > 12 else (second, first)
            return _iso(int(slashed["year"]), month, day)
        return None
    for pattern in (_ISO, _DAY_FIRST, _MONTH_FIRST, _MONTH_ONLY, _YEAR):
        match = pattern.fullmatch(text)
        if match:
            parts = match.groupdict()
            name = parts.get("month")
            month = _MONTHS.index(name.lower()) + 1 if name else int(parts.get("m") or 0)
            return _iso(int(parts["year"]), month, int(parts.get("day") or 0))
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    if not 1000 <= year <= 2999 or not 0 <= month <= 12 or not 0 <= day <= 31:
        return None
    if not month:
        return f"{year:04}"
    if not day:
        return f"{year:04}-{month:02}"
    longest = (
        31,
        29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28,
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    )
    return f"{year:04}-{month:02}-{day:02}" if day <= longest[month - 1] else None
