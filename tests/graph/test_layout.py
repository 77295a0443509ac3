"""Positions that are the same everywhere, near for what is linked, and apart for what is not."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np

from kg.graph import KnowledgeGraph
from kg.graph.layout import layout
from kg.graph.measures import Links, backbone, centrality, links, partition

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from benchmarks.synthetic_graphs import synthetic_graph


def positions(graph: KnowledgeGraph, radius: float = 10.0, core: int = 400) -> np.ndarray:
    network = links(graph)
    importance = centrality(graph, network)
    order = backbone(network, [importance[iri] for iri in network.iris])
    return layout(network, order, partition(network), [radius] * len(order), core=core)


def test_layout_is_the_same_on_every_machine() -> None:
    """The digest was taken once (CPython 3.11, numpy 2.4, x86-64); only arithmetic that IEEE 754 fixes is used."""
    pairs = sorted({tuple(sorted((i, (i * i * 7 + 3 * k) % 90))) for i in range(90) for k in range(2)})
    ends = np.array([pair for pair in pairs if pair[0] != pair[1]], dtype=np.int64)
    network = Links(
        iris=tuple(f"https://kg.example/id/e{i}" for i in range(100)),
        source=ends[:, 0],
        target=ends[:, 1],
        weight=1.0 + (ends[:, 0] + ends[:, 1]) % 5 / 4.0,
        degree=np.bincount(ends.ravel(), minlength=100),
    )
    order = backbone(network, [float(degree) for degree in network.degree])
    spots = layout(network, order, partition(network), [10.0] * 100, core=60)
    assert hashlib.sha256(spots.astype("<i8").tobytes()).hexdigest()[:16] == "30b442d2b22aec55"


def test_nodes_of_the_core_do_not_touch() -> None:
    graph = synthetic_graph(200)
    spots = positions(graph)
    apart = np.abs(spots[:, None, :] - spots[None, :, :])
    touching = (apart[:, :, 0] < 20) & (apart[:, :, 1] < 20)
    np.fill_diagonal(touching, False)
    assert touching.sum() == 0


def test_linked_entities_are_nearer_than_others() -> None:
    graph = synthetic_graph(150)
    network, spots = links(graph), positions(graph).astype(float)
    linked = np.linalg.norm(spots[network.source] - spots[network.target], axis=1).mean()
    everything = np.linalg.norm(spots[:, None] - spots[None, :], axis=2).mean()
    assert linked < 0.75 * everything


def test_entities_without_links_stand_below() -> None:
    graph = synthetic_graph(100, loners=0.3)
    network, spots = links(graph), positions(graph)
    has = np.zeros(len(network.iris), dtype=bool)
    has[network.source] = has[network.target] = True
    assert (~has).sum() >= 20
    assert spots[~has, 1].min() > spots[has, 1].max()


def test_entities_outside_the_core_stand_near_a_neighbour() -> None:
    graph = synthetic_graph(400)
    network, spots = links(graph), positions(graph, core=60).astype(float)
    near = np.full(len(network.iris), np.inf)
    for a, b in zip(network.source, network.target, strict=True):
        distance = float(np.linalg.norm(spots[a] - spots[b]))
        near[a], near[b] = min(near[a], distance), min(near[b], distance)
    assert np.median(near[np.isfinite(near)]) < 250


def test_small_graphs_have_a_layout() -> None:
    assert positions(synthetic_graph(0, documents=0)).shape == (0, 2)
    assert positions(synthetic_graph(1)).shape == (1, 2)
    two = positions(synthetic_graph(2, density=1.0, loners=0.0))
    assert two.shape == (2, 2)
