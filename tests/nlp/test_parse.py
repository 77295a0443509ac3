"""Sentences from probabilities, breaks and length."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kg.nlp.parse import LONGEST_SENTENCE, find_sentences


def find(
    logits: list[float], breaks: set[int] = frozenset(), threshold: float = 0.5
) -> list[tuple[int, int]]:
    marks = np.array([i in breaks for i in range(len(logits))])
    return find_sentences(np.array(logits, dtype=np.float32), marks, threshold=threshold)


def test_probabilities_and_breaks_start_sentences() -> None:
    assert find([]) == []
    assert find([-9, -9, 0.1, -9]) == [(0, 2), (2, 4)]
    assert find([-9, -9, 0.1, -9], threshold=0.6) == [(0, 4)]
    assert find([-9, -9, -9, -9], {3}) == [(0, 3), (3, 4)]


@given(st.integers(1, 900), st.integers(0, 9999))
def test_sentences_cover_the_text_and_stay_short(n: int, seed: int) -> None:
    logits = np.random.default_rng(seed).normal(-8, 1, n).astype(np.float32)
    found = find_sentences(logits, np.zeros(n, dtype=bool), threshold=0.5)
    assert [i for start, end in found for i in range(start, end)] == list(range(n))
    assert all(end - start <= LONGEST_SENTENCE for start, end in found)


def test_a_long_sentence_is_cut_where_it_most_likely_ends() -> None:
    logits = [-9.0] * 200
    logits[120] = -3.0
    assert find(logits) == [(0, 120), (120, 200)]


def test_forbidden_starts_stay_forbidden_in_long_sentences() -> None:
    assert find([-np.inf] * 400) == [(0, 400)]
