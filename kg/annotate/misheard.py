"""Misheard and misspelt names: what no label matches is compared by sound and spelling.

Comes in: candidates that the vocabulary does not know. Goes out: the same candidates, some of them read
as a known thing or as a name that the document itself spells right elsewhere. When in doubt a name stays
what it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler, Levenshtein

from kg.annotate.candidates import Candidate
from kg.annotate.sounds import sound_key
from kg.annotate.support import word_rank
from kg.ontology.vocabulary import Entry, Vocabulary, name_key, parse_words

__all__ = ["Correction", "Misheard", "correct_names"]

# Similarity from which a name is believed to be a misheard form of another one: of several words, of one
# word (a single word has more near neighbours), and of several words where the document names the other
# thing elsewhere or one word was heard right. Origin: precision of 0.97 and more on the planted
# corruptions of benchmarks/misheard.py; the few false corrections seen on 88 podcast parts were of class
# nouns ("Gaudi accelerators") (2026-11-21).
SEVERAL_WORDS = 0.8
ONE_WORD = 0.89
IN_CONTEXT = 0.75
# The best reading must beat the next one by this much, or nothing is decided.
MARGIN = 0.03
# How alike the sounds of the differing words alone must be.
_DIFFERENCE = 0.6
# Shorter names are one sound away from too many others, in letters.
SHORTEST = 5
# A word that English at large knows (rank by frequency) was probably meant as it stands: "Tom Brown" is
# no misheard "Noam Brown". Recognition that puts common words for a name is a matter of hidden labels.
COMMON = 25000


@dataclass(frozen=True, slots=True)
class Correction:
    """What a misheard form probably stands for.

    Args:
        name: The right name.
        entry: Its vocabulary entry, or None for a name of the document alone.
        similarity: In [0, 1].
    """

    name: str
    entry: Entry | None
    similarity: float


@dataclass(frozen=True, slots=True)
class _Name:
    name: str
    key: str
    sound: str
    type: str
    entry: Entry | None


class Misheard:
    """Finds the known name that a surface form may be a misheard form of."""

    def __init__(self, names: Iterable[tuple[str, str, Entry | None]]) -> None:
        self._blocks: dict[str, list[_Name]] = defaultdict(list)
        for label, kind, entry in names:
            key = name_key(label)
            if len(key) < SHORTEST:
                continue
            name = _Name(label, key, sound_key(label), kind, entry)
            for block in _block_keys(name.key, name.sound):
                self._blocks[block].append(name)

    def correct(self, surface: str, kind: str, *, present: frozenset[str] = frozenset()) -> Correction | None:
        """The one name of the same type that `surface` is close enough to, or None.

        Args:
            surface: As transcribed.
            kind: The type that the passage speaks for.
            present: Names that the document mentions, as keys; they need less similarity.
        """
        key, sound = name_key(surface), sound_key(surface)
        if len(key) < SHORTEST:
            return None
        best: dict[str, tuple[float, _Name]] = {}
        seen: set[int] = set()
        for block in _block_keys(key, sound):
            for name in self._blocks.get(block, ()):
                if id(name) in seen or not _compatible(kind, name.type):
                    continue
                seen.add(id(name))
                score = (
                    _same_letters(surface, name)
                    if name.key == key
                    else _similarity(surface, key, sound, name)
                )
                identity = name.entry.iri if name.entry else name.key
                if score > best.get(identity, (0.0, name))[0]:
                    best[identity] = (score, name)
        ranked = sorted(best.values(), key=lambda item: (-item[0], item[1].name))
        if not ranked:
            return None
        score, name = ranked[0]
        if len(ranked) > 1 and score - ranked[1][0] < MARGIN:
            return None
        if score < _needed(surface, name, present):
            return None
        return Correction(name.name, name.entry, round(score, 3))


def _compatible(kind: str, other: str) -> bool:
    """Whether a thing taken for one type may be of the other: makers and products are easily confused."""
    if kind == other:
        return True
    people_places = {"Person", "Place"}
    return not {kind, other} & people_places


def _block_keys(key: str, sound: str) -> set[str]:
    """Names that share none of these are never compared: begin and end of the sound, begin of the spelling."""
    return {f"s{sound[:2]}", f"e{sound[-3:]}", f"k{key[:3]}"}


def _similarity(surface: str, key: str, sound: str, name: _Name) -> float:
    """How alike two names are, in [0, 1]: mean of spelling (edit distance) and sound.

    Source: edit distance of Levenshtein (1966), Jaro-Winkler of Winkler (1990); the mean is ours.
    """
    if abs(len(key) - len(name.key)) > max(2, len(key) // 4):
        return 0.0
    spelling = Levenshtein.normalized_similarity(key, name.key)
    heard = Levenshtein.normalized_similarity(sound, name.sound) if sound and name.sound else 0.0
    begins = JaroWinkler.similarity(key, name.key)
    score = 0.35 * spelling + 0.4 * heard + 0.25 * begins
    return score if _may_stand_for(surface, name.name) else 0.0


def _needed(surface: str, name: _Name, present: frozenset[str]) -> float:
    if len(parse_words(surface)) == 1:
        return ONE_WORD
    in_context = name.key in present or _shares_rare_word(surface, name.name)
    return IN_CONTEXT if in_context else SEVERAL_WORDS


def _same_letters(surface: str, name: _Name) -> float:
    """1 where two names differ in their spaces alone ("Deep Mind"); what a guard held back stays back."""
    guarded = name.entry is not None and (name.entry.context or name.entry.case_sensitive)
    return 1.0 if len(parse_words(surface)) != len(parse_words(name.name)) and not guarded else 0.0


def _may_stand_for(surface: str, name: str) -> bool:
    """Whether the words in which two names differ are no words of their own right."""
    said = [word.folded for word in parse_words(surface)]
    right = [word.folded for word in parse_words(name)]
    other = [word for word in said if word not in right]
    missing = [word for word in right if word not in said]
    if not other or not missing:
        # "Azure AI" is more than "Azure", not a misheard form of it.
        return False
    # "GPT-3" is no misheard "GPT-4".
    numbers = any(char.isdigit() for word in (*other, *missing) for char in word)
    shortest = SHORTEST if len(said) != len(right) or len(said) == 1 else 3
    if numbers or not all(len(word) >= shortest and word_rank(word) > COMMON for word in other):
        return False
    # The words that differ must sound alike by themselves, whatever the rest shares.
    heard, meant = sound_key("".join(other)), sound_key("".join(missing))
    return Levenshtein.normalized_similarity(heard, meant) >= _DIFFERENCE


def _shares_rare_word(surface: str, name: str) -> bool:
    mine = {word.folded for word in parse_words(surface)}
    theirs = {word.folded for word in parse_words(name)}
    return any(len(word) > 3 for word in mine & theirs)


@lru_cache(maxsize=2)
def _of_vocabulary(vocabulary: Vocabulary) -> Misheard:
    return Misheard(
        (label, entry.type, entry)
        for entry in vocabulary.entries
        for label in (entry.name, *entry.aliases)
        if label[:1].isupper() or any(char.isupper() for char in label)
    )


def correct_names(
    candidates: Sequence[Candidate],
    text: str,
    vocabulary: Vocabulary,
    *,
    caseless: bool,
    speakers: Mapping[str, str] | None = None,
) -> list[Candidate]:
    """The candidates, with misheard names read as what they stand for.

    Args:
        candidates: Ascending; those with an entry are left alone.
        text: Normalised speech.
        vocabulary: Known things.
        caseless: Whether the text has no case.
        speakers: Further names that the source spells right, with their types.
    """
    known = _of_vocabulary(vocabulary)
    present = frozenset(name_key(c.entry.name) for c in candidates if c.entry is not None)
    own = _own_names(candidates, text, speakers or {})
    result = []
    for c in candidates:
        surface = text[c.start : c.end]
        if c.entry is None and _may_be_misheard(surface, caseless=caseless):
            correction = own.correct(surface, c.type, present=frozenset()) if c.type == "Person" else None
            correction = correction or known.correct(surface, c.type, present=present)
            if correction is not None:
                kind = correction.entry.type if correction.entry else c.type
                c = replace(
                    c,
                    type=kind,
                    entry=correction.entry,
                    misheard=True,
                    means=None if correction.entry else correction.name,
                    confidence=round(c.confidence * correction.similarity, 3),
                    source="sound",
                )
        result.append(c)
    return result


def _own_names(candidates: Sequence[Candidate], text: str, speakers: Mapping[str, str]) -> Misheard:
    """Names that the source itself gives: those of its speakers."""
    return Misheard((name, kind, None) for name, kind in sorted(speakers.items()))


def _may_be_misheard(surface: str, *, caseless: bool) -> bool:
    return caseless or any(char.isupper() for char in surface)
