"""Windows in, tensors out."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from kg.nlp.wordpiece import Shape, WordPiece, word_shape
from training.corpora import ROOT, Token
from training.labels import LabelSets
from training.windows import Window

__all__ = ["IGNORE", "Batch", "Encoded", "Encoder", "batches"]

IGNORE = -100


@dataclass(frozen=True, slots=True)
class Encoded:
    """One window as numbers; targets that are unknown are `IGNORE`."""

    ids: list[int]
    shapes: list[int]
    first: list[int]
    tags: list[int]
    upos: list[int]
    xpos: list[int]
    deps: list[int]
    heads: list[int]
    sentence: list[int]
    label_set: str | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows padded to one length."""

    ids: Tensor
    shapes: Tensor
    first: Tensor
    tags: Tensor
    upos: Tensor
    xpos: Tensor
    deps: Tensor
    heads: Tensor
    sentence: Tensor
    n_words: Tensor
    label_sets: tuple[str | None, ...]


class Encoder:
    """Turns windows into numbers for one vocabulary and one set of classes."""

    def __init__(
        self,
        wordpiece: WordPiece,
        labels: LabelSets,
        *,
        upos: Sequence[str],
        xpos: Sequence[str],
        deps: Sequence[str],
        most_pieces: int,
    ) -> None:
        self.wordpiece, self.labels, self.most_pieces = wordpiece, labels, most_pieces
        self.upos, self.xpos, self.deps = ({c: i for i, c in enumerate(x)} for x in (upos, xpos, deps))
        self.tag_index = {
            name: dict(zip(labels.names(name), members, strict=True))
            for name, members in labels.members.items()
        }

    def __call__(self, window: Window) -> Encoded:
        """The window as numbers, cut at the last word that fits."""
        pieces = self.wordpiece
        ids, shapes, first = [pieces.begin], [int(Shape.NONE)], [0]
        tokens: list[Token] = []
        for token in _whole_words(window.tokens):
            word_ids = pieces(token.form)
            if len(ids) + len(word_ids) + 1 > self.most_pieces:
                break
            first.append(len(ids))
            ids += word_ids
            shapes += [int(word_shape(token.form))] * len(word_ids)
            tokens.append(token)
        ids.append(pieces.end)
        shapes.append(int(Shape.NONE))
        place = {token.index: i + 1 for i, token in enumerate(tokens) if token.index >= 0}
        place[ROOT] = 0
        tags = self._tags(tokens, window.label_set)
        return Encoded(
            ids=ids,
            shapes=shapes,
            first=first,
            tags=tags,
            upos=[self.upos.get(t.upos or "", IGNORE) for t in tokens],
            xpos=[self.xpos.get(t.xpos or "", IGNORE) for t in tokens],
            deps=[self.deps.get(t.dep or "", IGNORE) if t.head in place else IGNORE for t in tokens],
            heads=[place.get(t.head, IGNORE) for t in tokens],
            sentence=[
                IGNORE if t.sentence == -1 else int(i == 0 or tokens[i - 1].sentence != t.sentence)
                for i, t in enumerate(tokens)
            ],
            label_set=window.label_set,
        )

    def _tags(self, tokens: Sequence[Token], label_set: str | None) -> list[int]:
        if label_set is None:
            return [IGNORE] * len(tokens)
        tags = []
        index = self.tag_index[label_set]
        for i, token in enumerate(tokens):
            if token.span == -2:
                tags.append(IGNORE)
            elif token.span == -1:
                tags.append(index["O"])
            else:
                inside = i > 0 and tokens[i - 1].span == token.span
                prefix = "I" if inside else "B"
                tags.append(index.get(f"{prefix}-{token.entity_type}", IGNORE))
        return tags


def _whole_words(tokens: Sequence[Token]) -> Iterator[Token]:
    """Tokens whose new form has blanks, as several words; only the first keeps its syntax."""
    for token in tokens:
        if " " not in token.form:
            yield token
            continue
        parts = token.form.split()
        for i, part in enumerate(parts):
            if i == 0:
                yield replace(token, form=part)
            else:
                yield Token(part, True, -1, token.sentence, span=token.span, entity_type=token.entity_type)


def batches(encoded: Sequence[Encoded], *, most_pieces: int, rng: random.Random | None) -> Iterator[Batch]:
    """Batches of windows of like length, about `most_pieces` in each, in random order.

    Without `rng` the order is that of length, then of the input.
    """
    order = list(range(len(encoded)))
    if rng:
        rng.shuffle(order)
    groups: list[list[Encoded]] = []
    # Sorted in stretches: like lengths come together, and still each pass differs.
    stretch = 1024 if rng else max(1, len(order))
    for at in range(0, len(order), stretch):
        group: list[Encoded] = []
        for i in sorted(order[at : at + stretch], key=lambda i: len(encoded[i].ids)):
            if group and (len(group) + 1) * len(encoded[i].ids) > most_pieces:
                groups.append(group)
                group = []
            group.append(encoded[i])
        if group:
            groups.append(group)
    if rng:
        rng.shuffle(groups)
    for group in groups:
        yield collate(group)


def _padded(rows: Sequence[Sequence[int]], fill: int) -> Tensor:
    width = max(1, *(len(row) for row in rows))
    array = np.full((len(rows), width), fill, dtype=np.int64)
    for i, row in enumerate(rows):
        array[i, : len(row)] = row
    return torch.from_numpy(array)


def collate(group: Sequence[Encoded]) -> Batch:
    """One batch of these windows."""
    return Batch(
        ids=_padded([e.ids for e in group], 0),
        shapes=_padded([e.shapes for e in group], int(Shape.NONE)),
        first=_padded([e.first for e in group], 0),
        tags=_padded([e.tags for e in group], IGNORE),
        upos=_padded([e.upos for e in group], IGNORE),
        xpos=_padded([e.xpos for e in group], IGNORE),
        deps=_padded([e.deps for e in group], IGNORE),
        heads=_padded([e.heads for e in group], IGNORE),
        sentence=_padded([e.sentence for e in group], IGNORE),
        n_words=torch.tensor([len(e.first) - 1 for e in group]),
        label_sets=tuple(e.label_set for e in group),
    )
