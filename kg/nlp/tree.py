"""Arc scores in, a dependency tree with one root out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["best_tree"]

_FORBIDDEN = -1e9

# Candidates for the one root that are searched in full, best first. On the
# treebanks' development parts the answer was among the first two.
_MOST_ROOTS = 4


def best_tree(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """The head of each word: 0 for the root, else 1 + the head's position.

    Args:
        scores: [word, 1 + word]; row: dependent; column 0: the root.

    Returns:
        The best tree in which exactly one word hangs from the root. Where the
        best head of each word forms such a tree, that is it; else the maximum
        spanning tree for each likely root.

    Source:
        Chu & Liu (1965); Edmonds (1967); one root as in Zmigrod et al. (2020).

    >>> best_tree(np.array([[0, 0, 5, 0], [9, 0, 0, 0], [0, 0, 7, 0]], dtype=np.float32)).tolist()
    [2, 0, 2]
    """
    n = len(scores)
    if n <= 1:
        return np.zeros(n, dtype=np.int64)
    scores = scores.astype(np.float64)
    scores[np.arange(n), np.arange(1, n + 1)] = _FORBIDDEN
    greedy: NDArray[np.int64] = scores.argmax(axis=1)
    if np.count_nonzero(greedy == 0) == 1 and _is_acyclic(greedy):
        return greedy
    best: NDArray[np.int64] = greedy
    best_score = -np.inf
    gain = scores[:, 0] - scores[:, 1:].max(axis=1)
    for root in np.argsort(-gain, kind="stable")[:_MOST_ROOTS]:
        fixed = scores.copy()
        fixed[:, 0] = _FORBIDDEN
        fixed[root] = _FORBIDDEN
        fixed[root, 0] = scores[root, 0]
        full = np.vstack([np.full(n + 1, _FORBIDDEN), fixed])
        heads = _spanning_tree(full)[1:]
        score = float(scores[np.arange(n), heads].sum())
        if score > best_score:
            best, best_score = heads, score
    return best


def _is_acyclic(heads: NDArray[np.int64]) -> bool:
    steps = [0, *heads.tolist()]
    state = [0] * len(steps)  # 0: not seen, else the walk that saw it
    state[0] = -1
    for start in range(1, len(steps)):
        at = start
        while state[at] == 0:
            state[at] = start
            at = steps[at]
        if state[at] == start:
            return False
        while state[start] == start:
            state[start] = -1
            start = steps[start]
    return True


def _find_cycle(heads: list[int]) -> list[int]:
    state = [0] * len(heads)
    state[0] = -1
    for start in range(1, len(heads)):
        at = start
        while state[at] == 0:
            state[at] = start
            at = heads[at]
        if state[at] == start:
            cycle = [at]
            while heads[cycle[-1]] != at:
                cycle.append(heads[cycle[-1]])
            return cycle
    return []


def _spanning_tree(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Heads of the maximum spanning tree from node 0; ``scores[dependent, head]``."""
    heads = scores.argmax(axis=1)
    heads[0] = 0
    cycle = _find_cycle(heads.tolist())
    if not cycle:
        return np.asarray(heads, dtype=np.int64)
    in_cycle = np.zeros(len(scores), dtype=bool)
    in_cycle[cycle] = True
    outside = np.flatnonzero(~in_cycle)
    members = np.flatnonzero(in_cycle)
    n = len(outside)
    # Contract the cycle to one node, n.
    smaller = np.full((n + 1, n + 1), _FORBIDDEN)
    smaller[:n, :n] = scores[np.ix_(outside, outside)]
    leaving = scores[np.ix_(outside, members)]
    leave_by = leaving.argmax(axis=1)
    smaller[:n, n] = leaving[np.arange(n), leave_by]
    gains = scores[np.ix_(members, outside)] - scores[members, heads[members]][:, None]
    enter_at = gains.argmax(axis=0)
    smaller[n, :n] = gains[enter_at, np.arange(n)]
    np.fill_diagonal(smaller, _FORBIDDEN)
    smaller[0] = _FORBIDDEN
    solved = _spanning_tree(smaller)
    result = heads.copy()
    for i in range(1, n):
        head = solved[i]
        result[outside[i]] = members[leave_by[i]] if head == n else outside[head]
    entered_from = solved[n]
    result[members[enter_at[entered_from]]] = outside[entered_from]
    return np.asarray(result, dtype=np.int64)
