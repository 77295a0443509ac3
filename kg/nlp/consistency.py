"""Tag scores of a text in, the same scores made consistent over the text out.

A name is mentioned again and again, now in a telling sentence, now in a bare
one. Each place gets a say in all others: where the same words occur elsewhere,
a place's probabilities are mixed with the mean of all their places. That
brings one type to a name, finds places that were missed, and drops single
false ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["share_evidence"]


def share_evidence(
    log_probabilities: NDArray[np.float32],
    words: Sequence[str],
    spans: Iterable[tuple[int, int]],
    *,
    weight: float,
) -> NDArray[np.float32]:
    """New log probabilities ([word, tag]); those of words outside repeated spans stay.

    Args:
        log_probabilities: What the model says of each word by itself.
        words: The words; case is ignored when they are compared.
        spans: Mentions found so far, ``[start, end)``; longer ones go first
            and keep the words that they cover.
        weight: Share of the mean in the mixture, in [0, 1]; 0 changes nothing.

    Source: ours. Mixing probabilities was better on the development podcasts
    than mixing their logarithms, than a vote on types alone, and than
    accepting or refusing a whole name by its mean (`docs/model.md`).

    >>> p = np.log(np.array([[0.25, 0.75], [1.0, 1e-9], [0.75, 0.25]], dtype=np.float32))
    >>> shared = share_evidence(p, ["Volta", "and", "volta"], [(0, 1)], weight=0.5)
    >>> (np.exp(shared[[0, 2]]) * 8).round().tolist()
    [[3.0, 5.0], [5.0, 3.0]]
    """
    if not weight:
        return log_probabilities
    folded = [word.casefold() for word in words]
    places_by_word: dict[str, list[int]] = defaultdict(list)
    for i, word in enumerate(folded):
        places_by_word[word].append(i)
    surfaces = {tuple(folded[start:end]) for start, end in spans}
    result = log_probabilities.copy()
    taken = np.zeros(len(folded), dtype=bool)
    for surface in sorted(surfaces, key=lambda s: (-len(s), s)):
        n = len(surface)
        # The rarest word of the surface says soonest where it can be.
        rarest = min(range(n), key=lambda i: len(places_by_word[surface[i]]))
        places = [
            at - rarest
            for at in places_by_word[surface[rarest]]
            if at >= rarest
            and tuple(folded[at - rarest : at - rarest + n]) == surface
            and not taken[at - rarest : at - rarest + n].any()
        ]
        if len(places) < 2:
            continue
        rows = np.array(places)[:, None] + np.arange(n)
        own = np.exp(log_probabilities[rows])
        mixed = (1 - weight) * own + weight * own.mean(axis=0, keepdims=True)
        result[rows] = np.log(np.maximum(mixed, 1e-9))
        taken[rows] = True
    return result
