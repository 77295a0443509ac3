"""Opinions: what a speaker says for or against a thing, with the stance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kg.extract.arguments import conjuncts, find_predications
from kg.extract.proposals import Proposer, token_range
from kg.extract.referents import Referents
from kg.extract.status import StatusReader
from kg.model import Assertion, Claim, Mention, MentionKind
from kg.ontology import load_ontology
from kg.ontology.cues import Cues, OpinionCue, load_cues
from kg.ontology.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from spacy.tokens import Token

    from kg.stages import Annotated, Parsed, Speaker

__all__ = ["OpinionExtractor", "stance_of"]

_MAX_SUMMARY = 160


class OpinionExtractor:
    """Proposes opinions of speakers whom the source names or tells apart."""

    name = "opinions"

    def __init__(self, cues: Cues | None = None, vocabulary: Vocabulary | None = None) -> None:
        self.cues = cues or load_cues()
        vocabulary = vocabulary or load_vocabulary()
        self._ontology = load_ontology()
        self._subtypes = {entry.iri: entry.subtype for entry in vocabulary.entries}
        self._status = StatusReader(self.cues)
        self._opinion = self._ontology.predicate("opinion").name
        self._verbs = {lemma: cue for cue in self.cues.opinions for lemma in cue.lemmas}
        self._adjectives = {word: cue for cue in self.cues.opinions for word in cue.adjectives}
        # Opposites, for "I don't like X" and "X is not great".
        self._negated = {cue.stance: self._opposite(cue) for cue in self.cues.opinions}

    def _opposite(self, cue: OpinionCue) -> str:
        against = {"praises": "doubts", "supports": "doubts", "doubts": "supports", "opposes": "supports"}
        return against.get(cue.stance, cue.stance)

    def __call__(self, annotated: Annotated) -> Iterable[Claim]:
        """The claims of one document, in text order."""
        referents = Referents(annotated)
        proposer = Proposer(annotated, self._ontology, self._subtypes)
        for parsed in annotated.parsed:
            speaker = annotated.speaker_of(parsed.turn)
            if speaker is None:
                continue
            for predication in find_predications(parsed.doc):
                cue: OpinionCue | None
                targets: list[Token]
                if predication.kind == "verb":
                    cue = self._verbs.get(predication.lemma)
                    if cue is None or not any(t.lower_ in ("i", "we") for t in predication.at(("subject",))):
                        continue
                    targets = [*predication.at(("object",)), *predication.at(("about",))]
                else:
                    head = predication.head
                    cue = self._adjectives.get(head.lower_) or next(
                        (
                            self._adjectives[c.lower_]
                            for c in head.children
                            if c.dep_ == "amod" and c.lower_ in self._adjectives
                        ),
                        None,
                    )
                    if cue is None:
                        continue
                    subjects = list(predication.at(("subject",)))
                    if any(t.lower_ in ("i", "we") for t in subjects):
                        targets = list(predication.at(("about", "by", "of", "with", "in")))
                    else:
                        targets = [each for t in subjects for each in conjuncts(t)]
                yield from self._claims(
                    cue, predication.head, targets, speaker, annotated, parsed, referents, proposer
                )

    def _claims(
        self,
        cue: OpinionCue,
        head: Token,
        targets: Iterable[Token],
        speaker: Speaker,
        annotated: Annotated,
        parsed: Parsed,
        referents: Referents,
        proposer: Proposer,
    ) -> Iterable[Claim]:
        for token in targets:
            target = referents.named(token, parsed)
            if target is None or (target.type == "Person" and target.surface == speaker.name):
                continue
            status = self._status.read(head)
            stance = cue.stance
            if status.assertion is Assertion.NEGATED:
                # "I don't like X" asserts an opinion against X.
                stance = self._negated[stance]
                status = type(status)(Assertion.ASSERTED)
            start, end = token_range(parsed.doc, token, head)
            words = " ".join(parsed.doc.text[start:end].split())
            holder = Mention(
                span=annotated.speech.to_raw(parsed.offset + start, parsed.offset + end),
                surface=speaker.name,
                type="Person",
                kind=MentionKind.LABEL,
                confidence=speaker.confidence,
                refers_to=speaker.name,
                source="speaker",
            )
            claim = proposer.propose(
                self._opinion,
                holder,
                target,
                status,
                cue.weight,
                parsed,
                (start, end),
                qualifiers={"stance": stance, "summary": words[:_MAX_SUMMARY]},
                extractor=self.name,
            )
            if claim is not None:
                yield claim


def stance_of(clause: Token, target: Token, cues: Cues) -> str | None:
    """The stance that the words around a target show, or None where they show none.

    Modifiers of the target count first, then the clause and what depends on it.
    """
    by_word = {word: cue.stance for cue in cues.opinions for word in (*cue.adjectives, *cue.lemmas)}
    near = [*target.children, clause, *clause.children]
    for token in near:
        if token.pos_ in ("ADJ", "VERB", "ADV") and (found := by_word.get(token.lemma_.lower())) is not None:
            return found
    return None
