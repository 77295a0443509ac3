"""Trees against a search over all of them."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kg.nlp.tree import best_tree


def is_tree(heads: tuple[int, ...]) -> bool:
    """One root, and every word reaches it."""
    if heads.count(0) != 1:
        return False
    for start in range(1, len(heads) + 1):
        at, steps = start, 0
        while at and steps <= len(heads):
            at, steps = heads[at - 1], steps + 1
        if at:
            return False
    return True


def total(scores: np.ndarray, heads: tuple[int, ...]) -> float:
    return float(sum(scores[i, h] for i, h in enumerate(heads)))


SCORES = st.integers(1, 4).flatmap(lambda n: arrays(np.float32, (n, n + 1), elements=st.integers(-20, 20)))


@given(SCORES)
def test_no_tree_is_better(scores: np.ndarray) -> None:
    n = len(scores)
    found = tuple(best_tree(scores).tolist())
    assert is_tree(found)
    best = max(total(scores, h) for h in product(range(n + 1), repeat=n) if is_tree(h))
    assert total(scores, found) == best


@given(st.integers(5, 30), st.integers(0, 2**32 - 1))
def test_long_sentences_have_one_root_and_no_cycle(n: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(n, n + 1)).astype(np.float32)
    assert is_tree(tuple(best_tree(scores).tolist()))


def test_no_words_and_one_word() -> None:
    assert best_tree(np.zeros((0, 1), dtype=np.float32)).tolist() == []
    assert best_tree(np.zeros((1, 2), dtype=np.float32)).tolist() == [0]
