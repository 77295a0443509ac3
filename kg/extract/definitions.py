"""Claims about what things are and where: "X is a Y", "X, a Y", "Ys such as X", "Long Beach, California"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg.extract.arguments import base, conjuncts
from kg.extract.proposals import Proposer, token_range
from kg.extract.referents import Referents
from kg.extract.status import StatusReader
from kg.model import Claim, Mention
from kg.ontology import load_ontology
from kg.ontology.cues import Cues, load_cues
from kg.ontology.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from spacy.tokens import Token

    from kg.stages import Annotated, Parsed

__all__ = ["DefinitionExtractor"]


class DefinitionExtractor:
    """Proposes classes and places of things, and who made what a possessive shows."""

    name = "definitions"

    def __init__(self, cues: Cues | None = None, vocabulary: Vocabulary | None = None) -> None:
        self.cues = cues or load_cues()
        vocabulary = vocabulary or load_vocabulary()
        self._ontology = load_ontology()
        self._subtypes = {entry.iri: entry.subtype for entry in vocabulary.entries}
        self._status = StatusReader(self.cues)
        self._is_a = self._ontology.predicate("isA").name
        self._located = self._ontology.predicate("locatedIn").name
        self._held = self._ontology.predicate("heldIn").name
        self._developed = self._ontology.predicate("developed").name
        self._works = self._ontology.predicate("worksFor").name

    def __call__(self, annotated: Annotated) -> Iterable[Claim]:
        """The claims of one document, in text order."""
        referents = Referents(annotated)
        proposer = Proposer(annotated, self._ontology, self._subtypes)
        for parsed in annotated.parsed:
            for token in parsed.doc:
                if token.pos_ not in ("NOUN", "PROPN", "X", "ADJ"):
                    continue
                yield from self._copula(token, parsed, referents, proposer)
                yield from self._apposition(token, parsed, referents, proposer)
                yield from self._possession(token, parsed, referents, proposer)
                yield from self._origin(token, parsed, referents, proposer)

    def _copula(
        self, noun: Token, parsed: Parsed, referents: Referents, proposer: Proposer
    ) -> Iterator[Claim]:
        if not any(base(child) == "cop" for child in noun.children) or _case(noun):
            return
        class_ = referents.named(noun, parsed)
        if class_ is None or class_.type not in ("Concept", "Method", "Hardware"):
            return
        status = self._status.read(noun)
        for child in noun.children:
            if base(child) != "nsubj":
                continue
            for token in conjuncts(child):
                subject = referents.named(token, parsed)
                if subject is None:
                    continue
                claim = proposer.propose(
                    self._is_a,
                    subject,
                    class_,
                    status,
                    0.7,
                    parsed,
                    token_range(parsed.doc, token, noun),
                    extractor=self.name,
                )
                if claim is not None:
                    yield claim

    def _apposition(
        self, noun: Token, parsed: Parsed, referents: Referents, proposer: Proposer
    ) -> Iterator[Claim]:
        if base(noun) != "appos":
            return
        inner, outer = referents.named(noun, parsed), referents.named(noun.head, parsed)
        if inner is None or outer is None:
            return
        status = self._status.read(noun, anchored=True)
        evidence = token_range(parsed.doc, noun.head, noun)
        if inner.type == "Place" and outer.type in ("Place", "Organization", "Event"):
            predicate = self._held if outer.type == "Event" else self._located
            yield from _maybe(
                proposer.propose(predicate, outer, inner, status, 0.8, parsed, evidence, extractor=self.name)
            )
        elif inner.type in ("Concept", "Method", "Hardware") and _is_name(outer):
            yield from _maybe(
                proposer.propose(
                    self._is_a, outer, inner, status, 0.65, parsed, evidence, extractor=self.name
                )
            )

    def _possession(
        self, noun: Token, parsed: Parsed, referents: Referents, proposer: Proposer
    ) -> Iterator[Claim]:
        """ "OpenAI's Whisper", "Google TPU": who made it."""
        owned = referents.named(noun, parsed)
        if owned is None or owned.type not in ("Software", "Hardware", "Dataset"):
            return
        for child in noun.children:
            possessive = child.dep_ == "nmod:poss"
            if not (possessive or base(child) == "compound"):
                continue
            maker = referents.named(child, parsed)
            if maker is None or maker.type != "Organization" or not _is_name(owned):
                continue
            weight = 0.65 if possessive else 0.55
            evidence = token_range(parsed.doc, child, noun)
            status = self._status.read(noun, anchored=True)
            yield from _maybe(
                proposer.propose(
                    self._developed, maker, owned, status, weight, parsed, evidence, extractor=self.name
                )
            )

    def _origin(
        self, noun: Token, parsed: Parsed, referents: Referents, proposer: Proposer
    ) -> Iterator[Claim]:
        """ "Chiyuan Zhang from MIT", "Ray, from RISE Lab", "the lab in Zurich"."""
        for child in noun.children:
            if base(child) not in ("nmod", "obl"):
                continue
            case = set(_case(child))
            if not case & {"from", "at", "of", "in"}:
                continue
            thing = referents.of(noun, parsed)
            if thing is None:
                return
            for token in conjuncts(child):
                place = referents.named(token, parsed)
                if place is None:
                    continue
                evidence = token_range(parsed.doc, noun, token)
                status = self._status.read(noun, anchored=True)
                predicate, weight = None, 0.6
                if thing.type == "Person" and place.type == "Organization" and case & {"from", "at", "of"}:
                    predicate = self._works
                elif (
                    thing.type in ("Software", "Hardware") and place.type == "Organization" and "from" in case
                ):
                    predicate = self._developed
                    thing, place = place, thing
                elif (
                    thing.type in ("Organization", "Place", "Hardware")
                    and place.type == "Place"
                    and "in" in case
                ):
                    predicate, weight = self._located, 0.65
                elif thing.type == "Event" and place.type == "Place" and case & {"in", "at"}:
                    predicate, weight = self._held, 0.7
                if predicate is not None:
                    yield from _maybe(
                        proposer.propose(
                            predicate, thing, place, status, weight, parsed, evidence, extractor=self.name
                        )
                    )


def _maybe(claim: Claim | None) -> Iterator[Claim]:
    if claim is not None:
        yield claim


def _is_name(mention: Mention) -> bool:
    return any(char.isupper() for char in mention.surface)


def _case(token: Token) -> list[str]:
    return [child.lower_ for child in token.children if base(child) == "case"]
