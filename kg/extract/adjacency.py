"""Claims from names that stand side by side: "Chiyuan Zhang from MIT", "OpenAI's Whisper", "Austin, Texas".

Only the words between two mentions count, so this works where the tree is wrong or the text has no case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg.extract.proposals import Proposer
from kg.extract.referents import Referents
from kg.extract.status import StatusReader
from kg.model import Claim, Mention, MentionKind
from kg.ontology import load_ontology
from kg.ontology.cues import AdjacentFrame, Cues, load_cues
from kg.ontology.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from spacy.tokens import Token

    from kg.stages import Annotated, Parsed

__all__ = ["AdjacencyExtractor"]

# Longest gap between two names, in characters: the longest phrase of the schema and its spaces.
_MAX_GAP = 30


class AdjacencyExtractor:
    """Proposes claims from the schema's adjacent frames."""

    name = "adjacency"

    def __init__(self, cues: Cues | None = None, vocabulary: Vocabulary | None = None) -> None:
        self.cues = cues or load_cues()
        vocabulary = vocabulary or load_vocabulary()
        self._ontology = load_ontology()
        self._subtypes = {entry.iri: entry.subtype for entry in vocabulary.entries}
        self._status = StatusReader(self.cues)

    def __call__(self, annotated: Annotated) -> Iterable[Claim]:
        """The claims of one document, in text order."""
        referents = Referents(annotated)
        proposer = Proposer(annotated, self._ontology, self._subtypes)
        mapped = annotated.speech.mapped
        for parsed in annotated.parsed:
            start = parsed.offset
            found = [
                (*mapped.from_raw(m.span), m) for m in referents.within(start, start + len(parsed.doc.text))
            ]
            for place, (left_start, left_end, left) in enumerate(found):
                if left.kind is MentionKind.LABEL:
                    continue
                for right_start, right_end, right in self._partners(annotated, found, place):
                    gap = " ".join(annotated.speech.text[left_end:right_start].lower().split())
                    head = _token_at(parsed, right_start - start)
                    for frame in self.cues.adjacent_frames:
                        if (
                            _plain_gap(gap) in frame.between
                            and left.type in frame.left_types
                            and right.type in frame.right_types
                        ):
                            yield from self._claim(
                                frame,
                                left,
                                right,
                                head,
                                parsed,
                                proposer,
                                (left_start - start, right_end - start),
                            )

    def _partners(
        self, annotated: Annotated, found: list[tuple[int, int, Mention]], place: int
    ) -> Iterator[tuple[int, int, Mention]]:
        """The next mention, and those that "and" adds to it ("from MIT and Google Brain")."""
        _, end, _ = found[place]
        for index in range(place + 1, min(place + 4, len(found))):
            start, after, mention = found[index]
            if index == place + 1:
                if start - end > _MAX_GAP:
                    return
            else:
                joint = annotated.speech.text[found[index - 1][1] : start].strip().lower()
                if joint not in ("and", ",", ", and", "or", "&") or mention.type != found[place + 1][2].type:
                    return
                # The gap that counts is the one before the first of the series.
                first_start, _, _ = found[place + 1]
                yield first_start, after, mention
                continue
            yield start, after, mention

    def _claim(
        self,
        frame: AdjacentFrame,
        left: Mention,
        right: Mention,
        head: Token | None,
        parsed: Parsed,
        proposer: Proposer,
        evidence: tuple[int, int],
    ) -> Iterator[Claim]:
        subject, object_ = (left, right) if frame.subject_is_left else (right, left)
        if head is None:
            return
        claim = proposer.propose(
            frame.predicate,
            subject,
            object_,
            self._status.read(head, anchored=True),
            frame.weight,
            parsed,
            evidence,
            extractor=f"{self.name}/{frame.name}",
        )
        if claim is not None:
            yield claim


def _plain_gap(gap: str) -> str:
    """The words between without the article that belongs to the right name."""
    for article in (" the", " a", " an"):
        if gap.endswith(article):
            return gap.removesuffix(article).strip()
    return gap.strip()


def _token_at(parsed: Parsed, offset: int) -> Token | None:
    span = parsed.doc.char_span(offset, offset + 1, alignment_mode="expand")
    return span[0] if span is not None and len(span) else None
