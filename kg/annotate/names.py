"""What names of people look like: labels without titles, runs of capitalised words, self-introductions."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["FIRST_PERSON", "INITIALS", "NAME_RUN", "clean_label"]

INITIALS = re.compile(r"^(?:[A-Z]\.?\s?){2,4}$")
"""A label of two to four capital letters."""

_WORD = r"(?!I\b)[A-ZÀ-Þ][\w'’\-]*"
NAME_RUN = re.compile(
    rf"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms)\.?\s+)?{_WORD}(?:\s+(?:(?!I\b)[A-ZÀ-Þ]\.|[a-z]{{1,3}}(?=\s+[A-ZÀ-Þ])|{_WORD})){{1,3}}"
)
"""Two to four capitalised words, initials and particles allowed."""

FIRST_PERSON = re.compile(r"\b(?:I'm|I’m|I am|my name is|My name is|My name's|with me,)\s+$")
"""The words by which speakers give their own names, at the end of what stands before the name."""

_SUFFIX = re.compile(r",.*$|\s*\((?:.*)\)$|\b(?:Ph\.?D|M\.?D|Psy\.?D|Jr|Sr)\.?$")
_HONORIFIC = re.compile(r"^(?:dr|prof|professor|mr|mrs|ms|sir)\.?\s+", re.IGNORECASE)


def clean_label(label: str) -> str:
    """A speaker label without titles, degrees and brackets.

    >>> clean_label("Dr. Jane Roe, Ph.D:")
    'Jane Roe'
    """
    text = unicodedata.normalize("NFC", " ".join(label.replace(":", " ").split()))
    text = _SUFFIX.sub("", text).strip(" ,;*_")
    text = _HONORIFIC.sub("", text).strip()
    if len(text) > 4 and text.isupper() and " " in text:
        text = text.title()
    return text
