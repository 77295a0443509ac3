"""Claims about quantities: performance, counts, prices, and dates of release and foundation."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.extract.arguments import Predication, base, find_predications
from kg.extract.proposals import Proposer, token_range
from kg.extract.referents import Referents
from kg.extract.status import StatusReader
from kg.model import Claim, Literal, Mention, MentionKind, Quantity
from kg.ontology import load_ontology
from kg.ontology.cues import Cues, load_cues
from kg.ontology.units import Unit, Units, load_units
from kg.ontology.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from spacy.tokens import Span as SpacySpan
    from spacy.tokens import Token

    from kg.stages import Annotated, Parsed

__all__ = ["QuantityExtractor"]

# Elliptic series run through neighbouring sentences: "Pascal is like 20 teraflops. Volta is more like 90."
_SERIES_SENTENCES = 2


# Below the first, numbers are parts of speech; below the second, people and things are examples.
_COUNTED = 4
_MANY = 20


class QuantityExtractor:
    """Proposes what is said to have which quantity."""

    name = "quantities"

    def __init__(
        self, cues: Cues | None = None, vocabulary: Vocabulary | None = None, units: Units | None = None
    ) -> None:
        self.cues = cues or load_cues()
        self._units = units or load_units()
        vocabulary = vocabulary or load_vocabulary()
        self._ontology = load_ontology()
        self._subtypes = {entry.iri: entry.subtype for entry in vocabulary.entries}
        self._status = StatusReader(self.cues)
        self._performance = self._ontology.predicate("hasPerformance").name
        self._quantity = self._ontology.predicate("hasQuantity").name

    def __call__(self, annotated: Annotated) -> Iterable[Claim]:
        """The claims of one document, in text order."""
        referents = Referents(annotated)
        proposer = Proposer(annotated, self._ontology, self._subtypes)
        starts = [q.span.start for q in annotated.quantities]
        for parsed in annotated.parsed:
            if not len(parsed.doc):
                continue
            turn = annotated.speech.to_raw(parsed.offset, parsed.offset + len(parsed.doc.text))
            first, last = bisect_left(starts, turn.start), bisect_left(starts, turn.end)
            quantities = annotated.quantities[first:last]
            if quantities:
                yield from self._turn(annotated, parsed, quantities, referents, proposer)

    def _turn(
        self,
        annotated: Annotated,
        parsed: Parsed,
        quantities: Sequence[Quantity],
        referents: Referents,
        proposer: Proposer,
    ) -> Iterator[Claim]:
        predications = find_predications(parsed.doc)
        sentence_of = {token.i: n for n, sent in enumerate(parsed.doc.sents) for token in sent}
        last_unit: tuple[Unit, int] | None = None
        for quantity in quantities:
            start, end = annotated.speech.mapped.from_raw(quantity.span)
            tokens = parsed.doc.char_span(start - parsed.offset, end - parsed.offset, alignment_mode="expand")
            if tokens is None or not len(tokens):
                continue
            sentence = sentence_of[tokens.start]
            unit = self._units.local(quantity.unit) if quantity.unit else None
            if (
                unit is None
                and quantity.unit_label is None
                and last_unit
                and sentence - last_unit[1] <= _SERIES_SENTENCES
                and _goes_on(quantity)
            ):
                inherited = self._complete(quantity, last_unit[0])
                _, subject = self._subject(tokens, predications, parsed, referents)
                if subject is not None and subject.type in ("Hardware", "Software"):
                    quantity, unit = inherited, last_unit[0]
            if unit is not None and unit.measures == self._performance:
                last_unit = (unit, sentence)
            if unit is None and quantity.unit_label is None:
                continue
            if unit is not None and unit.measures == "Duration":
                continue
            if unit is None and not self._counts(quantity, tokens):
                continue
            yield from self._claims(quantity, unit, tokens, predications, parsed, referents, proposer)

    def _counts(self, quantity: Quantity, tokens: SpacySpan) -> bool:
        """Whether a number without a unit counts something that anybody would look up.

        "One thing" and "two sets" do not: small numbers and nouns that name nothing count for little.
        """
        noun = (quantity.unit_label or "").lower().split(" ")[-1]
        generic = noun in self.cues.generic_nouns or noun.rstrip("s") in self.cues.generic_nouns
        return quantity.number >= _COUNTED and not (generic and quantity.number < _MANY)

    def _complete(self, quantity: Quantity, unit: Unit) -> Quantity:
        return replace(quantity, unit=unit.local, unit_label=unit.name, unit_inherited=True)

    def _claims(
        self,
        quantity: Quantity,
        unit: Unit | None,
        tokens: SpacySpan,
        predications: Sequence[Predication],
        parsed: Parsed,
        referents: Referents,
        proposer: Proposer,
    ) -> Iterator[Claim]:
        token, subject = self._subject(tokens, predications, parsed, referents)
        if subject is None or token is None:
            return
        measures = (
            self._performance if unit is not None and unit.measures == self._performance else self._quantity
        )
        if measures == self._performance and subject.type not in ("Hardware", "Software"):
            measures = self._quantity
        if measures == self._quantity and subject.kind is MentionKind.PRONOUN:
            # "I have two points" counts nothing that anybody would look up.
            return
        governor = tokens.root
        status = self._status.read(_clause(governor))
        value = quantity.surface
        if quantity.unit_inherited and quantity.unit_label:
            value = f"{value} {quantity.unit_label}"
        qualifiers: dict[str, str] = {}
        if quantity.unit_label:
            qualifiers["unit"] = quantity.unit_label
        if quantity.unit_inherited:
            qualifiers["note"] = "unit from the quantity before"
        if quantity.upper is not None:
            qualifiers["upper"] = format(quantity.upper, "f")
        claim = proposer.propose(
            measures,
            subject,
            None,
            status,
            (0.8 if measures == self._performance else 0.6) * (0.9 if quantity.unit_inherited else 1.0),
            parsed,
            _range(token, tokens),
            literal=Literal(
                value, number=quantity.number, unit=quantity.unit, unit_label=quantity.unit_label
            ),
            qualifiers={**qualifiers, **({"approximate": "true"} if quantity.approximate else {})},
            extractor=self.name,
        )
        if claim is not None:
            yield claim

    def _subject(
        self, tokens: SpacySpan, predications: Sequence[Predication], parsed: Parsed, referents: Referents
    ) -> tuple[Token | None, Mention | None]:
        """What the quantity is said of: the subject of its clause, or the nearest thing before it."""
        inside = {token.i for token in tokens}
        own = self._own_subject(tokens, parsed, referents)
        if own is not None:
            return own
        for predication in predications:
            involved = {predication.head.i} | {
                t.i for place, found in predication.roles.items() if place != "subject" for t in found
            }
            if not involved & inside and not any(t.head.i in inside for t in tokens if t.head.i in involved):
                continue
            for token in predication.at(("subject", "object") if predication.passive else ("subject",)):
                mention = referents.of(token, parsed)
                if mention is not None and token.i not in inside:
                    return token, mention
        sentence = tokens.sent
        for token in reversed(list(parsed.doc[sentence.start : tokens.start])):
            if token.is_punct and token.text in (";", "?"):
                break
            if token.like_num and token.i not in inside:
                break
            mention = referents.named(token, parsed)
            if mention is not None and mention.type in ("Hardware", "Software"):
                return token, mention
        root = tokens.root
        if base(root) in ("nmod", "obl") and (mention := referents.named(root.head, parsed)) is not None:
            return root.head, mention
        return None, None

    def _own_subject(
        self, tokens: SpacySpan, parsed: Parsed, referents: Referents
    ) -> tuple[Token, Mention] | None:
        """The one thing named between the number before and this one, in a series of such pairs.

        "Volta is 90 and TPU 2.0 is 180": trees of coordinated copulas often hang both on the first.
        """
        start = tokens.sent.start
        numbers = [
            t.i for t in parsed.doc[start : tokens.start] if t.like_num and referents.named(t, parsed) is None
        ]
        if not numbers:
            return None
        found: dict[Mention, Token] = {}
        for token in parsed.doc[numbers[-1] + 1 : tokens.start]:
            mention = referents.named(token, parsed)
            if mention is not None and mention.type in ("Hardware", "Software"):
                found.setdefault(mention, token)
        if len(found) != 1:
            return None
        mention, token = next(iter(found.items()))
        return token, mention


def _goes_on(quantity: Quantity) -> bool:
    """Whether a bare number can go on with a series: a year cannot, nor can the pronoun "one"."""
    digits = "".join(char for char in quantity.surface if char.isdigit())
    is_year = len(digits) == 4 and 1800 <= quantity.number <= 2100 and "," not in quantity.surface
    return not is_year and quantity.surface.lower().split()[-1] != "one"


def _clause(token: Token) -> Token:
    """The predicate of the clause that holds the token."""
    current = token
    for _ in range(8):
        if current.pos_ in ("VERB", "AUX") or any(base(child) == "cop" for child in current.children):
            return current
        if current.head is current:
            return current
        current = current.head
    return token


def _range(token: Token, tokens: SpacySpan) -> tuple[int, int]:
    start, end = token_range(tokens.doc, token)
    return min(start, tokens.start_char), max(end, tokens.end_char)
