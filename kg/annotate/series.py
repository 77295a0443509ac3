"""Which show a recording belongs to, and where the speech names it.

Comes in: speech, mentions of people, cue words. Goes out: a mention of the series, or None.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.annotate.support import Occurrences
from kg.model import Mention, MentionKind, Span
from kg.ontology.cues import Cues
from kg.ontology.vocabulary import name_key, parse_words
from kg.speech import Speech

__all__ = ["find_series", "name_series"]

_NAME = re.compile(
    r"(?:The\s+)?[A-Z0-9][\w'’&.\-]*(?:\s+(?:of|the|in|and|on|at|for|&|to|a)(?:\s+the)?(?=\s+[A-Z])|\s+[A-Z][\w'’&\-]*){0,6}"
)
# A show's name has to be said at least this clearly; one weak cue alone ("welcome to X") does not do.
_ENOUGH = 1.0
# A show named in the very first words greets its listeners, in characters.
_GREETING = 150
# Where recordings introduce themselves, in characters (about six minutes of speech).
_OPENING = 6000


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    score: float


def find_series(speech: Speech, mentions: Sequence[Mention], cues: Cues) -> Mention | None:
    """The show that the recording belongs to, from metadata or from what is said of it, or None."""
    metadata = speech.transcript.metadata
    if metadata.series:
        span = metadata.spans.get("series") or speech.to_raw(0, 1)
        return Mention(span, metadata.series, "Work", MentionKind.LABEL, confidence=0.95, source="metadata")
    spans = {speech.mapped.from_raw(m.span): m for m in mentions if m.kind is not MentionKind.LABEL}
    people = [span for span, m in spans.items() if m.type in ("Person", "Place")]
    works = {span[0]: span[1] for span, m in spans.items() if m.type == "Work"}
    scores: dict[str, float] = defaultdict(float)
    first: dict[str, _Found] = {}
    for found in _announced(speech.text, works, cues):
        if any(start < found.end and found.start < end for start, end in people):
            continue
        key = name_key(speech.text[found.start : found.end])
        scores[key] += found.score
        first.setdefault(key, found)
    best = min(scores, key=lambda key: (-scores[key], first[key].start), default=None)
    if best is None or scores[best] < _ENOUGH:
        return None
    found = first[best]
    return Mention(
        speech.to_raw(found.start, found.end),
        speech.text[found.start : found.end],
        "Work",
        MentionKind.NAME,
        confidence=round(min(0.9, 0.5 + 0.2 * scores[best]), 3),
        source="introduction",
    )


def _announced(text: str, works: dict[int, int], cues: Cues) -> Iterator[_Found]:
    """Names that stand where shows are named, ascending by cue and place."""
    lowered = text.replace("’", "'").lower()
    if len(lowered) != len(text):
        return
    taken: set[int] = set()
    for phrase in cues.series_before:
        # "another edition of", "you're listening to": said of nothing but a show.
        certain = bool(set(phrase.split()) & cues.series_nouns) or "listening" in phrase
        for match in re.finditer(rf"(?<!\w){re.escape(phrase)}\s+(?P<article>the\s+)?", lowered):
            at = match.end()
            if match.group("article") and text[match.start("article")] == "T":
                at = match.start("article")
            if not certain and at > _OPENING:
                continue
            if at in taken or (name := _NAME.match(text, at)) is None:
                continue
            taken.add(at)
            end = works.get(at, name.end())
            yield from _scored(text, at, end, works, cues, certain=certain)


def _scored(
    text: str, start: int, end: int, works: dict[int, int], cues: Cues, *, certain: bool
) -> Iterator[_Found]:
    surface = text[start:end].rstrip(".,;:!?- ")
    words = surface.split()
    if not words or (len(words) == 1 and len(surface) < 3):
        return
    following = re.match(r"\s+(\w+)", text[start + len(surface) :])
    noun_behind = following is not None and following.group(1).lower() in cues.series_nouns
    noun_inside = words[-1].lower() in cues.series_nouns
    score = 1.0 * certain + 1.0 * (start in works) + 1.0 * (noun_behind or noun_inside) + 0.4
    if words[0] == "The" and len(words) > 1:
        score += 0.4
    # "Welcome to Open Questions. I'm …": a name of several words that ends its sentence.
    if len(words) > 1 and text[start + len(surface) : start + len(surface) + 1] in (".", ",", "!"):
        score += 0.6 if start < _GREETING else 0.4
    if len(words) > 1 and len(re.findall(re.escape(surface), text)) > 1:
        score += 0.4
    yield _Found(start, start + len(surface), score)


def name_series(speech: Speech, mentions: Sequence[Mention], series: Mention | None) -> list[Mention]:
    """The mentions, and the series wherever it is named; shorter names inside it give way."""
    if series is None or not any(char.isupper() for char in series.surface):
        return list(mentions)
    occurrences = Occurrences(parse_words(speech.text), speech.text)
    spans: list[tuple[Span, str]] = []
    for start, end in occurrences.places(series.surface):
        surface = speech.text[start:end]
        # "practical AI" is what the talk is about, "Practical AI" the show.
        if all(word[0].isupper() == given[0].isupper() for word, given in _pairs(surface, series.surface)):
            spans.append((speech.to_raw(start, end), surface))
    kept = [m for m in mentions if not any(span.overlaps(m.span) for span, _ in spans)]
    known = next((m.vocabulary_iri for m in mentions if m.type == "Work" and m.span == series.span), None)
    named = [
        Mention(
            span,
            surface,
            "Work",
            MentionKind.NAME,
            vocabulary_iri=known,
            confidence=series.confidence,
            source="series",
        )
        for span, surface in spans
    ]
    return sorted([*kept, *named], key=lambda m: (m.span, m.surface))


def _pairs(surface: str, given: str) -> list[tuple[str, str]]:
    return list(zip(surface.split(), given.split(), strict=False))
