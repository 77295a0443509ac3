"""The pyvis Network keeps direction, parallel relations and text."""

from __future__ import annotations

from benchmarks.synthetic_graphs import synthetic_graph
from kg.view import to_pyvis


def test_every_statement_is_one_directed_edge() -> None:
    graph = synthetic_graph(60)
    network = to_pyvis(graph)
    assert network.directed
    assert len(network.edges) == len(graph.statements)
    pairs = [(edge["from"], edge["to"]) for edge in network.edges]
    assert len(set(pairs)) < len(pairs), "the graph has parallel relations, and so has the network"


def test_hostile_text_stays_text_in_the_stock_page() -> None:
    network = to_pyvis(synthetic_graph(40, hostile=True))
    page = network.generate_html()
    assert "<img src=x" not in page
    assert "popup.innerHTML" not in page, "no title may switch titles to HTML"
    assert all(not set("<>\"'") & set(node["title"]) for node in network.nodes)
