"""The schema as Python sees it: types, predicates, signatures and qualifiers, read from ``schema/*.ttl``.

A term's name appears in Python only as an argument (``ontology.predicate(name)``); what exists, what
fits what and how it is worded stands in the schema alone.
"""

from __future__ import annotations

from kg.ontology.folder import schema_dir
from kg.ontology.ontology import (
    EntityType,
    Ontology,
    Predicate,
    Qualifier,
    Subtype,
    UnknownTermError,
)
from kg.ontology.reader import load_ontology, parse_ontology

__all__ = [
    "EntityType",
    "Ontology",
    "Predicate",
    "Qualifier",
    "Subtype",
    "UnknownTermError",
    "load_ontology",
    "parse_ontology",
    "schema_dir",
]
