"""Claims from nouns for a part that somebody plays: "Greg Brockman, OpenAI cofounder and CTO"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg.extract.arguments import base, conjuncts
from kg.extract.proposals import Proposer, token_range
from kg.extract.referents import Referents
from kg.extract.status import StatusReader
from kg.model import Claim, Literal, Mention
from kg.ontology import load_ontology
from kg.ontology.cues import Cues, RoleNoun, load_cues
from kg.ontology.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from spacy.tokens import Token

    from kg.stages import Annotated, Parsed

__all__ = ["RoleExtractor"]

# Words of a title before its noun ("and general partner"), at most.
_MAX_TITLE = 6
_PLACES = frozenset({"of", "at", "for", "with", "from", "in", "on"})


class RoleExtractor:
    """Proposes who holds which role where."""

    name = "roles"

    def __init__(self, cues: Cues | None = None, vocabulary: Vocabulary | None = None) -> None:
        self.cues = cues or load_cues()
        vocabulary = vocabulary or load_vocabulary()
        self._ontology = load_ontology()
        self._subtypes = {entry.iri: entry.subtype for entry in vocabulary.entries}
        self._status = StatusReader(self.cues)
        self._holds = self._ontology.predicate("holdsRole").name
        self._works = self._ontology.predicate("worksFor").name
        self._worked = self._ontology.predicate("formerlyWorkedFor").name

    def __call__(self, annotated: Annotated) -> Iterable[Claim]:
        """The claims of one document, in text order."""
        referents = Referents(annotated)
        proposer = Proposer(annotated, self._ontology, self._subtypes)
        for parsed in annotated.parsed:
            for token in parsed.doc:
                if token.pos_ in ("NOUN", "PROPN") and token.lemma_.lower() in self.cues.role_nouns:
                    yield from self._of(token, parsed, referents, proposer)

    def _of(self, noun: Token, parsed: Parsed, referents: Referents, proposer: Proposer) -> Iterator[Claim]:
        holders = [
            (token, mention, anchored)
            for token, anchored in (*_role_holders(noun), *self._beside(noun, parsed, referents))
            if (mention := referents.of(token, parsed)) is not None
            and mention.type in ("Person", "Organization")
        ]
        if not holders:
            return
        roles = self.cues.role_nouns[noun.lemma_.lower()]
        former = self._is_former(noun)
        places = self._places(noun, parsed, referents)
        seen: set[str] = set()
        for holder_token, holder, anchored in holders:
            if (name := holder.refers_to or holder.surface) in seen:
                continue
            seen.add(name)
            status = self._status.read(noun, anchored=anchored)
            past = former or _is_past(noun)
            for place_token, place in places:
                evidence = token_range(parsed.doc, holder_token, noun, place_token)
                for role in roles:
                    predicate = self._predicate(role, past)
                    claim = proposer.propose(
                        predicate,
                        holder,
                        place,
                        status,
                        role.weight,
                        parsed,
                        evidence,
                        extractor=f"{self.name}/{role.name}",
                    )
                    if claim is not None:
                        yield claim
                    if role.predicate == self._ontology.predicate("founded").name and not past:
                        works = proposer.propose(
                            self._works,
                            holder,
                            place,
                            status,
                            role.weight * 0.75,
                            parsed,
                            evidence,
                            extractor=f"{self.name}/{role.name}",
                        )
                        if works is not None:
                            yield works
            if holder.type == "Person" and noun.lemma_.lower() in self.cues.titles:
                title = _title(noun)
                org = next((m.surface for _, m in places if m.type == "Organization"), None)
                evidence = token_range(parsed.doc, holder_token, noun, *(t for t, _ in places))
                qualifiers = {"org": org} if org else {}
                if past:
                    qualifiers["when"] = "former"
                claim = proposer.propose(
                    self._holds,
                    holder,
                    None,
                    status,
                    roles[0].weight * (1.0 if org else 0.85),
                    parsed,
                    evidence,
                    literal=Literal(title),
                    qualifiers=qualifiers,
                    extractor=f"{self.name}/{roles[0].name}",
                )
                if claim is not None:
                    yield claim

    def _beside(self, noun: Token, parsed: Parsed, referents: Referents) -> Iterator[tuple[Token, bool]]:
        """The person beside the noun, whatever the tree says: "NAME, ORG cofounder and CTO", "my co-host, NAME"."""
        doc = parsed.doc
        left = noun.i - 1
        # Back over the words of the title, of the organization and of other titles.
        while (
            left >= 0
            and noun.i - left <= _MAX_TITLE
            and (
                doc[left].pos_ in ("ADJ", "NOUN", "PROPN", "CCONJ", "DET")
                and _is_organization_or_title(doc[left], parsed, referents)
            )
        ):
            left -= 1
        if left >= 1 and doc[left].text in (",", "-", "–", "—", "("):
            mention = referents.named(doc[left - 1], parsed)
            if mention is not None and mention.type == "Person":
                yield doc[left - 1], True
                return
        right = noun.i + 1
        if right < len(doc) and doc[right].text in (",", ":"):
            right += 1
        if right < len(doc):
            mention = referents.named(doc[right], parsed)
            if mention is not None and mention.type == "Person" and doc[right].sent.start == noun.sent.start:
                yield doc[right], True

    def _places(self, noun: Token, parsed: Parsed, referents: Referents) -> list[tuple[Token, Mention]]:
        """What the part is played for, from the tree or from the words beside the noun."""
        found = [(t, m) for t in _role_places(noun) if (m := referents.of(t, parsed)) is not None]
        doc = parsed.doc
        left = noun.i - 1
        while (
            left >= 0
            and noun.i - left <= _MAX_TITLE
            and doc[left].pos_ in ("ADJ", "NOUN", "PROPN", "CCONJ", "PART")
        ):
            mention = referents.named(doc[left], parsed)
            if mention is not None and mention.type == "Organization":
                found.append((doc[left], mention))
                break
            left -= 1
        right = noun.i + 1
        # Over "and CTO" to "of OpenAI".
        while (
            right < len(doc)
            and right - noun.i <= _MAX_TITLE
            and (
                doc[right].pos_ == "CCONJ"
                or doc[right].lemma_.lower() in self.cues.role_nouns
                or doc[right].text == ","
            )
        ):
            right += 1
        if right + 1 < len(doc) and doc[right].lower_ in _PLACES:
            after = right + 2 if doc[right + 1].pos_ == "DET" and right + 2 < len(doc) else right + 1
            mention = referents.named(doc[after], parsed)
            if mention is not None and mention.type in ("Organization", "Work"):
                found.append((doc[after], mention))
        unique: dict[str, tuple[Token, Mention]] = {}
        for token, mention in found:
            unique.setdefault(mention.surface, (token, mention))
        return list(unique.values())

    def _predicate(self, role: RoleNoun, past: bool) -> str:
        return self._worked if past and role.predicate == self._works else role.predicate

    def _is_former(self, noun: Token) -> bool:
        words = [child.lower_ for child in noun.children if base(child) in ("amod", "advmod", "compound")]
        if base(noun) == "conj":
            words += [child.lower_ for child in noun.head.children if base(child) == "amod"]
        return any(word.rstrip("-") in self.cues.former or word in self.cues.former for word in words)


def _is_organization_or_title(token: Token, parsed: Parsed, referents: Referents) -> bool:
    mention = referents.named(token, parsed)
    return mention is None or mention.type == "Organization"


def _is_past(noun: Token) -> bool:
    return any(base(child) == "cop" and child.lower_ in ("was", "were") for child in noun.children) or (
        base(noun) == "conj"
        and any(base(child) == "cop" and child.lower_ in ("was", "were") for child in noun.head.children)
    )


def _role_holders(noun: Token) -> Iterator[tuple[Token, bool]]:
    """Who plays the part, and whether that is presupposed."""
    copula = any(base(child) == "cop" for child in noun.children)
    subjects = [child for child in noun.children if base(child) == "nsubj"]
    if copula and subjects:
        for subject in subjects:
            if subject.lower_ in ("who", "that", "which") and base(noun) == "acl":
                yield noun.head, True
            else:
                for each in conjuncts(subject):
                    yield each, False
    elif copula and base(noun) == "acl":
        yield noun.head, True
    for child in noun.children:
        if base(child) == "appos" or (base(child) == "flat" and child.pos_ == "PROPN"):
            yield child, True
    if base(noun) == "appos":
        yield noun.head, True
        if base(noun.head) == "conj":
            return
    elif base(noun) == "conj":
        yield from _role_holders(noun.head)
    elif base(noun) in ("compound", "nmod") and noun.head.pos_ == "PROPN" and not _case(noun):
        # "cofounder Greg Brockman"
        yield noun.head, True
    elif base(noun) == "obl" and "as" in _case(noun):
        for child in noun.head.children:
            if base(child) == "nsubj":
                yield child, False
    elif base(noun) in ("list", "parataxis", "dep") and noun.head.pos_ == "PROPN" and noun.head.i < noun.i:
        yield noun.head, True


def _role_places(noun: Token) -> Iterator[Token]:
    """What the part is played for: "of OpenAI", "OpenAI cofounder", "OpenAI's CTO"."""
    found: list[Token] = []

    def collect(word: Token) -> None:
        for child in word.children:
            dep = base(child)
            if child.dep_ == "nmod:poss" or (dep == "compound" and child.i < word.i):
                found.append(child)
            elif dep in ("nmod", "obl") and set(_case(child)) & _PLACES:
                found.extend(conjuncts(child))

    collect(noun)
    if base(noun) == "conj":
        collect(noun.head)
    for child in noun.children:
        if base(child) == "conj" and child.pos_ in ("NOUN", "PROPN"):
            collect(child)
    seen: set[int] = set()
    for token in found:
        if token.i not in seen:
            seen.add(token.i)
            yield token


def _title(noun: Token) -> str:
    """The title in words: the noun with its own modifiers, no names of organizations ("chief scientist")."""
    words = [
        child
        for child in noun.children
        if child.i < noun.i
        and base(child) in ("compound", "amod")
        and child.pos_ != "PROPN"
        and noun.i - child.i <= 3
    ]
    start = min([noun.i, *(word.i for word in words)])
    return noun.doc[start : noun.i + 1].text


def _case(token: Token) -> list[str]:
    return [child.lower_ for child in token.children if base(child) == "case"]
