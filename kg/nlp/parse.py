"""Scores of a text in, sentences and dependency trees out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.nlp.encoder import Encoder, TextScores, WindowScores
from kg.nlp.tree import best_tree

__all__ = ["LONGEST_SENTENCE", "Parse", "find_sentences", "parse_text"]

# In words. Speech without punctuation can run on; a tree over more than about a
# window costs time (the search is quadratic at best) and tells nothing.
LONGEST_SENTENCE = 150

# Score of an arc between words that no window holds together.
_APART = -1e4


@dataclass(frozen=True, slots=True)
class Parse:
    """For each word the place of its head (its own for a root) and the index of its label."""

    heads: NDArray[np.int64]
    labels: NDArray[np.int64]


def find_sentences(
    logits: NDArray[np.float32], breaks: NDArray[np.bool_], *, threshold: float
) -> list[tuple[int, int]]:
    """Sentences ``[start, end)``: a word starts one where its probability or a break says so.

    A logit of minus infinity forbids a start. Sentences of more than
    `LONGEST_SENTENCE` words are cut where the model comes nearest to it.
    """
    if not len(logits):
        return []
    starts = breaks | (logits > np.log(threshold / (1 - threshold)))
    starts[0] = True
    places = np.flatnonzero(starts).tolist()
    found = zip(places, [*places[1:], len(logits)], strict=True)
    return [part for start, end in found for part in _shortened(logits, start, end)]


def _shortened(logits: NDArray[np.float32], start: int, end: int) -> list[tuple[int, int]]:
    """The sentence, cut where it most likely ends until no part is too long."""
    if end - start <= LONGEST_SENTENCE:
        return [(start, end)]
    # Not within a few words of its ends, where a cut gains nothing.
    inner = logits[start + 10 : end - 10]
    if inner.max() == -np.inf:
        return [(start, end)]
    cut = start + 10 + int(inner.argmax())
    return [*_shortened(logits, start, cut), *_shortened(logits, cut, end)]


def parse_text(
    scores: TextScores, sentences: Sequence[tuple[int, int]], encoder: Encoder, root_label: int
) -> Parse:
    """One tree for each sentence, and a label for each arc.

    A sentence is read in the window that holds it with the widest margin; one
    that no window holds is put together from all of them. `root_label` is the
    label that a root gets, and that no other word gets.
    """
    n = len(scores.tags)
    heads = np.arange(n, dtype=np.int64)
    dependents, governors, order = [], [], []
    for start, end in sentences:
        holder = _holder(scores.windows, start, end)
        if holder is None:
            arc, dependent, head = _stitched(scores.windows, start, end)
        else:
            offset = holder.window.start
            rows = slice(start - offset, end - offset)
            columns = np.concatenate([[0], np.arange(start - offset + 1, end - offset + 1)])
            arc = holder.arc[rows][:, columns]
            dependent = holder.label_dependent[rows]
            head = holder.label_head[columns]
        found = best_tree(arc)
        heads[start:end] = np.where(found == 0, np.arange(start, end), start + found - 1)
        dependents.append(dependent)
        governors.append(head[found])
        order.append(found)
    if not n:
        return Parse(heads, np.zeros(0, dtype=np.int64))
    label_scores = encoder.labels(np.concatenate(dependents), np.concatenate(governors))
    label_scores[:, root_label] = -np.inf
    labels = label_scores.argmax(axis=1)
    labels[np.concatenate(order) == 0] = root_label
    return Parse(heads, labels)


def _holder(windows: Sequence[WindowScores], start: int, end: int) -> WindowScores | None:
    best, best_margin = None, -1
    for scores in windows:
        window = scores.window
        if window.start > start:
            break
        if end <= window.end:
            margin = min(start - window.start, window.end - end)
            if margin > best_margin:
                best, best_margin = scores, margin
    return best


def _cores(windows: Sequence[WindowScores], start: int, end: int) -> Iterator[tuple[WindowScores, int, int]]:
    for scores in windows:
        first, after = max(start, scores.window.core_start), min(end, scores.window.core_end)
        if first < after:
            yield scores, first, after


def _stitched(
    windows: Sequence[WindowScores], start: int, end: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Arc scores and vectors of a sentence that spans windows; each word judged in its core window."""
    n = end - start
    width = windows[0].label_dependent.shape[1]
    arc = np.full((n, n + 1), _APART, dtype=np.float32)
    dependent = np.zeros((n, width), dtype=np.float32)
    head = np.zeros((n + 1, width), dtype=np.float32)
    for scores, first, after in _cores(windows, start, end):
        offset = scores.window.start
        rows = slice(first - offset, after - offset)
        seen_from, seen_to = max(start, offset), min(end, scores.window.end)
        arc[first - start : after - start, 0] = scores.arc[rows, 0]
        arc[first - start : after - start, seen_from - start + 1 : seen_to - start + 1] = scores.arc[
            rows, seen_from - offset + 1 : seen_to - offset + 1
        ]
        dependent[first - start : after - start] = scores.label_dependent[rows]
        head[first - start + 1 : after - start + 1] = scores.label_head[
            first - offset + 1 : after - offset + 1
        ]
        head[0] = scores.label_head[0]
    return arc, dependent, head
