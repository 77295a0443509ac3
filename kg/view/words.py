"""The words that the page uses for types, predicates and qualifiers, from the schema.

Terms that the schema does not know (a graph made with another schema) are spelt out from their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypedDict

from kg.ontology import UnknownTermError, load_ontology

__all__ = [
    "PredicateWords",
    "TypeWords",
    "as_json",
    "in_words",
    "predicate_words",
    "qualifier_words",
    "subtype_words",
    "type_words",
]

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class TypeWords(TypedDict):
    """A type's local name and label."""

    name: str
    label: str


class PredicateWords(TypedDict):
    """A predicate's local name, its label both ways, and its sentence about ``{s}`` and ``{o}``."""

    name: str
    label: str
    inverse: str
    sentence: str
    functional: bool


def as_json(term: PredicateWords) -> Mapping[str, str | bool]:
    """The words as a plain mapping."""
    return {
        "name": term["name"],
        "label": term["label"],
        "inverse": term["inverse"],
        "sentence": term["sentence"],
        "functional": term["functional"],
    }


def in_words(name: str) -> str:
    """A local name as words.

    >>> in_words("formerlyWorkedFor"), in_words("ChipArchitecture"), in_words("runsOnTPU")
    ('formerly worked for', 'chip architecture', 'runs on TPU')
    """
    parts = [part if len(part) > 1 and part.isupper() else part.lower() for part in _HUMP.split(name)]
    return " ".join(parts).replace("_", " ").strip() or name


def type_words(met: Iterable[str]) -> list[TypeWords]:
    """The entity types in the schema's order, then those met that it does not know, by name.

    The page gives shapes and colours by position, so a type looks the same in every graph.
    """
    known = load_ontology().entity_types
    words = [TypeWords(name=term.name, label=term.label) for term in known]
    strangers = sorted(set(met) - {term.name for term in known})
    return words + [TypeWords(name=name, label=in_words(name)) for name in strangers]


def subtype_words(met: Iterable[str]) -> dict[str, str]:
    """The label of each subtype met."""
    labels = {term.name: term.label for term in load_ontology().subtypes}
    return {name: labels.get(name) or in_words(name) for name in sorted(set(met))}


def predicate_words(met: Iterable[str]) -> list[PredicateWords]:
    """Words for each predicate met, by name."""
    ontology = load_ontology()
    found: list[PredicateWords] = []
    for name in sorted(set(met)):
        try:
            term = ontology.predicate(name)
        except UnknownTermError:
            label = in_words(name)
            found.append(
                PredicateWords(
                    name=name,
                    label=label,
                    inverse=f"{label} (of)",
                    sentence="{s} " + label.replace("{", "").replace("}", "") + " {o}",
                    functional=False,
                )
            )
            continue
        found.append(
            PredicateWords(
                name=name,
                label=term.label,
                inverse=term.inverse_label,
                sentence=term.sentence,
                functional=term.functional,
            )
        )
    return found


def qualifier_words(met: Iterable[str]) -> Mapping[str, str]:
    """The label of each qualifier met."""
    labels = {term.name: term.label for term in load_ontology().qualifiers}
    return {name: labels.get(name) or in_words(name) for name in sorted(set(met))}
