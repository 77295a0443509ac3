"""How firmly something is said: asserted, hedged, negated, asked or imagined.

The cue words come from the schema; scope comes from the tree. Source of the order of precedence: ours;
a question that is negated is a question, a negated hedge ("I don't think that …") is a negation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.arguments import base
from kg.model import Assertion
from kg.ontology.cues import Cues, StatusCue

if TYPE_CHECKING:
    from spacy.tokens import Span as SpacySpan
    from spacy.tokens import Token

__all__ = ["Status", "StatusReader"]

_CLAUSAL = ("ccomp", "xcomp", "advcl", "parataxis", "conj", "csubj")
_MAX_CLIMB = 6
_NOBODY = frozenset({"nobody", "noone", "none", "nothing", "neither"})
_WH = frozenset({"what", "who", "whom", "whose", "which", "when", "where", "why", "how"})
_INVERTING = frozenset(
    {
        "do",
        "does",
        "did",
        "is",
        "are",
        "was",
        "were",
        "can",
        "could",
        "will",
        "would",
        "should",
        "have",
        "has",
        "had",
        "am",
    }
)


@dataclass(frozen=True, slots=True)
class Status:
    """A status and the words that show it, or None."""

    assertion: Assertion
    cue: str | None = None


class StatusReader:
    """Reads the status of predicates with the schema's cues."""

    def __init__(self, cues: Cues) -> None:
        self._by_status: dict[Assertion, StatusCue] = {cue.status: cue for cue in cues.statuses}

    def read(self, head: Token, *, anchored: bool = False) -> Status:
        """The status of the claim that `head` makes.

        Args:
            head: The predicate; for appositions and noun phrases, the noun.
            anchored: Whether the claim is presupposed rather than said (an apposition, a relative
                clause, "OpenAI's CTO"): then what happens outside its own clause does not touch it.
        """
        negated = self._negation(head) or _nobody(head)
        hypothetical = self._hypothesis(head)
        hedged = self._hedge(head)
        if not anchored:
            current = head
            for _ in range(_MAX_CLIMB):
                dep, governor = base(current), current.head
                if governor is current or dep == "acl" or current.dep_ == "acl:relcl":
                    break
                if dep in ("ccomp", "xcomp", "csubj") or dep == "parataxis":
                    lemma = governor.lemma_.lower()
                    scoped = dep != "parataxis"
                    if scoped and negated is None:
                        negated = self._negation(governor, raising=True)
                    if scoped and lemma in self._by_status[Assertion.NEGATED].governors:
                        negated = negated or governor.text
                    if scoped and negated is None:
                        negated = _nobody(governor)
                    if lemma in self._by_status[Assertion.HEDGED].governors and (
                        _first_person_or_none(governor)
                    ):
                        hedged = hedged or governor.text
                    if scoped and lemma in self._by_status[Assertion.HYPOTHETICAL].governors:
                        hypothetical = hypothetical or governor.text
                    hypothetical = hypothetical or self._hypothesis(governor)
                    hedged = hedged or (self._hedge(governor) if scoped else None)
                elif dep in ("advcl", "conj"):
                    hypothetical = hypothetical or (
                        self._auxiliary(governor, Assertion.HYPOTHETICAL) if dep == "conj" else None
                    )
                elif dep in ("obj", "obl", "nsubj", "nmod", "appos", "compound", "amod"):
                    # A noun phrase inside another clause: what negates that clause says nothing of it.
                    break
                current = governor
            question = _question(head)
            if question is not None:
                return Status(Assertion.QUESTION, question)
        if negated is not None:
            return Status(Assertion.NEGATED, negated)
        if hypothetical is not None:
            return Status(Assertion.HYPOTHETICAL, hypothetical)
        if hedged is not None:
            return Status(Assertion.HEDGED, hedged)
        return Status(Assertion.ASSERTED)

    def _negation(self, head: Token, *, raising: bool = False) -> str | None:
        cue = self._by_status[Assertion.NEGATED]
        for child in head.children:
            word = child.lower_.replace("’", "'")
            if base(child) in ("advmod", "det", "aux", "cc", "neg") and word in cue.adverbs:
                # "not only X but also Y" asserts both.
                nxt = child.nbor(1) if child.i + 1 < len(child.doc) else None
                if nxt is not None and nxt.lower_ in ("only", "just", "merely"):
                    continue
                return child.text
            if (
                not raising
                and base(child) in ("obj", "nsubj")
                and any(base(sub) == "det" and sub.lower_ in ("no", "neither") for sub in child.children)
            ):
                return next(sub.text for sub in child.children if base(sub) == "det")
            if not raising and base(child) in ("aux", "cop") and word.endswith("n't"):
                return child.text
        return None

    def _auxiliary(self, head: Token, status: Assertion) -> str | None:
        cue = self._by_status[status]
        for child in head.children:
            if base(child) in ("aux", "cop") and child.lower_.replace("’", "'") in cue.auxiliaries:
                return child.text
        return None

    def _hedge(self, head: Token) -> str | None:
        cue = self._by_status[Assertion.HEDGED]
        for child in head.children:
            if base(child) in ("advmod", "discourse", "parataxis") and child.lower_ in cue.adverbs:
                return child.text
            if (
                base(child) == "parataxis"
                and child.lemma_.lower() in cue.governors
                and _first_person_or_none(child)
            ):
                return child.text
        return self._auxiliary(head, Assertion.HEDGED)

    def _hypothesis(self, head: Token) -> str | None:
        cue = self._by_status[Assertion.HYPOTHETICAL]
        for child in head.children:
            if base(child) == "mark" and child.lower_ in cue.markers:
                return child.text
            if base(child) == "advmod" and child.lower_ in cue.adverbs:
                return child.text
        return self._auxiliary(head, Assertion.HYPOTHETICAL)


def _nobody(verb: Token) -> str | None:
    """The subject that makes a clause a denial ("nobody", "no one", "none of us"), or None."""
    for child in verb.children:
        if base(child) == "nsubj" and child.lower_ in _NOBODY:
            return child.text
        if base(child) == "nsubj" and child.lower_ == "one" and child.i > 0 and child.nbor(-1).lower_ == "no":
            return f"{child.nbor(-1).text} {child.text}"
    return None


def _first_person_or_none(verb: Token) -> bool:
    """Whether the speaker is who thinks so ("I guess"), or nobody ("seems")."""
    subjects = [child.lower_ for child in verb.children if base(child) == "nsubj"]
    return not subjects or subjects[0] in ("i", "we", "it")


def _question(head: Token) -> str | None:
    sentence: SpacySpan = head.sent
    last = next(
        (token for token in reversed(sentence) if token.text.strip() and token.text not in "\"'”’)"), None
    )
    if last is not None and last.text.endswith("?"):
        clause = _top(head)
        # "X is great, right?" asks for assent to what it asserts; so does a tag after a statement.
        words = [token for token in sentence if token.is_alpha]
        if words and words[-1].lower_ in ("right", "yeah", "okay", "ok", "correct") and not _inverted(clause):
            return None
        return "?"
    if _inverted(_top(head)):
        return _top(head).sent[0].text
    return None


def _top(head: Token) -> Token:
    current = head
    while current.head is not current and base(current) in (*_CLAUSAL, "obj", "obl", "nsubj"):
        current = current.head
    return current


def _inverted(verb: Token) -> bool:
    """Whether an auxiliary stands before the subject, as in a question without its mark."""
    subject = next((child for child in verb.children if base(child) == "nsubj"), None)
    helper = next(
        (child for child in verb.children if base(child) in ("aux", "cop") and child.lower_ in _INVERTING),
        None,
    )
    if subject is None or helper is None or not helper.i < subject.i:
        return False
    first = min([verb.i, helper.i, subject.i])
    before = [token for token in verb.sent if token.i < first and token.is_alpha]
    return len(before) <= 2 or before[-1].lower_ in _WH
