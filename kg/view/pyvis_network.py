"""The graph as a `pyvis.network.Network`, for those who want to go on with pyvis."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from kg.graph.layout import layout
from kg.graph.measures import backbone, centrality, links, partition
from kg.view import words

if TYPE_CHECKING:
    from pyvis.network import Network

    from kg.graph import KnowledgeGraph

__all__ = ["to_pyvis"]


def to_pyvis(graph: KnowledgeGraph) -> Network:
    """A directed Network: one node an entity or literal, one edge a statement, parallel ones kept.

    Positions are computed and physics is off. Text is escaped, because pyvis puts node names and titles into its
    page as HTML; identifiers are numbers for the same reason, and each node and edge carries its `iri`.
    """
    from pyvis.network import Network

    network = Network(directed=True, height="720px", width="100%", cdn_resources="in_line")
    ties = links(graph)
    importance = centrality(graph, ties)
    scores = [importance[iri] for iri in ties.iris]
    top = max(scores, default=1.0) or 1.0
    radius = [max(6.0, 24.0 * float((score / top) ** 0.5)) for score in scores]
    spots = layout(ties, backbone(ties, scores), partition(ties), radius)
    number = {entity.iri: i for i, entity in enumerate(graph.entities)}
    types = {term["name"]: term["label"] for term in words.type_words(e.type for e in graph.entities)}
    for i, entity in enumerate(graph.entities):
        network.add_node(
            i,
            label=_safe(entity.name),
            title=f"{_safe(entity.name)} ({_safe(types[entity.type])})",
            size=round(radius[i], 1),
            group=_safe(entity.type),
            x=int(spots[i, 0]),
            y=int(spots[i, 1]),
            physics=False,
            iri=_safe(entity.iri),
        )
    labels = {
        term["name"]: term["label"] for term in words.predicate_words(s.predicate for s in graph.statements)
    }
    literals: dict[str, int] = {}
    edges = []
    for statement in graph.statements:
        source = number.get(statement.subject)
        if source is None:
            continue
        target = number.get(statement.object or "")
        if target is None:
            value = statement.literal.value if statement.literal is not None else str(statement.object)
            if value not in literals:
                literals[value] = len(number) + len(literals)
                x, y = int(spots[source, 0]), int(spots[source, 1])
                network.add_node(
                    literals[value],
                    label=_safe(value),
                    shape="box",
                    x=x + 70,
                    y=y + 50,
                    physics=False,
                    title=_safe(value),
                )
            target = literals[value]
        edges.append(
            {
                "from": source,
                "to": target,
                "arrows": "to",
                "title": _safe(labels[statement.predicate]),
                "dashes": not statement.asserted,
                "iri": _safe(statement.iri),
            }
        )
    # `add_edge` compares with every edge there is, and drops parallel ones in undirected graphs.
    network.edges.extend(edges)
    network.toggle_physics(False)
    return network


def _safe(text: str) -> str:
    """Text that stays text when it is put into HTML, with no line that a script could start on.

    "href" in any title makes pyvis show all titles as HTML; the zero-width space keeps it from seeing the word.
    """
    return html.escape(text, quote=True).replace("href", "h\u200bref")
