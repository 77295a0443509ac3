"""Positions for a drawing of the graph, computed once and the same on every machine.

In: links, an order of importance, communities and radii. Out: whole-number coordinates, one unit a CSS pixel
at zoom 1. Only additions, multiplications, divisions and square roots are used (IEEE 754 fixes their results)
and sums run along the first axis, element by element, so that no platform rounds differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kg.graph.measures import Links

__all__ = ["layout"]

# Cosine and sine of the golden angle (137.50776 degrees): turning by it again and again spreads points
# evenly, as the seeds of a sunflower. Vogel (1979), "A better way to construct the sunflower head".
_COS, _SIN = -0.7373688780783197, 0.6754902942615238

# World units between neighbours; at zoom 1 a label of 14 px fits between two nodes.
_SPACING = 88.0


def layout(
    network: Links,
    order: Sequence[int],
    community: Sequence[int],
    radius: Sequence[float],
    *,
    core: int = 400,
    rounds: int = 260,
    wide: float = 1.25,
) -> NDArray[np.int64]:
    """One row ``(x, y)`` for each entity, around the origin; y grows downwards.

    The first `core` entities of `order` of which something is said push each other apart and are pulled
    together along their links. Others find a place around the neighbour that comes first in `order`.
    Entities that are only mentioned stand in rows below.

    Args:
        network: Who is linked to whom.
        order: All indexes, most important first (`backbone`).
        community: Number of each entity's community; members start near each other.
        radius: Of each entity's node, in world units.
        core: How many entities are laid out with forces; time grows with its square.
        rounds: Steps of the simulation.
        wide: Width over height that is aimed at.

    Source:
        Jacomy et al. (2014), "ForceAtlas2", with the cooling of Fruchterman & Reingold (1991).
    """
    n = len(network.iris)
    place = np.zeros((n, 2), dtype=np.float64)
    if n == 0:
        return place.astype(np.int64)
    rows = network.neighbours()
    # Also what has no neighbour, if something is said of it: a value needs room beside its node.
    linked = [node for node in order if rows[node] or int(network.degree[node]) > 0]
    inner = linked[:core]
    if inner:
        spots = _forces(network, inner, [community[node] for node in inner], rounds, wide)
        spots = _apart(spots, np.array([radius[node] for node in inner]))
        place[np.array(inner)] = spots
    _around(place, linked[core:], inner, rows, order)
    _below(place, [node for node in order if not rows[node] and int(network.degree[node]) == 0], linked, wide)
    return np.rint(place).astype(np.int64)


def _sunflower(n: int, step: float) -> NDArray[np.float64]:
    """`n` points around the origin, about `step` apart."""
    points = np.zeros((n, 2), dtype=np.float64)
    x, y = 1.0, 0.0
    for i in range(n):
        reach = step * float(np.sqrt(i))
        points[i] = (x * reach, y * reach)
        x, y = x * _COS - y * _SIN, x * _SIN + y * _COS
    return points


def _start(community: Sequence[int]) -> NDArray[np.float64]:
    """Members of one community near each other, the larger communities near the middle."""
    groups: dict[int, list[int]] = {}
    for position, number in enumerate(community):
        groups.setdefault(number, []).append(position)
    ordered = sorted(groups, key=lambda number: (-len(groups[number]), number))
    step = 1.8 * _SPACING * float(np.sqrt(max(len(groups[number]) for number in ordered)))
    centres = _sunflower(len(ordered), step)
    points = np.zeros((len(community), 2), dtype=np.float64)
    for centre, number in zip(centres, ordered, strict=True):
        points[np.array(groups[number])] = centre + _sunflower(len(groups[number]), _SPACING)
    return points


def _forces(
    network: Links, inner: Sequence[int], community: Sequence[int], rounds: int, wide: float
) -> NDArray[np.float64]:
    n = len(inner)
    index = np.full(len(network.iris), -1, dtype=np.int64)
    index[np.array(inner)] = np.arange(n)
    a, b = index[network.source], index[network.target]
    both = (a >= 0) & (b >= 0)
    a, b = a[both], b[both]
    group = np.array(community)
    # Links within a community pull harder, so that groups show as groups.
    pull = np.sqrt(network.weight[both]) * np.where(group[a] == group[b], 1.0, 0.35)
    pull = pull * _carrying(a.tolist(), b.tolist(), pull.tolist(), n)
    mass = 1.0 + np.bincount(np.concatenate([a, b]), minlength=n).astype(np.float64)
    weight = np.sqrt(mass)
    push = weight[:, None] * weight[None, :] * (_SPACING * _SPACING * 1.4)
    point = _start(community)
    gravity = 0.012
    reach = (3.0 * _SPACING) * (3.0 * _SPACING)
    hot = _SPACING * 1.5
    for step in range(rounds):
        dx = point[None, :, 0] - point[:, None, 0]
        dy = point[None, :, 1] - point[:, None, 1]
        square = dx * dx + dy * dy + 25.0
        # Far away it fades, so that side branches stay near and the room is used evenly.
        far = square / reach
        strength = push / (square * (1.0 + far * far))
        force_x = np.add.reduce(dx * strength, axis=0)
        force_y = np.add.reduce(dy * strength, axis=0)
        ex = point[b, 0] - point[a, 0]
        ey = point[b, 1] - point[a, 1]
        # Longer links pull more than in proportion to their length; short ones hardly at all.
        length = np.sqrt(ex * ex + ey * ey) + 1e-9
        tension = pull * np.sqrt(length / _SPACING)
        for at, sign in ((a, 1.0), (b, -1.0)):
            force_x = force_x + sign * np.bincount(at, weights=ex * tension, minlength=n)
            force_y = force_y + sign * np.bincount(at, weights=ey * tension, minlength=n)
        middle = gravity * (1.0 + weight) * 8.0
        force_x = force_x - point[:, 0] * middle
        force_y = force_y - point[:, 1] * middle * wide
        size = np.sqrt(force_x * force_x + force_y * force_y) + 1e-9
        heat = hot * (1.0 - step / rounds) + 0.5
        move = np.minimum(size / (2.0 * weight), heat) / size
        point = point + np.stack([force_x * move, force_y * move], axis=1)
    middle_point = np.add.reduce(point, axis=0) / n
    return np.asarray(point - middle_point)


def _carrying(a: list[int], b: list[int], pull: list[float], n: int) -> NDArray[np.float64]:
    """1 for the links that shape the drawing, little for the rest, where there are many more than nodes."""
    share = np.ones(len(pull), dtype=np.float64)
    if len(pull) <= 2 * n:
        return share
    count = [0] * n
    for k in sorted(range(len(pull)), key=lambda k: (-pull[k], k)):
        if count[a[k]] >= 2 and count[b[k]] >= 2:
            share[k] = 0.12
        else:
            count[a[k]] += 1
            count[b[k]] += 1
    return share


def _apart(
    point: NDArray[np.float64], radius: NDArray[np.float64], *, rounds: int = 60
) -> NDArray[np.float64]:
    """The same points, moved until no two nodes touch and a line of text fits below each."""
    # Seen from afar nodes are drawn larger than the map (page: `screenRadius`), so they need more room on it.
    wide = 1.6 * (radius[:, None] + radius[None, :]) + 26.0
    high = 1.6 * (radius[:, None] + radius[None, :]) + 22.0
    n = len(point)
    off_diagonal = ~np.eye(n, dtype=bool)
    for _ in range(rounds):
        dx = point[None, :, 0] - point[:, None, 0]
        dy = point[None, :, 1] - point[:, None, 1]
        over_x = wide - np.abs(dx)
        over_y = high - np.abs(dy)
        hit = (over_x > 0.0) & (over_y > 0.0) & off_diagonal
        if not hit.any():
            break
        along_x = hit & (over_x < over_y)
        along_y = hit & ~along_x
        # Two nodes on one spot part by their order.
        first = np.sign(np.arange(n)[None, :] - np.arange(n)[:, None]).astype(np.float64)
        side_x = np.where(dx == 0.0, first, np.sign(dx))
        side_y = np.where(dy == 0.0, first, np.sign(dy))
        shift_x = np.add.reduce(np.where(along_x, over_x * side_x * 0.35, 0.0), axis=0)
        shift_y = np.add.reduce(np.where(along_y, over_y * side_y * 0.35, 0.0), axis=0)
        point = point + np.stack([np.clip(shift_x, -60.0, 60.0), np.clip(shift_y, -60.0, 60.0)], axis=1)
    return point


def _around(
    place: NDArray[np.float64],
    outer: Sequence[int],
    inner: Sequence[int],
    rows: Sequence[Sequence[tuple[int, float]]],
    order: Sequence[int],
) -> None:
    """Gives each of `outer` a spot on a sunflower around its most important placed neighbour."""
    rank = [0] * len(rows)
    for position, node in enumerate(order):
        rank[node] = position
    placed = set(inner)
    children: dict[int, int] = {}
    turn: dict[int, tuple[float, float]] = {}
    for node in outer:
        known = [other for other, _ in rows[node] if other in placed]
        parent = min(known, key=lambda other: rank[other]) if known else None
        placed.add(node)
        if parent is None:
            # The top of a component that starts outside the core: beside everything else, in order.
            parent, spread = -1, 6.0
        else:
            spread = 0.62
        count = children.get(parent, 0) + 1
        children[parent] = count
        x, y = turn.get(parent, (1.0, 0.0))
        turn[parent] = (x * _COS - y * _SIN, x * _SIN + y * _COS)
        reach = _SPACING * spread * float(np.sqrt(count + 0.5))
        origin = place[parent] if parent >= 0 else np.zeros(2)
        place[node] = origin + np.array([x * reach, y * reach])


def _below(place: NDArray[np.float64], loners: Sequence[int], linked: Sequence[int], wide: float) -> None:
    """Sets `loners` in rows under everything else."""
    across, down = 1.5 * _SPACING, 0.6 * _SPACING
    centre, width, top = 0.0, across * float(np.ceil(np.sqrt(len(loners) * wide * down / across))), 0.0
    if linked:
        spots = place[np.array(linked)]
        left, right = float(spots[:, 0].min()), float(spots[:, 0].max())
        centre, width, top = (
            (left + right) / 2.0,
            max(width, right - left),
            float(spots[:, 1].max()) + 1.6 * _SPACING,
        )
    columns = max(1, min(len(loners), int(width // across) + 1))
    for position, node in enumerate(loners):
        row, column = divmod(position, columns)
        place[node] = (centre + (column - (columns - 1) / 2.0) * across, top + row * down)
