"""JSON-LD with its context inside: one node object a subject, named graphs kept, keys sorted.

The context is ``schema/context.jsonld``, generated from the ontology; terms without an entry there are
written with their prefix.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

import pyoxigraph as ox

from kg.iri import DEFAULT_BASE
from kg.ontology import schema_dir
from kg.rdf.terms import KG, RDF, RDFS, XSD, prefixes

__all__ = ["write_jsonld"]


@lru_cache(maxsize=1)
def _context() -> dict[str, object]:
    loaded: dict[str, dict[str, object]] = json.loads((schema_dir() / "context.jsonld").read_text("utf-8"))
    return loaded["@context"]


def write_jsonld(quads: Iterable[ox.Quad]) -> bytes:
    """The quads as one JSON-LD document in UTF-8; named graphs are entries with their own ``@graph``."""
    graphs: dict[str, dict[str, dict[str, set[ox.NamedNode | ox.Literal]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(set))
    )
    base = DEFAULT_BASE
    for quad in quads:
        if not isinstance(quad.subject, ox.NamedNode) or not isinstance(
            quad.object, ox.NamedNode | ox.Literal
        ):
            continue
        name = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        graphs[name][quad.subject.value][quad.predicate.value].add(quad.object)
        if quad.predicate == KG("baseIri"):
            base = quad.object.value
    writer = _Writer(base)
    items: list[object] = []
    for name, subjects in sorted(graphs.items()):
        nodes = [writer.node(iri, subjects[iri]) for iri in sorted(subjects)]
        items.extend(nodes if not name else [{"id": writer.compact(name), "@graph": nodes}])
    document = {"@context": {**_context(), "d": base}, "@graph": items}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


class _Writer:
    """Shortens IRIs and values by the context."""

    def __init__(self, base: str) -> None:
        self.namespaces = sorted(prefixes(base).items(), key=lambda item: (-len(item[1]), item[0]))
        self.terms: dict[str, tuple[str, str | None, str | None]] = {}
        known = prefixes(base)
        for name, entry in _context().items():
            iri = entry if isinstance(entry, str) else str(entry["@id"]) if isinstance(entry, dict) else ""
            prefix, _, local = iri.partition(":")
            if prefix in known and not local.startswith("//"):
                kind = entry.get("@type") if isinstance(entry, dict) else None
                language = entry.get("@language") if isinstance(entry, dict) else None
                if kind is not None and kind != "@id":
                    kind = XSD.iri + str(kind).removeprefix("xsd:")
                self.terms[known[prefix] + local] = (name, kind, language)

    def node(self, iri: str, values: dict[str, set[ox.NamedNode | ox.Literal]]) -> dict[str, object]:
        result: dict[str, object] = {"id": self.compact(iri)}
        items: list[object]
        for predicate in sorted(
            values, key=lambda name: (name != RDF("type").value, name != RDFS("label").value, name)
        ):
            objects = sorted(values[predicate], key=str)
            if predicate == RDF("type").value and all(isinstance(item, ox.NamedNode) for item in objects):
                key, items = "type", [self.compact(item.value) for item in objects]
            else:
                key, kind, language = self.terms.get(predicate, (self.compact(predicate), None, None))
                items = [self._value(item, kind, language) for item in objects]
            result[key] = items[0] if len(items) == 1 else items
        return result

    def _value(self, term: ox.NamedNode | ox.Literal, kind: str | None, language: str | None) -> object:
        if isinstance(term, ox.NamedNode):
            short = self.compact(term.value)
            return short if kind == "@id" else {"id": short}
        datatype = term.datatype.value
        if term.language:
            if term.language == language:
                return term.value
            return {"@value": term.value, "@language": term.language}
        if datatype == kind or (datatype == XSD("string").value and kind is None and language is None):
            return term.value
        if datatype == XSD("string").value:
            # Without @type the context's own would apply.
            return {"@value": term.value}
        return {"@value": term.value, "@type": self.compact(datatype)}

    def compact(self, iri: str) -> str:
        for prefix, namespace in self.namespaces:
            local = iri.removeprefix(namespace)
            # "prefix://..." would be read as an absolute IRI.
            if local != iri and local and not local.startswith("//"):
                return f"{prefix}:{local}"
        return iri
