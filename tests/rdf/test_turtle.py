"""Turtle and TriG for people."""

from __future__ import annotations

import random

import pyoxigraph as ox
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from kg.graph import KnowledgeGraph
from kg.rdf import to_quads, write_trig, write_turtle
from tests.rdf.strategies import HOSTILE, graphs
from tests.rdf.talk import talk_graph


@settings(max_examples=25, deadline=None)
@given(graph=graphs())
def test_turtle_is_isomorphic_in_rdflib_and_oxigraph(graph: KnowledgeGraph) -> None:
    data = write_turtle(to_quads(graph))
    by_rdflib = rdflib.Graph().parse(data=data, format="turtle")
    triples = ox.parse(data, format=ox.RdfFormat.TURTLE)
    lines = ox.serialize((triple.triple for triple in triples), format=ox.RdfFormat.N_TRIPLES)
    by_oxigraph = rdflib.Graph().parse(data=lines, format="nt")
    assert isomorphic(by_rdflib, by_oxigraph)


@settings(max_examples=25, deadline=None)
@given(graph=graphs(), seed=st.integers())
def test_turtle_does_not_depend_on_the_order_of_quads(graph: KnowledgeGraph, seed: int) -> None:
    quads = to_quads(graph)
    shuffled = list(quads)
    random.Random(seed).shuffle(shuffled)
    assert write_turtle(shuffled) == write_turtle(quads)
    assert write_trig(shuffled) == write_trig(quads)


def test_hostile_strings_survive_in_every_place() -> None:
    for text in HOSTILE:
        quads = [
            ox.Quad(
                ox.NamedNode("http://example.org/a"),
                ox.NamedNode("http://example.org/p"),
                literal,
                ox.NamedNode("http://example.org/g"),
            )
            for literal in (
                ox.Literal(text),
                ox.Literal(text, language="en"),
                ox.Literal(text, datatype=ox.NamedNode("http://example.org/t")),
            )
        ]
        assert set(ox.parse(write_trig(quads), format=ox.RdfFormat.TRIG)) == set(quads)
        read = rdflib.Graph().parse(data=write_turtle(quads), format="turtle")
        assert {str(value) for value in read.objects()} == {text}


def test_marks_that_turn_the_reading_direction_are_escaped() -> None:
    quads = [
        ox.Quad(
            ox.NamedNode("http://example.org/a"),
            ox.NamedNode("http://example.org/p"),
            ox.Literal("\u202egnp.exe\u2066"),
        )
    ]
    assert rb"\u202Egnp.exe\u2066" in write_turtle(quads)


def test_turtle_reads_from_recordings_to_claims() -> None:
    text = write_turtle(to_quads(talk_graph())).decode()
    titles = [line for line in text.splitlines() if line.startswith("# ---")]
    starts = [
        "The run",
        "Transcripts",
        "Entities: person",
        "Entities: hardware",
        "Quantities",
        "Statements",
        "Claims in",
    ]
    places = [
        next(i for i, title in enumerate(titles) if title.startswith(f"# --- {start}")) for start in starts
    ]
    assert places == sorted(places)
    assert not any("Everything else" in title for title in titles)


def test_claim_stands_before_its_passage() -> None:
    text = write_turtle(to_quads(talk_graph())).decode()
    claim = next(claim for claim in talk_graph().claims if claim.start == 900)
    local = claim.iri.rsplit("/", 1)[1]
    block = text.index(f"\nd:{local} a kg:Claim")
    following = text.index("\n\n", block)
    assert text[following:].lstrip().startswith("d:transcript-chips-1-span-900-918 a oa:SpecificResource")


def test_title_cannot_end_its_comment() -> None:
    from dataclasses import replace

    graph = talk_graph()
    document = graph.documents[0]
    hostile = replace(
        document, metadata=replace(document.metadata, title="x\nd:evil a kg:Person .\r# \u2028")
    )
    quads = to_quads(replace(graph, documents=(hostile, graph.documents[1])))
    read = list(ox.parse(write_turtle(quads), format=ox.RdfFormat.TURTLE))
    assert len(read) == len({quad.triple for quad in quads})
