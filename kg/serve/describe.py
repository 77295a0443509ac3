"""The descriptions that a server gives of itself: SPARQL service description and VoID."""

from __future__ import annotations

import pyoxigraph as ox

from kg.iri import NAMESPACE
from kg.rdf.terms import DCT, RDF, RDFS, Namespace, integer, label
from kg.serve.overview import Overview
from kg.serve.source import View

__all__ = ["service_description", "void_description"]

_SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
_VOID = Namespace("http://rdfs.org/ns/void#")
_FORMATS = Namespace("http://www.w3.org/ns/formats/")

_RESULT_FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
    "TriG",
    "N-Quads",
)
_INPUT_FORMATS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads")

# Where the description speaks of, for the prefixes of its Turtle.
PREFIXES = {"sd": _SD.iri, "void": _VOID.iri, "formats": _FORMATS.iri, "dct": DCT.iri, "rdfs": RDFS.iri}


def service_description(overview: Overview, endpoint: str, *, writable: bool) -> list[ox.Triple]:
    """What the endpoint can do and which graphs it holds.

    Without blank nodes: its parts have the endpoint's address with a fragment.

    Source:
        SPARQL 1.1 Service Description.
    """
    service = ox.NamedNode(endpoint + "#service")
    dataset, default = ox.NamedNode(endpoint + "#dataset"), ox.NamedNode(endpoint + "#default-graph")
    triples = [
        ox.Triple(service, RDF("type"), _SD("Service")),
        ox.Triple(service, _SD("endpoint"), ox.NamedNode(endpoint)),
        ox.Triple(service, _SD("supportedLanguage"), _SD("SPARQL11Query")),
        ox.Triple(service, _SD("feature"), _SD("UnionDefaultGraph")),
        ox.Triple(service, _SD("defaultDataset"), dataset),
        ox.Triple(dataset, RDF("type"), _SD("Dataset")),
        ox.Triple(dataset, _SD("defaultGraph"), default),
        ox.Triple(default, RDF("type"), _SD("Graph")),
        ox.Triple(default, RDFS("comment"), label("All named graphs together")),
        ox.Triple(default, _VOID("triples"), integer(overview.n_triples)),
    ]
    triples += [ox.Triple(service, _SD("resultFormat"), _FORMATS(name)) for name in _RESULT_FORMATS]
    if writable:
        triples.append(ox.Triple(service, _SD("supportedLanguage"), _SD("SPARQL11Update")))
        triples += [ox.Triple(service, _SD("inputFormat"), _FORMATS(name)) for name in _INPUT_FORMATS]
    for index, recording in enumerate(overview.recordings, 1):
        graph = ox.NamedNode(f"{endpoint}#graph-{index}")
        triples += [
            ox.Triple(dataset, _SD("namedGraph"), graph),
            ox.Triple(graph, RDF("type"), _SD("NamedGraph")),
            ox.Triple(graph, _SD("name"), ox.NamedNode(recording.iri)),
        ]
    return triples


def void_description(view: View, overview: Overview, site: str) -> list[ox.Triple]:
    """The dataset for those who look for data: sizes, classes, vocabularies, where to get it.

    Source:
        Describing Linked Datasets with the VoID Vocabulary, W3C Note.
    """
    dataset = ox.NamedNode(site + "/.well-known/void#dataset")
    triples = [
        ox.Triple(dataset, RDF("type"), _VOID("Dataset")),
        ox.Triple(dataset, DCT("title"), label("Knowledge graph of recorded conversations")),
        ox.Triple(dataset, _VOID("sparqlEndpoint"), ox.NamedNode(site + "/sparql")),
        ox.Triple(dataset, _VOID("dataDump"), ox.NamedNode(site + "/files/graph.nq")),
        ox.Triple(dataset, _VOID("dataDump"), ox.NamedNode(site + "/files/graph.ttl")),
        ox.Triple(dataset, _VOID("uriSpace"), ox.Literal(view.base)),
        ox.Triple(dataset, _VOID("triples"), integer(overview.n_triples)),
        ox.Triple(dataset, _VOID("entities"), integer(len(overview.entities))),
        ox.Triple(dataset, _VOID("documents"), integer(len(overview.recordings))),
        ox.Triple(dataset, _VOID("vocabulary"), ox.NamedNode(NAMESPACE)),
    ]
    for name, text, count in overview.types():
        part = ox.NamedNode(f"{site}/.well-known/void#{name}")
        triples += [
            ox.Triple(dataset, _VOID("classPartition"), part),
            ox.Triple(part, _VOID("class"), ox.NamedNode(NAMESPACE + name)),
            ox.Triple(part, _VOID("entities"), integer(count)),
            ox.Triple(part, RDFS("label"), label(text)),
        ]
    return triples
