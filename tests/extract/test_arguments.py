"""Who does what to whom, on trees made by hand."""

from __future__ import annotations

from spacy.tokens import Doc

from kg.extract.arguments import find_predications
from tests.extract.trees import tree


def _roles(doc: Doc, head: str) -> dict[str, list[str]]:
    found = next(p for p in find_predications(doc) if p.head.text == head)
    return {place: [t.text for t in tokens] for place, tokens in found.roles.items()}


def test_active_clause_has_subject_and_object() -> None:
    doc = tree(
        ("Ada", 1, "nsubj", "PROPN"), ("built", 1, "ROOT", "VERB", "build"), ("Whisper", 1, "obj", "PROPN")
    )
    assert _roles(doc, "built") == {"subject": ["Ada"], "object": ["Whisper"]}


def test_passive_clause_turns_subject_into_object() -> None:
    doc = tree(
        ("Whisper", 2, "nsubj:pass", "PROPN"),
        ("was", 2, "aux:pass", "AUX", "be"),
        ("built", 2, "ROOT", "VERB", "build"),
        ("by", 4, "case", "ADP"),
        ("Ada", 2, "obl", "PROPN"),
    )
    roles = _roles(doc, "built")
    assert roles["object"] == ["Whisper"]
    assert roles["subject"] == ["Ada"]


def test_conjuncts_share_a_place() -> None:
    doc = tree(
        ("Ada", 3, "nsubj", "PROPN"),
        ("and", 2, "cc", "CCONJ"),
        ("Grace", 0, "conj", "PROPN"),
        ("built", 3, "ROOT", "VERB", "build"),
        ("Whisper", 3, "obj", "PROPN"),
    )
    found = next(p for p in find_predications(doc) if p.head.text == "built")
    assert [t.text for t in found.at(("subject",))] == ["Ada", "Grace"]


def test_relative_clause_takes_its_noun_as_object() -> None:
    doc = tree(
        ("lab", 0, "ROOT", "NOUN"),
        ("that", 3, "obj", "PRON"),
        ("Ada", 3, "nsubj", "PROPN"),
        ("founded", 0, "acl:relcl", "VERB", "found"),
    )
    assert _roles(doc, "founded") == {"subject": ["Ada"], "object": ["lab"]}


def test_prepositions_are_places() -> None:
    doc = tree(
        ("Ada", 1, "nsubj", "PROPN"),
        ("works", 1, "ROOT", "VERB", "work"),
        ("at", 3, "case", "ADP"),
        ("Initech", 1, "obl", "PROPN"),
    )
    assert _roles(doc, "works") == {"subject": ["Ada"], "at": ["Initech"]}


def test_subject_behind_its_verb_with_a_preposition_is_no_subject() -> None:
    doc = tree(
        ("Whisper", 1, "nsubj", "PROPN"),
        ("runs", 1, "ROOT", "VERB", "run"),
        ("on", 3, "case", "ADP"),
        ("GPUs", 1, "nsubj", "NOUN"),
    )
    assert _roles(doc, "runs") == {"subject": ["Whisper"], "on": ["GPUs"]}


def test_base_form_of_found_is_not_find() -> None:
    doc = tree(
        ("Ada", 2, "nsubj", "PROPN"),
        ("did", 2, "aux", "AUX", "do"),
        ("found", 2, "ROOT", "VERB", "find"),
        ("Initech", 2, "obj", "PROPN"),
    )
    assert [p.lemma for p in find_predications(doc) if p.head.text == "found"] == ["found"]
