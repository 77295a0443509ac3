"""Claims from syntactic frames: verbs, nouns for parts and roles, adjectives, appositions, copulas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg.extract.arguments import Predication, base, conjuncts, find_predications
from kg.extract.proposals import Proposer, token_range
from kg.extract.referents import Referents
from kg.extract.status import Status, StatusReader
from kg.model import Claim, Mention
from kg.ontology import load_ontology
from kg.ontology.cues import Cues, Frame, load_cues
from kg.ontology.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from kg.stages import Annotated, Parsed

__all__ = ["FrameExtractor"]

# A frame whose arguments lie further apart than this is a parsing accident more often than not.
_MAX_DISTANCE = 30


class FrameExtractor:
    """Proposes claims from the schema's verb, noun and adjective frames."""

    name = "frames"

    def __init__(self, cues: Cues | None = None, vocabulary: Vocabulary | None = None) -> None:
        self.cues = cues or load_cues()
        vocabulary = vocabulary or load_vocabulary()
        self._ontology = load_ontology()
        self._subtypes = {entry.iri: entry.subtype for entry in vocabulary.entries}
        self._status = StatusReader(self.cues)

    def __call__(self, annotated: Annotated) -> Iterable[Claim]:
        """The claims of one document, in text order."""
        referents = Referents(annotated)
        proposer = Proposer(annotated, self._ontology, self._subtypes)
        for parsed in annotated.parsed:
            for predication in find_predications(parsed.doc):
                yield from self._verbs(predication, parsed, referents, proposer)
                yield from self._adjectives(predication, parsed, referents, proposer)
            yield from self._nouns(parsed, referents, proposer)

    def _verbs(
        self, predication: Predication, parsed: Parsed, referents: Referents, proposer: Proposer
    ) -> Iterator[Claim]:
        frames = self.cues.verb_frames.get(predication.lemma, ())
        if not frames:
            return
        status: Status | None = None
        for frame in frames:
            found = self._pairs(frame, predication, parsed, referents, proposer)
            for subject_token, subject, object_token, object_ in found:
                status = status or self._status.read(predication.head)
                predicate = frame.predicate
                if frame.tense_predicate and predication.past:
                    predicate = frame.tense_predicate
                claim = proposer.propose(
                    predicate,
                    subject,
                    object_,
                    status,
                    frame.weight * _nearness(subject_token, object_token),
                    parsed,
                    token_range(parsed.doc, subject_token, predication.head, object_token),
                    extractor=f"{self.name}/{frame.name}",
                )
                if claim is not None:
                    yield claim

    def _pairs(
        self, frame: Frame, predication: Predication, parsed: Parsed, referents: Referents, proposer: Proposer
    ) -> Iterator[tuple[Token, Mention, Token, Mention]]:
        subjects = [
            (token, mention)
            for token in predication.at(frame.subject_at)
            if (mention := referents.of(token, parsed)) is not None
            and proposer.fits(mention, frame.subject_types)
        ]
        if not subjects:
            return
        for token in predication.at(frame.object_at):
            mention = referents.of(token, parsed)
            if mention is None or not proposer.fits(mention, frame.object_types):
                continue
            for subject_token, subject in subjects:
                if subject_token.i != token.i and abs(subject_token.i - token.i) <= _MAX_DISTANCE:
                    yield subject_token, subject, token, mention

    def _adjectives(
        self, predication: Predication, parsed: Parsed, referents: Referents, proposer: Proposer
    ) -> Iterator[Claim]:
        if predication.kind != "copula" or predication.head.pos_ not in ("ADJ", "ADV"):
            return
        head = predication.head
        words = [head.lemma_.lower(), head.lower_]
        modifier = next(
            (c.lower_ for c in head.children if base(c) == "advmod" and c.lower_ in ("more", "less")), None
        )
        if modifier:
            words.append(f"{modifier} {head.lower_}")
        for word in dict.fromkeys(words):
            for frame in self.cues.adjective_frames.get(word, ()):
                status = self._status.read(head)
                for subject_token in predication.at(("subject",)):
                    subject = referents.of(subject_token, parsed)
                    if subject is None or not proposer.fits(subject, frame.subject_types):
                        continue
                    for token in predication.at(frame.object_at):
                        object_ = referents.of(token, parsed)
                        if object_ is None:
                            continue
                        claim = proposer.propose(
                            frame.predicate,
                            subject,
                            object_,
                            status,
                            frame.weight,
                            parsed,
                            token_range(parsed.doc, subject_token, head, token),
                            qualifiers={"outcome": word},
                            extractor=f"{self.name}/{frame.name}",
                        )
                        if claim is not None:
                            yield claim

    def _nouns(self, parsed: Parsed, referents: Referents, proposer: Proposer) -> Iterator[Claim]:
        for token in parsed.doc:
            if token.pos_ not in ("NOUN", "PROPN", "ADJ", "X"):
                continue
            lemma = token.lemma_.lower()
            if lemma in self.cues.noun_frames:
                yield from self._noun_frames(token, lemma, parsed, referents, proposer)

    def _noun_frames(
        self, noun: Token, lemma: str, parsed: Parsed, referents: Referents, proposer: Proposer
    ) -> Iterator[Claim]:
        for frame in self.cues.noun_frames[lemma]:
            holders = list(_owners(noun)) if "owner" in frame.subject_at else list(_holders(noun))
            for token in _dependents(noun, frame.object_at):
                object_ = referents.of(token, parsed)
                if object_ is None or not proposer.fits(object_, frame.object_types):
                    continue
                for holder, anchored in holders:
                    subject = referents.of(holder, parsed)
                    if subject is None:
                        continue
                    claim = proposer.propose(
                        frame.predicate,
                        subject,
                        object_,
                        self._status.read(noun, anchored=anchored),
                        frame.weight,
                        parsed,
                        token_range(parsed.doc, holder, noun, token),
                        extractor=f"{self.name}/{frame.name}",
                    )
                    if claim is not None:
                        yield claim


def _nearness(left: Token, right: Token) -> float:
    """A factor that falls from 1 (side by side) to 0.8 (at the limit): long arcs are parsed worse."""
    return 1.0 - 0.2 * min(1.0, abs(left.i - right.i) / _MAX_DISTANCE)


def _holders(noun: Token) -> Iterator[tuple[Token, bool]]:
    """Who or what the noun is said of, and whether that is presupposed (an apposition)."""
    for child in noun.children:
        if base(child) in ("nsubj",) and any(base(c) == "cop" for c in noun.children):
            subject = child
            if child.lower_ in ("who", "which", "that") and base(noun) == "acl":
                yield noun.head, True
                continue
            for each in conjuncts(subject):
                yield each, False
        elif base(child) in ("appos",):
            yield child, True
    if base(noun) == "appos":
        yield noun.head, True
    if base(noun) == "acl" and not any(base(c) == "nsubj" for c in noun.children):
        yield noun.head, True
    if base(noun) == "conj":
        yield from _holders(noun.head)
    if (
        base(noun) in ("compound", "flat", "nmod")
        and noun.head.pos_ == "PROPN"
        and not list(_prepositions(noun))
    ):
        yield noun.head, True
    if base(noun) == "obl" and any(base(c) == "case" and c.lower_ == "as" for c in noun.children):
        # "she works as CTO of …"
        for child in noun.head.children:
            if base(child) == "nsubj":
                yield child, False


def _owners(noun: Token) -> Iterator[tuple[Token, bool]]:
    """Whose the noun is ("my PhD") or who has or does it ("I did a PhD")."""
    for child in noun.children:
        if child.dep_ == "nmod:poss":
            yield child, False
    if base(noun) == "obj":
        for child in noun.head.children:
            if base(child) == "nsubj":
                yield child, False


def _dependents(noun: Token, places: tuple[str, ...]) -> Iterator[Token]:
    """Nouns that depend on `noun` at these prepositions, as compounds or as possessors."""
    for child in noun.children:
        dep = base(child)
        if dep in ("nmod", "obl") and child.dep_ != "nmod:poss" and set(_case(child)) & set(places):
            yield from conjuncts(child)
        elif (dep == "compound" and "compound" in places) or (
            child.dep_ == "nmod:poss" and "possessor" in places
        ):
            yield child


def _case(token: Token) -> list[str]:
    return [child.lower_ for child in token.children if base(child) == "case"]


def _prepositions(noun: Token) -> Iterator[str]:
    for child in noun.children:
        if base(child) == "case":
            yield child.lower_


def noun_phrase(doc: Doc, noun: Token) -> str:
    """The noun with the modifiers before it, as written ("chief scientist")."""
    left = [c for c in noun.children if c.i < noun.i and base(c) in ("compound", "amod", "flat", "nummod")]
    start = min([noun.idx, *(c.left_edge.idx for c in left)])
    return doc.text[start : noun.idx + len(noun.text)]
