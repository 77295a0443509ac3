"""Numbers in digits and words.

Comes in: normalised text. Goes out: ranges of it with their values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Number", "find_numbers"]

# English number words are a closed class of the language, not knowledge of a domain.
_SMALL = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    w: 10 * (i + 2)
    for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
}
_SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "k": 10**3,
    "million": 10**6,
    "mil": 10**6,
    "m": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "b": 10**9,
    "trillion": 10**12,
}
_WORDS = "|".join(sorted([*_SMALL, *_TENS], key=len, reverse=True))
_SCALE_WORDS = "hundred|thousand|million|billion|trillion"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMBER = re.compile(
    rf"""
    (?<![\w.,/-]) (?P<currency>[$€£]\s?)?
    (?: (?P<digits>{_DIGITS})
        (?: [\s-]? (?P<scales>(?:{_SCALE_WORDS}|mil|bn)\b(?:\s+(?:{_SCALE_WORDS})\b)*) | (?P<letter>[kKmMbB])(?![\w/]) )?
      | (?P<words>
          (?:(?:a|half\sa)\s+(?={_SCALE_WORDS}\b) (?:{_SCALE_WORDS})\b
           | (?:{_WORDS})\b)
          (?: (?:\s+and\s+|[\s-]+) (?:{_WORDS}|{_SCALE_WORDS})\b )*
          (?: \s+point (?:\s+(?:{_WORDS})\b)+ (?:\s+(?:{_SCALE_WORDS})\b)? )?
        )
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``text[start:end]``; `currency` is its sign, or an empty string."""

    start: int
    end: int
    value: Decimal
    currency: str
    in_words: bool


def find_numbers(text: str) -> Iterator[Number]:
    """Numbers from left to right, with their scale words; years and versions are numbers too.

    >>> [str(n.value) for n in find_numbers("1,024 GPUs, two hundred and fifty people, $1.5 billion, 90k")]
    ['1024', '250', '1500000000', '90000']
    """
    for match in _NUMBER.finditer(text):
        value = _digits(match) if match["digits"] else _in_words(match["words"])
        if value is None:
            continue
        end = match.end()
        yield Number(match.start(), end, value, (match["currency"] or "").strip(), not match["digits"])


def _digits(match: re.Match[str]) -> Decimal:
    value = Decimal(match["digits"].replace(",", ""))
    if match["scales"]:
        for scale in match["scales"].lower().split():
            value *= _SCALES[scale]
    elif match["letter"]:
        value *= _SCALES[match["letter"].lower()]
    # Plain notation: 1.5E+9 would be a different spelling of the same number.
    return Decimal(format(value.normalize(), "f"))


def _in_words(words: str) -> Decimal | None:
    whole, _, fraction = re.sub(r"[\s-]+", " ", words.lower()).partition(" point ")
    total = current = Decimal(0)
    for word in whole.split():
        if word in ("and", "a"):
            if word == "a":
                current = Decimal(1)
        elif word == "half":
            current = Decimal("0.5")
        elif word in _SMALL or word in _TENS:
            current += _SMALL.get(word, _TENS.get(word, 0))
        elif word == "hundred":
            current = (current or Decimal(1)) * 100
        else:
            total += (current or Decimal(1)) * _SCALES[word]
            current = Decimal(0)
        if "half" in whole and word == "a":
            current = Decimal("0.5")
    total += current
    if fraction:
        *digits, last = fraction.split()
        scale = Decimal(1)
        if last in _SCALES:
            scale = Decimal(_SCALES[last])
        else:
            digits.append(last)
        decimals = "".join(str(_SMALL[d]) for d in digits if d in _SMALL)
        if not decimals:
            return None
        total = Decimal(f"{int(total)}.{decimals}") * scale
    return Decimal(format(total.normalize(), "f"))
