"""A checkpoint in, quick figures on the development data out, to follow a training.

Scored on tokens, in windows without overlap and without the tree search; the
figures that count come from `training.evaluate`, which runs the shipped files.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from kg.nlp.mentions import MentionDecoder, log_softmax
from training.batches import IGNORE, batches
from training.corpora import Document, read_crossner, read_podcasts, read_treebank
from training.labels import LabelSets
from training.windows import Augmentation, Window, cut_windows, vary

if TYPE_CHECKING:
    from training.fit import Checkpoint

__all__ = ["Development", "f1", "gold_spans", "quick_figures"]

_BARE = Augmentation(lower_without_punctuation=1.0)


@dataclass(frozen=True, slots=True)
class Development:
    """The documents to choose with."""

    podcasts: Sequence[Document]
    gum: Sequence[Document]
    ai: Sequence[Document]

    @classmethod
    def read(cls, folder: Path) -> Development:
        """The dev splits under `folder`."""
        return cls(
            read_podcasts(folder / "podcasts", "dev"),
            read_treebank(folder / "gum", "dev", "gum"),
            read_crossner(folder / "crossner", "ai", "dev"),
        )


def f1(gold: Sequence[set[object]], found: Sequence[set[object]]) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean over all documents together."""
    hits = sum(len(g & f) for g, f in zip(gold, found, strict=True))
    n_gold, n_found = sum(map(len, gold)), sum(map(len, found))
    precision, recall = hits / max(n_found, 1), hits / max(n_gold, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def gold_spans(tags: Sequence[int], labels: LabelSets) -> set[tuple[int, int, str]]:
    """Spans of a sequence of target tags; unknown ones end a span."""
    spans: set[tuple[int, int, str]] = set()
    start, label = -1, ""
    for i, tag in enumerate([*tags, IGNORE]):
        name = labels.tags[tag].partition(":")[2] if tag != IGNORE else "O"
        if start >= 0 and not name.startswith("I-"):
            spans.add((start, i, label))
            start = -1
        if name.startswith("B-"):
            start, label = i, name[2:]
    return spans


def _windows(documents: Iterable[Document], size: int) -> list[Window]:
    rng = random.Random(0)
    return [w for d in documents for w in cut_windows(d, rng, least=size, most=size, single=1.0)]


def quick_figures(checkpoint: Checkpoint, data: Development) -> Mapping[str, float]:
    """UPOS, LAS (full labels, gold sentences, greedy heads) and mention F1, as shares of 1."""
    network, encoder = checkpoint.network(), checkpoint.encoder()
    labels = checkpoint.labels
    rng = random.Random(0)
    podcasts = _windows(data.podcasts, 170)
    sets = {
        "podcasts": podcasts,
        "podcasts_bare": [vary(w, _BARE, rng, {}) for w in podcasts],
        "gum": _windows(data.gum, 1),
        "ai": _windows(data.ai, 170),
    }
    figures: dict[str, float] = {}
    for name, windows in sets.items():
        label_set = windows[0].label_set or ""
        members = list(labels.members[label_set])
        decoder = MentionDecoder(labels.names(label_set))
        gold, found, loose = [], [], []
        right = {"upos": 0, "xpos": 0, "las": 0, "sentence": 0}
        n_words = 0
        encoded = [encoder(w) for w in windows]
        for batch in batches(encoded, most_pieces=4096, rng=None):
            with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
                output = network(batch.ids, batch.shapes, batch.first)
            scores = log_softmax(output.mentions.float().numpy()[..., members])
            if name == "gum":
                words = torch.arange(output.arc.shape[2])[None] <= batch.n_words[:, None]
                heads = output.arc.float().masked_fill(~words[:, None], -1e4).argmax(-1)
                with torch.no_grad():
                    deps = network.labels(output, heads).argmax(-1)
                known = batch.heads != IGNORE
                n_words += int(known.sum())
                right["las"] += int(((heads == batch.heads) & (deps == batch.deps))[known].sum())
                right["upos"] += int((output.upos.argmax(-1) == batch.upos)[known].sum())
                right["xpos"] += int((output.xpos.argmax(-1) == batch.xpos)[known].sum())
            for row, tags, n in zip(scores, batch.tags.tolist(), batch.n_words.tolist(), strict=True):
                gold.append(gold_spans(tags[:n], labels))
                spans = decoder.spans(row[:n])
                found.append({(s.start, s.end, s.label) for s in spans})
                loose.append({(s.start, s.end) for s in spans})
        if name == "gum":
            figures |= {f"gum_{k}": round(v / n_words, 4) for k, v in right.items() if v}
        figures[f"{name}_f1"] = round(f1(gold, found)[2], 4)
        figures[f"{name}_precision"] = round(f1(gold, found)[0], 4)
        if name == "podcasts":
            figures["podcasts_spans_f1"] = round(f1([{s[:2] for s in g} for g in gold], loose)[2], 4)
    return figures
