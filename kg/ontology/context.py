"""The prefixes that everything knows, and the JSON-LD context, generated from the ontology."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from kg.ontology.reader import properties

__all__ = ["PREFIXES", "context_json"]

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "kg": "https://kg.example/ns#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "dct": "http://purl.org/dc/terms/",
        "prov": "http://www.w3.org/ns/prov#",
        "oa": "http://www.w3.org/ns/oa#",
        "schema": "https://schema.org/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "qudt": "http://qudt.org/schema/qudt/",
        "unit": "http://qudt.org/vocab/unit/",
    }
)
"""Namespaces by prefix, in the order in which outputs list them. `d`, the things of a graph, is its own."""

# Properties of other vocabularies that the dataset uses, and what their values are.
_OTHERS = {
    "label": ("rdfs:label", "@language"),
    "altLabel": ("skos:altLabel", "@language"),
    "hiddenLabel": ("skos:hiddenLabel", "@language"),
    "sameAs": ("schema:sameAs", "@id"),
    "wasQuotedFrom": ("prov:wasQuotedFrom", "@id"),
    "wasGeneratedBy": ("prov:wasGeneratedBy", "@id"),
    "used": ("prov:used", "@id"),
    "hasSource": ("oa:hasSource", "@id"),
    "hasSelector": ("oa:hasSelector", "@id"),
    "exact": ("oa:exact", ""),
    "positionStart": ("oa:start", "xsd:integer"),
    "positionEnd": ("oa:end", "xsd:integer"),
    "startTime": ("schema:startTime", "xsd:decimal"),
    "endTime": ("schema:endTime", "xsd:decimal"),
    "numericValue": ("qudt:numericValue", "xsd:decimal"),
    "qudtUnit": ("qudt:unit", "@id"),
    "conformsTo": ("dct:conformsTo", "@id"),
    "title": ("dct:title", ""),
    "fileName": ("dct:source", ""),
}


def context_json(ontology: Path) -> str:
    """The text of ``schema/context.jsonld`` for an ontology file: prefixes, then a term for each property."""
    context: dict[str, object] = {"id": "@id", "type": "@type"}
    context.update(PREFIXES)
    terms: dict[str, object] = {}
    for name, kind in properties(ontology).items():
        # Strings are what JSON-LD takes them for; rdflib would hold a typed one for another literal.
        # A term of the same name would hide a prefix (kg:unit, unit:).
        if name not in context:
            terms[name] = _entry(
                f"kg:{name}", kind.replace(PREFIXES["xsd"], "xsd:").replace("xsd:string", "")
            )
    for name, (iri, kind) in _OTHERS.items():
        terms[name] = _entry(iri, kind)
    context.update(sorted(terms.items()))
    return json.dumps({"@context": context}, indent=2) + "\n"


def _entry(iri: str, kind: str) -> object:
    if kind == "@language":
        return {"@id": iri, "@language": "en"}
    return {"@id": iri, "@type": kind} if kind else iri
