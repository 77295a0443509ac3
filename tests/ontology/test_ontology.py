"""The ontology's terms, their completeness, and what a faulty file is told."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from kg.errors import ManyErrors
from kg.ontology import UnknownTermError, load_ontology, parse_ontology, schema_dir
from kg.ontology.reader import BadOntologyError

FILE = schema_dir() / "ontology.ttl"


@pytest.fixture(scope="module")
def graph() -> rdflib.Graph:
    return rdflib.Graph().parse(FILE, format="turtle")


def test_types_predicates_and_subtypes_are_those_of_the_design() -> None:
    ontology = load_ontology()
    assert len(ontology.entity_types) == 10
    assert len(ontology.predicates) == 36
    assert {term.parent for term in ontology.subtypes} <= {term.name for term in ontology.entity_types}
    assert ontology.subtype("LanguageModel").broader == "Model"
    assert ontology.subtype("LanguageModel").parent == "Software"


def test_signature_says_what_fits() -> None:
    ontology = load_ontology()
    founded = ontology.predicate("founded")
    assert founded.accepts("Person", "Organization")
    assert not founded.accepts("Organization", "Person")
    assert not founded.accepts("Person", None)
    held = ontology.predicate("heldIn")
    assert held.accepts("Event", "Place")
    assert held.accepts("Event", None)
    assert held.literal_kind == "date"
    anything = ontology.predicate("partOf")
    assert all(
        anything.accepts(one.name, other.name)
        for one in ontology.entity_types
        for other in ontology.entity_types
    )


def test_sentence_takes_names_with_braces() -> None:
    assert load_ontology().predicate("founded").say("{o}", "{s}") == "{o} founded {s}"


@pytest.mark.parametrize(
    ("kind", "name", "near"),
    [
        ("predicate", "worksfor", "worksFor"),
        ("entity_type", "Persn", "Person"),
        ("subtype", "Chips", "Chip"),
        ("qualifier", "stanze", "stance"),
        ("type_of", "Hardwear", "Hardware"),
    ],
)
def test_unknown_name_gives_the_nearest(kind: str, name: str, near: str) -> None:
    with pytest.raises(UnknownTermError, match=f"KG302.*\n.*\n.*'{near}'"):
        getattr(load_ontology(), kind)(name)


def test_every_own_term_has_label_and_definition(graph: rdflib.Graph) -> None:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.NamedIndividual)
    own = {
        term
        for kind in kinds
        for term in graph.subjects(RDF.type, kind)
        if str(term).startswith("https://kg.example/ns#")
    }
    assert len(own) > 120
    for term in own:
        assert len(list(graph.objects(term, RDFS.label))) == 1, term
        # An inverse says what its counterpart says.
        if not list(graph.objects(term, OWL.inverseOf)):
            assert len(list(graph.objects(term, SKOS.definition))) == 1, term


def test_predicates_and_types_have_examples() -> None:
    ontology = load_ontology()
    for term in (*ontology.predicates, *ontology.entity_types, *ontology.subtypes):
        assert term.examples, term.name


def test_file_holds_no_blank_node_and_declares_what_it_uses(graph: rdflib.Graph) -> None:
    assert not [node for triple in graph for node in triple if isinstance(node, rdflib.BNode)]
    declared = set(graph.subjects(RDF.type, None))
    used = set(graph.objects(None, RDFS.subClassOf)) | set(graph.objects(None, RDFS.subPropertyOf))
    used |= set(graph.objects(None, RDFS.domain)) | set(graph.objects(None, OWL.inverseOf))
    assert used <= declared


def test_no_property_is_of_two_kinds(graph: rdflib.Graph) -> None:
    """OWL 2 DL keeps properties of things, of values and for notes apart."""
    kinds = [
        set(graph.subjects(RDF.type, kind))
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    ]
    for index, kind in enumerate(kinds):
        for other in kinds[index + 1 :]:
            assert not kind & other


def test_super_properties_are_of_the_same_kind(graph: rdflib.Graph) -> None:
    for kind in (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty):
        for term in graph.subjects(RDF.type, kind):
            for broader in graph.objects(term, RDFS.subPropertyOf):
                assert (broader, RDF.type, kind) in graph, (term, broader)


def test_signatures_agree_with_domain_and_range(graph: rdflib.Graph) -> None:
    entity = rdflib.URIRef("https://kg.example/ns#Entity")
    ontology = load_ontology()
    everything = {rdflib.URIRef(term.iri) for term in ontology.entity_types}
    for term in ontology.predicates:
        for side, names in ((RDFS.domain, term.domain), (RDFS.range, term.range)):
            for stated in graph.objects(rdflib.URIRef(term.iri), side):
                allowed = {rdflib.URIRef(ontology.entity_type(name).iri) for name in names}
                if stated == entity:
                    assert allowed == everything, term.name
                elif stated in everything:
                    assert allowed == {stated}, term.name


def test_version_is_in_the_changelog() -> None:
    text = (schema_dir() / "CHANGELOG.md").read_text("utf-8")
    assert f"## {load_ontology().version}" in text


_HEAD = FILE.read_text("utf-8").split("# -----", 1)[0]


def test_all_faults_of_a_file_are_reported_together(tmp_path: Path) -> None:
    path = tmp_path / "ontology.ttl"
    path.write_text(
        _HEAD
        + """
kg:Person kg:isEntityType true ; rdfs:label "person"@en .
kg:likes a kg:Predicate ; rdfs:label "likes"@en ; schema:domainIncludes kg:Person, kg:Dog ; kg:sentence "likes"@en .
kg:sees a kg:Predicate ; schema:domainIncludes kg:Person ; kg:valueKind "colour" ; kg:sentence "{s} sees {o}"@en .
"""
    )
    with pytest.raises(ManyErrors) as caught:
        parse_ontology(path)
    text = str(caught.value)
    for fault in (
        "kg:Person has no skos:definition",
        "Dog, which is no entity type",
        "kg:likes has no complete signature",
        "the sentence 'likes'",
        "the value kinds ['colour']",
        "kg:sees has no rdfs:label",
    ):
        assert fault in text


@pytest.mark.parametrize("text", ["no turtle", "<http://a> <http://b> <http://c> ."])
def test_file_that_is_no_ontology_has_a_code(text: str, tmp_path: Path) -> None:
    path = tmp_path / "ontology.ttl"
    path.write_text(text)
    with pytest.raises(BadOntologyError, match="KG303"):
        parse_ontology(path)


def test_new_predicate_needs_no_python(tmp_path: Path) -> None:
    """A term that is added to the file is there, with its shapes and its place in the reference."""
    from kg.ontology.reference import reference_markdown
    from kg.ontology.signatures import signatures_turtle

    path = tmp_path / "ontology.ttl"
    path.write_text(
        FILE.read_text("utf-8")
        + """
kg:admires a owl:ObjectProperty, kg:Predicate ; rdfs:label "admires"@en ; kg:inverseLabel "is admired by"@en ;
    kg:sentence "{s} admires {o}"@en ; skos:definition "Thinks highly of a person."@en ; skos:example "x"@en ;
    schema:domainIncludes kg:Person ; schema:rangeIncludes kg:Person .
"""
    )
    ontology = parse_ontology(path)
    assert ontology.predicate("admires").accepts("Person", "Person")
    assert "kgs:admires-subject" in signatures_turtle(ontology)
    assert "### admires" in reference_markdown(ontology, path)
