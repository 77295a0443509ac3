"""Misheard names: planted corruptions come back, names that are right stay what they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.annotate.misheard import Misheard
from kg.annotate.sounds import sound_key
from kg.ontology.vocabulary import load_vocabulary

NAMES = (
    ("Ilya Sutskever", "Person"),
    ("Fei-Fei Li", "Person"),
    ("Alex Krizhevsky", "Person"),
    ("Dwarkesh Patel", "Person"),
    ("Andrej Karpathy", "Person"),
    ("Noam Brown", "Person"),
    ("Tesla Autopilot", "Software"),
    ("Kubernetes", "Software"),
    ("Anthropic", "Organization"),
    ("Hugging Face", "Organization"),
    ("GPT-4", "Software"),
    ("Spark", "Software"),
)


@pytest.fixture(scope="module")
def misheard() -> Misheard:
    return Misheard((name, kind, None) for name, kind in NAMES)


@pytest.mark.parametrize(
    ("heard", "kind", "meant"),
    [
        ("Ilya Suskover", "Person", "Ilya Sutskever"),
        ("Ilya Sutzkever", "Person", "Ilya Sutskever"),
        ("Alex Krizevsky", "Person", "Alex Krizhevsky"),
        ("Dvarkesh Patel", "Person", "Dwarkesh Patel"),
        ("Andrej Karpathi", "Person", "Andrej Karpathy"),
        ("Anthropik", "Organization", "Anthropic"),
        ("Hugging Fase", "Organization", "Hugging Face"),
    ],
)
def test_corrupted_name_comes_back(misheard: Misheard, heard: str, kind: str, meant: str) -> None:
    found = misheard.correct(heard, kind)
    assert found is not None
    assert found.name == meant
    assert 0.7 < found.similarity <= 1.0


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Tom Brown", "Person"),  # another person, well spelt
        ("GPT-3", "Software"),  # another version
        ("Spart", "Organization"),  # too short to tell
        ("Anthropology", "Concept"),  # a word of its own
        ("Tesla", "Organization"),  # a part of the name alone
        ("Ilya Suskover", "Place"),  # of a type that cannot be
        ("Quillmark Systems", "Organization"),  # like nothing known
    ],
)
def test_doubtful_name_stays_what_it_is(misheard: Misheard, said: str, kind: str) -> None:
    assert misheard.correct(said, kind) is None


def test_two_equally_near_names_decide_nothing() -> None:
    both = Misheard([("Marten Olsen", "Person", None), ("Morten Olsen", "Person", None)])
    assert both.correct("Mirten Olsen", "Person") is None


def test_known_names_rarely_sound_like_another() -> None:
    """Over the whole vocabulary, full names of people are never taken for another person's."""
    entries = [e for e in load_vocabulary().entries if e.type == "Person"]
    people = Misheard((e.name, e.type, e) for e in entries)
    others = Misheard((e.name, e.type, e) for e in entries[::2])
    wrong = [e.name for e in entries[1::2] if others.correct(e.name, "Person") is not None]
    assert len(wrong) <= len(entries) // 100, wrong
    assert people is not None


@given(st.text(max_size=30))
def test_sound_key_is_stable_and_never_fails(name: str) -> None:
    assert sound_key(name) == sound_key(name)
    assert sound_key(name.upper()) == sound_key(name.upper().lower())
