"""Making claims: signatures checked, direction kept, evidence chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.extract.status import Status
from kg.model import Claim, Literal, Mention, Span
from kg.ontology import Ontology

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from kg.stages import Annotated, Parsed

__all__ = ["Proposer"]


class Proposer:
    """Builds claims of one document and refuses what the ontology's signatures do not allow."""

    def __init__(
        self, annotated: Annotated, ontology: Ontology, subtype_by_iri: dict[str, str | None]
    ) -> None:
        self._annotated = annotated
        self._ontology = ontology
        self._subtypes = subtype_by_iri

    def fits(self, mention: Mention, types: frozenset[str]) -> bool:
        """Whether the mention is of one of these types or subclasses; an empty set fits all.

        A subclass is demanded only of things whose subclass is known.
        """
        if not types or mention.type in types:
            return True
        subtype = self._subtypes.get(mention.vocabulary_iri or "")
        if subtype is not None:
            return subtype in types
        subtypes = {subtype.name: subtype.parent for subtype in self._ontology.subtypes}
        return any(subtypes.get(name) == mention.type for name in types)

    def signed(self, predicate: str, subject: Mention, object_: Mention | None) -> bool:
        """Whether subject and object have the types that the predicate wants."""
        signature = self._ontology.predicate(predicate)
        if signature.domain and subject.type not in signature.domain:
            return False
        if object_ is None:
            return True
        return not signature.range or object_.type in signature.range

    def propose(
        self,
        predicate: str,
        subject: Mention,
        object_: Mention | None,
        status: Status,
        weight: float,
        parsed: Parsed,
        evidence: tuple[int, int],
        *,
        literal: Literal | None = None,
        qualifiers: dict[str, str] | None = None,
        extractor: str,
        confidence: float | None = None,
    ) -> Claim | None:
        """A claim whose evidence is this range of the turn's text, or None if it makes no sense.

        The evidence is widened to hold subject and object. `confidence` is taken as it is where it is
        given; else it is the frame's weight times the confidence in both mentions.
        """
        if not self.signed(predicate, subject, object_):
            return None
        if object_ is not None and _same(subject, object_):
            return None
        speech = self._annotated.speech
        span = speech.to_raw(parsed.offset + evidence[0], parsed.offset + evidence[1])
        lo, hi = span.start, span.end
        for mention in (subject, object_):
            # Only what stands in the same turn: labels and metadata are evidence of another kind.
            if (
                mention is not None
                and abs(mention.span.start - span.start) < 2000
                and mention.kind.value != "label"
            ):
                lo, hi = min(lo, mention.span.start), max(hi, mention.span.end)
        if confidence is None:
            confidence = weight * subject.confidence * (object_.confidence if object_ else 1.0)
        speaker = self._annotated.speaker_of(parsed.turn)
        return Claim(
            subject=subject,
            predicate=predicate,
            object=object_,
            literal=literal,
            span=Span(lo, hi),
            assertion=status.assertion,
            confidence=round(min(0.99, confidence), 3),
            speaker=speaker.name if speaker else None,
            qualifiers=tuple(sorted((qualifiers or {}).items())),
            extractor=extractor,
            status_cue=status.cue,
        )


def _same(left: Mention, right: Mention) -> bool:
    if left.span == right.span:
        return True
    if left.vocabulary_iri and left.vocabulary_iri == right.vocabulary_iri:
        return True
    return (left.refers_to or left.surface).lower() == (right.refers_to or right.surface).lower()


def token_range(doc: Doc, *tokens: Token) -> tuple[int, int]:
    """From the first to the last of the tokens, as characters of the Doc's text."""
    start = min(token.idx for token in tokens)
    end = max(token.idx + len(token.text) for token in tokens)
    return start, min(end, len(doc.text))
