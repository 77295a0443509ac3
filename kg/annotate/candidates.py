"""Candidates for mentions: passages that the vocabulary or the language model takes for a name or a term.

Comes in: normalised speech, parsed, and the vocabulary. Goes out: `Candidate`s, which may overlap.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.ontology.cues import Cues
from kg.ontology.vocabulary import Entry, Match, Vocabulary, Word

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from kg.stages import Parsed

__all__ = ["Candidate", "find_known", "find_unknown", "is_caseless"]

# How far from a guarded label one of its context words may stand, in words. A turn of a conversation
# runs to about 60 words (median of the podcasts' training part, 2026-11-21).
CONTEXT_WINDOW = 60

# The model's probability below which a span is not even weighed; what is kept is decided over the
# document (see `kg.annotate.support`).
MIN_CONFIDENCE = 0.4

_EDGE = re.compile(
    r"^(?:the|a|an|this|that|these|those|my|your|our|their|his|her|its|some|any|every|other|such)\s+"
    r"|(?:['’]s|['’])$",
    re.IGNORECASE,
)
_TRIM = " \t\n\"'“”‘’.,;:!?()[]-–—/"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage ``text[start:end]`` of the normalised speech that may be a mention.

    Args:
        start: First code point.
        end: After the last one.
        type: Local name of one of the ten types.
        confidence: In [0, 1].
        entry: The known thing that it stands for, or None.
        misheard: Whether the passage is a misheard or misspelt form.
        means: The right name, where the passage is a misheard form of a name that is in no vocabulary.
        source: What found it: "vocabulary", "model", "document" (a name found elsewhere in it) or "sound".
    """

    start: int
    end: int
    type: str
    confidence: float
    entry: Entry | None
    misheard: bool
    source: str
    means: str | None = None


def is_caseless(text: str) -> bool:
    """Whether a text is written in lower case throughout, so that case tells nothing."""
    letters = sum(char.isalpha() for char in text)
    return letters > 0 and sum(char.isupper() for char in text) < letters * 0.004


def trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The range without articles, possessive endings and punctuation at its borders, or None.

    >>> trim("the OpenAI's, ", 0, 14)
    (4, 10)
    """
    while start < end:
        surface = text[start:end]
        stripped = surface.strip().strip(_TRIM).strip()
        if not stripped:
            return None
        start += surface.index(stripped)
        end = start + len(stripped)
        match = _EDGE.search(stripped)
        if match is None or match.group() == stripped:
            return start, end
        if match.start() == 0:
            start += match.end()
        else:
            end -= len(match.group())
    return None


def find_unknown(parsed: Sequence[Parsed], cues: Cues) -> list[Candidate]:
    """What the language model finds, ascending by start; generic nouns are left out."""
    return [found for item in parsed for found in _from_doc(item.doc, item.offset, cues)]


def _from_doc(doc: Doc, offset: int, cues: Cues) -> Iterator[Candidate]:
    for ent in doc.ents:
        borders = trim(doc.text, ent.start_char, ent.end_char)
        if borders is None:
            continue
        start, end = borders
        surface = doc.text[start:end]
        given = ent._.confidence if ent.has_extension("confidence") else None
        confidence = 0.6 if given is None else float(given)
        words = surface.lower().split()
        if confidence < MIN_CONFIDENCE or len(surface) < 2 or not any(char.isalpha() for char in surface):
            continue
        if all(word in cues.role_nouns or word in cues.titles for word in words):
            continue
        if surface.lower() in cues.generic_nouns or all(word in cues.generic_nouns for word in words):
            continue
        if len(ent) == 1 and ent.root.pos_ in ("PRON", "DET", "ADV", "ADP", "AUX", "INTJ", "NUM"):
            continue
        yield Candidate(offset + start, offset + end, ent.label_, confidence, None, False, "model")


def find_known(
    words: Sequence[Word],
    text: str,
    vocabulary: Vocabulary,
    model: Sequence[Candidate],
    parsed: Sequence[Parsed],
    *,
    caseless: bool,
) -> list[Candidate]:
    """What the vocabulary finds and the passage supports, ascending, without overlap."""
    tagged = {token.idx + item.offset: token.pos_ for item in parsed for token in item.doc}
    reader = _Reader(words, text, model, tagged, caseless=caseless)
    found = []
    for first, last, readings in vocabulary.find(words, text):
        chosen = reader.choose(readings, first, last)
        if chosen is None:
            continue
        start, end = words[first].start, words[last - 1].end
        confidence = 0.97 if reader.is_model_span(start, end) else 0.9
        found.append(
            Candidate(start, end, chosen.entry.type, confidence, chosen.entry, chosen.misheard, "vocabulary")
        )
    return found


class _Reader:
    """Decides which thing a label stands for in its passage, if any."""

    def __init__(
        self,
        words: Sequence[Word],
        text: str,
        model: Sequence[Candidate],
        tagged: dict[int, str],
        *,
        caseless: bool,
    ) -> None:
        self._words = words
        self._text = text
        self._model = sorted(model, key=lambda c: (c.start, c.end))
        self._starts = [c.start for c in self._model]
        self._spans = {(c.start, c.end) for c in self._model}
        self._tagged = tagged
        self._caseless = caseless

    def is_model_span(self, start: int, end: int) -> bool:
        return (start, end) in self._spans

    def choose(self, readings: Sequence[Match], first: int, last: int) -> Match | None:
        """The best reading of words `first` to `last` (exclusive) that passes the guards, or None."""
        start, end = self._words[first].start, self._words[last - 1].end
        types = {c.type for c in self._overlapping(start, end)}
        near: set[str] | None = None
        best: tuple[float, int, Match] | None = None
        for order, match in enumerate(readings):
            in_context = False
            if match.entry.context:
                near = self._near(first, last) if near is None else near
                in_context = bool(near & match.entry.context)
            backed = match.entry.type in types
            if not self._passes(match, start, end, last - first, backed=backed, in_context=in_context):
                continue
            score = 1.0 + 2.0 * backed + 1.0 * in_context - 0.5 * match.misheard
            if best is None or (score, -order) > best[:2]:
                best = (score, -order, match)
        return None if best is None else best[2]

    def _passes(
        self, match: Match, start: int, end: int, length: int, *, backed: bool, in_context: bool
    ) -> bool:
        entry, surface = match.entry, self._text[start:end]
        single = length == 1
        lower = surface.islower() and not self._caseless
        # A long label says what it means by itself, but two people may share a full name.
        needs_context = entry.context and (single or entry.type == "Person")
        if needs_context and not in_context and not (backed and not entry.case_sensitive):
            return False
        if entry.case_sensitive:
            # "US" and "us" differ in case alone; so do "All-In" and "all in".
            as_written = surface[: len(match.label)] == match.label if single else not surface.islower()
            if not as_written and not (self._caseless and (in_context or backed)):
                return False
        if single and lower:
            if self._tagged.get(start, "NOUN") not in ("NOUN", "PROPN", "ADJ", "X", "SYM") and not backed:
                return False
            if entry.type in ("Person", "Place", "Organization") and not match.misheard and not backed:
                return False
            if match.misheard and not (backed or in_context):
                return False
        return True

    def _overlapping(self, start: int, end: int) -> list[Candidate]:
        place = bisect_left(self._starts, end)
        found: list[Candidate] = []
        # The model's spans do not overlap one another, so a few steps back suffice.
        while place > 0 and len(found) < 8:
            place -= 1
            if self._model[place].end <= start:
                break
            found.append(self._model[place])
        return found

    def _near(self, first: int, last: int) -> set[str]:
        before = self._words[max(0, first - CONTEXT_WINDOW) : first]
        return {word.folded for word in (*before, *self._words[last : last + CONTEXT_WINDOW])}
