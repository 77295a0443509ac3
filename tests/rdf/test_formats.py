"""Every export reads back to what was written, whatever the names and quotes hold."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections import Counter
from collections.abc import Mapping

import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings

from kg.graph import KnowledgeGraph, to_networkx
from kg.rdf import FORMATS, export, export_files, read_nquads, to_quads
from kg.rdf.bridge import to_rdflib_graph
from kg.rdf.formats import UnknownFormatError
from kg.rdf.xml_text import legal, without_illegal
from tests.rdf.strategies import graphs
from tests.rdf.talk import talk_graph

RDF_FORMATS = {
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
}
TRIPLE_FORMATS = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES}


def triples(quads: object) -> set[ox.Triple]:
    return {ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads}  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", RDF_FORMATS)
@settings(max_examples=40, deadline=None)
@given(graph=graphs())
def test_format_with_named_graphs_reads_back_in_oxigraph(name: str, graph: KnowledgeGraph) -> None:
    read = set(ox.parse(export(graph, name), format=RDF_FORMATS[name]))
    assert read == set(to_quads(graph))


@pytest.mark.parametrize("name", TRIPLE_FORMATS)
@settings(max_examples=40, deadline=None)
@given(graph=graphs())
def test_merged_format_reads_back_in_oxigraph(name: str, graph: KnowledgeGraph) -> None:
    assert triples(ox.parse(export(graph, name), format=TRIPLE_FORMATS[name])) == triples(to_quads(graph))


@settings(max_examples=40, deadline=None)
@given(graph=graphs())
def test_rdfxml_reads_back_but_for_characters_that_xml_cannot_hold(graph: KnowledgeGraph) -> None:
    expected = {
        ox.Triple(quad.subject, quad.predicate, without_illegal(quad.object)) for quad in to_quads(graph)
    }
    assert triples(ox.parse(export(graph, "rdfxml"), format=ox.RdfFormat.RDF_XML)) == expected


@pytest.mark.parametrize(("name", "syntax"), [("turtle", "turtle"), ("rdfxml", "xml")])
@settings(max_examples=15, deadline=None)
@given(graph=graphs())
def test_merged_format_reads_back_in_rdflib(name: str, syntax: str, graph: KnowledgeGraph) -> None:
    read = rdflib.Graph()
    read.parse(data=export(graph, name), format=syntax)
    if name == "rdfxml":
        assert len(read) == len(triples(ox.parse(export(graph, name), format=ox.RdfFormat.RDF_XML)))
    else:
        # Through N-Triples, since rdflib respells numbers as it parses.
        lines = rdflib.Graph().parse(data=export(graph, "ntriples"), format="nt")
        assert _lexical(read) == _lexical(lines)


@pytest.mark.parametrize(("name", "syntax"), [("trig", "trig"), ("nquads", "nquads"), ("jsonld", "json-ld")])
def test_format_with_named_graphs_reads_back_in_rdflib(name: str, syntax: str) -> None:
    graph = talk_graph()
    read = rdflib.Dataset()
    read.parse(data=export(graph, name), format=syntax)
    found = {(s.n3(), p.n3(), o.n3(), str(c)) for s, p, o, c in read.quads()}
    expected = {
        (s.n3(), p.n3(), o.n3(), quad.graph_name.value)
        for quad in to_quads(graph)
        for s, p, o in to_rdflib_graph([quad])
    }
    assert found == expected


def _lexical(graph: rdflib.Graph) -> set[tuple[str, ...]]:
    # Terms by their spelling: rdflib holds "2017"^^xsd:gYear equal to other literals of the same value.
    return {tuple(f"{term.n3()}" for term in triple) for triple in graph}


@settings(max_examples=40, deadline=None)
@given(graph=graphs())
def test_graphml_and_gexf_read_back_as_the_same_network(graph: KnowledgeGraph) -> None:
    source = to_networkx(graph)
    for name, read in (("graphml", nx.read_graphml), ("gexf", nx.read_gexf)):
        # Without edges or parallel ones nothing in the file says that parallel ones are allowed.
        options = {"force_multigraph": True} if name == "graphml" else {}
        found = read(io.BytesIO(export(graph, name)), **options)
        assert found.number_of_nodes() == source.number_of_nodes()
        assert found.number_of_edges() == source.number_of_edges()
        by_iri = {values["iri"]: values for _, values in found.nodes(data=True)}
        for node, values in source.nodes(data=True):
            if not node.startswith("literal:"):
                copy = by_iri[node]
                assert copy["type"] == values["type"]
                assert copy["n_mentions"] == values["n_mentions"]
                assert _one_line_end(copy["label"]) == _one_line_end(legal(values["label"]))
        ends = Counter((found.nodes[s]["iri"], d["predicate"]) for s, _, d in found.edges(data=True))
        assert ends == Counter((s, d["predicate"]) for s, _, d in source.edges(data=True))


def _one_line_end(text: str) -> str:
    # XML parsers make one line feed of every line end, and spaces of those in attributes.
    return " ".join(text.replace("\r\n", "\n").replace("\r", "\n").split())


@settings(max_examples=40, deadline=None)
@given(graph=graphs())
def test_node_link_json_reads_back_as_the_same_network(graph: KnowledgeGraph) -> None:
    found = nx.node_link_graph(json.loads(export(graph, "nodelink")), edges="edges")
    source = to_networkx(graph)
    assert dict(found.nodes(data=True)) == dict(source.nodes(data=True))
    assert found.number_of_edges() == source.number_of_edges()


def _rows(files: Mapping[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[name].decode(), newline="")))


@settings(max_examples=40, deadline=None)
@given(graph=graphs())
def test_csv_holds_every_entity_and_statement(graph: KnowledgeGraph) -> None:
    files = export_files(graph, "csv")
    nodes, edges = _rows(files, "nodes.csv"), _rows(files, "edges.csv")
    assert [(row["id"], row["label"], row["type"]) for row in nodes] == [
        (entity.iri, entity.name, entity.type) for entity in graph.entities
    ]
    assert [(row["id"], row["source"], row["predicate"]) for row in edges] == [
        (statement.iri, statement.subject, statement.predicate) for statement in graph.statements
    ]


@settings(max_examples=40, deadline=None)
@given(graph=graphs())
def test_neo4j_relationships_end_at_listed_nodes(graph: KnowledgeGraph) -> None:
    files = export_files(graph, "neo4j")
    known = {row["iri:ID"] for row in _rows(files, "nodes.csv")}
    relationships = _rows(files, "relationships.csv")
    assert len(relationships) == len(graph.statements)
    assert all(row[":START_ID"] in known and row[":END_ID"] in known for row in relationships)


@pytest.mark.parametrize("name", FORMATS)
def test_same_graph_gives_the_same_bytes(name: str) -> None:
    assert export(talk_graph(), name) == export(talk_graph(), name)


def test_shards_hold_all_quads_with_checksums() -> None:
    import hashlib

    graph = talk_graph()
    files = export_files(graph, "nquads", shards=3)
    manifest = json.loads(files["manifest.json"])
    assert len(manifest["shards"]) == 3
    quads: list[ox.Quad] = []
    for entry in manifest["shards"]:
        data = files[entry["file"]]
        assert hashlib.sha256(data).hexdigest() == entry["sha256"]
        assert data[4:8] == b"\0\0\0\0", "gzip's header must bear no time"
        assert gzip.decompress(data).count(b"\n") == entry["quads"]
        quads.extend(read_nquads(data))
    assert set(quads) == set(to_quads(graph))
    assert len(quads) == manifest["quads"]


def test_several_files_come_as_an_archive() -> None:
    with zipfile.ZipFile(io.BytesIO(export(talk_graph(), "csv"))) as archive:
        assert archive.namelist() == ["edges.csv", "nodes.csv"]


def test_unknown_format_names_the_nearest() -> None:
    with pytest.raises(UnknownFormatError, match="turtle"):
        export(talk_graph(), "turtel")


def test_only_nquads_can_be_split() -> None:
    with pytest.raises(UnknownFormatError, match="cannot be split"):
        export_files(talk_graph(), "turtle", shards=2)
