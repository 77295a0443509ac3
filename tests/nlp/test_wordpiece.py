"""WordPiece against the published tokeniser, and spelling classes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.nlp.package import SHIPPED
from kg.nlp.wordpiece import Shape, WordPiece, word_shape

VOCABULARY = (SHIPPED / "vocabulary.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
PIECES = WordPiece(VOCABULARY)


def split(word: str) -> list[str]:
    return [VOCABULARY[i] for i in PIECES(word)]


def test_rare_words_are_cut_into_pieces() -> None:
    assert split("Volta") == ["volta"]
    assert split("GPT-3") == ["gp", "##t", "-", "3"]


def test_accents_and_case_are_ignored() -> None:
    assert PIECES("Gonçalves") == PIECES("goncalves")


def test_a_word_of_unknown_characters_is_one_unknown_piece() -> None:
    assert PIECES("\U0001f680") == (PIECES.unknown,)
    assert PIECES("") == (PIECES.unknown,)
    assert PIECES("x" * 101) == (PIECES.unknown,)


@pytest.fixture(scope="module")
def reference() -> Any:
    tokenizers = pytest.importorskip("tokenizers")
    return tokenizers.BertWordPieceTokenizer({piece: i for i, piece in enumerate(VOCABULARY)}, lowercase=True)


# Not all of Unicode: the packages follow different versions of it.
CHARACTERS = st.characters(max_codepoint=0x24F) | st.sampled_from("€“”’‘—–…•αβΣςДжé中文\u0301\u00a0\u2003")


@settings(deadline=None)
# The package takes "[SEP]" in a text for its own mark; to us it is text.
@given(word=st.text(CHARACTERS, min_size=1, max_size=20).filter(lambda word: "[" not in word))
def test_agrees_with_the_tokenizers_package(reference: Any, word: str) -> None:
    ids = reference.encode(word, add_special_tokens=False).ids
    assert list(PIECES(word)) == (ids or [PIECES.unknown])


@given(st.text(max_size=12))
def test_every_word_has_a_shape(word: str) -> None:
    assert word_shape(word) in set(Shape) - {Shape.NONE}
