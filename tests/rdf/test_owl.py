"""The built graph is consistent with the ontology under OWL 2 RL, and the reasoner notices when it is not."""

from __future__ import annotations

import owlrl
import pyoxigraph as ox
import rdflib
from rdflib.namespace import OWL, RDF

from kg.ontology import load_ontology, schema_dir
from kg.rdf import to_quads, to_rdflib_graph
from tests.rdf.talk import FIRST, MINTER, talk_graph

NS = rdflib.Namespace("https://kg.example/ns#")
D = rdflib.Namespace(MINTER.base)


def _closed(extra: tuple[ox.Quad, ...] = ()) -> tuple[rdflib.Graph, list[str]]:
    graph = to_rdflib_graph([*to_quads(talk_graph()), *extra])
    graph.parse(schema_dir() / "ontology.ttl", format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    errors = rdflib.Namespace("http://www.daml.org/2002/03/agents/agent-ont#")
    found = [str(text) for text in graph.objects(None, errors.error)]
    found += [f"{item} is owl:Nothing" for item in graph.subjects(RDF.type, OWL.Nothing)]
    return graph, found


def test_built_graph_is_consistent_and_yields_what_the_ontology_promises() -> None:
    graph, errors = _closed()
    assert errors == []
    theo, labs = D["theo-guest"], D["example-labs"]
    assert (theo, NS.affiliatedWith, labs) in graph
    assert (labs, NS.employs, theo) in graph
    assert (theo, rdflib.URIRef("https://schema.org/worksFor"), labs) in graph
    assert (theo, RDF.type, rdflib.URIRef("http://xmlns.com/foaf/0.1/Person")) in graph
    assert (D["volta"], NS.hasSuccessor, D["pascal"]) not in graph


def test_triple_that_breaks_a_signature_is_inconsistent() -> None:
    founded = load_ontology().predicate("founded")
    wrong = ox.Quad(
        ox.NamedNode(MINTER.entity("Volta")),
        ox.NamedNode(founded.iri),
        ox.NamedNode(MINTER.entity("Example Labs")),
        ox.NamedNode(FIRST),
    )
    _, errors = _closed((wrong,))
    assert errors
