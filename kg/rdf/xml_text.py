"""Characters that XML 1.0 cannot hold, even escaped."""

from __future__ import annotations

import re

import pyoxigraph as ox

__all__ = ["legal", "without_illegal"]

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """The text with U+FFFD in the place of each character that XML cannot hold.

    >>> legal("a\\x00b")
    'a\\ufffdb'
    """
    return _ILLEGAL.sub("\ufffd", text)


def without_illegal(
    term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple,
) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
    """The term, its text made legal in XML if it is a literal."""
    if not isinstance(term, ox.Literal) or not _ILLEGAL.search(term.value):
        return term
    if term.language:
        return ox.Literal(legal(term.value), language=term.language)
    return ox.Literal(legal(term.value), datatype=term.datatype)
