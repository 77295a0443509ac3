"""Words in, subword ids out: BERT's uncased WordPiece in plain Python.

Written out so that the runtime needs no tokeniser package; `tests/nlp` and the
training check it against the published vocabulary. Words repeat, so each
distinct word is split once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from enum import IntEnum
from itertools import pairwise

__all__ = ["MAX_CHARACTERS", "Shape", "WordPiece", "word_shape"]

# A longer chunk becomes one unknown piece (BERT's own limit, in characters).
MAX_CHARACTERS = 100


class Shape(IntEnum):
    """What the uncased vocabulary forgets about a word's spelling."""

    LOWER = 0
    TITLE = 1
    UPPER = 2
    MIXED = 3
    DIGIT = 4
    SYMBOL = 5
    INITIAL = 6
    NONE = 7


def word_shape(word: str) -> Shape:
    """The spelling class of one word.

    >>> [word_shape(w).name for w in ("chips", "Volta", "GPU", "OpenAI", "A100", "--", "I")]
    ['LOWER', 'TITLE', 'UPPER', 'MIXED', 'DIGIT', 'SYMBOL', 'INITIAL']
    """
    if any(c.isdigit() for c in word):
        return Shape.DIGIT
    if not any(c.isalpha() for c in word):
        return Shape.SYMBOL
    if word.islower():
        return Shape.LOWER
    if len(word) == 1:
        return Shape.INITIAL
    if word.isupper():
        return Shape.UPPER
    if word[0].isupper() and word[1:].islower():
        return Shape.TITLE
    return Shape.MIXED


def _is_punctuation(c: str) -> bool:
    code = ord(c)
    return (
        33 <= code <= 47
        or 58 <= code <= 64
        or 91 <= code <= 96
        or 123 <= code <= 126
        or unicodedata.category(c).startswith("P")
        or 0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
    )


def _is_space(c: str) -> bool:
    return c in " \t\n\r" or unicodedata.category(c) == "Zs"


def _chunks(word: str) -> list[str]:
    """The word without accents and case, cut at punctuation and spaces."""
    kept = "".join(
        " " if _is_space(c) else c
        for c in word
        if _is_space(c) or not (c in "\x00\ufffd" or unicodedata.category(c).startswith("C"))
    )
    # Character by character: BERT's lower case knows no final sigma.
    plain = "".join(c.lower() for c in unicodedata.normalize("NFD", kept) if unicodedata.category(c) != "Mn")
    marks = [0]
    for i, c in enumerate(plain):
        if c == " " or _is_punctuation(c):
            marks += [i, i + 1]
    marks.append(len(plain))
    return [plain[a:b] for a, b in pairwise(marks) if plain[a:b].strip(" ")]


class WordPiece:
    """Splits words into ids of a BERT vocabulary, longest match first.

    Source: Wu et al. (2016), "Google's Neural Machine Translation System",
    section 4.1, as used by Devlin et al. (2019), BERT.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._id_by_piece = {piece: i for i, piece in enumerate(vocabulary)}
        self._ids_by_word: dict[str, tuple[int, ...]] = {}
        self.unknown = self._id_by_piece["[UNK]"]
        self.begin = self._id_by_piece["[CLS]"]
        self.end = self._id_by_piece["[SEP]"]
        self.padding = self._id_by_piece["[PAD]"]

    def __call__(self, word: str) -> tuple[int, ...]:
        """The ids of one word; at least one, even for characters never seen."""
        ids = self._ids_by_word.get(word)
        if ids is None:
            ids = self._ids_by_word[word] = self._split(word)
        return ids

    def encode(self, words: Iterable[str]) -> list[tuple[int, ...]]:
        """The ids of each word."""
        return [self(word) for word in words]

    def _split(self, word: str) -> tuple[int, ...]:
        ids: list[int] = []
        for chunk in _chunks(word):
            ids += self._longest_matches(chunk)
        return tuple(ids) or (self.unknown,)

    def _longest_matches(self, chunk: str) -> list[int]:
        if len(chunk) > MAX_CHARACTERS:
            return [self.unknown]
        ids: list[int] = []
        start = 0
        while start < len(chunk):
            for end in range(len(chunk), start, -1):
                piece = ("##" if start else "") + chunk[start:end]
                if piece in self._id_by_piece:
                    ids.append(self._id_by_piece[piece])
                    start = end
                    break
            else:
                return [self.unknown]
        return ids
