"""How firmly something is said, on trees made by hand."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc, Token

from kg.extract.status import StatusReader
from kg.model import Assertion
from kg.ontology.cues import load_cues
from tests.extract.trees import tree


def _token(doc: Doc, text: str) -> Token:
    return next(token for token in doc if token.text == text)


def _status(doc: Doc, text: str = "built") -> Assertion:
    return StatusReader(load_cues()).read(_token(doc, text)).assertion


def test_plain_statement_is_asserted() -> None:
    doc = tree(("Ada", 1, "nsubj", "PROPN"), ("built", 1, "ROOT", "VERB", "build"), ("it", 1, "obj", "PRON"))
    assert _status(doc) is Assertion.ASSERTED


@pytest.mark.parametrize(
    ("word", "relation", "pos", "status"),
    [
        ("never", "advmod", "ADV", Assertion.NEGATED),
        ("not", "advmod", "PART", Assertion.NEGATED),
        ("maybe", "advmod", "ADV", Assertion.HEDGED),
        ("probably", "advmod", "ADV", Assertion.HEDGED),
        ("might", "aux", "AUX", Assertion.HEDGED),
        ("would", "aux", "AUX", Assertion.HYPOTHETICAL),
        ("if", "mark", "SCONJ", Assertion.HYPOTHETICAL),
    ],
)
def test_word_at_the_verb_shows_the_status(word: str, relation: str, pos: str, status: Assertion) -> None:
    doc = tree(
        ("Ada", 2, "nsubj", "PROPN"),
        (word, 2, relation, pos),
        ("built", 2, "ROOT", "VERB", "build"),
        ("it", 2, "obj", "PRON"),
    )
    assert _status(doc) is status


def _governed(subject: str, verb: str, *, negated: bool = False) -> Doc:
    rows = [(subject, 1, "nsubj", "PRON"), (verb, 1, "ROOT", "VERB")]
    if negated:
        rows = [(subject, 2, "nsubj", "PRON"), ("not", 2, "advmod", "PART"), (verb, 2, "ROOT", "VERB")]
    top = len(rows) - 1
    rows += [
        ("Ada", top + 2, "nsubj", "PROPN"),
        ("built", top, "ccomp", "VERB"),
        ("it", top + 2, "obj", "PRON"),
    ]
    return tree(*rows)


def test_what_somebody_thinks_is_hedged() -> None:
    assert _status(_governed("I", "think")) is Assertion.HEDGED


def test_negation_of_the_governing_verb_reaches_the_clause() -> None:
    assert _status(_governed("I", "think", negated=True)) is Assertion.NEGATED


def test_nobody_denies() -> None:
    assert _status(_governed("nobody", "said")) is Assertion.NEGATED


def test_question_mark_makes_a_question() -> None:
    doc = tree(
        ("Ada", 1, "nsubj", "PROPN"),
        ("built", 1, "ROOT", "VERB", "build"),
        ("it", 1, "obj", "PRON"),
        ("?", 1, "punct", "PUNCT"),
    )
    assert _status(doc) is Assertion.QUESTION


def test_inversion_makes_a_question_without_its_mark() -> None:
    doc = tree(
        ("did", 2, "aux", "AUX", "do"),
        ("ada", 2, "nsubj", "PROPN"),
        ("built", 2, "ROOT", "VERB", "build"),
        ("it", 2, "obj", "PRON"),
    )
    assert _status(doc) is Assertion.QUESTION


def test_apposition_is_not_touched_by_the_clause_around_it() -> None:
    doc = tree(
        ("Ada", 4, "nsubj", "PROPN"),
        (",", 2, "punct", "PUNCT"),
        ("founder", 0, "appos", "NOUN"),
        ("not", 4, "advmod", "PART"),
        ("agree", 4, "ROOT", "VERB"),
    )
    reader = StatusReader(load_cues())
    assert reader.read(_token(doc, "founder"), anchored=True).assertion is Assertion.ASSERTED
