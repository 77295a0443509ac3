"""Support: which unknown terms a document makes nodes of."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kg.annotate.support import WEIGHTS, Evidence, Occurrences, features, is_supported, support
from kg.ontology.vocabulary import parse_words

TERM = Evidence("inverted index", "Method", 0.6, 2, "NOUN", caseless=False)


def test_every_feature_has_a_weight() -> None:
    assert set(features(TERM)) == set(WEIGHTS)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_more_confidence_never_lessens_support(low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert support(replace(TERM, confidence=low)) <= support(replace(TERM, confidence=high))


@given(st.integers(1, 50), st.integers(1, 50))
def test_repetition_never_lessens_support(few: int, many: int) -> None:
    few, many = sorted((few, many))
    assert support(replace(TERM, n_occurrences=few)) <= support(replace(TERM, n_occurrences=many))


@given(st.text(max_size=30), st.sampled_from(["Concept", "Person", "Software"]))
def test_support_is_a_probability(surface: str, kind: str) -> None:
    assert 0.0 <= support(Evidence(surface, kind, 0.5, 1, "NOUN", caseless=False)) <= 1.0


def test_common_word_said_once_is_not_supported() -> None:
    assert not is_supported(Evidence("water", "Concept", 0.5, 1, "NOUN", caseless=False))


def test_name_is_supported() -> None:
    assert is_supported(Evidence("Quillmark Systems", "Organization", 0.7, 1, "PROPN", caseless=False))


def test_occurrences_ignore_case_and_plural() -> None:
    text = "A flame graph. Flame graphs! The flame, graph is not one."
    assert Occurrences(parse_words(text), text).count("flame graph") == 2


@given(st.lists(st.sampled_from(["cat", "cats", "dog", "Dogs", "."]), max_size=20))
def test_occurrences_are_where_they_are_said_to_be(words: list[str]) -> None:
    text = " ".join(words)
    for start, end in Occurrences(parse_words(text), text).places("cats"):
        assert text[start:end].lower().rstrip("s") == "cat"
