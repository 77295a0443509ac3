"""The graph in the formats of other programs: one table from format name to writer.

Every writer gives the same bytes for the same graph, and what it writes reads back (tests/rdf).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import RequestError
from kg.graph import KnowledgeGraph
from kg.rdf import network, tables
from kg.rdf.dataset import to_quads
from kg.rdf.jsonl import claims_jsonl, entities_jsonl
from kg.rdf.jsonld import write_jsonld
from kg.rdf.nquads import shard_nquads, write_nquads
from kg.rdf.redact import without_quotes
from kg.rdf.terms import prefixes
from kg.rdf.turtle import write_trig, write_turtle
from kg.rdf.xml_text import without_illegal

__all__ = ["FORMATS", "ExportFormat", "UnknownFormatError", "export", "export_files", "write_rdfxml"]


class UnknownFormatError(RequestError):
    """An export format that does not exist."""

    code = "KG440"


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format: its name, the files it makes, its media type and what it is for."""

    name: str
    media_type: str
    description: str
    write: Callable[[KnowledgeGraph], Mapping[str, bytes]]


def write_rdfxml(graph: KnowledgeGraph) -> bytes:
    """All graphs merged as RDF/XML; characters that XML cannot hold become U+FFFD."""
    triples = sorted(
        {ox.Triple(quad.subject, quad.predicate, without_illegal(quad.object)) for quad in to_quads(graph)},
        key=str,
    )
    return ox.serialize(triples, format=ox.RdfFormat.RDF_XML, prefixes=prefixes(graph.base)) or b""


def _write_ntriples(graph: KnowledgeGraph) -> bytes:
    lines = {f"{quad.triple} .\n" for quad in to_quads(graph)}
    return "".join(sorted(lines)).encode()


def _one(
    name: str, write: Callable[[KnowledgeGraph], bytes]
) -> Callable[[KnowledgeGraph], Mapping[str, bytes]]:
    return lambda graph: {name: write(graph)}


_ALL = (
    ExportFormat(
        "turtle",
        "text/turtle",
        "RDF for people: all graphs merged, grouped and sorted",
        _one("graph.ttl", lambda graph: write_turtle(to_quads(graph))),
    ),
    ExportFormat(
        "trig",
        "application/trig",
        "RDF for people, with one named graph a transcript",
        _one("graph.trig", lambda graph: write_trig(to_quads(graph))),
    ),
    ExportFormat(
        "nquads",
        "application/n-quads",
        "RDF for bulk loaders: one quad a line, sorted",
        _one("graph.nq", lambda graph: write_nquads(to_quads(graph))),
    ),
    ExportFormat(
        "ntriples",
        "application/n-triples",
        "all graphs merged, one triple a line, sorted",
        _one("graph.nt", _write_ntriples),
    ),
    ExportFormat(
        "jsonld",
        "application/ld+json",
        "RDF as JSON, with its context inside",
        _one("graph.jsonld", lambda graph: write_jsonld(to_quads(graph))),
    ),
    ExportFormat(
        "rdfxml", "application/rdf+xml", "RDF as XML, all graphs merged", _one("graph.rdf", write_rdfxml)
    ),
    ExportFormat(
        "jsonl",
        "application/jsonl",
        "entities and claims, one JSON object a line",
        lambda graph: {"entities.jsonl": entities_jsonl(graph), "claims.jsonl": claims_jsonl(graph)},
    ),
    ExportFormat(
        "graphml",
        "application/graphml+xml",
        "for yEd, Gephi, Cytoscape, igraph",
        _one("graph.graphml", network.write_graphml),
    ),
    ExportFormat("gexf", "application/gexf+xml", "for Gephi", _one("graph.gexf", network.write_gexf)),
    ExportFormat(
        "nodelink",
        "application/json",
        "networkx's node-link JSON",
        _one("graph.json", network.write_node_link),
    ),
    ExportFormat(
        "csv", "text/csv", "nodes and edges as tables, for pandas and spreadsheets", tables.write_csv
    ),
    ExportFormat(
        "neo4j", "text/csv", "nodes and edges with the headers of neo4j-admin's import", tables.write_neo4j
    ),
)

FORMATS: Mapping[str, ExportFormat] = {item.name: item for item in _ALL}
"""Export formats by name."""


def export_files(graph: KnowledgeGraph, format: str, *, shards: int = 0) -> Mapping[str, bytes]:
    """The graph in a format, as contents by file name.

    Args:
        graph: Is written without quotes if its `quotes` is false.
        format: One of `FORMATS`.
        shards: For "nquads": the number of compressed parts, with a manifest of checksums; 0 for one
            plain file.

    Raises:
        UnknownFormatError: If there is no such format, or it has no shards.
    """
    found = FORMATS.get(format)
    if found is None:
        from rapidfuzz import process

        near = process.extractOne(format, list(FORMATS))
        raise UnknownFormatError(
            f"there is no format {format!r}",
            where="--format",
            hint=f"{near[0]}; all formats: {', '.join(FORMATS)}" if near else ", ".join(FORMATS),
        )
    if not graph.quotes:
        graph = without_quotes(graph)
    if shards:
        if format != "nquads":
            raise UnknownFormatError(f"{format} cannot be split", where="--shards", hint="--format nquads")
        return shard_nquads(to_quads(graph), shards)
    return found.write(graph)


def export(graph: KnowledgeGraph, format: str) -> bytes:
    """The graph in a format, as one file; formats of several files come as a ZIP archive of them.

    Raises:
        UnknownFormatError: If there is no such format.
    """
    files = export_files(graph, format)
    if len(files) == 1:
        return next(iter(files.values()))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in sorted(files.items()):
            # ZipInfo's own date is fixed (1980), so that bytes do not change with the clock.
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
