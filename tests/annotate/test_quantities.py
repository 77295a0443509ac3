"""Quantities in sentences, with the shipped model."""

from __future__ import annotations

import pytest

from kg.annotate.quantities import find_quantities
from kg.nlp import load_model
from kg.ontology.cues import load_cues
from kg.ontology.units import load_units
from kg.speech import normalise
from tests.extract.conftest import transcript_of

pytestmark = pytest.mark.model


@pytest.mark.parametrize(
    ("sentence", "surface", "unit", "approximate"),
    [
        ("Pascal is like 20 teraflops.", "like 20 teraflops", "TeraFLOPS", True),
        ("Pascal is at 20 teraflops.", "20 teraflops", "TeraFLOPS", False),
        ("It does roughly twenty teraflops.", "roughly twenty teraflops", "TeraFLOPS", True),
    ],
)
def test_quantity_keeps_its_words(sentence: str, surface: str, unit: str, approximate: bool) -> None:
    speech = normalise(transcript_of([("Ada Moore", sentence)]))
    doc = load_model()(speech.text)
    found = find_quantities(speech, doc, 0, units=load_units(), cues=load_cues())
    assert [(q.surface, q.unit, q.approximate) for q in found] == [(surface, unit, approximate)]
