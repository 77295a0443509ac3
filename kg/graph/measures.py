"""What stands out in a graph: how central each entity is, which entities form groups, and whom to show first.

In: a `KnowledgeGraph`. Out: plain values by IRI or by index. All loops run in a fixed order over integers and
all sums are sequential, so that every run, hash seed and machine gives the same figures.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kg.graph.knowledge_graph import KnowledgeGraph

__all__ = ["Community", "Links", "backbone", "centrality", "communities", "links", "pagerank", "partition"]


@dataclass(frozen=True)
class Links:
    """Entities and the undirected, weighted links between them, as integer arrays.

    Args:
        iris: Of the entities, in the graph's order; the other fields count in it.
        source: Lower end of each link.
        target: Higher end of each link.
        weight: Sum of the confidences of the statements between the two, above 0.
        degree: Statements of each entity, those with a literal included.
    """

    iris: tuple[str, ...]
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    weight: NDArray[np.float64]
    degree: NDArray[np.int64]

    def neighbours(self) -> list[list[tuple[int, float]]]:
        """For each entity its linked entities with the link's weight, ascending by index."""
        found: list[list[tuple[int, float]]] = [[] for _ in self.iris]
        ends = zip(self.source.tolist(), self.target.tolist(), self.weight.tolist(), strict=True)
        for a, b, weight in ends:
            found[a].append((b, weight))
            found[b].append((a, weight))
        for row in found:
            row.sort()
        return found


@dataclass(frozen=True, slots=True)
class Community:
    """Entities that are linked more among themselves than with others.

    Args:
        name: The names of its most central entities.
        members: IRIs, most central first.
    """

    name: str
    members: tuple[str, ...]


def links(graph: KnowledgeGraph) -> Links:
    """The graph's links; parallel and opposite statements add up, loops count for the degree only."""
    index = {entity.iri: i for i, entity in enumerate(graph.entities)}
    weights: dict[tuple[int, int], float] = {}
    degree = [0] * len(index)
    for statement in graph.statements:
        a = index.get(statement.subject)
        if a is None:
            continue
        degree[a] += 1
        b = index.get(statement.object) if statement.object is not None else None
        if b is None or b == a:
            continue
        degree[b] += 1
        key = (a, b) if a < b else (b, a)
        weights[key] = weights.get(key, 0.0) + max(statement.confidence, 0.01)
    keys = sorted(weights)
    return Links(
        iris=tuple(index),
        source=np.array([a for a, _ in keys], dtype=np.int64),
        target=np.array([b for _, b in keys], dtype=np.int64),
        weight=np.array([weights[key] for key in keys], dtype=np.float64),
        degree=np.array(degree, dtype=np.int64),
    )


def pagerank(
    network: Links, restart: Sequence[float] | None = None, *, damping: float = 0.85, rounds: int = 60
) -> NDArray[np.float64]:
    """The share of time that a walker along the links spends at each entity; sums to 1.

    Args:
        network: The links, walked both ways.
        restart: Weights of the entities at which the walk starts anew; equal if None.
        damping: Probability of going on along a link, in [0, 1).
        rounds: Power iterations; 0.85 to the 60th is below 1e-4 of the total.

    Source:
        Brin & Page (1998), "The anatomy of a large-scale hypertextual Web search engine".
    """
    n = len(network.iris)
    if n == 0:
        return np.zeros(0)
    start = np.ones(n) if restart is None else np.array(restart, dtype=np.float64)
    start = start / math.fsum(start.tolist())
    head = np.concatenate([network.source, network.target])
    tail = np.concatenate([network.target, network.source])
    weight = np.concatenate([network.weight, network.weight])
    strength = np.bincount(head, weights=weight, minlength=n)
    share = weight / np.where(strength[head] > 0, strength[head], 1.0)
    linked = strength > 0
    rank = start
    for _ in range(rounds):
        # bincount adds in the order of its input on every machine; a matrix product would not.
        moved = np.bincount(tail, weights=rank[head] * share, minlength=n)
        kept = damping * math.fsum(rank[linked].tolist())
        rank = damping * moved + (1.0 - kept) * start
    return rank


def centrality(graph: KnowledgeGraph, network: Links | None = None) -> dict[str, float]:
    """How central each entity is: 1.0 is the mean, rounded to six digits.

    PageRank over the links, restarted in proportion to mentions and statements, so that a well described
    chip with few links still counts. Source: ours, after Brin & Page (1998).
    """
    network = network or links(graph)
    n = len(graph.entities)
    restart = [
        1.0 + math.sqrt(entity.n_mentions) + degree
        for entity, degree in zip(graph.entities, network.degree.tolist(), strict=True)
    ]
    rank = pagerank(network, restart)
    return {iri: round(float(value) * n, 6) for iri, value in zip(network.iris, rank, strict=True)}


def partition(network: Links, *, passes: int = 12) -> list[int]:
    """The community of each entity, numbered from 0 by size, then by lowest member; loners stand alone.

    Source:
        Blondel et al. (2008), "Fast unfolding of communities in large networks". Entities are visited in
        the order of their index instead of a shuffled one, and ties go to the lower community.
    """
    n = len(network.iris)
    rows: list[dict[int, float]] = [dict(row) for row in network.neighbours()]
    loops = [0.0] * n
    member = list(range(n))
    for _ in range(passes):
        label, moved = _local_moves(rows, loops)
        if not moved:
            break
        number = {old: new for new, old in enumerate(sorted(set(label)))}
        label = [number[old] for old in label]
        member = [label[community] for community in member]
        rows, loops = _folded(rows, loops, label, len(number))
    return _numbered(member)


def _local_moves(rows: list[dict[int, float]], loops: list[float]) -> tuple[list[int], bool]:
    strength = [math.fsum(row.values()) + 2.0 * loop for row, loop in zip(rows, loops, strict=True)]
    total = math.fsum(strength)
    label = list(range(len(rows)))
    if total == 0.0:
        return label, False
    inside = strength.copy()
    changed = False
    for _ in range(20):
        moves = 0
        for node, row in enumerate(rows):
            if not row:
                continue
            home = label[node]
            inside[home] -= strength[node]
            pull: dict[int, float] = {home: 0.0}
            for other, weight in row.items():
                pull[label[other]] = pull.get(label[other], 0.0) + weight
            best, best_gain = home, pull[home] - inside[home] * strength[node] / total
            for community in sorted(pull):
                gain = pull[community] - inside[community] * strength[node] / total
                if gain > best_gain + 1e-9:
                    best, best_gain = community, gain
            inside[best] += strength[node]
            if best != home:
                label[node] = best
                moves += 1
        changed = changed or moves > 0
        if moves <= len(rows) // 200:
            break
    return label, changed


def _folded(
    rows: list[dict[int, float]], loops: list[float], label: list[int], n: int
) -> tuple[list[dict[int, float]], list[float]]:
    folded: list[dict[int, float]] = [{} for _ in range(n)]
    inner = [0.0] * n
    for node, row in enumerate(rows):
        home = label[node]
        inner[home] += loops[node]
        for other, weight in row.items():
            away = label[other]
            if away == home:
                inner[home] += weight / 2.0
            else:
                folded[home][away] = folded[home].get(away, 0.0) + weight
    return [dict(sorted(row.items())) for row in folded], inner


def _numbered(member: list[int]) -> list[int]:
    size: dict[int, int] = {}
    first: dict[int, int] = {}
    for node, community in enumerate(member):
        size[community] = size.get(community, 0) + 1
        first.setdefault(community, node)
    ordered = sorted(size, key=lambda community: (-size[community], first[community]))
    number = {community: i for i, community in enumerate(ordered)}
    return [number[community] for community in member]


def communities(
    graph: KnowledgeGraph,
    network: Links | None = None,
    importance: dict[str, float] | None = None,
    *,
    at_least: int = 3,
) -> tuple[Community, ...]:
    """Groups of `at_least` entities or more, largest first, named after their two most central members."""
    network = network or links(graph)
    importance = importance or centrality(graph, network)
    groups: dict[int, list[str]] = {}
    for iri, number in zip(network.iris, partition(network), strict=True):
        groups.setdefault(number, []).append(iri)
    found = []
    for number in sorted(groups):
        members = sorted(groups[number], key=lambda iri: (-importance[iri], iri))
        if len(members) >= at_least:
            name = " and ".join(graph.entity_by_iri[iri].name for iri in members[:2])
            found.append(Community(name=name, members=tuple(members)))
    return tuple(found)


def backbone(network: Links, importance: Sequence[float]) -> list[int]:
    """All entities in the order in which to show them: any first part of it hangs together.

    From the most central entity of each connected component, always the most central entity that is
    linked to one already taken; entities without links come last. Ties go to the lower index.
    Source: ours, after Prim's algorithm (1957).
    """
    rows = network.neighbours()
    order: list[int] = []
    taken = [False] * len(rows)
    queue = [(-importance[top], top) for top in _tops(rows, importance)]
    heapq.heapify(queue)
    while queue:
        _, node = heapq.heappop(queue)
        if taken[node]:
            continue
        taken[node] = True
        order.append(node)
        for other, _ in rows[node]:
            if not taken[other]:
                heapq.heappush(queue, (-importance[other], other))
    loners = [node for node, row in enumerate(rows) if not row]
    return order + sorted(loners, key=lambda node: (-importance[node], node))


def _tops(rows: list[list[tuple[int, float]]], importance: Sequence[float]) -> list[int]:
    """The most central entity of each component of two or more."""
    seen = [False] * len(rows)
    tops: list[int] = []
    for start, row in enumerate(rows):
        if seen[start] or not row:
            continue
        seen[start] = True
        stack, top = [start], start
        while stack:
            node = stack.pop()
            if (-importance[node], node) < (-importance[top], top):
                top = node
            for other, _ in rows[node]:
                if not seen[other]:
                    seen[other] = True
                    stack.append(other)
        tops.append(top)
    return tops
