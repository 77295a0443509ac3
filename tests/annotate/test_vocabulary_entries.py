"""The vocabulary's own rules: one type, one name, one page, no label of two unguarded things."""

from __future__ import annotations

from collections import defaultdict

from pyoxigraph import RdfFormat, parse

from kg.ontology import load_ontology, schema_dir
from kg.ontology.vocabulary import load_vocabulary, parse_words

SKOS = "http://www.w3.org/2004/02/skos/core#"
PAGES = ("https://schema.org/sameAs", "http://www.w3.org/2000/01/rdf-schema#seeAlso")
WIKIPEDIA = "https://en.wikipedia.org/wiki/"


def _fields() -> dict[str, dict[str, list[str]]]:
    fields: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in parse(path=str(schema_dir() / "vocabulary.ttl"), format=RdfFormat.TURTLE):
        fields[triple.subject.value][triple.predicate.value].append(triple.object.value)
    return {iri: values for iri, values in fields.items() if SKOS + "inScheme" in values}


def test_every_entry_has_one_name_and_a_wikipedia_page() -> None:
    for iri, values in _fields().items():
        assert len(values[SKOS + "prefLabel"]) == 1, iri
        pages = [page for name in PAGES for page in values[name]]
        assert pages, f"{iri} has no page"
        assert any(page.startswith(WIKIPEDIA) for page in pages), iri


def test_every_subtype_stands_under_its_type() -> None:
    ontology = load_ontology()
    types = {entity_type.name for entity_type in ontology.entity_types}
    for entry in load_vocabulary().entries:
        assert entry.type in types


def test_no_label_belongs_to_two_unguarded_entries() -> None:
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for entry in load_vocabulary().entries:
        if entry.context or entry.case_sensitive:
            continue
        for label in (entry.name, *entry.aliases, *entry.hidden):
            owners[tuple(word.folded for word in parse_words(label))].add(entry.name)
    shared = {" ".join(key): sorted(names) for key, names in owners.items() if len(names) > 1}
    assert not shared
