"""The protocols between the stages, on one page.

file → `Transcript` → `Annotated` → `Claim` (over mentions) → `Statement` (over entities) → graph
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from kg.model import Claim, Mention, Quantity, Span, TimePrecision, Transcript
from kg.speech import Speech

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = [
    "Annotated",
    "Annotator",
    "CitedClaim",
    "Evidence",
    "Extracted",
    "Extractor",
    "Parsed",
    "Role",
    "Speaker",
]


@dataclass(frozen=True, slots=True)
class Role:
    """The part that somebody plays in a recording.

    Args:
        name: Of the person.
        role: "host" or "guest".
        span: The words that show it, in the raw text.
        confidence: In [0, 1].
        source: What shows it: "metadata", "introduction" or "conversation".
    """

    name: str
    role: str
    span: Span
    confidence: float
    source: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who a label stands for.

    Args:
        label: As the source writes it.
        name: Of the person, or the label itself where the transcript gives no name.
        named: Whether `name` is a person's name rather than the label.
        confidence: In [0, 1].
    """

    label: str
    name: str
    named: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class Parsed:
    """A spaCy Doc and where its text starts in the normalised speech."""

    doc: Doc
    offset: int
    turn: int


@dataclass(frozen=True)
class Annotated:
    """A transcript with what was found in it, before any claim.

    Args:
        speech: Normalised speech.
        parsed: Syntax, one entry a turn.
        mentions: Ascending by span, not overlapping.
        quantities: Ascending by span.
        speakers: By label.
        roles: Hosts and guests.
        recording: Name of the recording itself (the episode), and of its series or None.
    """

    speech: Speech
    parsed: tuple[Parsed, ...]
    mentions: tuple[Mention, ...]
    quantities: tuple[Quantity, ...]
    speakers: dict[str, Speaker]
    roles: tuple[Role, ...]
    recording: Mention
    series: Mention | None

    def speaker_of(self, turn: int) -> Speaker | None:
        """Who speaks the turn with this index, or None where the source does not say."""
        label = self.speech.transcript.turns[turn].speaker
        return None if label is None else self.speakers.get(label)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where and when the words of a claim stand; `quote` is ``raw[span.start:span.end]``."""

    span: Span
    quote: str
    reading: str
    start_s: float | None
    end_s: float | None
    time_precision: TimePrecision | None


@dataclass(frozen=True, slots=True)
class CitedClaim:
    """A claim with its evidence; from here on nobody rereads the text."""

    claim: Claim
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Extracted:
    """All that one document contributes; plain values, so that it can cross processes."""

    transcript: Transcript
    n_words: int
    mentions: tuple[Mention, ...]
    claims: tuple[CitedClaim, ...]
    speakers: tuple[Speaker, ...]
    recording: Mention
    series: Mention | None
    timings_s: tuple[tuple[str, float], ...] = ()


@runtime_checkable
class Annotator(Protocol):
    """Finds mentions, quantities and speakers in a transcript."""

    def __call__(self, transcript: Transcript) -> Annotated:
        """The transcript with its annotations."""


@runtime_checkable
class Extractor(Protocol):
    """Proposes claims; several extractors may propose the same one."""

    name: str

    def __call__(self, annotated: Annotated) -> Iterable[Claim]:
        """Claims in any order."""


@runtime_checkable
class Resolver(Protocol):
    """Turns what documents say into entities and statements."""

    def __call__(self, documents: Sequence[Extracted]) -> object:
        """The resolved graph."""
