"""Decoding of tags against a search over all sequences; evidence shared over a text."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kg.nlp.consistency import share_evidence
from kg.nlp.mentions import MentionDecoder, log_softmax

TAGS = ("O", "B-Chip", "I-Chip", "B-Person", "I-Person")
DECODER = MentionDecoder(TAGS)


def is_valid(path: tuple[int, ...]) -> bool:
    before = "O"
    for i in path:
        tag = TAGS[i]
        if tag.startswith("I-") and before[2:] != tag[2:]:
            return False
        before = tag
    return True


SCORES = st.integers(1, 4).flatmap(
    lambda n: arrays(np.float32, (n, len(TAGS)), elements=st.integers(-30, 30).map(lambda x: x / 10))
)


@given(SCORES)
def test_no_valid_sequence_without_an_o_is_better(scores: np.ndarray) -> None:
    # Without an O the whole text is one stretch, so the search is exact.
    scores = scores.copy()
    scores[:, 0] = -50
    path = tuple(DECODER.best_tags(scores).tolist())
    assert is_valid(path)
    best = max(
        sum(float(scores[i, t]) for i, t in enumerate(p))
        for p in product(range(len(TAGS)), repeat=len(scores))
        if is_valid(p)
    )
    assert abs(sum(float(scores[i, t]) for i, t in enumerate(path)) - best) < 1e-3


@given(SCORES)
def test_spans_are_ordered_apart_and_probable(scores: np.ndarray) -> None:
    spans = DECODER.spans(log_softmax(scores))
    for span in spans:
        assert 0 <= span.start < span.end <= len(scores)
        assert 0 <= span.probability <= 1
    assert all(a.end <= b.start for a, b in pairwise(spans))


def test_a_stray_inside_tag_does_not_start_a_mention() -> None:
    scores = np.log(np.array([[0.4, 0.0, 0.6, 0.0, 0.0], [0.9, 0.1, 0.0, 0.0, 0.0]], dtype=np.float32) + 1e-6)
    assert DECODER.spans(scores) == []


def row(p_outside: float, p_chip: float) -> list[float]:
    return [p_outside, p_chip, 1e-6, 1 - p_outside - p_chip, 1e-6]


def test_a_name_missed_once_is_found_by_its_other_places() -> None:
    words = ["Volta", "is", "fast", "and", "volta", "wins"]
    outside = row(0.98, 0.01)
    p = np.log(
        np.array([row(0.02, 0.97), outside, outside, outside, row(0.6, 0.3), outside], dtype=np.float32)
    )
    alone = [(s.start, s.label) for s in DECODER.spans(p)]
    shared = share_evidence(p, words, [(0, 1)], weight=0.5)
    assert alone == [(0, "Chip")]
    assert [(s.start, s.label) for s in DECODER.spans(shared)] == [(0, "Chip"), (4, "Chip")]


@given(SCORES, st.data())
def test_shared_evidence_stays_a_distribution(scores: np.ndarray, data: st.DataObject) -> None:
    n = len(scores)
    words = data.draw(st.lists(st.sampled_from(["a", "A", "b"]), min_size=n, max_size=n))
    shared = share_evidence(log_softmax(scores), words, [(i, i + 1) for i in range(n)], weight=0.5)
    assert np.allclose(np.exp(shared).sum(axis=1), 1, atol=1e-3)


def test_weight_zero_changes_nothing() -> None:
    p = log_softmax(np.ones((2, len(TAGS)), dtype=np.float32))
    assert share_evidence(p, ["a", "a"], [(0, 1)], weight=0) is p
