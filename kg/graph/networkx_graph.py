"""The graph as a networkx multigraph: one node an entity or literal, one edge a statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

if TYPE_CHECKING:
    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["to_networkx"]


def to_networkx(graph: KnowledgeGraph) -> nx.MultiDiGraph[str]:
    """A directed multigraph with plain values only, so that every networkx writer can take it.

    Nodes are IRIs (and, for literals, ``"literal:" + value``) with `label`, `type`, `subtype`,
    `aliases` (joined by ``"; "``), `n_mentions`, `wikipedia`. Edges are keyed by the statement's IRI with `predicate`,
    `confidence`, `asserted`, `n_claims`, `assertion` (of the strongest claim), `speakers`.
    """
    result: nx.MultiDiGraph[str] = nx.MultiDiGraph(name="kg")
    for entity in graph.entities:
        result.add_node(
            entity.iri,
            label=entity.name,
            type=entity.type,
            subtype=entity.subtype or "",
            aliases="; ".join(entity.aliases),
            n_mentions=entity.n_mentions,
            n_documents=len(entity.documents),
            wikipedia=entity.same_as[0] if entity.same_as else "",
        )
    names = graph.entity_by_iri
    for statement in graph.statements:
        claims = sorted(graph.claims_of(statement), key=lambda claim: (-claim.confidence, claim.iri))
        if statement.object is not None:
            target = statement.object
        else:
            assert statement.literal is not None
            target = "literal:" + statement.literal.value
            if target not in result:
                result.add_node(
                    target,
                    label=statement.literal.value,
                    type="Literal",
                    subtype="",
                    aliases="",
                    n_mentions=0,
                    n_documents=0,
                    wikipedia="",
                )
        speakers = sorted({names[c.speaker].name for c in claims if c.speaker in names})
        result.add_edge(
            statement.subject,
            target,
            key=statement.iri,
            id=statement.iri,
            predicate=statement.predicate,
            confidence=float(statement.confidence),
            asserted=statement.asserted,
            assertion=claims[0].assertion.value,
            n_claims=len(claims),
            speakers="; ".join(speakers),
        )
    return result
