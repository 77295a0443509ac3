"""Scores of mention tags in, typed spans with a probability out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["MentionDecoder", "MentionSpan", "log_softmax"]

_FORBIDDEN = -1e9


def log_softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log probabilities over the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    total = np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return np.asarray(shifted - total, dtype=np.float32)


@dataclass(frozen=True, slots=True, order=True)
class MentionSpan:
    """Tokens ``[start, end)`` that refer to something of type `label`."""

    start: int
    end: int
    label: str
    probability: float


class MentionDecoder:
    """Finds the best valid sequence of O, B-type and I-type tags.

    Source: Viterbi (1967); the transitions are only allowed or forbidden, so the
    best tag of each word is the answer wherever it is valid, and the search
    runs on the other stretches alone.
    """

    def __init__(self, tags: Sequence[str]) -> None:
        if not tags or tags[0] != "O":
            raise ValueError("the first tag must be O")
        self.tags = tuple(tags)
        self.labels = tuple(t.partition("-")[2] for t in tags)
        self._inside = np.array([t.startswith("I-") for t in tags])
        label_ids = {label: i for i, label in enumerate(dict.fromkeys(self.labels))}
        self._label = np.array([label_ids[label] for label in self.labels])
        same = self._label[:, None] == self._label[None, :]
        self._allowed = ~self._inside[None, :] | same
        self._transition = np.where(self._allowed, 0.0, _FORBIDDEN).astype(np.float32)
        self._start = np.where(self._inside, _FORBIDDEN, 0.0).astype(np.float32)
        self._inside_of = {
            label: i
            for i, (label, is_inside) in enumerate(zip(self.labels, self._inside, strict=True))
            if is_inside
        }

    def best_tags(self, log_probabilities: NDArray[np.float32]) -> NDArray[np.int64]:
        """The tag of each word ([word] of indices into `tags`)."""
        best: NDArray[np.int64] = log_probabilities.argmax(axis=-1)
        for start, end in self._invalid_stretches(best):
            best[start:end] = self._search(log_probabilities[start:end])
        return best

    def spans(self, log_probabilities: NDArray[np.float32]) -> list[MentionSpan]:
        """The mentions, in order; a probability is that of the span's least certain border or tag."""
        n = len(log_probabilities)
        if not n:
            return []
        best = self.best_tags(log_probabilities)
        starts = np.flatnonzero((best != 0) & ~self._inside[best])
        spans = []
        for start in starts.tolist():
            end = start + 1
            while end < n and self._inside[best[end]]:
                end += 1
            spans.append(self.span(log_probabilities, start, end, best[start:end]))
        return spans

    def span(
        self, log_probabilities: NDArray[np.float32], start: int, end: int, tags: NDArray[np.int64]
    ) -> MentionSpan:
        """The span with these tags, and its probability."""
        label = self.labels[int(tags[0])]
        certainty = float(log_probabilities[np.arange(start, end), tags].min())
        if end < len(log_probabilities):
            goes_on = float(np.exp(log_probabilities[end, self._inside_of[label]]))
            certainty = min(certainty, float(np.log(max(1.0 - goes_on, 1e-6))))
        return MentionSpan(start, end, label, float(np.exp(certainty)))

    def _invalid_stretches(self, best: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
        """Runs of words not O that hold a forbidden transition, with the words around them."""
        if not len(best):
            return
        before = np.concatenate([[0], best[:-1]])
        wrong = np.flatnonzero(~self._allowed[before, best])
        done = 0
        for at in wrong.tolist():
            if at < done:
                continue
            start, end = at, at + 1
            while start > done and best[start - 1] != 0:
                start -= 1
            while end < len(best) and best[end] != 0:
                end += 1
            yield max(start - 1, done), min(end + 1, len(best))
            done = min(end + 1, len(best))

    def _search(self, log_probabilities: NDArray[np.float32]) -> NDArray[np.int64]:
        score = log_probabilities[0] + self._start
        back = []
        for row in log_probabilities[1:]:
            ways = score[:, None] + self._transition
            back.append(ways.argmax(axis=0))
            score = ways.max(axis=0) + row
        path = [int(score.argmax())]
        for pointers in reversed(back):
            path.append(int(pointers[path[-1]]))
        return np.array(path[::-1])
