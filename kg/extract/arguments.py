"""Who does what to whom: predicates and their arguments from a Universal Dependencies tree.

Passives, relative clauses, participles, control, coordination and copulas are undone here, so that a
frame only says where its subject and object stand.

Source: ours, over the relations of Universal Dependencies 2 (https://universaldependencies.org/u/dep/).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

__all__ = ["Predication", "base", "conjuncts", "find_predications"]

_RELATIVE = frozenset({"who", "which", "that", "whom", "whose"})
_BEFORE_BASE_FORM = frozenset(
    {"do", "does", "did", "to", "will", "would", "can", "could", "may", "might", "should"}
)
# A chain of clauses longer than this is a parsing accident.
_MAX_CLIMB = 6


@dataclass(slots=True)
class Predication:
    """A predicate with its arguments.

    Args:
        head: The verb, or the noun, adjective or name that is predicated.
        lemma: Dictionary form, with its particle ("come up").
        kind: "verb", "copula" (the head is what is predicated of the subject).
        roles: Argument heads by place: "subject", "object", "complement" or a preposition.
        past: Whether the clause is in the past tense.
        passive: Whether it was a passive.
    """

    head: Token
    lemma: str
    kind: str
    roles: dict[str, list[Token]] = field(default_factory=dict)
    past: bool = False
    passive: bool = False

    def at(self, places: tuple[str, ...]) -> Iterator[Token]:
        """The arguments at these places, coordinated ones included, in text order."""
        seen: set[int] = set()
        for place in places:
            for token in self.roles.get(place, ()):
                for each in conjuncts(token):
                    if each.i not in seen:
                        seen.add(each.i)
                        yield each


def base(token: Token) -> str:
    """The dependency label without its subtype.

    ``nsubj:pass`` gives ``nsubj``.
    """
    return token.dep_.split(":")[0]


def conjuncts(token: Token) -> Iterator[Token]:
    """The token and those coordinated with it ("Musk, Hoffman and others")."""
    yield token
    for child in token.children:
        if base(child) == "conj" and child.pos_ in ("NOUN", "PROPN", "PRON", "NUM", "SYM", "ADJ", "X"):
            yield from conjuncts(child)


def find_predications(doc: Doc) -> list[Predication]:
    """The predications of a parsed text, in text order."""
    found = []
    for token in doc:
        copula = next((child for child in token.children if base(child) == "cop"), None)
        if copula is not None:
            found.append(_copula(token, copula))
        elif token.pos_ == "VERB" or (token.pos_ == "AUX" and base(token) not in ("aux", "cop")):
            found.append(_verb(token))
    return found


def _verb(token: Token) -> Predication:
    particle = next((child.lower_ for child in token.children if child.dep_ == "compound:prt"), "")
    lemma = token.lemma_.lower()
    if token.lower_ == "found" and any(
        base(child) in ("aux", "mark") and child.lower_ in _BEFORE_BASE_FORM for child in token.children
    ):
        # "did not found", "to found": the base form of "found", where taggers read the past of "find".
        lemma = "found"
    if particle:
        lemma = f"{lemma} {particle}"
    passive = any(child.dep_ in ("nsubj:pass", "aux:pass", "csubj:pass") for child in token.children)
    roles: dict[str, list[Token]] = {}

    def add(place: str, argument: Token) -> None:
        roles.setdefault(place, []).append(argument)

    clause = base(token)
    governor = token.head
    relative_place: str | None = None
    for child in token.children:
        dep = base(child)
        if child.lower_ in _RELATIVE and clause == "acl" and dep in ("nsubj", "obj", "obl"):
            place = "subject" if dep == "nsubj" else "object"
            if child.dep_ == "nsubj:pass":
                place = "object"
            relative_place = place
            add(place, governor)
        elif child.dep_ in ("nsubj:pass", "csubj:pass"):
            add("object", child)
        elif dep == "nsubj" and child.i > token.i and (preposition := _preposition(child)):
            # No subject of English stands behind its verb with a preposition: a slip of the parser.
            add(preposition, child)
        elif dep in ("nsubj", "csubj"):
            add("object" if passive and not child.dep_.startswith("nsubj") else "subject", child)
        elif dep == "obj":
            add("object", child)
        elif dep == "iobj":
            add("recipient", child)
        elif dep == "obl":
            preposition = _preposition(child)
            if preposition == "by" and (passive or _is_participle(token)) and child.dep_ != "obl:tmod":
                add("subject", child)
            if preposition:
                add(preposition, child)
        elif dep == "xcomp" and child.pos_ in ("NOUN", "PROPN", "ADJ"):
            add("complement", child)
    if clause == "acl" and relative_place is None:
        if token.dep_ == "acl:relcl":
            # No overt pronoun: the gap is the object where there is a subject ("the lab I founded").
            if "subject" in roles and "object" not in roles:
                add("object", governor)
            elif "subject" not in roles:
                add("subject", governor)
        elif _is_participle(token) and token.tag_ != "VBG":
            add("object", governor)
            passive = True
        else:
            add("subject", governor)
    if "subject" not in roles and not (passive and "object" in roles):
        shared, _ = _inherited_subject(token)
        for each in shared:
            add("object" if passive else "subject", each)
    elif "subject" not in roles and passive and "object" not in roles:
        shared, _ = _inherited_subject(token)
        for each in shared:
            add("object", each)
    for argument in roles.get("object", ()):
        # Arguments of the object with its own preposition: "the CEO of X" is the noun frames' job,
        # but "deploy models on GPUs" is sometimes attached to the noun.
        for child in argument.children:
            if base(child) == "nmod" and (preposition := _preposition(child)) in (
                "on",
                "with",
                "in",
                "for",
                "at",
                "from",
            ):
                roles.setdefault(preposition, []).append(child)
    return Predication(token, lemma, "verb", roles, past=_is_past(token), passive=passive)


def _copula(head: Token, copula: Token) -> Predication:
    roles: dict[str, list[Token]] = {}
    for child in head.children:
        dep = base(child)
        if dep in ("nsubj", "csubj"):
            subject = child
            if child.lower_ in _RELATIVE and base(head) == "acl":
                subject = head.head
            roles.setdefault("subject", []).append(subject)
    if "subject" not in roles:
        if base(head) == "acl":
            roles["subject"] = [head.head]
        else:
            shared, _ = _inherited_subject(head)
            if shared:
                roles["subject"] = shared
    case = _preposition(head)
    if case:
        roles[case] = [head]
    else:
        roles["complement"] = [head]
    for child in head.children:
        if base(child) in ("obl", "nmod") and (preposition := _preposition(child)):
            roles.setdefault(preposition, []).append(child)
    return Predication(
        head, "be", "copula", roles, past=copula.tag_ == "VBD" or copula.lower_ in ("was", "were")
    )


def _preposition(token: Token) -> str:
    for child in token.children:
        if base(child) == "case" and child.lower_ not in ("'s", "’s", "'", "’"):
            fixed = [sub.lower_ for sub in child.children if base(sub) == "fixed"]
            return " ".join([child.lower_, *fixed]) if fixed else child.lower_
    return ""


def _is_participle(token: Token) -> bool:
    return token.tag_ == "VBN" or "Part" in token.morph.get("VerbForm", []) or token.tag_ == "VBG"


def _is_past(token: Token) -> bool:
    if any(child.lower_ in ("will", "'ll", "would", "can", "could", "should") for child in token.children):
        return False
    used_to = token.head.lemma_.lower() == "use" and base(token) == "xcomp"
    return (
        used_to
        or token.tag_ == "VBD"
        or ("Past" in token.morph.get("Tense", []) and "Fin" in token.morph.get("VerbForm", []))
        or any(
            base(child) == "aux" and child.lower_ in ("was", "were", "did", "had") for child in token.children
        )
    )


def _inherited_subject(token: Token) -> tuple[list[Token], bool]:
    """The subject that a clause without one shares with its governor, and whether that is passive."""
    current = token
    for _ in range(_MAX_CLIMB):
        dep = base(current)
        governor = current.head
        if governor is current or dep not in ("conj", "xcomp", "advcl", "parataxis"):
            return [], False
        if dep == "parataxis":
            return [], False
        if dep == "xcomp":
            objects = [child for child in governor.children if base(child) == "obj"]
            if objects and governor.lemma_.lower() not in ("use", "promise"):
                return objects, False
        subjects = [child for child in governor.children if base(child) == "nsubj"]
        if subjects:
            resolved = [
                governor.head if child.lower_ in _RELATIVE and base(governor) == "acl" else child
                for child in subjects
            ]
            return resolved, subjects[0].dep_ == "nsubj:pass"
        if base(governor) == "acl":
            return [governor.head], False
        current = governor
    return [], False
