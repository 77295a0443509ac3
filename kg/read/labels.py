"""The words of labels and titles: freed of markup, and told from other words by their look."""

from __future__ import annotations

import html
import re

__all__ = ["clean", "is_name_like"]

_TAG = re.compile(r"<[^<>\n]{0,300}>")
_MARKUP = re.compile(r"\*{1,3}|(?<!\w)_{1,2}|_{1,2}(?!\w)|`|\\(?=[\[\]*_`#])")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\([^()\s]{1,500}\)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_UNCLEAN = re.compile(
    r"[*_`\\<&\[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_PARTICLE = frozenset(
    [
        "de",
        "del",
        "della",
        "der",
        "den",
        "di",
        "da",
        "du",
        "la",
        "le",
        "van",
        "von",
        "ten",
        "ter",
        "bin",
        "ibn",
        "al",
        "el",
        "of",
        "the",
        "and",
        "y",
        "e",
        "und",
        "et",
        "zu",
        "dos",
        "das",
        "do",
        "af",
        "av",
    ]
)


def clean(text: str) -> str:
    """The words of a label or title: without markup, entities decoded, invisible marks out, spaces joined.

    >>> clean("**Tom &amp; [Jerry](http://example.org)**")
    'Tom & Jerry'
    """
    if not _UNCLEAN.search(text):
        return " ".join(text.split())
    text = _LINK.sub(r"\1", text)
    text = _MARKUP.sub("", _TAG.sub("", text))
    text = _CONTROL.sub(" ", html.unescape(text))
    return " ".join(text.split())


def is_name_like(text: str) -> bool:
    """Whether a label looks like a name or a role: each word starts with a capital, a digit, or is a particle.

    >>> is_name_like("Vincent van Gogh"), is_name_like("Speaker 1"), is_name_like("And then he said")
    (True, True, False)
    """
    words = [word for word in re.split(r"[\s(/&,]+", text.strip("()")) if word]
    if not words or words[0] in _PARTICLE:
        return False
    return all(_capital(word) or (index and word in _PARTICLE) for index, word in enumerate(words))


def _capital(word: str) -> bool:
    first = word.lstrip("\"'’“(-.")[:1]
    if not first:
        return True
    # Scripts without case have no small letters either.
    return not first.islower()
