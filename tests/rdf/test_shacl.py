"""Each shape finds the fault that it is there for, and says where the words stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import pyoxigraph as ox
import pytest
from hypothesis import given, settings

from kg.graph import KnowledgeGraph
from kg.ontology import load_ontology, schema_dir
from kg.rdf import to_quads, validate
from kg.rdf.shacl import Finding, InvalidGraphError
from kg.rdf.terms import (
    DCT,
    KG,
    OA,
    PROV,
    QUDT,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    boolean,
    decimal,
    integer,
    string,
    typed,
)
from tests.rdf.strategies import graphs
from tests.rdf.talk import FIRST, MINTER, talk_graph

Quads = set[ox.Quad]
Plant = Callable[[Quads], None]
THING = ox.NamedNode(MINTER.entity("Volta"))


@lru_cache(maxsize=1)
def _sound() -> tuple[ox.Quad, ...]:
    return tuple(to_quads(talk_graph()))


def _first(quads: Quads, predicate: ox.NamedNode, kind: ox.NamedNode | None = None) -> ox.Quad:
    instances = {quad.subject for quad in quads if quad.predicate == RDF("type") and quad.object == kind}
    return min(
        (
            quad
            for quad in quads
            if quad.predicate == predicate and (kind is None or quad.subject in instances)
        ),
        key=str,
    )


def without(predicate: ox.NamedNode, kind: ox.NamedNode | None = None) -> Plant:
    """Takes away all values that the first thing of a class has for a property."""

    def plant(quads: Quads) -> None:
        first = _first(quads, predicate, kind)
        quads -= {quad for quad in quads if quad.subject == first.subject and quad.predicate == predicate}

    return plant


def instead(
    predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal, kind: ox.NamedNode | None = None
) -> Plant:
    """Puts another value in the place of one."""

    def plant(quads: Quads) -> None:
        first = _first(quads, predicate, kind)
        quads -= {quad for quad in quads if quad.subject == first.subject and quad.predicate == predicate}
        quads.add(ox.Quad(first.subject, predicate, value, first.graph_name))

    return plant


def more(predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal, kind: ox.NamedNode) -> Plant:
    """Adds a value."""

    def plant(quads: Quads) -> None:
        first = _first(quads, RDF("type"), kind)
        quads.add(ox.Quad(first.subject, predicate, value, first.graph_name))

    return plant


def nothing_said(kind: ox.NamedNode) -> Plant:
    """A claim or statement without object and value."""

    def plant(quads: Quads) -> None:
        first = _first(quads, KG("object"), kind)
        quads.discard(first)

    return plant


def without_position(quads: Quads) -> None:
    """A passage whose selectors hold no position."""
    start = min((q for q in quads if q.predicate == OA("start") and "-span-" in q.subject.value), key=str)
    quads.remove(start)


CLAIM, STATEMENT, ENTITY = KG("Claim"), KG("Statement"), KG("Hardware")
TRANSCRIPT, RUN, PASSAGE = KG("Transcript"), KG("Run"), OA("SpecificResource")

PLANTS: dict[str, Plant] = {
    "entity-type": more(RDF("type"), KG("Place"), ENTITY),
    "entity-label": without(RDFS("label"), ENTITY),
    "entity-mentions": instead(KG("mentionCount"), integer(-1), ENTITY),
    "entity-documents": without(KG("mentionedIn"), ENTITY),
    "entity-links": instead(SCHEMA("sameAs"), ox.NamedNode("file:///etc/passwd"), ENTITY),
    "entity-other-names": more(SKOS("altLabel"), string("no language"), ENTITY),
    "Claim": nothing_said(CLAIM),
    "claim-subject": without(KG("subject"), CLAIM),
    "claim-assertion": instead(KG("assertion"), KG("Shouted"), CLAIM),
    "claim-confidence": instead(KG("confidence"), decimal(1.5), CLAIM),
    "claim-evidence": without(PROV("wasQuotedFrom"), CLAIM),
    "claim-speaker": instead(KG("saidBy"), THING, CLAIM),
    "claim-approximate": more(KG("approximate"), string("about"), CLAIM),
    "claim-run": without(PROV("wasGeneratedBy"), CLAIM),
    "claim-extractor": without(KG("extractor"), CLAIM),
    "claim-object": more(KG("object"), string("a string"), CLAIM),
    "claim-value": more(KG("value"), THING, CLAIM),
    "claim-said": more(KG("asSaid"), integer(3), CLAIM),
    "claim-stance": instead(KG("stance"), string("loves")),
    "Value": instead(KG("value"), typed("12.5.2017", "date"), CLAIM),
    "Passage": without(KG("timePrecision"), PASSAGE),
    "passage-source": without(OA("hasSource"), PASSAGE),
    "passage-position": without_position,
    "passage-checksum": instead(KG("quoteSha256"), string("0123"), PASSAGE),
    "passage-start": instead(SCHEMA("startTime"), decimal(-3.0), PASSAGE),
    "passage-end": instead(SCHEMA("endTime"), decimal(-3.0), PASSAGE),
    "passage-precision": instead(KG("timePrecision"), KG("Guessed"), PASSAGE),
    "position-start": instead(OA("start"), integer(-1), OA("TextPositionSelector")),
    "position-end": instead(OA("end"), decimal(5.5), OA("TextPositionSelector")),
    "position-order": instead(OA("end"), integer(0), OA("TextPositionSelector")),
    "quote-words": instead(OA("exact"), string(""), OA("TextQuoteSelector")),
    "time-standard": without(DCT("conformsTo"), OA("FragmentSelector")),
    "time-value": instead(RDF("value"), string("t=soon"), OA("FragmentSelector")),
    "quantity-number": instead(QUDT("numericValue"), string("twenty"), QUDT("QuantityValue")),
    "quantity-unit": more(QUDT("unit"), string("teraflops"), QUDT("QuantityValue")),
    "quantity-label": without(RDFS("label"), QUDT("QuantityValue")),
    "Statement": nothing_said(STATEMENT),
    "statement-subject": without(KG("subject"), STATEMENT),
    "statement-claims": without(KG("restsOn"), STATEMENT),
    "statement-asserted": without(KG("isAsserted"), STATEMENT),
    "statement-confidence": instead(KG("confidence"), decimal(-0.1), STATEMENT),
    "statement-object": more(KG("object"), string("a string"), STATEMENT),
    "statement-value": more(KG("value"), THING, STATEMENT),
    "statement-label": without(RDFS("label"), STATEMENT),
    "transcript-name": without(KG("shortName"), TRANSCRIPT),
    "transcript-checksum": instead(KG("sha256"), string("none"), TRANSCRIPT),
    "transcript-size": instead(KG("codePointCount"), integer(0), TRANSCRIPT),
    "transcript-speakers": more(KG("speaker"), THING, TRANSCRIPT),
    "transcript-recording": instead(KG("recording"), THING, TRANSCRIPT),
    "transcript-date": instead(SCHEMA("datePublished"), string("last week"), TRANSCRIPT),
    "run-threshold": instead(KG("threshold"), decimal(2.0), RUN),
    "run-version": without(SCHEMA("softwareVersion"), RUN),
    "run-quotes": without(KG("includesQuotes"), RUN),
    "run-base": instead(KG("baseIri"), string("nowhere"), RUN),
    "known-predicate": instead(KG("predicate"), KG("dislikes"), CLAIM),
}


def _shapes_with_constraints() -> set[str]:
    """Shapes that a finding can name: all property shapes, and node shapes with a message of their own."""
    text = (schema_dir() / "shapes.ttl").read_text("utf-8")
    blocks = re.findall(r"^kgs:([\w-]+) a sh:(Node|Property)Shape(.*?) \.$", text, re.MULTILINE | re.DOTALL)
    return {name for name, kind, body in blocks if kind == "Property" or "sh:message" in body}


def test_sound_graph_conforms_without_warnings() -> None:
    report = validate(talk_graph())
    assert report.conforms
    assert report.findings == ()


def test_there_is_a_planted_fault_for_every_shape() -> None:
    assert set(PLANTS) == _shapes_with_constraints() | {"known-predicate"}


@pytest.mark.parametrize("shape", PLANTS)
def test_planted_fault_is_found_by_its_shape(shape: str) -> None:
    quads = set(_sound())
    PLANTS[shape](quads)
    assert quads != set(_sound())
    found = {finding.shape for finding in validate(quads).findings}
    assert shape in found


SIGNATURES = [
    (term.name, role) for term in load_ontology().predicates for role in ("subject", "object", "value")
]


@pytest.mark.parametrize(("name", "role"), SIGNATURES)
def test_signature_shape_finds_what_does_not_fit(name: str, role: str) -> None:
    """A claim whose subject, object or value is of a wrong kind, for every predicate."""
    quads = set(_sound())
    term = load_ontology().predicate(name)
    graph = ox.NamedNode(FIRST)
    # A quantity is of no entity type; an event fits no object but that of predicates that take anything.
    quantity = next(quad.subject for quad in _sound() if quad.object == QUDT("QuantityValue"))
    transcript = ox.NamedNode(FIRST)
    claim = ox.NamedNode(MINTER.thing("claim-planted"))
    wrong: dict[str, ox.NamedNode | ox.Literal] = {
        "subject": quantity,
        "object": transcript,
        "value": boolean(True) if term.literal_kind in ("date", "text") else string("a text"),
    }
    quads.add(ox.Quad(claim, KG("predicate"), ox.NamedNode(term.iri), graph))
    quads.add(ox.Quad(claim, KG(role), wrong[role], graph))
    findings = [finding for finding in validate(quads).findings if finding.shape == f"{name}-{role}"]
    assert [finding.focus for finding in findings] == [claim.value]


def test_signature_of_plain_triples_is_checked() -> None:
    quads = set(_sound())
    graph = ox.NamedNode(FIRST)
    term = load_ontology().predicate("founded")
    quads.add(ox.Quad(THING, ox.NamedNode(term.iri), THING, graph))
    shapes = {finding.shape for finding in validate(quads).findings}
    assert {f"{term.name}-triple-subject", f"{term.name}-triple-object"} <= shapes


def _found(quads: Quads, shape: str, texts: dict[str, str] | None = None) -> Finding:
    return next(finding for finding in validate(quads, texts=texts).findings if finding.shape == shape)


def test_finding_leads_back_to_the_line_of_the_transcript() -> None:
    quads = set(_sound())
    claim = next(claim for claim in talk_graph().claims if claim.start == 900)
    confidence = next(q for q in quads if q.subject.value == claim.iri and q.predicate == KG("confidence"))
    quads.remove(confidence)
    text = "x" * 450 + "\n" + "y" * 400 + "\n" + "z" * 2000
    finding = _found(quads, "claim-confidence", {FIRST: text})
    assert finding.focus == claim.iri
    place = finding.places[0]
    assert (place.document, place.start, place.end, place.line) == (FIRST, claim.start, claim.end, 3)
    assert "line 3" in str(finding)


def test_finding_about_a_passage_or_statement_has_a_place_too() -> None:
    for shape in ("passage-checksum", "position-end", "statement-confidence", "quantity-label"):
        quads = set(_sound())
        PLANTS[shape](quads)
        finding = _found(quads, shape)
        if shape != "position-end":
            assert finding.places, shape


def test_warnings_do_not_make_a_graph_invalid() -> None:
    quads = set(_sound())
    PLANTS["entity-documents"](quads)
    report = validate(quads)
    assert report.conforms
    assert [finding.severity for finding in report.findings] == ["Warning"]
    report.raise_if_invalid("here")


def test_invalid_graph_raises_with_code() -> None:
    quads = set(_sound())
    PLANTS["claim-confidence"](quads)
    with pytest.raises(InvalidGraphError, match="KG401"):
        validate(quads).raise_if_invalid("here")


def test_findings_are_the_same_whatever_the_order_of_quads() -> None:
    quads = set(_sound())
    for shape in ("claim-confidence", "entity-label", "passage-end"):
        PLANTS[shape](quads)
    forward, backward = sorted(quads, key=str), sorted(quads, key=str, reverse=True)
    assert validate(forward).findings == validate(backward).findings


@settings(max_examples=8, deadline=None)
@given(graph=graphs())
def test_any_consistent_graph_has_no_signature_fault(graph: KnowledgeGraph) -> None:
    names = {term.name for term in load_ontology().predicates}
    for finding in validate(graph).findings:
        assert finding.shape.split("-")[0] not in names, finding
