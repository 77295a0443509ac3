"""Claims about the recording itself: who hosts it, who is the guest, what series it belongs to, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg.model import Assertion, Claim, Literal, Mention, MentionKind, Span
from kg.ontology import load_ontology
from kg.ontology.vocabulary import name_key

if TYPE_CHECKING:
    from kg.stages import Annotated, Role

__all__ = ["RecordingExtractor"]

# Main topics: a handful, each named often and over a third of the recording.
_MAX_TOPICS = 5
_MIN_MENTIONS = 5
_MIN_SPREAD = 1 / 3
_TOPIC_CONFIDENCE = 0.6
_NO_TOPICS = ("Person", "Place")


class RecordingExtractor:
    """Proposes claims from metadata and introductions."""

    name = "recording"

    def __init__(self) -> None:
        ontology = load_ontology()
        self._hosts = ontology.predicate("hosts").name
        self._guest = ontology.predicate("guestOn").name
        self._interviewed = ontology.predicate("interviewed").name
        self._part = ontology.predicate("partOf").name
        self._released = ontology.predicate("releasedIn").name
        discusses = ontology.predicate("discusses")
        self._discusses = discusses.name
        self._topics = frozenset(discusses.range) - {ontology.entity_type(name).name for name in _NO_TOPICS}

    def __call__(self, annotated: Annotated) -> Iterable[Claim]:
        """The claims of one document: from metadata first, then by role."""
        metadata = annotated.speech.transcript.metadata
        if annotated.series is not None:
            yield self._claim(
                annotated, annotated.recording, self._part, annotated.series, annotated.series.span, 0.85
            )
        if metadata.date and (span := metadata.spans.get("date")):
            datatype = {4: "gYear", 7: "gYearMonth"}.get(len(metadata.date), "date")
            yield self._literal(annotated, span, metadata.date, datatype)
        hosts = [role for role in annotated.roles if role.role == "host"]
        guests = [role for role in annotated.roles if role.role == "guest"]
        for role in hosts:
            yield from self._role(annotated, role, self._hosts)
            if annotated.series is not None:
                yield self._claim(
                    annotated, _person(role), self._hosts, annotated.series, role.span, role.confidence
                )
        for role in guests:
            yield from self._role(annotated, role, self._guest)
        for host in hosts:
            for guest in guests:
                if host.name != guest.name:
                    confidence = host.confidence * guest.confidence
                    yield self._claim(
                        annotated, _person(host), self._interviewed, _person(guest), guest.span, confidence
                    )

        yield from self._main_topics(annotated)

    def _main_topics(self, annotated: Annotated) -> Iterator[Claim]:
        """The things that are named most often and over a good part of the recording."""
        length = max(1, len(annotated.speech.transcript.raw))
        places: dict[str, list[Mention]] = {}
        for mention in annotated.mentions:
            if mention.type in self._topics and mention.kind is not MentionKind.LABEL:
                places.setdefault(mention.vocabulary_iri or name_key(mention.surface), []).append(mention)
        ranked = sorted(places.items(), key=lambda item: (-len(item[1]), item[1][0].span))
        for _, mentions in ranked[:_MAX_TOPICS]:
            spread = (mentions[-1].span.start - mentions[0].span.start) / length
            if len(mentions) >= _MIN_MENTIONS and spread >= _MIN_SPREAD:
                first = mentions[0]
                yield self._claim(
                    annotated, annotated.recording, self._discusses, first, first.span, _TOPIC_CONFIDENCE
                )

    def _role(self, annotated: Annotated, role: Role, predicate: str) -> Iterator[Claim]:
        yield self._claim(
            annotated, _person(role), predicate, annotated.recording, role.span, role.confidence
        )

    def _claim(
        self,
        annotated: Annotated,
        subject: Mention,
        predicate: str,
        object_: Mention,
        span: Span,
        confidence: float,
    ) -> Claim:
        return Claim(
            subject=subject,
            predicate=predicate,
            object=object_,
            literal=None,
            span=span,
            assertion=Assertion.ASSERTED,
            confidence=round(confidence, 3),
            speaker=_speaker_at(annotated, span),
            extractor=self.name,
        )

    def _literal(self, annotated: Annotated, span: Span, value: str, datatype: str) -> Claim:
        return Claim(
            subject=annotated.recording,
            predicate=self._released,
            object=None,
            literal=Literal(value, datatype=datatype, iso=value),
            span=span,
            assertion=Assertion.ASSERTED,
            confidence=0.95,
            speaker=None,
            extractor=self.name,
        )


def _person(role: Role) -> Mention:
    return Mention(
        span=role.span,
        surface=role.name,
        type="Person",
        kind=MentionKind.LABEL,
        confidence=role.confidence,
        refers_to=role.name,
        source=role.source,
    )


def _speaker_at(annotated: Annotated, span: Span) -> str | None:
    """Who says the words at this span; nobody where it lies in metadata."""
    for index, turn in enumerate(annotated.speech.transcript.turns):
        if turn.span.contains(span):
            speaker = annotated.speaker_of(index)
            return speaker.name if speaker else None
    return None
