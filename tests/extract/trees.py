"""Trees made by hand."""

from __future__ import annotations

from spacy.lang.en import English
from spacy.tokens import Doc


def tree(*rows: tuple[str, int, str, str] | tuple[str, int, str, str, str]) -> Doc:
    """A Doc from rows of word, head, relation and part of speech (and lemma, else the word itself)."""
    words = [row[0] for row in rows]
    return Doc(
        English().vocab,
        words=words,
        heads=[row[1] for row in rows],
        deps=[row[2] for row in rows],
        pos=[row[3] for row in rows],
        lemmas=[row[4] if len(row) > 4 else row[0].lower() for row in rows],
    )
