"""The graph as quads, and back."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.graph import KnowledgeGraph
from kg.model import Assertion, Literal
from kg.ontology import UnknownTermError, load_ontology
from kg.rdf import entities_graph, from_quads, read_build, read_nquads, to_quads, write_nquads
from kg.rdf.rebuild import NotAGraphError
from kg.rdf.terms import KG, PROV, QUDT, RDF, BadIriError, BadTextError, decimal, quantity_number
from tests.rdf.strategies import graphs
from tests.rdf.talk import FIRST, MINTER, SECOND, talk_graph


@settings(max_examples=150, deadline=None)
@given(graph=graphs())
def test_graph_comes_back_from_its_quads(graph: KnowledgeGraph) -> None:
    assert from_quads(to_quads(graph)) == graph


@settings(max_examples=40, deadline=None)
@given(graph=graphs(), seed=st.integers())
def test_graph_comes_back_from_shuffled_nquads(graph: KnowledgeGraph, seed: int) -> None:
    quads = read_nquads(write_nquads(to_quads(graph)))
    random.Random(seed).shuffle(quads)
    assert from_quads(quads) == graph


@settings(max_examples=40, deadline=None)
@given(graph=graphs())
def test_quads_are_sorted_unique_and_without_blank_nodes(graph: KnowledgeGraph) -> None:
    quads = to_quads(graph)
    assert [str(quad) for quad in quads] == sorted({str(quad) for quad in quads})
    assert all(isinstance(quad.subject, ox.NamedNode) for quad in quads)
    assert all(isinstance(quad.object, ox.NamedNode | ox.Literal) for quad in quads)
    assert all(isinstance(quad.graph_name, ox.NamedNode) for quad in quads)


@settings(max_examples=40, deadline=None)
@given(graph=graphs())
def test_only_asserted_claims_above_the_threshold_stand_as_plain_triples(graph: KnowledgeGraph) -> None:
    iris = {term.iri: term.name for term in load_ontology().predicates}
    plain = {
        (quad.subject.value, iris[quad.predicate.value], quad.graph_name.value)
        for quad in to_quads(graph)
        if quad.predicate.value in iris
    }
    assert plain == {
        (claim.subject, claim.predicate, claim.document)
        for claim in graph.claims
        if claim.assertion is Assertion.ASSERTED and claim.confidence >= graph.threshold
    }


def test_only_plain_triples_stand_in_several_graphs() -> None:
    """Others would be found several times by queries over all graphs together."""
    iris = {term.iri for term in load_ontology().predicates}
    seen: dict[str, str] = {}
    for quad in to_quads(talk_graph()):
        if quad.predicate.value not in iris:
            assert seen.setdefault(str(quad.triple), str(quad.graph_name)) == str(quad.graph_name)


def test_each_transcript_has_its_graph() -> None:
    graph = talk_graph()
    names = {quad.graph_name.value for quad in to_quads(graph)}
    assert names == {FIRST, SECOND, entities_graph(graph.base)}


def test_quantity_is_one_node_with_number_and_unit() -> None:
    node = ox.NamedNode("https://kg.example/id/quantity-90-teraflops")
    found = {(quad.predicate, quad.object) for quad in to_quads(talk_graph()) if quad.subject == node}
    assert (QUDT("unit"), ox.NamedNode("http://qudt.org/vocab/unit/TeraFLOPS")) in found
    assert (QUDT("numericValue"), decimal(Decimal(90))) in found


@settings(max_examples=60)
@given(
    one=st.tuples(
        st.decimals(-1000, 1000, places=2), st.sampled_from(["GPU", "gpu", "GPUs", "", "a b", "a-b"])
    ),
    other=st.tuples(
        st.decimals(-1000, 1000, places=2), st.sampled_from(["GPU", "gpu", "GPUs", "", "a b", "a-b"])
    ),
)
def test_unequal_quantities_have_unequal_nodes(one: tuple[Decimal, str], other: tuple[Decimal, str]) -> None:
    graph = talk_graph()
    claim = next(claim for claim in graph.claims if claim.literal and claim.literal.number == 60)
    nodes = []
    for number, noun in (one, other):
        changed = replace(claim, literal=Literal("x", number, None, noun))
        quads = to_quads(replace(graph, claims=(changed,), statements=()))
        nodes.append(next(quad.subject for quad in quads if quad.object == QUDT("QuantityValue")))
    assert (nodes[0] == nodes[1]) == (one == other)


@pytest.mark.parametrize(
    ("number", "lexical", "datatype"),
    [
        ("90.0", "90", "decimal"),
        ("-0", "0", "decimal"),
        ("0.10", "0.1", "decimal"),
        ("1E+3", "1000", "decimal"),
        ("1E+25", "1E25", "double"),
        ("-2.5E+30", "-2.5E30", "double"),
        ("3E-20", "3E-20", "double"),
    ],
)
def test_number_is_spelt_in_one_way(number: str, lexical: str, datatype: str) -> None:
    literal = quantity_number(Decimal(number))
    assert literal.value == lexical
    assert literal.datatype.value.endswith("#" + datatype)
    assert Decimal(literal.value) == Decimal(number)


def test_number_that_is_none_is_the_callers_fault() -> None:
    with pytest.raises(ValueError, match="finite"):
        decimal(float("nan"))


def test_half_a_surrogate_pair_is_refused_with_code() -> None:
    graph = talk_graph()
    broken = replace(graph, claims=(replace(graph.claims[0], quote="half \ud83d pair"),), statements=())
    with pytest.raises(BadTextError, match="KG410"):
        to_quads(broken)


def test_link_that_is_no_iri_is_refused_with_code() -> None:
    graph = talk_graph()
    for link in ("not an iri", "https://example.org/a b", "<script>", "javascript"):
        broken = replace(graph, entities=(replace(graph.entities[0], same_as=(link,)),))
        with pytest.raises(BadIriError, match="KG411"):
            to_quads(broken)


def test_unknown_terms_are_refused_with_the_nearest() -> None:
    graph = talk_graph()
    claim = graph.claims[0]
    for changed in (replace(claim, predicate="hostz"), replace(claim, qualifiers=(("stanze", "supports"),))):
        with pytest.raises(UnknownTermError, match=r"try '(hosts|stance)'"):
            to_quads(replace(graph, claims=(changed,), statements=()))


def test_qualifier_that_names_an_entity_is_a_link() -> None:
    linked = {q.object for q in to_quads(talk_graph()) if q.predicate == KG("org")}
    assert linked == {ox.NamedNode(MINTER.entity("Example Labs"))}


def test_labels_are_composed_and_quotes_are_left_alone() -> None:
    decomposed = "Goncalves\u0327"
    graph = talk_graph()
    entity = replace(graph.entities[0], name=decomposed)
    claim = replace(graph.claims[0], quote=decomposed)
    lines = write_nquads(
        to_quads(replace(graph, entities=(entity,), claims=(claim,), statements=()))
    ).decode()
    assert '"Goncalveş"@en' in lines
    assert f'"{decomposed}" <' in lines


def test_reading_needs_the_run_and_evidence() -> None:
    quads = to_quads(talk_graph())
    with pytest.raises(NotAGraphError, match="0 runs"):
        from_quads([])
    with pytest.raises(NotAGraphError, match="wasQuotedFrom"):
        from_quads([quad for quad in quads if quad.predicate != PROV("wasQuotedFrom")])
    with pytest.raises(NotAGraphError, match="no assertion status"):
        from_quads(
            [
                ox.Quad(q.subject, q.predicate, KG("Shouted"), q.graph_name)
                if q.predicate == KG("assertion")
                else q
                for q in quads
            ]
        )


def test_foreign_triples_are_passed_over() -> None:
    graph = talk_graph()
    foreign = [
        ox.Quad(ox.BlankNode("b"), RDF("type"), KG("Claim"), ox.DefaultGraph()),
        ox.Quad(ox.NamedNode("http://example.org/x"), RDF("value"), ox.Literal("y"), ox.DefaultGraph()),
    ]
    assert from_quads([*to_quads(graph), *foreign]) == graph


def test_build_is_read_from_its_folder(tmp_path) -> None:  # type: ignore[no-untyped-def]
    graph = talk_graph()
    with pytest.raises(NotAGraphError, match=r"graph\.nq is missing"):
        read_build(tmp_path)
    (tmp_path / "graph.nq").write_bytes(write_nquads(to_quads(graph)))
    assert read_build(tmp_path) == graph
    (tmp_path / "graph.nq").write_bytes(b"<a> nonsense")
    with pytest.raises(NotAGraphError, match="KG412"):
        read_build(tmp_path)
