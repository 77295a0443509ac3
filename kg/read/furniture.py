"""Lines that belong to the page, not to the speech: headings, page numbers, running headers, credits."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from kg.read.lines import is_blank, strip
from kg.read.notes import classify

__all__ = ["closes_speech", "is_break", "is_heading", "is_page_line", "opens_speech", "running_lines"]

_E = r"(?:\*{1,3}|_{1,3}|</?(?:b|strong|em|i|u)>)"
# Possessive, so that no run of asterisks can be parted in more ways than one.
_HEADING = re.compile(
    rf"""[ \t]*+(?:
        \#{{1,6}}[ \t]+\S.*
      | (?:(?:{_E}|[ \t])*+\\?\[[^\[\]\r\n]{{1,80}}+\](?:{_E}|[ \t])*+)++   # [INTRODUCTION]
      | (?:\*\*[^*\r\n]{{1,120}}+\*\*[ \t]*+)++                              # **EPISODE 74**
      | (?:__[^_\r\n]{{1,120}}+__[ \t]*+)++
      | (?:<(?:b|strong)>[^<>\r\n]{{1,120}}+</(?:b|strong)>[ \t]*+)++
    )""",
    re.VERBOSE,
)
_RULE = re.compile(
    r"[ \t]*(?:[-*_=~#·•.][ \t]*){3,200}|[ \t]*(?:`{3,}|~{3,})\w*|[ \t]*<!--.{0,2000}-->|[ \t]*!\[[^\[\]]{0,300}\]\([^()\s]{0,1000}\)[ \t]*"
)
_PAGE = re.compile(
    r"\W*(?:(?:page|pg|seite|p)\.?\s*)?\d{1,4}(?:\s*(?:of|von|/)\s*\d{1,4})?\W*", re.IGNORECASE
)
_CREDIT = re.compile(
    r"\W*(?:©|\(c\)\s|copyright\b|all rights reserved|transcri(?:bed|ption) (?:by|provided)|transcript (?:by|provided|created)"
    r"|subtitles? (?:by|created)|subtitled by|captions? (?:by|provided)|captioned by|(?:this )?(?:auto|machine)[- ]generated transcript)",
    re.IGNORECASE,
)
_END = re.compile(
    r"\W*(?:end(?:s|ed)?(?:\s+of\s+(?:the\s+)?(?:transcript|transcription|recording|audio|tape|file|interview|episode|show|video|podcast))?"
    r"|transcript(?:ion)? ends?|recording ends?|audio ends?)\W*",
    re.IGNORECASE,
)
_PAUSE = re.compile(
    r"[*_]*\\?[\[(](?:(?:ad|commercial|advertising|sponsor|music(?:al)?|short)\s+)?(?:break|pause|music|adverts?|ads?|commercials?|"
    r"advertisements?|interlude|intermission|sponsor message)\\?[\])][*_]*",
    re.IGNORECASE,
)
_START = re.compile(
    r"\W*(?:(?:full|complete|episode|interview|video|podcast|edited|raw)\s+)?(?:transcript(?:ion)?|captions|subtitles)(?:\s+(?:starts?|begins?))?\W*",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.?!…,;:\"”]\W*$")
_DIGITS = re.compile(r"\d+")
_LONGEST_HEADING = 400


def is_heading(raw: str, start: int, end: int) -> bool:
    """Whether a line is a heading, a rule or an image rather than speech.

    >>> [is_heading(line, 0, len(line)) for line in ("**EPISODE 74****[INTRODUCTION]**", "[END]", "## Q&A", "Yes.")]
    [True, True, True, False]
    """
    if end - start > _LONGEST_HEADING:
        return False
    start, end = strip(raw, start, end)
    if _RULE.fullmatch(raw, start, end):
        return True
    if not _HEADING.fullmatch(raw, start, end):
        return False
    text = raw[start:end].strip("*_[]\\ ")
    if (
        raw[start] != "#"
        and "[" not in raw[start:end][:4]
        and (len(text.split()) > 12 or text.endswith(("?", ".", "!")))
    ):
        return False
    return not (text and raw[start] == "[" and classify(text) is not None)


def is_page_line(raw: str, start: int, end: int) -> bool:
    """Whether a line is a page number or a credit."""
    start, end = strip(raw, start, end)
    if end - start > 300:
        return False
    return _PAGE.fullmatch(raw, start, end) is not None or (
        _CREDIT.match(raw, start, end) is not None and len(raw[start:end].split()) <= 25
    )


def closes_speech(raw: str, start: int, end: int) -> bool:
    """Whether a heading says that the recording or the transcript ends here."""
    return _END.fullmatch(raw, *strip(raw, start, end)) is not None


def is_break(raw: str, start: int, end: int) -> bool:
    """Whether a line says that the recording pauses: ``(Break)``, ``[Music]``, ``[Advertisement]``."""
    return _PAUSE.fullmatch(raw, *strip(raw, start, end)) is not None


def opens_speech(raw: str, start: int, end: int) -> bool:
    """Whether a heading says that the transcript starts here."""
    return _START.fullmatch(raw, *strip(raw, start, end)) is not None


def running_lines(raw: str, lines: Sequence[tuple[int, int]], candidates: Iterable[int]) -> frozenset[int]:
    """Which of the candidate lines are running headers or footers.

    Such a line comes again and again, the same but for its page number, and is no sentence.
    """
    places: dict[str, list[int]] = defaultdict(list)
    numbers: dict[str, set[str]] = defaultdict(set)
    for index in candidates:
        start, end = strip(raw, *lines[index])
        if end - start > 100 or is_blank(raw, start, end) or _SENTENCE.search(raw, max(start, end - 3), end):
            continue
        text = " ".join(raw[start:end].split())
        key = _DIGITS.sub("0", text)
        places[key].append(index)
        numbers[key].update((text,))
    found: set[int] = set()
    for key, own in places.items():
        changing = "0" in key and len(numbers[key]) > 1
        if len(key.split()) >= 2 and (len(own) >= 3 or (changing and len(own) >= 2)):
            found.update(own)
    return frozenset(found)
