"""Centrality, communities and the order in which to show entities."""

from __future__ import annotations

import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.graph.measures import Links, backbone, centrality, communities, links, pagerank, partition

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from benchmarks.synthetic_graphs import synthetic_graph

pairs = st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)).filter(lambda p: p[0] < p[1]), unique=True)


def network_of(edges: list[tuple[int, int]], n: int = 25) -> Links:
    edges = sorted(edges)
    degree = np.zeros(n, dtype=np.int64)
    for a, b in edges:
        degree[a] += 1
        degree[b] += 1
    return Links(
        iris=tuple(f"https://kg.example/id/e{i:02}" for i in range(n)),
        source=np.array([a for a, _ in edges], dtype=np.int64),
        target=np.array([b for _, b in edges], dtype=np.int64),
        weight=np.ones(len(edges)),
        degree=degree,
    )


def test_parallel_and_opposite_statements_add_up() -> None:
    graph = synthetic_graph(80)
    network = links(graph)
    index = {iri: i for i, iri in enumerate(network.iris)}
    weight: dict[tuple[int, int], float] = {}
    for s in graph.statements:
        if s.object is not None:
            a, b = sorted((index[s.subject], index[s.object]))
            weight[a, b] = weight.get((a, b), 0.0) + s.confidence
    assert len(weight) == len(network.weight) < sum(s.object is not None for s in graph.statements)
    for a, b, value in zip(network.source, network.target, network.weight, strict=True):
        assert value == pytest.approx(weight[int(a), int(b)])
    assert int(network.degree.sum()) == sum(1 + (s.object is not None) for s in graph.statements)


@given(pairs)
@settings(max_examples=50, deadline=None)
def test_pagerank_solves_its_equation(edges: list[tuple[int, int]]) -> None:
    network = network_of(edges)
    step = np.zeros((25, 25))
    for a, b in edges:
        step[b, a] = 1.0 / network.degree[a]
        step[a, b] = 1.0 / network.degree[b]
    # A walker at an entity without links starts anew anywhere.
    step[:, network.degree == 0] = 1.0 / 25
    exact = np.linalg.solve(np.eye(25) - 0.85 * step, np.full(25, 0.15 / 25))
    found = pagerank(network, rounds=150)
    assert sum(found) == pytest.approx(1.0)
    assert list(found) == pytest.approx(list(exact), abs=1e-6)


def test_pagerank_of_nothing_is_empty() -> None:
    assert list(pagerank(network_of([], 0))) == []


def test_a_hub_is_more_central_than_its_leaves() -> None:
    graph = synthetic_graph(120)
    importance = centrality(graph)
    assert sum(importance.values()) / len(importance) == pytest.approx(1.0, abs=1e-3)
    degree = dict(zip(links(graph).iris, links(graph).degree.tolist(), strict=True))
    assert degree[max(importance, key=importance.__getitem__)] >= sorted(degree.values())[-3]


def test_two_cliques_with_a_bridge_are_two_communities() -> None:
    cliques = [(a, b) for base in (0, 6) for a in range(base, base + 6) for b in range(a + 1, base + 6)]
    member = partition(network_of([*cliques, (5, 6)], 13))
    assert member[:6] == [0] * 6
    assert member[6:12] == [1] * 6
    assert member[12] == 2


@given(pairs)
@settings(max_examples=60, deadline=None)
def test_partition_is_a_partition_and_never_worse_than_everyone_alone(edges: list[tuple[int, int]]) -> None:
    network = network_of(edges)
    member = partition(network)
    assert len(member) == 25
    assert sorted(set(member)) == list(range(len(set(member))))
    if edges:
        reference = nx.Graph(edges)
        groups = [{i for i in reference if member[i] == c} for c in set(member)]
        found = nx.community.modularity(reference, [group for group in groups if group])
        alone = nx.community.modularity(reference, [{i} for i in reference])
        assert found >= alone - 1e-9


def test_partition_is_about_as_good_as_networkx_louvain() -> None:
    network = links(synthetic_graph(400))
    reference = nx.Graph()
    for a, b, w in zip(network.source, network.target, network.weight, strict=True):
        reference.add_edge(int(a), int(b), weight=float(w))
    member = partition(network)
    ours = nx.community.modularity(
        reference,
        [
            {i for i in reference if member[i] == c}
            for c in sorted(set(member))
            if any(member[i] == c for i in reference)
        ],
    )
    theirs = nx.community.modularity(reference, nx.community.louvain_communities(reference, seed=1))
    assert ours > theirs - 0.05


def test_communities_are_named_after_their_most_central_members() -> None:
    graph = synthetic_graph(120)
    importance = centrality(graph)
    found = communities(graph)
    assert found
    for community in found:
        assert len(community.members) >= 3
        ranked = sorted(community.members, key=lambda iri: (-importance[iri], iri))
        assert list(community.members) == ranked
        assert community.name.startswith(graph.entity_by_iri[ranked[0]].name)


@given(pairs, st.lists(st.floats(0, 5), min_size=25, max_size=25))
@settings(max_examples=60, deadline=None)
def test_every_first_part_of_the_backbone_hangs_together(
    edges: list[tuple[int, int]], importance: list[float]
) -> None:
    network = network_of(edges)
    order = backbone(network, importance)
    assert sorted(order) == list(range(25))
    reference = nx.Graph()
    reference.add_nodes_from(range(25))
    reference.add_edges_from(edges)
    components = [c for c in nx.connected_components(reference) if len(c) > 1]
    for size in range(1, 26):
        part = reference.subgraph(order[:size])
        for component in components:
            inside = component & set(order[:size])
            assert len(inside) < 2 or nx.is_connected(part.subgraph(inside))
    linked = {i for c in components for i in c}
    assert set(order[: len(linked)]) == linked
