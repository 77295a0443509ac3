"""All extractors over one document: proposals that say the same are brought together and cited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.extract.adjacency import AdjacencyExtractor
from kg.extract.conversation import ConversationExtractor
from kg.extract.definitions import DefinitionExtractor
from kg.extract.frames import FrameExtractor
from kg.extract.opinions import OpinionExtractor
from kg.extract.quantities import QuantityExtractor
from kg.extract.recordings import RecordingExtractor
from kg.extract.relations import RelationJudge
from kg.extract.roles import RoleExtractor
from kg.model import Claim, Mention, Span
from kg.ontology.cues import Cues, load_cues
from kg.ontology.vocabulary import Vocabulary, load_vocabulary, name_key
from kg.speech import Speech
from kg.stages import Annotated, CitedClaim, Evidence, Extracted, Extractor, Speaker

if TYPE_CHECKING:
    from kg.model import Transcript

__all__ = ["DocumentExtractor"]


class DocumentExtractor:
    """Runs the extractors and settles what they propose."""

    def __init__(
        self,
        *,
        cues: Cues | None = None,
        vocabulary: Vocabulary | None = None,
        min_confidence: float = 0.2,
        extractors: Sequence[Extractor] | None = None,
        judge: RelationJudge | None = None,
    ) -> None:
        cues = cues or load_cues()
        vocabulary = vocabulary or load_vocabulary()
        self._min_confidence = min_confidence
        self._extractors: Sequence[Extractor] = extractors or (
            RecordingExtractor(),
            ConversationExtractor(),
            FrameExtractor(cues, vocabulary),
            RoleExtractor(cues, vocabulary),
            DefinitionExtractor(cues, vocabulary),
            AdjacencyExtractor(cues, vocabulary),
            QuantityExtractor(cues, vocabulary),
            OpinionExtractor(cues, vocabulary),
        )
        self._judge = judge or RelationJudge(cues, vocabulary)

    def proposals(self, annotated: Annotated) -> list[Claim]:
        """What the extractors say by themselves, each in its order."""
        return [claim for extractor in self._extractors for claim in extractor(annotated)]

    def __call__(self, annotated: Annotated) -> Extracted:
        """What the document contributes to the graph."""
        best: dict[tuple[object, ...], Claim] = {}
        proposals = self.proposals(annotated)
        for claim in (*proposals, *self._judge(annotated, proposals)):
            if claim.confidence < self._min_confidence:
                continue
            key = _key(claim)
            known = best.get(key)
            if known is None or (claim.confidence, known.span) > (known.confidence, claim.span):
                best[key] = claim
        ordered = sorted(best.values(), key=_order)
        transcript = annotated.speech.transcript
        return Extracted(
            transcript=transcript,
            n_words=annotated.speech.n_words,
            mentions=tuple(_all_mentions(annotated, ordered)),
            claims=tuple(CitedClaim(claim, cite(annotated.speech, claim.span)) for claim in ordered),
            speakers=_speakers(annotated, transcript),
            recording=annotated.recording,
            series=annotated.series,
        )


def cite(speech: Speech, span: Span) -> Evidence:
    """The evidence at a span of the raw text."""
    time = speech.time_at(span)
    inside_speech = any(turn.span.contains(span) for turn in speech.transcript.turns)
    quote = span.cut(speech.transcript.raw)
    return Evidence(
        span=span,
        quote=quote,
        reading=speech.mapped.reading(span) if inside_speech else " ".join(quote.split()),
        start_s=time.start_s if time and inside_speech else None,
        end_s=time.end_s if time and inside_speech else None,
        time_precision=time.precision if time and inside_speech else None,
    )


def _who(mention: Mention) -> str:
    return mention.vocabulary_iri or name_key(mention.refers_to or mention.surface)


def _key(claim: Claim) -> tuple[object, ...]:
    """Equal for proposals that say the same with overlapping words of one sentence."""
    target = _who(claim.object) if claim.object else (claim.literal.value.lower() if claim.literal else "")
    return (_who(claim.subject), claim.predicate, target, claim.span.start // 200)


def _order(claim: Claim) -> tuple[object, ...]:
    literal = claim.literal.value if claim.literal else ""
    target = claim.object.span if claim.object else Span(0, 1)
    return (claim.span, claim.predicate, claim.subject.span, target, literal)


def _all_mentions(annotated: Annotated, claims: Sequence[Claim]) -> list[Mention]:
    """Mentions of the text, and those that only metadata or a claim brings in."""
    known = {(m.span, m.surface) for m in annotated.mentions}
    extra = [annotated.recording, *([annotated.series] if annotated.series else [])]
    for claim in claims:
        extra += [m for m in (claim.subject, claim.object) if m is not None]
    found = list(annotated.mentions)
    for mention in extra:
        if (mention.span, mention.surface) not in known:
            known.add((mention.span, mention.surface))
            found.append(mention)
    return sorted(found, key=lambda m: (m.span, m.surface))


def _speakers(annotated: Annotated, transcript: Transcript) -> tuple[Speaker, ...]:
    """Speakers in the order in which they first speak."""
    order: dict[str, Speaker] = {}
    for turn in transcript.turns:
        if turn.speaker and turn.speaker in annotated.speakers:
            order.setdefault(turn.speaker, annotated.speakers[turn.speaker])
    return tuple(order.values())
