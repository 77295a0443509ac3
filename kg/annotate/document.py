"""A transcript with everything that was found in it: the annotators, composed.

Comes in: a `Transcript`. Goes out: an `Annotated`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kg.annotate.mentions import find_mentions
from kg.annotate.quantities import find_quantities
from kg.annotate.roles import find_roles
from kg.annotate.series import find_series, name_series
from kg.annotate.speakers import resolve_labels
from kg.errors import DataError
from kg.model import Mention, MentionKind, Quantity, Span, Transcript
from kg.nlp import pipe_in_context
from kg.ontology.cues import Cues, load_cues
from kg.ontology.units import Units, load_units
from kg.ontology.vocabulary import Vocabulary, load_vocabulary
from kg.speech import Speech, normalise
from kg.stages import Annotated, Parsed, Role, Speaker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.language import Language

__all__ = ["DocumentAnnotator", "NoSpeechError"]


class NoSpeechError(DataError):
    """A transcript holds no words."""

    code = "KG150"


class DocumentAnnotator:
    """Annotates transcripts with one language model, one vocabulary and one set of cues."""

    def __init__(
        self,
        nlp: Language,
        *,
        vocabulary: Vocabulary | None = None,
        cues: Cues | None = None,
        units: Units | None = None,
    ) -> None:
        self.nlp = nlp
        self.vocabulary = vocabulary or load_vocabulary()
        self.cues = cues or load_cues()
        self.units = units or load_units()

    def __call__(self, transcript: Transcript) -> Annotated:
        """The annotated transcript; raises `NoSpeechError` where nothing is said."""
        speech = normalise(transcript)
        if not speech.text.strip():
            raise NoSpeechError(
                "there are no words of speech", where=transcript.source, hint="a transcript with text"
            )
        parsed = self._parse(speech)
        mentions = find_mentions(speech, parsed, vocabulary=self.vocabulary, cues=self.cues)
        series = find_series(speech, mentions, self.cues)
        mentions = name_series(speech, mentions, series)
        roles = find_roles(
            speech,
            mentions,
            self.cues,
            vocabulary=self.vocabulary,
            series=series,
            is_person=self._is_person,
        )
        speakers = resolve_labels(speech, mentions, roles)
        roles = _complete_roles(roles, speakers)
        recording = _recording(transcript, series)
        quantities = self._quantities(speech, parsed, mentions)
        labels = _label_mentions(transcript, speakers)
        mentions = _outside_quantities(mentions, quantities)
        return Annotated(
            speech=speech,
            parsed=parsed,
            mentions=tuple(sorted([*mentions, *labels], key=lambda m: (m.span, m.surface))),
            quantities=tuple(quantities),
            speakers=speakers,
            roles=tuple(roles),
            recording=recording,
            series=series,
        )

    def _parse(self, speech: Speech) -> tuple[Parsed, ...]:
        texts = [speech.text[turn.start : turn.end] for turn in speech.turns]
        docs = pipe_in_context(self.nlp, texts)
        return tuple(
            Parsed(doc, turn.start, turn.index) for doc, turn in zip(docs, speech.turns, strict=True)
        )

    def _is_person(self, name: str) -> bool:
        """Whether the vocabulary or the language model takes `name` for a person's."""
        if any(entry.type == "Person" and not hidden for entry, _, hidden in self.vocabulary.named(name)):
            return True
        return any(ent.label_ == "Person" and ent.text == name for ent in self.nlp(f"I'm {name}.").ents)

    def _quantities(
        self, speech: Speech, parsed: Sequence[Parsed], mentions: Sequence[Mention]
    ) -> list[Quantity]:
        found = []
        names = [m.span for m in mentions if m.type != "Person"]
        place = 0
        for item in parsed:
            for quantity in find_quantities(speech, item.doc, item.offset, units=self.units, cues=self.cues):
                while place < len(names) and names[place].end <= quantity.span.start:
                    place += 1
                # "TPU 2.0" and "GPT-3" are names; "512-core GPU" is not swallowed by its quantity.
                if place < len(names) and names[place].contains(quantity.span):
                    continue
                found.append(quantity)
        return found


def _outside_quantities(mentions: Sequence[Mention], quantities: Sequence[Quantity]) -> list[Mention]:
    """Mentions without the units: in "20 teraflops" nothing is named."""
    measured = [quantity.span for quantity in quantities if quantity.unit is not None]
    kept = []
    place = 0
    for mention in mentions:
        while place < len(measured) and measured[place].end <= mention.span.start:
            place += 1
        if place >= len(measured) or not measured[place].contains(mention.span):
            kept.append(mention)
    return kept


def _complete_roles(roles: Sequence[Role], speakers: dict[str, Speaker]) -> list[Role]:
    """Roles under the full names of the speakers they mean ("Greg" → "Greg Brockman")."""
    names = [speaker.name for speaker in speakers.values() if speaker.named] + [role.name for role in roles]
    full = sorted({name for name in names if " " in name})
    done: dict[tuple[str, str], Role] = {}
    for role in roles:
        name = role.name
        if " " not in name:
            fits = [other for other in full if name in (other.split()[0], other.split()[-1])]
            if len(fits) == 1:
                name = fits[0]
            elif fits:
                continue
        key = (name.lower(), role.role)
        if key not in done or done[key].confidence < role.confidence:
            done[key] = Role(name, role.role, role.span, role.confidence, role.source)
    # Nobody is host and guest of one recording: the surer reading stays.
    result = []
    for (name, kind), role in done.items():
        other = done.get((name, "guest" if kind == "host" else "host"))
        if other is None or (role.confidence, kind == "host") > (other.confidence, kind != "host"):
            result.append(role)
    return sorted(result, key=lambda role: (-role.confidence, role.span, role.name))


def _recording(transcript: Transcript, series: Mention | None) -> Mention:
    metadata = transcript.metadata
    if metadata.title:
        name = metadata.title
        span = metadata.spans.get("title")
    elif series is not None and metadata.episode:
        name = f"{series.surface}, episode {metadata.episode}"
        span = metadata.spans.get("episode")
    elif series is not None and not metadata.date:
        # The show is all that names this recording.
        return replace(series, kind=MentionKind.LABEL)
    else:
        return Mention(
            span=transcript.turns[0].pieces[0],
            surface=f"Recording {transcript.name}",
            type="Work",
            kind=MentionKind.LABEL,
            confidence=0.95,
            source="untitled",
        )
    return Mention(
        span=span or transcript.turns[0].pieces[0],
        surface=name,
        type="Work",
        kind=MentionKind.LABEL,
        confidence=0.95,
        source="metadata",
    )


def _label_mentions(transcript: Transcript, speakers: dict[str, Speaker]) -> list[Mention]:
    found = []
    for turn in transcript.turns:
        if turn.speaker and turn.label_span and turn.speaker in speakers:
            speaker = speakers[turn.speaker]
            span = Span(turn.label_span.start, turn.label_span.end)
            found.append(
                Mention(
                    span=span,
                    surface=turn.speaker,
                    type="Person",
                    kind=MentionKind.LABEL,
                    confidence=speaker.confidence,
                    refers_to=speaker.name,
                    source="speaker",
                )
            )
    return found
