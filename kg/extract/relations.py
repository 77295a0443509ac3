"""Claims that a classifier learned from annotated conversations finds in pairs of arguments.

The schema's frames are among its features, so it is also a second opinion on what they propose.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from kg.extract.arguments import base
from kg.extract.employers import find_employers
from kg.extract.opinions import stance_of
from kg.extract.pairs import DocumentCounts, Pair, find_pairs, pair_features
from kg.extract.proposals import Proposer, token_range
from kg.extract.referents import Referents
from kg.extract.status import Status, StatusReader
from kg.extract.weights import RelationWeights, load_weights
from kg.model import Assertion, Claim, Span
from kg.ontology import load_ontology
from kg.ontology.cues import Cues, load_cues
from kg.ontology.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from spacy.tokens import Token

    from kg.stages import Annotated

__all__ = ["RelationJudge"]

# Below this probability a reading is not proposed: best strict F1 of 0.2, 0.25 and 0.3 at a precision
# of at least 0.40 on the development part of the podcasts (kg eval, 2026-11-21).
MIN_PROBABILITY = 0.2
_CLAUSE_STEPS = 6


class RelationJudge:
    """Judges pairs of arguments; proposals of other extractors are evidence."""

    name = "relations"
    # What is discussed is counted over a document, not said in a sentence.
    unlearned: ClassVar[frozenset[str]] = frozenset({load_ontology().predicate("discusses").name})

    def __init__(
        self,
        cues: Cues | None = None,
        vocabulary: Vocabulary | None = None,
        weights: RelationWeights | None = None,
    ) -> None:
        self.cues = cues or load_cues()
        vocabulary = vocabulary or load_vocabulary()
        self._ontology = load_ontology()
        self._subtypes = {entry.iri: entry.subtype for entry in vocabulary.entries}
        self._status = StatusReader(self.cues)
        self._weights = weights
        self._opinion = self._ontology.predicate("opinion").name
        self._allowed: dict[tuple[str, str], NDArray[np.bool_]] = {}

    def candidates(
        self, annotated: Annotated, proposals: Sequence[Claim]
    ) -> Iterator[tuple[Pair, list[str]]]:
        """Pairs of one document with their features; `proposals` are what the other extractors say."""
        frames: dict[tuple[Span, Span], set[str]] = defaultdict(set)
        spoken: dict[Span, set[str]] = defaultdict(set)
        for claim in proposals:
            if claim.object is not None:
                said = f"{claim.extractor}:{claim.predicate}"
                frames[claim.subject.span, claim.object.span].add(said)
                if claim.predicate == self._opinion:
                    spoken[claim.object.span].add(said)
        employers = find_employers(annotated, proposals, self._ontology)
        counts = DocumentCounts(annotated)
        for pair in find_pairs(annotated, Referents(annotated, employers)):
            said_of = frames.get((pair.subject.mention.span, pair.object.mention.span), set())
            if pair.subject.mention.type == "Person":
                said_of = said_of | spoken.get(pair.object.mention.span, set())
            yield pair, pair_features(pair, counts, sorted(said_of))

    def __call__(self, annotated: Annotated, proposals: Sequence[Claim]) -> Iterator[Claim]:
        """The claims that are likely enough, in text order."""
        weights = self._weights or load_weights()
        proposer = Proposer(annotated, self._ontology, self._subtypes)
        pairs = []
        features = []
        for pair, named in self.candidates(annotated, proposals):
            if self._admitted(pair, weights).any():
                pairs.append(pair)
                features.append(named)
        if not pairs:
            return
        scores = weights.scores(features)
        for pair, row in zip(pairs, scores, strict=True):
            admitted = self._admitted(pair, weights)
            probabilities = np.exp(np.where(admitted, row, -30.0) - row[admitted].max(initial=row[0]))
            none = np.exp(row[0] - row[admitted].max(initial=row[0]))
            probabilities[0] = 0.0
            probabilities /= probabilities.sum() + none
            best = int(probabilities.argmax())
            probability = weights.calibrated(best, max(float(probabilities[best]), 1e-6))
            if probability >= MIN_PROBABILITY:
                yield from self._claim(pair, weights.classes[best], probability, annotated, proposer)

    def _admitted(self, pair: Pair, weights: RelationWeights) -> NDArray[np.bool_]:
        key = (pair.subject.mention.type, pair.object.mention.type)
        if key not in self._allowed:
            self._allowed[key] = np.array(
                [bool(name) and self._ontology.predicate(name).accepts(*key) for name in weights.classes]
            )
        return self._allowed[key]

    def _claim(
        self, pair: Pair, predicate: str, probability: float, annotated: Annotated, proposer: Proposer
    ) -> Iterator[Claim]:
        token = pair.object.token
        assert token is not None
        clause = _clause(pair)
        status = self._status.read(clause)
        qualifiers: dict[str, str] = {}
        tokens = [token] if pair.subject.token is None else [token, pair.subject.token]
        if predicate == self._opinion:
            stance = stance_of(clause, token, self.cues)
            if status.assertion is Assertion.NEGATED:
                # Whoever denies has an opinion all the same.
                status = Status(Assertion.ASSERTED)
            if stance:
                qualifiers["stance"] = stance
            tokens.append(clause)
        start, end = token_range(pair.parsed.doc, *tokens)
        if predicate == self._opinion:
            qualifiers["summary"] = " ".join(pair.sentence.text.split())[:160]
        claim = proposer.propose(
            predicate,
            pair.subject.mention,
            pair.object.mention,
            status,
            1.0,
            pair.parsed,
            (start, end),
            qualifiers=qualifiers,
            extractor=f"{self.name}/{pair.subject.kind}",
            confidence=probability,
        )
        if claim is not None:
            yield claim


def _clause(pair: Pair) -> Token:
    """The predicate of the clause in which both arguments stand, nearest above the object."""
    token = pair.object.token
    assert token is not None
    left = pair.subject.token
    current = token
    for _ in range(_CLAUSE_STEPS):
        above = left is None or left.i == current.i or current.is_ancestor(left)
        verbal = current.pos_ in ("VERB", "AUX") or any(base(child) == "cop" for child in current.children)
        if (above and verbal) or current.head is current:
            return current
        current = current.head
    return current
