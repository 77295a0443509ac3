"""Mentions: what the vocabulary and the language model find, brought together over the document.

The longest, best supported reading of a passage wins; a name inside a longer name is not a mention of
its own. One surface form has one type in a document, and a name found once is found wherever it stands.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.annotate.candidates import Candidate, find_known, find_unknown, is_caseless
from kg.annotate.misheard import correct_names
from kg.annotate.names import clean_label
from kg.annotate.support import Evidence, Occurrences, is_supported
from kg.model import Mention, MentionKind
from kg.ontology.cues import Cues
from kg.ontology.vocabulary import Vocabulary, name_key, parse_words

if TYPE_CHECKING:
    from kg.speech import Speech
    from kg.stages import Parsed

__all__ = ["find_mentions"]

# Types whose things have names of their own; a class noun behind such a name adds nothing.
_NAMED = ("Organization", "Software", "Hardware", "Person", "Place", "Dataset", "Event", "Work")


def find_mentions(
    speech: Speech, parsed: Sequence[Parsed], *, vocabulary: Vocabulary, cues: Cues
) -> list[Mention]:
    """The mentions of names and terms, ascending and without overlap."""
    text = speech.text
    words = parse_words(text)
    caseless = is_caseless(text)
    occurrences = Occurrences(words, text)
    model = find_unknown(parsed, cues)
    known = find_known(words, text, vocabulary, model, parsed, caseless=caseless)
    candidates = _merge(known, model, text, occurrences, cues)
    candidates = _one_type_each(candidates, text)
    candidates = correct_names(
        candidates, text, vocabulary, caseless=caseless, speakers=_given_people(speech)
    )
    candidates = _supported(candidates, text, occurrences, _last_tags(parsed), caseless=caseless)
    candidates = _spread(candidates, text, occurrences, caseless=caseless)
    return _to_mentions(candidates, speech)


def _given_people(speech: Speech) -> dict[str, str]:
    """Full names that the source itself writes: of labelled speakers, hosts and guests."""
    metadata = speech.transcript.metadata
    labels = {turn.speaker for turn in speech.transcript.turns if turn.speaker}
    names = {clean_label(label) for label in labels} | set(metadata.hosts) | set(metadata.guests)
    return {name: "Person" for name in names if " " in name}


def _merge(
    known: Sequence[Candidate],
    model: Sequence[Candidate],
    text: str,
    occurrences: Occurrences,
    cues: Cues,
) -> list[Candidate]:
    """Candidates without overlap; where they overlap the better supported one stays."""
    known = _with_class_nouns(known, text, cues)
    pool = list(known)
    ordered = sorted(known, key=lambda c: c.start)
    place = 0
    for found in sorted(model, key=lambda c: c.start):
        while place < len(ordered) and ordered[place].end <= found.start:
            place += 1
        over = []
        for candidate in ordered[place:]:
            if candidate.start >= found.end:
                break
            over.append(candidate)
        if any(c.start <= found.start and found.end <= c.end for c in over):
            continue
        inside = [c for c in over if found.start <= c.start and c.end <= found.end]
        pool.append(_adopt(found, inside, text, occurrences, cues))
    return _without_overlap(pool)


def _with_class_nouns(known: Sequence[Candidate], text: str, cues: Cues) -> list[Candidate]:
    """Known names widened over the noun that says what sort of thing they are: "the Pascal GPU" is Pascal."""
    ordered = sorted(known, key=lambda c: (c.start, c.end))
    result: list[Candidate] = []
    for candidate in ordered:
        before = result[-1] if result else None
        nouns = cues.class_nouns.get(candidate.type, frozenset())
        word = text[candidate.start : candidate.end].lower()
        if (
            before is not None
            and before.type == candidate.type
            and text[before.end : candidate.start] == " "
            and text[before.start].isupper()
            and (word in nouns or word.removesuffix("s") in nouns)
        ):
            result[-1] = replace(before, end=candidate.end)
        else:
            result.append(candidate)
    return result


def _without_overlap(pool: Sequence[Candidate]) -> list[Candidate]:
    """Longer readings first; a known name beats an unknown one of the same length."""
    order = sorted(pool, key=lambda c: (-(c.end - c.start), c.entry is None, -c.confidence, c.start))
    taken: list[Candidate] = []
    occupied: set[int] = set()
    for candidate in order:
        cells = range(candidate.start, candidate.end)
        if occupied.isdisjoint(cells):
            occupied.update(cells)
            taken.append(candidate)
    return sorted(taken, key=lambda c: c.start)


def _adopt(
    found: Candidate, inside: Sequence[Candidate], text: str, occurrences: Occurrences, cues: Cues
) -> Candidate:
    """`found`, read as the known thing inside it where the rest only says what sort of thing it is."""
    for known in sorted(inside, key=lambda c: (c.start - c.end, c.start)):
        if known.entry is None:
            continue
        left = text[found.start : known.start].split()
        right = text[known.end : found.end].split()
        class_nouns = cues.class_nouns.get(known.type, frozenset())
        maker = any(c is not known and c.type == "Organization" and c.end <= known.start for c in inside)
        left_fine = not left or maker or (len(left) == 1 and left[0].isdigit())
        right_fine = all(w.lower() in class_nouns or w.lower().rstrip("s") in class_nouns for w in right)
        if left_fine and right_fine and known.type != "Concept":
            return replace(found, type=known.type, entry=known.entry, misheard=known.misheard, confidence=0.9)
        # "the Python interpreter", "a GitHub repo": said once, it is Python, it is GitHub.
        plain = all(w.islower() for w in right)
        once = occurrences.count(text[found.start : found.end]) < 2
        if not left and right and plain and once and known.type in _NAMED and not known.misheard:
            return known
    return found


def _one_type_each(candidates: Sequence[Candidate], text: str) -> list[Candidate]:
    """The candidates, with one type for each unknown surface form; the vocabulary's say weighs more."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for c in candidates:
        weight = c.confidence * (3.0 if c.entry is not None else 1.0)
        votes[name_key(text[c.start : c.end])][c.type] += weight  # type: ignore[assignment]
    result = []
    for c in candidates:
        if c.entry is None:
            tally = votes[name_key(text[c.start : c.end])]
            c = replace(c, type=min(tally, key=lambda name: (-tally[name], name)))
        result.append(c)
    return result


def _last_tags(parsed: Sequence[Parsed]) -> dict[int, str]:
    """Part of speech by where a token ends in the normalised text."""
    return {item.offset + token.idx + len(token): token.pos_ for item in parsed for token in item.doc}


def _supported(
    candidates: Sequence[Candidate],
    text: str,
    occurrences: Occurrences,
    tag_at_end: dict[int, str],
    *,
    caseless: bool,
) -> list[Candidate]:
    """The known candidates, and those unknown ones for which the document speaks as a whole."""
    best: dict[str, float] = defaultdict(float)
    for c in candidates:
        if c.entry is None:
            key = name_key(text[c.start : c.end])
            best[key] = max(best[key], c.confidence)
    kept = []
    for c in candidates:
        if c.entry is not None or c.means is not None:
            kept.append(c)
            continue
        surface = text[c.start : c.end]
        evidence = Evidence(
            surface=surface,
            type=c.type,
            confidence=best[name_key(surface)],
            n_occurrences=max(1, occurrences.count(surface)),
            last_pos=tag_at_end.get(c.end, "NOUN"),
            caseless=caseless,
        )
        if is_supported(evidence):
            kept.append(c)
    return kept


def _spread(
    candidates: Sequence[Candidate], text: str, occurrences: Occurrences, *, caseless: bool
) -> list[Candidate]:
    """The candidates, and the other places where their unknown names stand."""
    first: dict[str, Candidate] = {}
    for c in candidates:
        if c.entry is None or c.source == "sound":
            key = text[c.start : c.end]
            if key not in first or first[key].confidence < c.confidence:
                first[key] = c
    pool = list(candidates)
    have = {(c.start, c.end) for c in candidates}
    for surface in sorted(first):
        model = first[surface]
        name = surface[:1].isupper() and not caseless
        for start, end in occurrences.places(surface):
            if (start, end) in have or (name and not text[start].isupper()):
                continue
            have.add((start, end))
            pool.append(
                replace(model, start=start, end=end, confidence=0.9 * model.confidence, source="document")
            )
    return _without_overlap(pool)


def _to_mentions(candidates: Sequence[Candidate], speech: Speech) -> list[Mention]:
    mentions = []
    for c in candidates:
        surface = speech.text[c.start : c.end]
        named = c.entry is not None or any(char.isupper() for char in surface)
        mentions.append(
            Mention(
                span=speech.to_raw(c.start, c.end),
                surface=surface,
                type=c.type,
                kind=MentionKind.NAME if named else MentionKind.TERM,
                vocabulary_iri=c.entry.iri if c.entry else None,
                misheard=c.misheard,
                refers_to=c.means,
                confidence=c.confidence,
                source=c.source,
            )
        )
    return mentions
