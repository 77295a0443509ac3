"""Numbers in digits and words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.annotate.numbers import find_numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,024 GPUs", "1024"),
        ("about 20 teraflops", "20"),
        ("twenty teraflops", "20"),
        ("two hundred and fifty people", "250"),
        ("three million dollars", "3000000"),
        ("$1.5 billion", "1500000000"),
        ("90k users", "90000"),
        ("one point five petaflops", "1.5"),
    ],
)
def test_number_has_its_value(text: str, value: str) -> None:
    assert [number.value for number in find_numbers(text)] == [Decimal(value)]


@given(st.integers(0, 10**12))
def test_digits_read_as_they_stand(value: int) -> None:
    assert [number.value for number in find_numbers(f"it has {value:,} parts")] == [value]


@given(st.text())
def test_ranges_lie_in_the_text_and_ascend(text: str) -> None:
    ends = 0
    for number in find_numbers(text):
        assert ends <= number.start < number.end <= len(text)
        ends = number.end
