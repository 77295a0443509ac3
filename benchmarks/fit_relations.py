"""Fit the relation classifier and write its weights.

    python -m benchmarks.fit_relations CORPUS [--out kg/extract/data/relations.npz]

CORPUS is a folder of NAME.txt, NAME.entities.jsonl and NAME.facts.jsonl (annotated conversations). A pair of
arguments counts as an example of a predicate where the annotation has the fact with evidence in the same
sentence; pairs whose fact is annotated elsewhere in the document teach nothing. Softmax regression with
AdaGrad (Duchi et al. 2011), L2, features seen in fewer than `MIN_DOCUMENTS` documents left out, rounded to
eight bits. Two runs over the same files give the same weights.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.annotate import DocumentAnnotator
from kg.extract.decide import DocumentExtractor
from kg.extract.relations import RelationJudge
from kg.extract.weights import HASH_BITS, bucket
from kg.model import Mention
from kg.nlp import load_model
from kg.ontology import load_ontology
from kg.ontology.vocabulary import load_vocabulary
from kg.read import find_inputs, read
from kg.stages import Annotated

MIN_DOCUMENTS = 6
EPOCHS = 6
RATE = 0.03
L2 = 1e-4
BATCH = 512
SEED = 0
FOLDS = 3
# The penalty of a class's calibration for leaving the common one.
PRIOR = 8.0


@dataclass
class Examples:
    """Feature buckets of pairs, their class, and which classes their types admit."""

    features: list[NDArray[np.int32]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    admitted: list[NDArray[np.bool_]] = field(default_factory=list)
    documents: list[int] = field(default_factory=list)


def normal(text: str) -> str:
    """A name without case, accents, articles, possessive and plural endings."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    folded = re.sub(r"\b(?:the|a|an)\b|'s\b", " ", folded)
    folded = re.sub(r"[^a-z0-9]+", " ", folded).strip()
    return folded[:-1] if len(folded) > 4 and folded.endswith("s") else folded


class Truth:
    """The annotation of one document."""

    def __init__(self, folder: Path, name: str) -> None:
        self.by_name: dict[str, set[str]] = defaultdict(set)
        for line in (folder / f"{name}.entities.jsonl").read_text(encoding="utf-8").splitlines():
            entity = json.loads(line)
            for label in (entity["name"], *(entity.get("aliases") or ()), *(entity.get("mentions") or ())):
                if len(normal(label)) > 1:
                    self.by_name[normal(label)].add(entity["id"])
        self.facts: dict[tuple[str, str], list[dict[str, object]]] = defaultdict(list)
        self.literals: dict[str, list[dict[str, object]]] = defaultdict(list)
        for line in (folder / f"{name}.facts.jsonl").read_text(encoding="utf-8").splitlines():
            fact = json.loads(line)
            if fact.get("literal"):
                self.literals[fact["s"]].append(fact)
            else:
                self.facts[fact["s"], fact["o"]].append(fact)
        self._names = {entry.iri: entry.name for entry in load_vocabulary().entries}

    def identify(self, mention: Mention) -> set[str]:
        """The annotated entities that a mention may be."""
        found = self.by_name.get(normal(mention.refers_to or mention.surface))
        if not found and mention.vocabulary_iri:
            found = self.by_name.get(normal(self._names[mention.vocabulary_iri]))
        return found or set()


def annotated_documents(folder: Path) -> Iterator[tuple[str, Annotated]]:
    """The documents of a folder by name, annotated with the shipped model."""
    annotator = DocumentAnnotator(load_model())
    for path in sorted(folder.glob("*.facts.jsonl")):
        name = path.name.removesuffix(".facts.jsonl")
        inputs, _ = find_inputs([folder / f"{name}.txt"])
        yield name, annotator(read(inputs[0]))


def classes() -> tuple[str, ...]:
    """No relation, then every predicate between two things that a sentence can say."""
    return (
        "",
        *(p.name for p in load_ontology().predicates if p.range and p.name not in RelationJudge.unlearned),
    )


def collect(folder: Path, documents: Iterable[tuple[str, Annotated]]) -> Examples:
    """Examples from the documents of a folder."""
    ontology, names = load_ontology(), classes()
    number = {name: index for index, name in enumerate(names)}
    extractor, judge = DocumentExtractor(), RelationJudge()
    admitted: dict[tuple[str, str], NDArray[np.bool_]] = {}
    examples = Examples()
    for index, (name, document) in enumerate(documents):
        truth = Truth(folder, name)
        for pair, features in judge.candidates(document, extractor.proposals(document)):
            types = (pair.subject.mention.type, pair.object.mention.type)
            if types not in admitted:
                admitted[types] = np.array([not n or ontology.predicate(n).accepts(*types) for n in names])
            if not admitted[types][1:].any():
                continue
            start, end = pair.sentence.start_char, pair.sentence.end_char
            span = document.speech.to_raw(pair.parsed.offset + start, pair.parsed.offset + end)
            near: list[int] = []
            far = False
            for s in sorted(truth.identify(pair.subject.mention)):
                for o in sorted(truth.identify(pair.object.mention)):
                    for fact in truth.facts.get((s, o), ()):
                        label = number.get(str(fact["p"]), 0)
                        if int(str(fact["start"])) < span.end + 20 and span.start - 20 < int(
                            str(fact["end"])
                        ):
                            near.append(label if admitted[types][label] else 0)
                        far = True
            said = next((label for label in near if label), 0)
            if far and not said:
                continue
            rows = np.unique(np.array([bucket(each) for each in features], dtype=np.int32))
            examples.features.append(rows)
            examples.labels.append(said)
            examples.admitted.append(admitted[types])
            examples.documents.append(index)
    return examples


def frequent(examples: Examples) -> NDArray[np.int32]:
    """The buckets that enough documents fill."""
    last = np.full(1 << HASH_BITS, -1)
    count = np.zeros(1 << HASH_BITS, dtype=np.int32)
    for rows, document in zip(examples.features, examples.documents, strict=True):
        new = rows[last[rows] != document]
        count[new] += 1
        last[new] = document
    return np.flatnonzero(count >= MIN_DOCUMENTS).astype(np.int32)


def fit(examples: Examples, buckets: NDArray[np.int32]) -> NDArray[np.float32]:
    """Weights by bucket (in the order of `buckets`) and class."""
    n_classes = len(classes())
    row_of = np.full(1 << HASH_BITS, -1, dtype=np.int64)
    row_of[buckets] = np.arange(len(buckets))
    features = [row_of[rows][row_of[rows] >= 0] for rows in examples.features]
    labels = np.array(examples.labels)
    barred = np.where(np.array(examples.admitted), 0.0, -30.0).astype(np.float32)
    weights = np.zeros((len(buckets), n_classes), dtype=np.float32)
    squares = np.full_like(weights, 1e-3)
    order = np.array([i for i, rows in enumerate(features) if len(rows)])
    generator = np.random.default_rng(SEED)
    for epoch in range(EPOCHS):
        generator.shuffle(order)
        loss = 0.0
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            lengths = np.array([len(features[i]) for i in batch])
            together = np.concatenate([features[i] for i in batch])
            owner = np.repeat(np.arange(len(batch)), lengths)
            starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
            scores = np.add.reduceat(weights[together], starts, axis=0) + barred[batch]
            scores -= scores.max(axis=1, keepdims=True)
            slope = np.exp(scores)
            slope /= slope.sum(axis=1, keepdims=True)
            right = (np.arange(len(batch)), labels[batch])
            loss -= float(np.log(slope[right] + 1e-9).sum())
            slope[right] -= 1.0
            unique, place = np.unique(together, return_inverse=True)
            sorted_ = np.argsort(place, kind="stable")
            begins = np.searchsorted(place[sorted_], np.arange(len(unique)))
            step = np.add.reduceat(slope[owner[sorted_]], begins, axis=0) + L2 * BATCH * weights[unique]
            squares[unique] += step * step
            weights[unique] -= RATE * step / np.sqrt(squares[unique])
        print(f"epoch {epoch}: loss {loss / len(order):.4f}", flush=True)
    return weights


def calibrate(examples: Examples) -> list[list[float]]:
    """Slope and offset of the log-odds of each class, fitted on documents that the weights did not see.

    Source: Platt (1999), with a penalty that keeps rare classes near the others.
    """
    n_classes = len(classes())
    odds: list[list[float]] = [[] for _ in range(n_classes)]
    right: list[list[float]] = [[] for _ in range(n_classes)]
    for fold in range(FOLDS):
        inside = [i for i, document in enumerate(examples.documents) if document % FOLDS != fold]
        part = Examples(
            [examples.features[i] for i in inside],
            [examples.labels[i] for i in inside],
            [examples.admitted[i] for i in inside],
            [examples.documents[i] for i in inside],
        )
        buckets = frequent(part)
        weights = np.vstack([np.zeros((1, n_classes), dtype=np.float32), fit(part, buckets)])
        row_of = np.zeros(1 << HASH_BITS, dtype=np.int64)
        row_of[buckets] = np.arange(1, len(buckets) + 1)
        for i, document in enumerate(examples.documents):
            if document % FOLDS == fold:
                scores = np.where(
                    examples.admitted[i], weights[row_of[examples.features[i]]].sum(axis=0), -30.0
                )
                p = np.exp(scores - scores.max())
                p /= p.sum()
                best = int(p[1:].argmax()) + 1
                if p[best] > 0.05:
                    odds[best].append(float(np.log(p[best] / (1 - p[best] + 1e-6))))
                    right[best].append(float(examples.labels[i] == best))
    pooled = _platt(np.concatenate(odds), np.concatenate(right), np.array([1.0, 0.0]), 1.0)
    return [
        [round(float(v), 4) for v in _platt(np.array(x), np.array(y), pooled, PRIOR)]
        for x, y in zip(odds, right, strict=True)
    ]


def _platt(
    x: NDArray[np.float64], y: NDArray[np.float64], prior: NDArray[np.float64], weight: float
) -> NDArray[np.float64]:
    line = prior.copy()
    design = np.stack([x, np.ones_like(x)], axis=1)
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ line))
        slope = design.T @ (p - y) + weight * (line - prior)
        curve = (design * (p * (1 - p))[:, None]).T @ design + weight * np.eye(2)
        line = line - np.linalg.solve(curve, slope)
    return line


def write(
    path: Path, buckets: NDArray[np.int32], weights: NDArray[np.float32], lines: list[list[float]]
) -> None:
    """Write the weights, rounded, as a zip of arrays without dates."""
    scale = float(np.abs(weights).max()) / 127
    rounded = np.rint(weights / scale).astype(np.int8)
    used = np.flatnonzero(np.abs(rounded).max(axis=1) > 0)
    meta = json.dumps({"classes": list(classes()), "scale": scale, "calibration": lines}).encode()
    arrays = {
        "buckets": buckets[used],
        "weights": rounded[used],
        "meta": np.frombuffer(meta, dtype=np.uint8),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array, allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, buffer.getvalue())


def main() -> None:
    """Fit on a corpus and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, default=Path("kg/extract/data/relations.npz"))
    args = parser.parse_args()
    examples = collect(args.corpus, annotated_documents(args.corpus))
    print(f"{len(examples.labels)} pairs, {sum(1 for label in examples.labels if label)} of them facts")
    buckets = frequent(examples)
    write(args.out, buckets, fit(examples, buckets), calibrate(examples))


if __name__ == "__main__":
    main()
