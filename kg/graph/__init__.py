"""The graph in memory: entities, statements and claims, as networkx and with measures."""

from __future__ import annotations

from kg.graph.knowledge_graph import Document, KnowledgeGraph, Run
from kg.graph.networkx_graph import to_networkx

__all__ = ["Document", "KnowledgeGraph", "Run", "to_networkx"]
