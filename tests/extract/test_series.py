"""Elliptic series of quantities: what goes on with the unit before, and what does not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kg.extract.quantities import _goes_on
from kg.model import Quantity, Span


@pytest.mark.parametrize(
    ("surface", "number", "goes_on"),
    [
        ("90", "90", True),
        ("more like 180", "180", True),
        ("2,048", "2048", True),
        ("2017", "2017", False),
        ("one", "1", False),
        ("the one", "1", False),
        ("twenty-one", "21", True),
    ],
)
def test_years_and_the_pronoun_take_no_unit(surface: str, number: str, goes_on: bool) -> None:
    assert _goes_on(Quantity(Span(0, 4), surface, Decimal(number))) is goes_on
