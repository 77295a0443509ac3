"""Words in, stems out: forms of one term ("quantize", "quantized", "quantization") share a stem."""

from __future__ import annotations

__all__ = ["stem"]

# Endings by which a verb, its participles and its noun differ, longest first; inflection and the most
# regular derivations alone, because "computer" and "computing" are two things.
_ENDINGS = (
    "izations",
    "ization",
    "ations",
    "ation",
    "izing",
    "ized",
    "izes",
    "ize",
    "ating",
    "ated",
    "ates",
    "ate",
    "ings",
    "ions",
    "ing",
    "ion",
    "ed",
    "es",
    "e",
    "s",
)
# Shorter stems are shared by words that have nothing else in common.
_SHORTEST = 5


def stem(word: str) -> str | None:
    """The stem of a folded word, or None where too little of it would be left.

    Source: ours, after the suffix lists of Porter (1980), "An algorithm for suffix stripping".

    >>> stem("quantization") == stem("quantized") == stem("quantize")
    True
    >>> stem("train") is None
    True
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word if len(word) > _SHORTEST else None
