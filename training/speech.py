"""Clean text in, text as captions have it out: for training, and to measure robustness.

Recordings come without case and punctuation, with fillers, repetitions, speaker
labels and names heard wrongly; the corpora are clean. All functions take an
explicit random generator.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence

__all__ = ["FILLERS", "is_punctuation", "mishear", "strip_text"]

FILLERS: tuple[tuple[str, ...], ...] = (
    ("uh",),
    ("um",),
    ("uh",),
    ("um",),
    ("er",),
    ("hmm",),
    ("like",),
    ("you", "know"),
    ("i", "mean"),
)

# Sounds that English spelling writes in several ways.
_SOUNDS: tuple[tuple[str, ...], ...] = (
    ("c", "k", "ck"),
    ("ph", "f", "ff"),
    ("s", "z", "c"),
    ("s", "ss"),
    ("i", "y", "ee", "ie"),
    ("ee", "ea", "e", "ie"),
    ("a", "e", "u", "o"),
    ("ai", "ay", "ei", "a"),
    ("o", "oa", "ow", "au"),
    ("u", "oo", "ou"),
    ("er", "or", "ar", "a", "ur"),
    ("x", "ks", "cks"),
    ("qu", "kw", "cu"),
    ("j", "g", "dg"),
    ("t", "tt", "d"),
    ("v", "w", "f"),
    ("th", "t"),
    ("sh", "ch", "sch", "ti"),
    ("kn", "n"),
    ("h", ""),
    ("n", "nn", "ng", "m"),
    ("l", "ll"),
    ("m", "mm"),
    ("p", "b", "pp"),
    ("r", "rr", "wr"),
    ("e", ""),
)


def is_punctuation(word: str) -> bool:
    """Whether a word has no letter, digit or currency sign."""
    return all(unicodedata.category(c)[0] in "PZC" or c in "*`^~|<>=" for c in word)


def mishear(word: str, rng: random.Random) -> str:
    """The word as a speech recogniser might spell it; may come out as two words.

    One or two sounds are written otherwise; long words are sometimes cut in
    two. Words without three letters in a row of the alphabet stay as they are.
    """
    if sum(c.isalpha() for c in word) < 3:
        return word
    result = word
    for _ in range(1 if len(word) < 7 else rng.choice((1, 2))):
        choices = [
            (i, old, new)
            for sounds in _SOUNDS
            for old in sounds
            if old
            for i in _places(result.lower(), old)
            for new in sounds
            if new != old and (new or i)
        ]
        if not choices:
            break
        i, old, new = rng.choice(choices)
        changed = new.capitalize() if result[i].isupper() and i == 0 else new
        result = result[:i] + changed + result[i + len(old) :]
    if len(result) >= 7 and result.isalpha() and rng.random() < 0.15:
        cut = rng.randint(3, len(result) - 3)
        second = result[cut:].capitalize() if result[0].isupper() else result[cut:]
        result = f"{result[:cut]} {second}"
    return result or word


def _places(word: str, part: str) -> list[int]:
    return [i for i in range(len(word)) if word.startswith(part, i)]


def strip_text(text: str, spans: Sequence[tuple[int, int, str]]) -> tuple[str, list[tuple[int, int, str]]]:
    """The text without case and punctuation, and the spans moved with it.

    Every punctuation mark is dropped, apostrophes inside words excepted; one
    between two characters of a word leaves a blank ("state-of-the-art" becomes
    four words). Spans that lose all their characters are dropped.

    >>> strip_text("Hi, Dr. Who-Else!", [(4, 16, "Person")])
    ('hi dr who else', [(3, 14, 'Person')])
    """
    kept: list[tuple[str, int]] = []
    for i, c in enumerate(text):
        inside = 0 < i < len(text) - 1 and text[i - 1].isalnum() and text[i + 1].isalnum()
        if unicodedata.category(c)[0] == "P" or c in "*`^~|<>=":
            if inside:
                kept.append((c, i) if c in "'’" else (" ", i))
        elif c.isspace() and kept and kept[-1][0] in " \n":
            if c == "\n":
                kept[-1] = ("\n", kept[-1][1])
        else:
            low = c.lower()
            kept.append((low if len(low) == 1 else c, i))
    while kept and kept[-1][0].isspace():
        kept.pop()
    result = "".join(c for c, _ in kept)
    place: dict[int, int] = {origin: i for i, (_, origin) in enumerate(kept)}
    moved = []
    for start, end, label in spans:
        inside_span = [place[i] for i in range(start, end) if i in place]
        inside_span = [i for i in inside_span if not result[i].isspace()]
        if inside_span:
            moved.append((inside_span[0], inside_span[-1] + 1, label))
    return result, moved
