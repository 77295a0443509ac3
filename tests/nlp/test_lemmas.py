"""Lemmas: exceptions, rules, and what keeps its spelling."""

from __future__ import annotations

from kg.nlp.lemmas import Lemmatizer
from kg.nlp.package import SHIPPED, ModelPackage

TABLE = {
    "exceptions": {"VERB": {"went": "go"}, "PROPN": {"U.S": "U.S."}},
    "rules": {"VERB": {"": "0 ", "ed": "2 ", "ied": "3 y"}},
}


def test_exceptions_come_before_rules_and_long_suffixes_before_short() -> None:
    lemma = Lemmatizer(TABLE)
    assert [lemma(w, "VERB") for w in ("went", "Went", "tried", "worked", "go")] == [
        *("go", "go", "try", "work", "go")
    ]


def test_names_keep_their_spelling() -> None:
    lemma = Lemmatizer(TABLE)
    assert (lemma("Macs", "PROPN"), lemma("U.S", "PROPN"), lemma("??", "PUNCT")) == ("Macs", "U.S.", "??")


def test_the_shipped_table_knows_irregular_words() -> None:
    lemma = Lemmatizer(ModelPackage.load(SHIPPED).lemmas)
    words = [
        ("was", "AUX"),
        ("mice", "NOUN"),
        ("better", "ADJ"),
        ("n't", "PART"),
        ("thought", "VERB"),
        ("chips", "NOUN"),
    ]
    assert [lemma(*w) for w in words] == ["be", "mouse", "good", "not", "think", "chip"]
