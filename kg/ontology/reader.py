"""Reads ``ontology.ttl`` into an `Ontology`; faults of the file are reported together."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from kg.errors import KgError, ManyErrors, SchemaError
from kg.ontology.folder import schema_dir
from kg.ontology.ontology import EntityType, Ontology, Predicate, Qualifier, Subtype

__all__ = ["BadOntologyError", "load_ontology", "parse_ontology"]

_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_SCHEMA = "https://schema.org/"
_NAMESPACE_OF = "http://purl.org/vocab/vann/preferredNamespaceUri"
_VALUE_KINDS = frozenset({"quantity", "date", "text"})


class BadOntologyError(SchemaError):
    """The ontology's file cannot be read, or a term in it is incomplete."""

    code = "KG303"


@lru_cache(maxsize=1)
def load_ontology() -> Ontology:
    """The ontology of this installation, read once."""
    return parse_ontology(schema_dir() / "ontology.ttl")


def parse_ontology(path: Path) -> Ontology:
    """The ontology in a Turtle file.

    Raises:
        BadOntologyError: If the file is no Turtle or names no namespace.
        ManyErrors: If terms lack a label, a definition or a signature; all of them are named.
    """
    try:
        triples = list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    except (SyntaxError, OSError) as error:
        raise BadOntologyError(
            str(error), where=f"schema/{path.name}", hint="a Turtle file that parses"
        ) from error
    return _Reader(triples, path.name).read()


class _Reader:
    """One pass over the triples of one file."""

    def __init__(self, triples: list[ox.Quad], file: str) -> None:
        self.file = f"schema/{file}"
        self.faults: list[KgError] = []
        # Insertion order is the file's order, in which types are listed everywhere.
        self.objects: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.subjects: dict[tuple[str, str], list[str]] = defaultdict(list)
        for triple in triples:
            if isinstance(triple.subject, ox.NamedNode):
                value = triple.object
                text = value.value if isinstance(value, ox.NamedNode | ox.Literal) else str(value)
                self.objects[triple.subject.value, triple.predicate.value].append(text)
                self.subjects[triple.predicate.value, text].append(triple.subject.value)
        ontologies = self.subjects[_RDF_TYPE, _OWL + "Ontology"]
        namespaces = self.objects[ontologies[0], _NAMESPACE_OF] if ontologies else []
        if not namespaces:
            raise BadOntologyError(
                "no owl:Ontology with vann:preferredNamespaceUri", where=self.file, hint="adding one"
            )
        self.ontology_iri = ontologies[0]
        self.namespace = namespaces[0]

    def read(self) -> Ontology:
        types = tuple(
            self._entity_type(iri) for iri in self.subjects[self.namespace + "isEntityType", "true"]
        )
        type_names = tuple(term.name for term in types)
        subtypes = self._subtypes(type_names)
        predicates = tuple(
            sorted(
                (self._predicate(iri, type_names) for iri in self._instances("Predicate")),
                key=lambda term: term.name,
            )
        )
        qualifiers = tuple(
            sorted((self._qualifier(iri) for iri in self._instances("Qualifier")), key=lambda term: term.name)
        )
        if self.faults:
            raise ManyErrors(self.faults)
        return Ontology(
            namespace=self.namespace,
            version=self._one(self.ontology_iri, _OWL + "versionInfo", "owl:versionInfo"),
            entity_types=types,
            subtypes=subtypes,
            predicates=predicates,
            qualifiers=qualifiers,
            verbatim_properties=frozenset(
                self._local(iri) for iri in self.subjects[self.namespace + "verbatim", "true"]
            ),
        )

    def _instances(self, name: str) -> list[str]:
        return self.subjects[_RDF_TYPE, self.namespace + name]

    def _local(self, iri: str) -> str:
        return iri.removeprefix(self.namespace)

    def _one(self, iri: str, prop: str, name: str) -> str:
        values = self.objects.get((iri, prop), [])
        if len(values) != 1:
            count = "no" if not values else str(len(values))
            self.faults.append(
                BadOntologyError(
                    f"kg:{self._local(iri)} has {count} {name}",
                    where=self.file,
                    hint="exactly one for each type, predicate and qualifier",
                )
            )
            return ""
        return values[0]

    def _label(self, iri: str) -> str:
        return self._one(iri, _RDFS + "label", "rdfs:label")

    def _definition(self, iri: str) -> str:
        return self._one(iri, _SKOS + "definition", "skos:definition")

    def _examples(self, iri: str) -> tuple[str, ...]:
        return tuple(self.objects.get((iri, _SKOS + "example"), ()))

    def _true(self, iri: str, name: str) -> bool:
        return "true" in self.objects.get((iri, self.namespace + name), ())

    def _entity_type(self, iri: str) -> EntityType:
        return EntityType(self._local(iri), iri, self._label(iri), self._definition(iri), self._examples(iri))

    def _subtypes(self, type_names: tuple[str, ...]) -> tuple[Subtype, ...]:
        found: list[Subtype] = []
        level = [(self.namespace + name, name) for name in type_names]
        while level:
            deeper: list[tuple[str, str]] = []
            for broader, parent in level:
                for iri in self.subjects.get((_RDFS + "subClassOf", broader), ()):
                    found.append(
                        Subtype(
                            self._local(iri),
                            iri,
                            self._label(iri),
                            self._definition(iri),
                            parent,
                            self._local(broader),
                            self._examples(iri),
                        )
                    )
                    deeper.append((iri, parent))
            level = deeper
        return tuple(sorted(found, key=lambda term: term.name))

    def _types(self, iri: str, prop: str, type_names: tuple[str, ...]) -> tuple[str, ...]:
        named = {self._local(value) for value in self.objects.get((iri, _SCHEMA + prop), ())}
        if "Entity" in named:
            return type_names
        for name in sorted(named - set(type_names)):
            self.faults.append(
                BadOntologyError(
                    f"kg:{self._local(iri)} has schema:{prop} {name}, which is no entity type",
                    where=self.file,
                    hint="kg:Entity or one of " + ", ".join(type_names),
                )
            )
        return tuple(name for name in type_names if name in named)

    def _predicate(self, iri: str, type_names: tuple[str, ...]) -> Predicate:
        domain = self._types(iri, "domainIncludes", type_names)
        range_ = self._types(iri, "rangeIncludes", type_names)
        kinds = self.objects.get((iri, self.namespace + "valueKind"), [])
        sentence = self._one(iri, self.namespace + "sentence", "kg:sentence")
        if not domain or not (range_ or kinds):
            self._signature_fault(iri, "no complete signature")
        if len(kinds) > 1 or not _VALUE_KINDS.issuperset(kinds):
            self._signature_fault(iri, f"the value kinds {kinds}")
        if sentence.count("{s}") != 1 or sentence.partition("{s}")[2].count("{o}") != 1:
            self._signature_fault(iri, f"the sentence {sentence!r}, which lacks {{s}} before {{o}}")
        kinds_of_property = self.objects[iri, _RDF_TYPE]
        return Predicate(
            name=self._local(iri),
            iri=iri,
            label=self._label(iri),
            inverse_label=self._one(iri, self.namespace + "inverseLabel", "kg:inverseLabel"),
            definition=self._definition(iri),
            sentence=sentence,
            domain=domain,
            range=range_,
            literal_kind=kinds[0] if kinds else None,
            symmetric=_OWL + "SymmetricProperty" in kinds_of_property,
            functional=_OWL + "FunctionalProperty" in kinds_of_property,
            verbatim=self._true(iri, "verbatim"),
            examples=self._examples(iri),
        )

    def _signature_fault(self, iri: str, what: str) -> None:
        self.faults.append(
            BadOntologyError(
                f"kg:{self._local(iri)} has {what}",
                where=self.file,
                hint="schema:domainIncludes, schema:rangeIncludes or kg:valueKind (quantity, date, text), kg:sentence",
            )
        )

    def _qualifier(self, iri: str) -> Qualifier:
        return Qualifier(
            self._local(iri), iri, self._label(iri), self._definition(iri), self._true(iri, "verbatim")
        )


def properties(path: Path) -> dict[str, str]:
    """What the values of each property of the ontology are, by local name.

    ``"@id"`` for things, the IRI of a datatype where there is one range, else ``""``. Annotation
    properties may hold things and text.
    """
    reader = _Reader(list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)), path.name)
    found: dict[str, str] = {}
    for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty"):
        for iri in reader.subjects[_RDF_TYPE, _OWL + kind]:
            if iri.startswith(reader.namespace):
                ranges = reader.objects.get((iri, _RDFS + "range"), [""])
                found[reader._local(iri)] = (
                    "@id" if kind == "ObjectProperty" else ranges[0] if kind == "DatatypeProperty" else ""
                )
    return dict(sorted(found.items()))
