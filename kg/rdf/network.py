"""The graph for network programs: GraphML, GEXF and networkx's node-link JSON.

One node an entity or literal, one edge a statement, with plain attributes (`kg.graph.to_networkx`).
"""

from __future__ import annotations

import io
import json
import re

import networkx as nx

from kg.graph import KnowledgeGraph, to_networkx
from kg.iri import digest
from kg.rdf.xml_text import legal

__all__ = ["write_gexf", "write_graphml", "write_node_link"]

_NAME_TOKEN = re.compile(r"[A-Za-z0-9_.\-]+")
_DATE = re.compile(rb' lastmodifieddate="[^"]*"')


def write_graphml(graph: KnowledgeGraph) -> bytes:
    """GraphML 1.0 with typed attributes; edges carry `weight`, the number of claims."""
    buffer = io.BytesIO()
    # The pure Python writer: lxml, where it happens to be installed, writes other bytes.
    nx.write_graphml_xml(_plain(graph), buffer, prettyprint=True)
    return buffer.getvalue()


def write_gexf(graph: KnowledgeGraph) -> bytes:
    """GEXF 1.2 with typed attributes; edges carry `weight`, the number of claims."""
    buffer = io.BytesIO()
    nx.write_gexf(_plain(graph), buffer, prettyprint=True)
    # networkx writes today's date.
    return _DATE.sub(b"", buffer.getvalue())


def write_node_link(graph: KnowledgeGraph) -> bytes:
    """JSON that `networkx.node_link_graph(data, edges="edges")` reads."""
    data = nx.node_link_data(_sorted(to_networkx(graph)), edges="edges")
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _sorted(graph: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    result: nx.MultiDiGraph[str] = nx.MultiDiGraph(**graph.graph)
    result.add_nodes_from(sorted(graph.nodes(data=True), key=lambda item: item[0]))
    edges = [(key, *ends, values) for *ends, key, values in graph.edges(keys=True, data=True)]
    for key, subject, target, values in sorted(edges, key=lambda edge: edge[:3]):
        result.add_edge(subject, target, key=key, **values)
    return result


def _plain(graph: KnowledgeGraph) -> nx.MultiDiGraph[str]:
    """The sorted network with texts that XML can hold, names that GraphML's schema allows, and weights."""
    source = _sorted(to_networkx(graph))
    names = {node: _identifier(node, graph.base) for node in source.nodes}
    result: nx.MultiDiGraph[str] = nx.MultiDiGraph(name="kg")
    for node, values in source.nodes(data=True):
        iri = "" if node.startswith("literal:") else node
        result.add_node(names[node], iri=iri, **_legal(values))
    for subject, target, key, values in source.edges(keys=True, data=True):
        attributes = {"label": values["predicate"], "weight": float(values["n_claims"]), **_legal(values)}
        attributes["id"] = _identifier(key, graph.base)
        result.add_edge(names[subject], names[target], key=attributes["id"], iri=key, **attributes)
    return result


def _identifier(node: str, base: str) -> str:
    """The IRI without the base; a checksum for literals and for what is no XML name token."""
    local = node.removeprefix(base)
    return local if local != node and _NAME_TOKEN.fullmatch(local) else f"x-{digest(node, length=16)}"


def _legal(values: dict[str, object]) -> dict[str, object]:
    return {name: legal(value) if isinstance(value, str) else value for name, value in values.items()}
