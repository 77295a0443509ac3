"""Cue words: how people say what the predicates mean, read from ``schema/cues.ttl``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.errors import SchemaError
from kg.iri import NAMESPACE
from kg.model import Assertion

__all__ = [
    "AdjacentFrame",
    "Cues",
    "Frame",
    "IntroductionCue",
    "OpinionCue",
    "RoleNoun",
    "StatusCue",
    "load_cues",
]

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_ALT = "http://www.w3.org/2004/02/skos/core#altLabel"


@dataclass(frozen=True, slots=True)
class Frame:
    """A word whose arguments are subject and object of a predicate.

    Args:
        name: Local name of the frame ("found").
        predicate: Local name of what it expresses.
        subject_at: Where the subject stands: "subject", "object", "holder", "owner" or a preposition.
        object_at: The same for the object.
        subject_types: Narrow the signature; empty where they do not.
        object_types: The same; subclasses are allowed.
        tense_predicate: What it expresses in the past tense, or None.
        weight: How often it is right when it fires, in [0, 1].
    """

    name: str
    predicate: str
    subject_at: tuple[str, ...]
    object_at: tuple[str, ...]
    subject_types: frozenset[str]
    object_types: frozenset[str]
    tense_predicate: str | None
    weight: float


@dataclass(frozen=True, slots=True)
class AdjacentFrame:
    """Words between two names that make one the subject and the other the object of a predicate."""

    name: str
    predicate: str
    between: frozenset[str]
    left_types: frozenset[str]
    right_types: frozenset[str]
    subject_is_left: bool
    weight: float


@dataclass(frozen=True, slots=True)
class RoleNoun:
    """A noun for a part that somebody plays, and what it says of the person and what it is played for."""

    name: str
    predicate: str
    weight: float


@dataclass(frozen=True, slots=True)
class IntroductionCue:
    """Words beside a name that make its bearer host or guest; `gap` counts words that may lie between."""

    role: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    gap: int
    weight: float


@dataclass(frozen=True, slots=True)
class StatusCue:
    """Words that show a status: adverbs, auxiliaries, clause markers, governing verbs."""

    status: Assertion
    adverbs: frozenset[str]
    auxiliaries: frozenset[str]
    markers: frozenset[str]
    governors: frozenset[str]


@dataclass(frozen=True, slots=True)
class OpinionCue:
    """Verbs and adjectives by which a speaker takes a stance."""

    stance: str
    lemmas: frozenset[str]
    adjectives: frozenset[str]
    weight: float


@dataclass(frozen=True)
class Cues:
    """All cue words, indexed for the extractors."""

    verb_frames: Mapping[str, tuple[Frame, ...]]
    noun_frames: Mapping[str, tuple[Frame, ...]]
    adjective_frames: Mapping[str, tuple[Frame, ...]]
    adjacent_frames: tuple[AdjacentFrame, ...]
    quantity_frames: Mapping[str, tuple[Frame, ...]]
    role_nouns: Mapping[str, tuple[RoleNoun, ...]]
    titles: frozenset[str]
    former: frozenset[str]
    introductions: tuple[IntroductionCue, ...]
    series_before: tuple[str, ...]
    series_nouns: frozenset[str]
    statuses: tuple[StatusCue, ...]
    attribution: frozenset[str]
    approximate_before: tuple[str, ...]
    approximate_after: tuple[str, ...]
    opinions: tuple[OpinionCue, ...]
    generic_nouns: frozenset[str]
    class_nouns: Mapping[str, frozenset[str]]


class _Node:
    """The properties of one cue by local name."""

    def __init__(self, iri: str, path: str) -> None:
        self.iri = iri
        self.path = path
        self.values: dict[str, list[str]] = {}

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(sorted(self.values.get(NAMESPACE + name, [])))

    def locals(self, name: str) -> tuple[str, ...]:
        return tuple(value.removeprefix(NAMESPACE) for value in self.all(name))

    def one(self, name: str) -> str:
        found = self.all(name)
        if len(found) != 1:
            raise SchemaError(
                f"the cue {self.iri} has {len(found)} values of kg:{name}",
                where=self.path,
                hint="exactly one",
            )
        return found[0]

    @property
    def kind(self) -> str:
        return self.values[_TYPE][0].removeprefix(NAMESPACE)

    @property
    def local(self) -> str:
        return self.iri.rsplit("#", 1)[-1]


@lru_cache(maxsize=1)
def load_cues() -> Cues:
    """The cues of the schema.

    Raises:
        SchemaError: If the file is no Turtle, or a cue lacks a value or names no known predicate.
    """
    from kg.ontology import load_ontology, schema_dir

    path = schema_dir() / "cues.ttl"
    ontology = load_ontology()
    nodes: dict[str, _Node] = {}
    try:
        for triple in parse(path=str(path), format=RdfFormat.TURTLE):
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
                node = nodes.setdefault(triple.subject.value, _Node(triple.subject.value, path.name))
                node.values.setdefault(triple.predicate.value, []).append(triple.object.value)
    except (OSError, SyntaxError, ValueError) as error:
        raise SchemaError(f"the cues cannot be read: {error}", where=path.name, hint="valid Turtle") from None
    ordered = [nodes[iri] for iri in sorted(nodes)]

    def frames(kind: str) -> dict[str, tuple[Frame, ...]]:
        found: dict[str, list[Frame]] = {}
        for node in ordered:
            if node.kind != kind:
                continue
            predicate = node.one("expresses").removeprefix(NAMESPACE)
            ontology.predicate(predicate)
            tense = node.locals("tensePredicate")
            frame = Frame(
                name=node.local,
                predicate=predicate,
                subject_at=node.all("subjectAt"),
                object_at=node.all("objectAt"),
                subject_types=frozenset(node.locals("subjectType")),
                object_types=frozenset(node.locals("objectType")),
                tense_predicate=tense[0] if tense else None,
                weight=float(node.one("weight")),
            )
            for lemma in node.all("lemma"):
                found.setdefault(lemma, []).append(frame)
        return {lemma: tuple(items) for lemma, items in found.items()}

    roles: dict[str, list[RoleNoun]] = {}
    for node in ordered:
        if node.kind == "RoleNoun":
            role = RoleNoun(
                node.local, node.one("expresses").removeprefix(NAMESPACE), float(node.one("weight"))
            )
            for lemma in node.all("lemma"):
                roles.setdefault(lemma, []).append(role)

    def labels(kind: str) -> frozenset[str]:
        return frozenset(
            value for node in ordered if node.kind == kind for value in node.values.get(_ALT, [])
        )

    def longest_first(kind: str, name: str) -> tuple[str, ...]:
        found = {value for node in ordered if node.kind == kind for value in node.all(name)}
        return tuple(sorted(found, key=lambda value: (-len(value.split()), value)))

    return Cues(
        verb_frames=frames("VerbFrame"),
        noun_frames=frames("NounFrame"),
        adjective_frames=frames("AdjectiveFrame"),
        adjacent_frames=tuple(
            AdjacentFrame(
                name=node.local,
                predicate=ontology.predicate(node.one("expresses").removeprefix(NAMESPACE)).name,
                between=frozenset(node.all("between")),
                left_types=frozenset(node.locals("leftType")),
                right_types=frozenset(node.locals("rightType")),
                subject_is_left=node.one("subjectSide") == "left",
                weight=float(node.one("weight")),
            )
            for node in ordered
            if node.kind == "AdjacentFrame"
        ),
        quantity_frames=_quantity_frames(ordered),
        role_nouns={lemma: tuple(items) for lemma, items in roles.items()},
        titles=labels("TitleCue"),
        former=labels("FormerCue"),
        introductions=tuple(
            IntroductionCue(
                role=node.one("role"),
                before=node.all("before"),
                after=node.all("after"),
                gap=int(node.one("gap")),
                weight=float(node.one("weight")),
            )
            for node in ordered
            if node.kind == "IntroductionCue"
        ),
        series_before=longest_first("SeriesCue", "before"),
        series_nouns=labels("SeriesNoun"),
        statuses=tuple(
            StatusCue(
                status=Assertion(node.locals("status")[0].lower()),
                adverbs=frozenset(node.all("adverb")),
                auxiliaries=frozenset(node.all("auxiliary")),
                markers=frozenset(node.all("marker")),
                governors=frozenset(node.all("governor")),
            )
            for node in ordered
            if node.kind == "StatusCue"
        ),
        attribution=frozenset(
            v for node in ordered if node.kind == "AttributionCue" for v in node.all("governor")
        ),
        approximate_before=longest_first("ApproximationCue", "before"),
        approximate_after=longest_first("ApproximationCue", "after"),
        opinions=tuple(
            OpinionCue(
                stance=node.one("stance"),
                lemmas=frozenset(node.all("lemma")),
                adjectives=frozenset(node.all("adjective")),
                weight=float(node.one("weight")),
            )
            for node in ordered
            if node.kind == "OpinionCue"
        ),
        generic_nouns=labels("GenericNoun"),
        class_nouns={
            node.locals("ofType")[0]: frozenset(node.values.get(_ALT, []))
            for node in ordered
            if node.kind == "ClassNoun"
        },
    )


def _quantity_frames(nodes: list[_Node]) -> dict[str, tuple[Frame, ...]]:
    """Quantity frames by verb: subject at "subject", object the quantity."""
    found: dict[str, list[Frame]] = {}
    for node in nodes:
        if node.kind != "QuantityFrame":
            continue
        frame = Frame(
            name=node.local,
            predicate=node.one("expresses").removeprefix(NAMESPACE),
            subject_at=("subject",),
            object_at=("complement", "object"),
            subject_types=frozenset(),
            object_types=frozenset(),
            tense_predicate=None,
            weight=float(node.one("weight")),
        )
        for lemma in node.all("lemma"):
            found.setdefault(lemma, []).append(frame)
    return {lemma: tuple(items) for lemma, items in found.items()}
