"""Quantities: numbers with their units or with what they count.

Comes in: parsed speech. Goes out: `Quantity` objects over the raw text. A number without a unit takes
over the unit of the quantity before it when both stand in one series ("Pascal is like 20 teraflops,
Volta more like 90"); whether a series goes on is decided by the extractor, who sees the subjects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kg.annotate.numbers import Number, find_numbers
from kg.model import Quantity
from kg.ontology.cues import Cues
from kg.ontology.units import Unit, Units

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from kg.speech import Speech

__all__ = ["find_quantities"]

_RANGE = re.compile(r"\s*(?:-|–|—|to|or)\s*", re.IGNORECASE)
# An ordinal year, a version or a list number is no quantity of anything.
_YEAR = re.compile(r"^(?:1[5-9]|20)\d\d$")


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    number: Decimal
    upper: Decimal | None
    unit: Unit | None
    noun: str | None


def find_quantities(speech: Speech, doc: Doc, offset: int, *, units: Units, cues: Cues) -> list[Quantity]:
    """The quantities of one parsed turn, ascending.

    Bare numbers are kept (without a unit) so that a series can complete them; numbers inside names
    and dates are for the caller to drop.
    """
    text = doc.text
    unit_after = re.compile(rf"[\s-]*(?:of\s+)?(?P<unit>{units.pattern})(?![\w%])", re.IGNORECASE)
    numbers = list(find_numbers(text))
    found: list[_Found] = []
    skip = -1
    for place, number in enumerate(numbers):
        if place == skip:
            continue
        upper: Number | None = None
        last = number
        if place + 1 < len(numbers):
            between = text[number.end : numbers[place + 1].start]
            if _RANGE.fullmatch(between) and numbers[place + 1].value > number.value:
                upper = last = numbers[place + 1]
                skip = place + 1
        found.append(_complete(doc, text, number, upper, last.end, unit_after, units))
    return [_quantity(speech, text, offset, item, cues) for item in found]


def _complete(
    doc: Doc,
    text: str,
    number: Number,
    upper: Number | None,
    end: int,
    unit_after: re.Pattern[str],
    units: Units,
) -> _Found:
    unit: Unit | None = None
    noun: str | None = None
    start = number.start
    value = number.value
    top = upper.value if upper else None
    if number.currency:
        unit = units.named(number.currency)
    match = unit_after.match(text, end)
    if match and not (
        match["unit"].isalpha()
        and len(match["unit"]) <= 2
        and match["unit"].islower()
        and match.start("unit") > end + 1
    ):
        named = units.named(re.sub(r"[\s-]+", " ", match["unit"]))
        if named is not None:
            unit, end = named, match.end("unit")
    if unit is None and not (
        not number.in_words and upper is None and _YEAR.match(text[number.start : number.end])
    ):
        counted = _counted_noun(doc, number)
        if counted is not None:
            noun, end = counted.text, max(end, counted.idx + len(counted.text))
            noun = text[_phrase_start(counted, number.end) : counted.idx + len(counted.text)].strip()
    if (
        upper is not None
        and upper.value > number.value
        and text[number.end : upper.start].strip()
        and number.value < 1000 <= upper.value
    ):
        # "two to three thousand": the scale word belongs to both.
        scale = upper.value
        while scale >= 1000 and scale % 1000 == 0:
            scale //= 1000
        if number.value < scale <= 999 and upper.value // scale >= 1000:
            value = number.value * (upper.value // scale)
    return _Found(start, end, value, top, unit, noun)


def _counted_noun(doc: Doc, number: Number) -> Token | None:
    """The noun that the number counts, from the tree, or None."""
    for token in doc:
        if token.idx <= number.start < token.idx + len(token.text) or number.start <= token.idx < number.end:
            head = token
            while head.head is not head and head.idx < number.end:
                if head.dep_.split(":")[0] not in ("nummod", "compound", "flat", "advmod", "det", "nmod"):
                    return None
                head = head.head
            near = number.end <= head.idx <= number.end + 40
            return head if near and head.pos_ in ("NOUN", "PROPN") else None
    return None


def _phrase_start(noun: Token, after: int) -> int:
    starts = [
        child.idx
        for child in noun.children
        if child.idx >= after and child.dep_.split(":")[0] in ("amod", "compound")
    ]
    return min([noun.idx, *starts])


def _quantity(speech: Speech, text: str, offset: int, item: _Found, cues: Cues) -> Quantity:
    before = text[max(0, item.start - 40) : item.start].lower().rstrip()
    after = text[item.end : item.end + 16].lower()
    start, end = item.start, item.end
    approximate = item.upper is not None
    for cue in cues.approximate_before:
        if before.endswith(cue) and not before[: -len(cue)][-1:].isalnum():
            approximate = True
            start -= len(text[max(0, item.start - 40) : item.start]) - len(before) + len(cue)
            break
    for cue in cues.approximate_after:
        stripped = after.lstrip(" -")
        if stripped.startswith(cue.lstrip("-")) and not stripped[len(cue.lstrip("-")) :][:1].isalnum():
            approximate = True
            break
    label = item.unit.name if item.unit else item.noun
    return Quantity(
        span=speech.to_raw(offset + item.start, offset + end),
        surface=text[start:end].strip(),
        number=item.number,
        upper=item.upper,
        unit=item.unit.local if item.unit else None,
        unit_label=label,
        approximate=approximate,
    )
