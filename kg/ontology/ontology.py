"""The terms of the schema as values: entity types, subtypes, predicates with signatures, qualifiers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

from kg.errors import SchemaError

__all__ = ["EntityType", "Ontology", "Predicate", "Qualifier", "Subtype", "UnknownTermError"]


class UnknownTermError(SchemaError):
    """A name that the schema does not know."""

    code = "KG302"


@dataclass(frozen=True, slots=True)
class EntityType:
    """One of the types of which every entity has exactly one."""

    name: str
    iri: str
    label: str
    definition: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subtype:
    """A subclass of an entity type; `parent` is the type's name, `broader` the class right above."""

    name: str
    iri: str
    label: str
    definition: str
    parent: str
    broader: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Predicate:
    """A property that claims may use, with its signature.

    Args:
        name: Local name.
        iri: Absolute.
        label: In words.
        inverse_label: In words, read from object to subject.
        definition: What it says, in our own words.
        sentence: A sentence with ``{s}`` and ``{o}`` in the places of subject and object.
        domain: Names of the entity types that fit as subject, in the schema's order of types.
        range: Names of the entity types that fit as object; empty where only literals fit.
        literal_kind: ``"quantity"``, ``"date"`` or ``"text"`` where a literal fits, else None.
        symmetric: Whether it says the same with subject and object exchanged.
        functional: Whether a subject has at most one object.
        verbatim: Whether its literal is a stretch of what the speaker said.
        examples: How it is said.
    """

    name: str
    iri: str
    label: str
    inverse_label: str
    definition: str
    sentence: str
    domain: tuple[str, ...]
    range: tuple[str, ...]
    literal_kind: str | None
    symmetric: bool = False
    functional: bool = False
    verbatim: bool = False
    examples: tuple[str, ...] = ()

    def accepts(self, subject_type: str, object_type: str | None) -> bool:
        """Whether the signature admits a subject and an object of these types.

        `object_type` is None for a literal.
        """
        if subject_type not in self.domain:
            return False
        return self.literal_kind is not None if object_type is None else object_type in self.range

    def say(self, subject: str, object_: str) -> str:
        """The predicate's sentence about two names.

        Names may hold braces themselves, so this is no `str.format`.
        """
        before, _, rest = self.sentence.partition("{s}")
        middle, _, after = rest.partition("{o}")
        return before + subject + middle + object_ + after


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A circumstance that a claim may state."""

    name: str
    iri: str
    label: str
    definition: str
    verbatim: bool = False


@dataclass(frozen=True)
class Ontology:
    """All terms, each group in the schema's order for types and by name otherwise."""

    namespace: str
    version: str
    entity_types: tuple[EntityType, ...]
    subtypes: tuple[Subtype, ...]
    predicates: tuple[Predicate, ...]
    qualifiers: tuple[Qualifier, ...]
    verbatim_properties: frozenset[str] = frozenset()

    @cached_property
    def _type_by_name(self) -> dict[str, EntityType]:
        return {term.name: term for term in self.entity_types}

    @cached_property
    def _subtype_by_name(self) -> dict[str, Subtype]:
        return {term.name: term for term in self.subtypes}

    @cached_property
    def _predicate_by_name(self) -> dict[str, Predicate]:
        return {term.name: term for term in self.predicates}

    @cached_property
    def _qualifier_by_name(self) -> dict[str, Qualifier]:
        return {term.name: term for term in self.qualifiers}

    def entity_type(self, name: str) -> EntityType:
        """The entity type of this name; raises `UnknownTermError` with the nearest one."""
        return self._type_by_name.get(name) or _unknown("entity type", name, self._type_by_name)

    def subtype(self, name: str) -> Subtype:
        """The subtype of this name; raises `UnknownTermError` with the nearest one."""
        return self._subtype_by_name.get(name) or _unknown("subtype", name, self._subtype_by_name)

    def predicate(self, name: str) -> Predicate:
        """The predicate of this name; raises `UnknownTermError` with the nearest one."""
        return self._predicate_by_name.get(name) or _unknown("predicate", name, self._predicate_by_name)

    def qualifier(self, name: str) -> Qualifier:
        """The qualifier of this name; raises `UnknownTermError` with the nearest one."""
        return self._qualifier_by_name.get(name) or _unknown("qualifier", name, self._qualifier_by_name)

    def type_of(self, name: str) -> str:
        """The entity type's name for a type or subtype; raises `UnknownTermError` for neither.

        >>> from kg.ontology import load_ontology
        >>> load_ontology().type_of("Chip"), load_ontology().type_of("Person")
        ('Hardware', 'Person')
        """
        if name in self._type_by_name:
            return name
        if name in self._subtype_by_name:
            return self._subtype_by_name[name].parent
        return _unknown("type or subtype", name, {**self._type_by_name, **self._subtype_by_name})


def _unknown(kind: str, name: str, known: Iterable[str]) -> NoReturn:
    from rapidfuzz import process

    near = process.extractOne(name, sorted(known), processor=str.casefold)
    raise UnknownTermError(
        f"the schema has no {kind} called {name!r}",
        where="schema/ontology.ttl",
        hint=f"{near[0]!r}, or adding the term to the schema" if near else "adding the term to the schema",
    )
