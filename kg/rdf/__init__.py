"""RDF in and out: quads, Turtle, N-Quads, JSON Lines and other formats, SHACL, the store, SPARQL."""

from __future__ import annotations

from kg.rdf.bridge import to_rdflib, to_rdflib_graph
from kg.rdf.dataset import entities_graph, to_quads
from kg.rdf.formats import FORMATS, export, export_files
from kg.rdf.named import NamedQuery, named_queries
from kg.rdf.nquads import read_nquads, shard_nquads, write_nquads
from kg.rdf.rebuild import from_quads, read_build
from kg.rdf.redact import without_quotes
from kg.rdf.shacl import Finding, Place, Report, validate
from kg.rdf.sparql import QueryResult, query, refuse_federation
from kg.rdf.store import memory_store, open_store, replace_graph, write_store
from kg.rdf.terms import prefixes
from kg.rdf.turtle import write_trig, write_turtle

__all__ = [
    "FORMATS",
    "Finding",
    "NamedQuery",
    "Place",
    "QueryResult",
    "Report",
    "entities_graph",
    "export",
    "export_files",
    "from_quads",
    "memory_store",
    "named_queries",
    "open_store",
    "prefixes",
    "query",
    "read_build",
    "read_nquads",
    "refuse_federation",
    "replace_graph",
    "shard_nquads",
    "to_quads",
    "to_rdflib",
    "to_rdflib_graph",
    "validate",
    "without_quotes",
    "write_nquads",
    "write_store",
    "write_trig",
    "write_turtle",
]
