"""The data that walks through kg: from spans of raw text to entities, claims and statements.

Everything is frozen. A `Span` always counts code points of the transcript's raw text, which is the
decoded file as it is (a byte order mark removed, line ends untouched).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from kg.errors import SpanError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Assertion",
    "Claim",
    "Cue",
    "Entity",
    "EvidenceClaim",
    "Literal",
    "Mention",
    "MentionKind",
    "Metadata",
    "Quantity",
    "Span",
    "Statement",
    "TimePrecision",
    "Transcript",
    "Turn",
]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range ``[start, end)`` of code points in the raw text.

    >>> Span(4, 10).cut("Hi, OpenAI!")
    'OpenAI'
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"want 0 <= start < end, got [{self.start}, {self.end})")

    def cut(self, text: str) -> str:
        """The surface form at this span; raises `SpanError` past the end."""
        if len(text) < self.end:
            raise SpanError(
                f"end {self.end} is past the last character ({len(text)})",
                where="Span.cut",
                hint="the raw text, not the normalised one",
            )
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two ranges share a code point.

        >>> Span(0, 3).overlaps(Span(2, 5)), Span(0, 3).overlaps(Span(3, 5))
        (True, False)
        """
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end


class TimePrecision(Enum):
    """How a time is known: of a word, of a caption cue, or interpolated by words between marks."""

    EXACT = "exact"
    CUE = "cue"
    INTERPOLATED = "interpolated"


class Assertion(Enum):
    """How firmly a claim is made."""

    ASSERTED = "asserted"
    HEDGED = "hedged"
    NEGATED = "negated"
    QUESTION = "question"
    HYPOTHETICAL = "hypothetical"


@dataclass(frozen=True, slots=True)
class Cue:
    """A timed piece of speech: a caption, a Whisper segment, or a single word.

    Args:
        span: Where its words stand in the raw text.
        start_s: Seconds from the start of the recording.
        end_s: Seconds, or None where the source gives no end.
        precision: `EXACT` for a word's own time, `CUE` for a caption's.
    """

    span: Span
    start_s: float
    end_s: float | None = None
    precision: TimePrecision = TimePrecision.CUE


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says without interruption.

    Args:
        pieces: Spans of speech in the raw text, ascending; marks, tags and page furniture lie between.
        speaker: The label as the source writes it ("SC", "Sam Charrington"), or None.
        label_span: Where that label stands in the raw text, or None.
        start_s: Seconds at which the turn starts, or None where the source does not say.
        end_s: Seconds at which it ends (the next turn's start at the latest), or None.
        cues: Timed pieces inside the turn, ascending; empty where only the turn is timed.
    """

    pieces: tuple[Span, ...]
    speaker: str | None = None
    label_span: Span | None = None
    start_s: float | None = None
    end_s: float | None = None
    cues: tuple[Cue, ...] = ()

    def __post_init__(self) -> None:
        if not self.pieces:
            raise ValueError("a turn needs at least one piece of speech")
        for before, after in zip(self.pieces, self.pieces[1:], strict=False):
            if after.start < before.end:
                raise ValueError(f"pieces of a turn must ascend, got {before} before {after}")

    @property
    def span(self) -> Span:
        """From the first to the last word of the turn."""
        return Span(self.pieces[0].start, self.pieces[-1].end)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the source says of the recording itself; empty where it says nothing.

    `spans` maps a field's name to where its value stands in the raw text, for evidence.
    `date` is an xsd:date, xsd:gYearMonth or xsd:gYear in ISO form. `duration_s` is in seconds.
    """

    title: str | None = None
    series: str | None = None
    episode: str | None = None
    date: str | None = None
    hosts: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    channel: str | None = None
    url: str | None = None
    duration_s: float | None = None
    views: int | None = None
    language: str | None = None
    spans: Mapping[str, Span] = field(default_factory=lambda: MappingProxyType({}))

    def __reduce__(self) -> tuple[object, ...]:
        # A mapping proxy cannot be pickled; documents cross process borders.
        values = [getattr(self, name) for name in self.__slots__]
        values[-1] = dict(self.spans)
        return (Metadata, tuple(values))


@dataclass(frozen=True, slots=True)
class Transcript:
    """One source: raw text, turns and metadata.

    Args:
        name: A short name, unique in a build, from which IRIs are minted ("twiml-74").
        source: The file's name as the user gave it, with forward slashes; never absolute.
        sha256: Of the file's bytes, in hex.
        format: Name of the reader.
        raw: The decoded file.
        turns: Speech in order; at least one.
        metadata: Of the recording.
        asides: Spans that are text but not speech: viewers' comments, page furniture, sound notes.
        warnings: What the reader had to mend or leave out, for the user.
    """

    name: str
    source: str
    sha256: str
    format: str
    raw: str
    turns: tuple[Turn, ...]
    metadata: Metadata = field(default_factory=Metadata)
    asides: tuple[Span, ...] = ()
    warnings: tuple[str, ...] = ()


class MentionKind(Enum):
    """What sort of expression a mention is."""

    NAME = "name"
    TERM = "term"
    PRONOUN = "pronoun"
    DESCRIPTION = "description"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class Mention:
    """A span that refers to something.

    Args:
        span: In the raw text.
        surface: The words, normalised (line ends, marks and tags taken out).
        type: Local name of one of the ten entity types.
        kind: Sort of expression.
        vocabulary_iri: The vocabulary's entry that a label of it matched, or None.
        misheard: Whether it matched a hidden (misheard or misspelt) label.
        confidence: Probability that this is a mention of that type, in [0, 1].
        refers_to: For speakers and pronouns: the name of who is meant, or None.
        source: Which annotator found it.
    """

    span: Span
    surface: str
    type: str
    kind: MentionKind = MentionKind.NAME
    vocabulary_iri: str | None = None
    misheard: bool = False
    confidence: float = 1.0
    refers_to: str | None = None
    source: str = "vocabulary"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as said.

    Args:
        span: In the raw text.
        surface: As said, normalised ("about 20 teraflops").
        number: The value, or the lower one of a range.
        upper: Upper value of a range, or None.
        unit: QUDT local name ("TeraFLOPS"), or None where nothing is counted in a known unit.
        unit_label: The unit or counted noun in words ("teraflops", "employees"), or None.
        approximate: Whether "about", "like", "more like" or a range stands before the number.
        unit_inherited: Whether the unit comes from an earlier quantity of the series.
    """

    span: Span
    surface: str
    number: Decimal
    upper: Decimal | None = None
    unit: str | None = None
    unit_label: str | None = None
    approximate: bool = False
    unit_inherited: bool = False


@dataclass(frozen=True, slots=True)
class Literal:
    """The object of a claim that is no entity.

    Args:
        value: As said ("about 20 teraflops", "co-founder and CTO").
        number: Numeric value, or None.
        unit: QUDT local name, or None.
        unit_label: The unit in words, or None.
        datatype: Local XSD name for dates ("date", "gYear", "gYearMonth"), else None.
        iso: The value in the datatype's lexical form, or None.
    """

    value: str
    number: Decimal | None = None
    unit: str | None = None
    unit_label: str | None = None
    datatype: str | None = None
    iso: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What one passage says, over mentions; identity is not decided yet.

    Args:
        subject: Mention of the subject.
        predicate: Local name of a predicate of the ontology.
        object: Mention of the object; None if `literal` is given.
        literal: Value of the object; None if `object` is given.
        span: Evidence in the raw text.
        assertion: How firmly it is said.
        confidence: In [0, 1].
        speaker: Name of who says it, or None where unknown.
        qualifiers: Names and values, sorted by name.
        extractor: Which extractor made it.
        status_cue: The words that show the status ("I think", "not"), or None.
    """

    subject: Mention
    predicate: str
    object: Mention | None
    literal: Literal | None
    span: Span
    assertion: Assertion
    confidence: float
    speaker: str | None
    qualifiers: tuple[tuple[str, str], ...] = ()
    extractor: str = "frames"
    status_cue: str | None = None

    def __post_init__(self) -> None:
        if (self.object is None) == (self.literal is None):
            raise ValueError("a claim has either an object or a literal")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence must be in [0, 1], got {self.confidence}")


@dataclass(frozen=True, slots=True)
class Entity:
    """The thing itself, after resolution.

    Args:
        iri: Absolute.
        name: Preferred name.
        type: Local name of one of the ten types.
        subtype: Local name of a subclass, or None.
        aliases: Other correct names, sorted.
        hidden: Misheard and misspelt forms that were met, sorted.
        same_as: Pages of the same thing elsewhere, sorted IRIs.
        n_mentions: How often it is mentioned, speaker labels included.
        documents: IRIs of the transcripts that mention it, sorted.
    """

    iri: str
    name: str
    type: str
    subtype: str | None = None
    aliases: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    n_mentions: int = 0
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceClaim:
    """A claim over entities, with its evidence: one line of ``claims.jsonl``.

    `quote` is ``raw[start:end]`` to the letter, or None when the build leaves quotes out
    (`quote_sha256` then identifies it). `reading` is the same passage without marks and line ends.
    `start_s` and `end_s` are seconds, None where the transcript has no times.
    """

    iri: str
    subject: str
    predicate: str
    object: str | None
    literal: Literal | None
    assertion: Assertion
    confidence: float
    speaker: str | None
    document: str
    quote: str | None
    quote_sha256: str
    reading: str | None
    start: int
    end: int
    start_s: float | None
    end_s: float | None
    time_precision: TimePrecision | None
    qualifiers: tuple[tuple[str, str], ...]
    extractor: str
    approximate: bool = False
    status_cue: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What the graph holds, over entities; rests on at least one claim.

    Args:
        iri: Absolute.
        subject: IRI.
        predicate: Local name.
        object: IRI, or None.
        literal: Value, or None.
        claims: IRIs of the claims that say so, sorted.
        asserted: Whether at least one of them is asserted above the threshold.
        confidence: Of the strongest claim.
    """

    iri: str
    subject: str
    predicate: str
    object: str | None
    literal: Literal | None
    claims: tuple[str, ...]
    asserted: bool
    confidence: float
