"""Changes of a store, each in one transaction: SPARQL updates, and graphs put, extended and deleted."""

from __future__ import annotations

import base64
from typing import Any

import pyoxigraph as ox

__all__ = ["RDF_FORMATS", "change"]

RDF_FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "n3": ox.RdfFormat.N3,
}
"""The engine's formats by their names inside kg."""


def change(store: ox.Store, request: dict[str, Any]) -> bool:
    """Carries out a change; returns whether a graph was made that did not exist.

    `request["do"]` is ``update`` (with `text`), ``put``, ``post`` or ``delete`` (with `graph`, an IRI or ``""``
    for the default graph, and `data` in base64), or ``nothing``.

    Raises:
        SyntaxError: If an update is no SPARQL, or data is not in its format.
        ValueError: If data names graphs of its own.
        LookupError: If the graph to delete does not exist.
        OSError: If the store cannot be written.
    """
    do = request["do"]
    if do == "update":
        store.update(request["text"], base_iri=request["base"], prefixes=request["prefixes"])
        return False
    if do == "nothing":
        return False
    graph = ox.NamedNode(request["graph"]) if request["graph"] else ox.DefaultGraph()
    is_new = isinstance(graph, ox.NamedNode) and not store.contains_named_graph(graph)
    if do == "delete":
        if is_new:
            raise LookupError
        store.update(f"DROP {_target(graph)}")
        return False
    triples = _parse(request)
    # Blank nodes get names of their own in the store, so those of earlier data are never hit by accident.
    body = f"{_data(graph, triples)}" if triples else ""
    operations = [f"DROP SILENT {_target(graph)}"] if do == "put" else []
    if isinstance(graph, ox.NamedNode):
        operations.append(f"CREATE SILENT GRAPH {graph}")
    operations += [body] if body else []
    if operations:
        store.update(" ;\n".join(operations))
    return is_new


def _target(graph: ox.NamedNode | ox.DefaultGraph) -> str:
    return f"GRAPH {graph}" if isinstance(graph, ox.NamedNode) else "DEFAULT"


def _parse(request: dict[str, Any]) -> list[ox.Triple]:
    quads = ox.parse(
        base64.b64decode(request["data"]),
        format=RDF_FORMATS[request["form"]],
        # Relative IRIs in the data are relative to the graph (Graph Store Protocol, section 4.1).
        base_iri=request["graph"] or request["base"],
    )
    triples = []
    for quad in quads:
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            raise ValueError("the data names graphs of its own")
        triples.append(quad.triple)
    return triples


def _data(graph: ox.NamedNode | ox.DefaultGraph, triples: list[ox.Triple]) -> str:
    text = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    return (
        f"INSERT DATA {{ GRAPH {graph} {{\n{text}}} }}"
        if isinstance(graph, ox.NamedNode)
        else (f"INSERT DATA {{\n{text}}}")
    )
