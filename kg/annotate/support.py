"""Which unknown names and terms a document supports: by the model's word, by repetition, by their form.

Comes in: what is known of one surface form over the whole document. Goes out: whether it is a node.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log

from kg.nlp.package import SHIPPED
from kg.ontology.vocabulary import Word, parse_words

__all__ = ["MIN_SUPPORT", "WEIGHTS", "Evidence", "Occurrences", "features", "is_supported", "support"]

# Fitted on the podcasts' development part and, with a tenth of the weight because the model has learned
# from them, the training part (benchmarks/fit_support.py, 2026-11-21): 7,700 surface forms that the
# vocabulary does not know. To be fitted again whenever the model's weights change.
WEIGHTS = {
    "bias": -1.86,
    "model": 1.04,
    "further words": 0.33,
    "capital": 1.03,
    "capital before lower case": -1.19,
    "rarity": 0.4,
    "occurrences": 0.49,
    "occurrences of several words": 1.04,
    "one plain word": -0.68,
    "rarity of one plain word": 0.51,
    "ends in a noun": 1.03,
    "ends in -ing": 0.75,
    "of type": 1.0,
}
_BY_TYPE = {
    "Concept": -0.8,
    "Hardware": -0.38,
    "Method": -0.05,
    "Organization": -0.04,
    "Person": -0.45,
    "Place": -0.39,
}

# Best F1 over all entities of the development part: a node that is right with this probability adds
# more than it costs.
MIN_SUPPORT = 0.45

_UNRANKED = 30522
_MEAN_LOG_RANK = 9.0  # of the forms in the data, rounded
_LETTERS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a document says for a surface form.

    Args:
        surface: As written.
        type: Local name of one of the ten types, as voted over the document.
        confidence: The model's best probability for it.
        n_occurrences: How often the words stand in the document, found by the model or not.
        last_pos: Part of speech (UD) of its last word.
        caseless: Whether the document is written in lower case throughout.
    """

    surface: str
    type: str
    confidence: float
    n_occurrences: int
    last_pos: str
    caseless: bool


class Occurrences:
    """Where sequences of words stand in a text, whatever their case and a plural ending."""

    def __init__(self, words: Sequence[Word], text: str) -> None:
        self._words = words
        self._text = text
        self._folded = [word.folded for word in words]
        self._by_first: dict[str, list[int]] = {}
        for place, folded in enumerate(self._folded):
            self._by_first.setdefault(_singular(folded), []).append(place)

    def places(self, surface: str) -> list[tuple[int, int]]:
        """Ranges of the text that hold the words of `surface`, ascending."""
        key = [word.folded for word in parse_words(surface)]
        if key and key[-1] == "s":
            key.pop()
        if not key:
            return []
        found = []
        for place in self._by_first.get(_singular(key[0]), ()):
            here = self._folded[place : place + len(key)]
            alike = len(here) == len(key) and here[:-1] == key[:-1]
            if alike and _singular(here[-1]) == _singular(key[-1]) and self._is_tight(place, len(key)):
                found.append((self._words[place].start, self._words[place + len(key) - 1].end))
        return found

    def count(self, surface: str) -> int:
        """How often the words of `surface` stand in the text."""
        return len(self.places(surface))

    def _is_tight(self, place: int, length: int) -> bool:
        start, end = self._words[place].start, self._words[place + length - 1].end
        return not any(mark in self._text[start:end] for mark in (", ", ". ", "? ", "! ", "\n"))


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def is_supported(evidence: Evidence) -> bool:
    """Whether the document supports a node for this surface form."""
    return support(evidence) >= MIN_SUPPORT


def support(evidence: Evidence) -> float:
    """The probability that a careful reader wants a node for this surface form, in [0, 1].

    A logistic regression over the model's probability, how often the words occur in the document, how
    common they are in English at large, and their form. Source: ours.

    >>> term = Evidence("inverted index", "Method", 0.6, 3, "NOUN", caseless=False)
    >>> support(term) > support(Evidence("monitor", "Concept", 0.6, 1, "NOUN", caseless=False))
    True
    """
    score = sum(WEIGHTS[name] * value for name, value in features(evidence).items())
    return 1.0 / (1.0 + exp(-score))


def features(evidence: Evidence) -> dict[str, float]:
    """What the regression sees, by name."""
    surface = evidence.surface
    words = _LETTERS.findall(surface.lower())
    spaced = surface.split()
    capital = any(char.isupper() for char in surface)
    titled = all(word[0].isupper() or not word[0].isalpha() for word in spaced)
    plain_single = len(words) == 1 and not capital
    rarity = log(max((word_rank(word) for word in words), default=_UNRANKED) + 1) - _MEAN_LOG_RANK
    times = log(evidence.n_occurrences)
    confidence = min(max(evidence.confidence, 0.02), 0.98)
    return {
        "bias": 1.0,
        "model": log(confidence / (1.0 - confidence)),
        "further words": min(len(words), 4) - 1.0,
        "capital": float(capital),
        "capital before lower case": float(len(words) > 1 and capital and not titled),
        "rarity": rarity,
        "occurrences": times,
        "occurrences of several words": times * (len(words) > 1),
        "one plain word": float(plain_single),
        "rarity of one plain word": rarity * plain_single,
        "ends in a noun": float(evidence.last_pos in ("NOUN", "PROPN")),
        "ends in -ing": float(bool(spaced) and len(spaced[-1]) > 3 and spaced[-1].endswith("ing")),
        "of type": _BY_TYPE.get(evidence.type, 0.0),
    }


@lru_cache(maxsize=1)
def _ranks() -> dict[str, int]:
    # The encoder's word pieces stand in the order of their frequency in English at large.
    lines = (SHIPPED / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    return {piece: rank for rank, piece in enumerate(lines)}


def word_rank(word: str) -> int:
    """The place of a lower-case word among English words by frequency; rare words share the last one."""
    return _ranks().get(word, _UNRANKED)
