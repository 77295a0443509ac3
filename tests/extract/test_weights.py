"""The shipped weights, and sums over them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.weights import HASH_BITS, RelationWeights, bucket, load_weights
from kg.ontology import load_ontology


def test_classes_are_predicates_of_the_ontology() -> None:
    weights = load_weights()
    assert weights.classes[0] == ""
    assert {load_ontology().predicate(name).name for name in weights.classes[1:]} == set(weights.classes[1:])
    assert len(weights.calibration) == len(weights.classes)


@given(st.lists(st.text(min_size=1), min_size=1))
def test_order_and_repetition_of_features_do_not_matter(features: list[str]) -> None:
    weights = load_weights()
    twice = [*reversed(features), *features]
    assert np.array_equal(weights.scores([features]), weights.scores([twice]))


@given(st.text())
def test_bucket_lies_in_the_table(feature: str) -> None:
    assert 0 <= bucket(feature) < 1 << HASH_BITS


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_calibration_keeps_the_order(one: float, other: float) -> None:
    weights = RelationWeights(
        ("", "x"),
        np.zeros(1 << HASH_BITS, dtype=np.int32),
        np.zeros((1, 2), dtype=np.int8),
        1.0,
        ((1.0, 0.0), (0.8, -0.4)),
    )
    low, high = sorted((one, other))
    assert weights.calibrated(1, low) <= weights.calibrated(1, high)
