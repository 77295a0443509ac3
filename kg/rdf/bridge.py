"""From Oxigraph's terms to rdflib's, for the tools that work on rdflib's graphs."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import rdflib
from rdflib.term import Node

__all__ = ["to_rdflib", "to_rdflib_graph"]


def to_rdflib_graph(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    """All graphs merged into one rdflib graph."""
    graph = rdflib.Graph()
    terms = _Terms()
    for quad in quads:
        graph.add((terms(quad.subject), terms(quad.predicate), terms(quad.object)))
    return graph


def to_rdflib(quads: Iterable[ox.Quad]) -> rdflib.Dataset:
    """An rdflib dataset with the same named graphs; its default graph is their union."""
    dataset = rdflib.Dataset(default_union=True)
    terms = _Terms()
    dataset.addN(
        (
            terms(quad.subject),
            terms(quad.predicate),
            terms(quad.object),
            dataset.graph(terms.iri(quad.graph_name.value))
            if isinstance(quad.graph_name, ox.NamedNode)
            else dataset.default_graph,
        )
        for quad in quads
    )
    return dataset


class _Terms:
    """Converts terms; each IRI once."""

    def __init__(self) -> None:
        self._iris: dict[str, rdflib.URIRef] = {}

    def __call__(self, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
        if isinstance(term, ox.NamedNode):
            return self.iri(term.value)
        if isinstance(term, ox.Literal):
            if term.language:
                return rdflib.Literal(term.value, lang=term.language)
            if term.datatype.value == "http://www.w3.org/2001/XMLSchema#string":
                return rdflib.Literal(term.value)
            # Spellings such as 0.70 stay as they are.
            return rdflib.Literal(term.value, datatype=self.iri(term.datatype.value), normalize=False)
        if isinstance(term, ox.BlankNode):
            return rdflib.BNode(term.value)
        raise ValueError(f"rdflib has no term for {term}")

    def iri(self, iri: str) -> rdflib.URIRef:
        """The node of an IRI."""
        node = self._iris.get(iri)
        if node is None:
            node = self._iris[iri] = rdflib.URIRef(iri)
        return node
