"""A model folder and the corpora in, figures out, measured through the runtime pipeline.

Treebanks and CrossNER give their own words, so that scores compare with
published ones; podcasts are read as raw text, as a user's transcripts are.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg.nlp import load_model
from training.corpora import (
    ROOT,
    UNKNOWN_HEAD,
    Document,
    read_crossner,
    read_podcasts,
    read_treebank,
)
from training.speech import is_punctuation, mishear, strip_text

__all__ = ["Score", "bare", "evaluate", "mention_figures", "misheard", "podcast_scores", "treebank_figures"]

Span = tuple[int, int, str]


@dataclass(slots=True)
class Score:
    """Counts of strict matches (same span, same type), in all and by type."""

    gold: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    right_spans: int = 0

    def add(self, gold: Iterable[Span], found: Iterable[Span]) -> None:
        """Count one document."""
        gold, found = set(gold), set(found)
        self.gold.update(s[2] for s in gold)
        self.found.update(s[2] for s in found)
        self.right.update(s[2] for s in gold & found)
        self.right_spans += len({s[:2] for s in gold} & {s[:2] for s in found})

    def figures(self, *, by_type: bool = False) -> dict[str, Any]:
        """Precision, recall and F1 as shares of 1, rounded to four digits."""
        n_gold, n_found = self.gold.total(), self.found.total()
        result: dict[str, Any] = _prf(self.right.total(), n_gold, n_found)
        result["spans_f1"] = _prf(self.right_spans, n_gold, n_found)["f1"]
        result["n_gold"] = n_gold
        if by_type:
            result["types"] = {
                t: _prf(self.right[t], self.gold[t], self.found[t]) | {"n_gold": self.gold[t]}
                for t in sorted(self.gold | self.found)
            }
        return result


def _prf(right: int, gold: int, found: int) -> dict[str, float]:
    precision, recall = right / max(found, 1), right / max(gold, 1)
    f1 = 2 * right / max(gold + found, 1)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def _given_words(nlp: Language, documents: Sequence[Document], *, sentences: bool = False) -> list[Doc]:
    """Docs of the corpus' own words, and on request its own sentences, each the whole document."""
    docs = []
    for d in documents:
        starts = [i == 0 or t.sentence != d.tokens[i - 1].sentence for i, t in enumerate(d.tokens)]
        docs.append(
            Doc(
                nlp.vocab,
                words=[t.form for t in d.tokens],
                spaces=[t.space for t in d.tokens],
                sent_starts=starts if sentences else None,
            )
        )
    return list(nlp.pipe(docs))


def _token_spans(document: Document) -> set[Span]:
    spans: dict[int, list[int]] = {}
    types: dict[int, str] = {}
    for token in document.tokens:
        if token.span >= 0:
            spans.setdefault(token.span, []).append(token.index)
            types[token.span] = token.entity_type
    return {(places[0], places[-1] + 1, types[number]) for number, places in spans.items()}


def treebank_figures(nlp: Language, documents: Sequence[Document], *, gold_sentences: bool) -> dict[str, Any]:
    """UPOS, XPOS, lemmas, UAS, LAS (labels without subtypes; in full), and F1 of sentence starts.

    With `gold_sentences` the treebank says where sentences begin, as is usual;
    without, the model finds them.
    """
    counts: Counter[str] = Counter()
    starts = Score()
    docs = _given_words(nlp, documents, sentences=gold_sentences)
    for document, doc in zip(documents, docs, strict=True):
        tokens = document.tokens
        for gold, word in zip(tokens, doc, strict=True):
            is_root = word.head.i == word.i
            dep = "root" if is_root else word.dep_
            right = gold.head == ROOT if is_root else gold.head == word.head.i
            gold_dep = gold.dep or ""
            counts["words"] += 1
            counts["upos"] += word.pos_ == gold.upos
            counts["xpos"] += word.tag_ == gold.xpos
            counts["lemma"] += word.lemma_ == gold.lemma
            counts["uas"] += right
            counts["las"] += right and dep.split(":")[0] == gold_dep.split(":")[0]
            counts["las_full"] += right and dep == gold_dep
        starts.add(
            {(i, i, "start") for i, t in enumerate(tokens) if i == 0 or t.sentence != tokens[i - 1].sentence},
            {(s.start, s.start, "start") for s in doc.sents},
        )
    n = counts.pop("words")
    figures: dict[str, Any] = {k: round(v / n, 4) for k, v in counts.items()}
    if not gold_sentences:
        figures["sentences_f1"] = starts.figures()["f1"]
    return figures | {"n_words": n}


def podcast_scores(
    nlp: Language,
    documents: Sequence[Document],
    change: Callable[[Document], tuple[str, list[Span]]] | None = None,
) -> Score:
    """Strict mention scores on raw text, changed first by `change` if given."""
    score = Score()
    pairs = [change(d) if change else (d.text, d.gold_spans) for d in documents]
    for (_, gold), doc in zip(pairs, nlp.pipe(text for text, _ in pairs), strict=True):
        score.add(gold, {(e.start_char, e.end_char, e.label_) for e in doc.ents})
    return score


def bare(document: Document) -> tuple[str, list[Span]]:
    """The document without case and punctuation."""
    return strip_text(document.text, document.gold_spans)


def bare_treebank(documents: Sequence[Document]) -> list[Document]:
    """The documents in lower case and without the words that are punctuation."""
    result = []
    for document in documents:
        kept = [t for t in document.tokens if not is_punctuation(t.form)]
        place = {t.index: i for i, t in enumerate(kept)} | {ROOT: ROOT}
        tokens = [
            replace(t, form=t.form.lower(), index=i, head=place.get(t.head, UNKNOWN_HEAD), space=True)
            for i, t in enumerate(kept)
        ]
        result.append(Document(document.name, document.corpus, tokens, document.label_set))
    return result


def misheard(share: float, seed: int) -> Callable[[Document], tuple[str, list[Span]]]:
    """A change that misspells one word in a `share` of the mentions."""

    def change(document: Document) -> tuple[str, list[Span]]:
        rng = random.Random(f"{seed} {document.name}")
        parts: list[str] = []
        spans: list[Span] = []
        at = length = 0
        for start, end, label in document.gold_spans:
            surface = document.text[start:end]
            if rng.random() < share:
                words = surface.split(" ")
                i = max(range(len(words)), key=lambda i: len(words[i]))
                words[i] = mishear(words[i], rng)
                surface = " ".join(words)
            before = document.text[at:start]
            parts += (before, surface)
            spans.append((length + len(before), length + len(before) + len(surface), label))
            length += len(before) + len(surface)
            at = end
        return "".join(parts) + document.text[at:], spans

    return change


def mention_figures(nlp: Language, documents: Sequence[Document], *, by_type: bool = False) -> dict[str, Any]:
    """Strict mention figures on the corpus' own words."""
    score = Score()
    for document, doc in zip(documents, _given_words(nlp, documents), strict=True):
        score.add(_token_spans(document), {(e.start, e.end, e.label_) for e in doc.ents})
    return score.figures(by_type=by_type)


def evaluate(
    model: Path | None, corpora: Path, *, split: str = "test", n_documents: int | None = None
) -> dict[str, Any]:
    """All figures of the model card on one split (CrossNER-AI: always dev)."""
    nlp = load_model(model)
    podcasts = read_podcasts(corpora / "podcasts", split)[:n_documents]
    figures: dict[str, Any] = {"split": split}
    figures["podcasts"] = podcast_scores(nlp, podcasts).figures(by_type=True)
    figures["podcasts without case and punctuation"] = podcast_scores(nlp, podcasts, bare).figures()
    figures["podcasts with 5 % of names misspelt"] = podcast_scores(
        nlp, podcasts, misheard(0.05, seed=1)
    ).figures()
    for name in ("gum", "ewt"):
        documents = read_treebank(corpora / name, split, name)[:n_documents]
        figures[name] = treebank_figures(nlp, documents, gold_sentences=True)
        figures[f"{name}, sentences found"] = treebank_figures(nlp, documents, gold_sentences=False)
        figures[f"{name} without case and punctuation, sentences found"] = treebank_figures(
            nlp, bare_treebank(documents), gold_sentences=False
        )
        if name == "gum":
            gum_nlp = load_model(model, label_set="gum")
            figures["gum names"] = mention_figures(gum_nlp, documents, by_type=True)
    ai = read_crossner(corpora / "crossner", "ai", "dev")[:n_documents]
    figures["crossner-ai dev"] = mention_figures(load_model(model, label_set="crossner-ai"), ai, by_type=True)
    return figures
