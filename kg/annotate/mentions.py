"""Mentions: what the vocabulary and the language model find, brought together.

The longest, best supported reading of a passage wins; a name inside a longer name is not a mention of
its own. Types are decided over the whole document: one surface form, one type.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.model import Mention, MentionKind
from kg.ontology.cues import Cues
from kg.ontology.vocabulary import Entry, Match, Vocabulary, Word, name_key, parse_words

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from kg.speech import Speech
    from kg.stages import Parsed

__all__ = ["find_mentions"]

# How far from a guarded label one of its context words may stand, in words. A turn of a conversation
# runs to about 60 words (median of the podcasts' training part, 2026-11-21).
CONTEXT_WINDOW = 60

# The model's own probability from which a span that the vocabulary does not know is believed. Terms
# need more than names: a wrong term is a node that nobody wants.
MIN_NAME_CONFIDENCE = 0.4
MIN_TERM_CONFIDENCE = 0.5

_EDGE = re.compile(
    r"^(?:the|a|an|this|that|these|those|my|your|our|their|his|her|its)\s+|(?:['’]s|['’])$", re.IGNORECASE
)
_TRIM = " \t\n\"'“”‘’.,;:!?()[]-–—"


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    type: str
    confidence: float
    entry: Entry | None
    misheard: bool
    source: str


def find_mentions(
    speech: Speech, parsed: Sequence[Parsed], *, vocabulary: Vocabulary, cues: Cues
) -> list[Mention]:
    """The mentions of names and terms, ascending and without overlap."""
    folded_case = _is_caseless(speech.text)
    words = parse_words(speech.text)
    candidates: list[_Candidate] = []
    model = [found for item in parsed for found in _from_model(item.doc, item.offset, cues)]
    model_spans = {(c.start, c.end): c for c in model}
    tagged = {token.idx + item.offset: token.pos_ for item in parsed for token in item.doc}
    for first, last, readings in vocabulary.find(words, speech.text):
        chosen = _read(readings, words, first, last, speech.text, model, tagged, caseless=folded_case)
        if chosen is not None:
            start, end = words[first].start, words[last - 1].end
            same = model_spans.get((start, end))
            confidence = 0.97 if same is not None else 0.9
            candidates.append(
                _Candidate(
                    start, end, chosen.entry.type, confidence, chosen.entry, chosen.misheard, "vocabulary"
                )
            )
    candidates = _merge(candidates, model, speech.text, vocabulary, cues)
    return _to_mentions(candidates, speech)


def _is_caseless(text: str) -> bool:
    letters = sum(char.isalpha() for char in text)
    return letters > 0 and sum(char.isupper() for char in text) < letters * 0.004


def _from_model(doc: Doc, offset: int, cues: Cues) -> list[_Candidate]:
    found = []
    for ent in doc.ents:
        start, end = ent.start_char, ent.end_char
        surface = doc.text[start:end]
        while (match := _EDGE.search(surface)) is not None and match.group() != surface:
            if match.start() == 0:
                start += match.end()
            else:
                end -= len(match.group())
            surface = doc.text[start:end]
        stripped = surface.strip(_TRIM)
        if not stripped:
            continue
        start += surface.index(stripped)
        end = start + len(stripped)
        confidence = float(ent._.confidence) if ent.has_extension("confidence") else 0.6
        words = stripped.lower().split()
        if all(word in cues.role_nouns or word in cues.titles for word in words):
            continue
        if stripped.lower() in cues.generic_nouns or not any(char.isalpha() for char in stripped):
            continue
        if len(stripped) < 2 or (ent.root.pos_ in ("PRON", "DET", "ADV", "ADP", "AUX") and len(ent) == 1):
            continue
        capital = any(char.isupper() for char in stripped)
        if confidence < (MIN_NAME_CONFIDENCE if capital else MIN_TERM_CONFIDENCE):
            continue
        found.append(_Candidate(offset + start, offset + end, ent.label_, confidence, None, False, "model"))
    return found


def _read(
    readings: Sequence[Match],
    words: Sequence[Word],
    first: int,
    last: int,
    text: str,
    model: Sequence[_Candidate],
    tagged: dict[int, str],
    *,
    caseless: bool,
) -> Match | None:
    """The reading that the passage supports, or None."""
    start, end = words[first].start, words[last - 1].end
    surface = text[start:end]
    overlapping = [c for c in model if c.start < end and start < c.end]
    near = {
        w.folded
        for w in (*words[max(0, first - CONTEXT_WINDOW) : first], *words[last : last + CONTEXT_WINDOW])
    }
    best: tuple[float, int, Match] | None = None
    for order, match in enumerate(readings):
        entry = match.entry
        backed = any(c.type == entry.type for c in overlapping)
        in_context = bool(near & entry.context)
        score = 1.0 + 2.0 * backed + 1.0 * in_context - 0.5 * match.misheard
        single = last - first == 1
        # A long label says what it means by itself, but two people may share a full name.
        needs_context = entry.context and (single or entry.type == "Person")
        if needs_context and not in_context and not (backed and not entry.case_sensitive):
            continue
        # "US" and "us" differ in case alone; "United States" needs no guard.
        guarded = entry.case_sensitive and single and surface[: len(match.label)] != match.label
        if guarded and not (caseless and (in_context or backed)):
            continue
        if single and surface.islower() and not caseless:
            pos = tagged.get(start, "NOUN")
            if pos not in ("NOUN", "PROPN", "ADJ", "X", "SYM") and not backed:
                continue
            if entry.type in ("Person", "Place", "Organization") and not match.misheard and not backed:
                continue
        if match.misheard and single and surface.islower() and not (backed or in_context or caseless):
            continue
        if best is None or (score, -order) > (best[0], best[1]):
            best = (score, -order, match)
    return None if best is None else best[2]


def _merge(
    known: Sequence[_Candidate], model: Sequence[_Candidate], text: str, vocabulary: Vocabulary, cues: Cues
) -> list[_Candidate]:
    """Candidates without overlap; where they overlap the better supported one stays."""
    pool: list[_Candidate] = list(known)
    by_start = sorted(known, key=lambda c: c.start)
    for found in model:
        inside = [c for c in by_start if found.start <= c.start and c.end <= found.end]
        if any(c.start <= found.start and found.end <= c.end for c in inside):
            continue
        pool.append(_adopt(found, inside, text, cues))
    # Longer readings first; a known name beats an unknown one of the same length.
    order = sorted(pool, key=lambda c: (-(c.end - c.start), c.entry is None, -c.confidence, c.start))
    taken: list[_Candidate] = []
    occupied: set[int] = set()
    for candidate in order:
        cells = range(candidate.start, candidate.end)
        if not occupied.isdisjoint(cells):
            continue
        occupied.update(cells)
        taken.append(candidate)
    return sorted(taken, key=lambda c: c.start)


def _adopt(found: _Candidate, inside: Sequence[_Candidate], text: str, cues: Cues) -> _Candidate:
    """`found`, read as the known thing inside it where the rest only says what sort of thing it is."""
    for known in sorted(inside, key=lambda c: c.start - c.end):
        if known.entry is None:
            continue
        left = text[found.start : known.start].strip(_TRIM).lower()
        right = text[known.end : found.end].strip(_TRIM).lower()
        class_nouns = cues.class_nouns.get(known.type, frozenset())
        maker = any(c is not known and c.type == "Organization" and c.end <= known.start for c in inside)
        left_fine = not left or maker or left.isdigit()
        right_fine = not right or all(w in class_nouns or w.rstrip("s") in class_nouns for w in right.split())
        if left_fine and right_fine and known.type not in ("Concept",):
            return replace(found, type=known.type, entry=known.entry, misheard=known.misheard, confidence=0.9)
    return found


def _to_mentions(candidates: Iterable[_Candidate], speech: Speech) -> list[Mention]:
    candidates = list(candidates)
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for c in candidates:
        weight = c.confidence * (3.0 if c.entry is not None else 1.0)
        votes[name_key(speech.text[c.start : c.end])][c.type] += weight  # type: ignore[assignment]
    mentions = []
    for c in candidates:
        surface = speech.text[c.start : c.end]
        kind_of = c.type
        if c.entry is None:
            tally = votes[name_key(surface)]
            kind_of = min(tally, key=lambda name: (-tally[name], name))
        mentions.append(
            Mention(
                span=speech.to_raw(c.start, c.end),
                surface=surface,
                type=kind_of,
                kind=MentionKind.NAME if any(ch.isupper() for ch in surface) or c.entry else MentionKind.TERM,
                vocabulary_iri=c.entry.iri if c.entry else None,
                misheard=c.misheard,
                confidence=c.confidence,
                source=c.source,
            )
        )
    return mentions
