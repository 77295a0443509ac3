"""What the graph says of one IRI: as queries for a page, and as one CONSTRUCT for machines."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg.serve.errors import Refusal
from kg.serve.source import Source, View

__all__ = ["MOST_CLAIMS", "Thing", "description_query", "iri_of", "load_thing", "path_of"]

MOST_CLAIMS = 200
"""How many claims a page shows at most."""

Row = dict[str, str]


@dataclass(frozen=True)
class Thing:
    """What a page shows of an IRI.

    Args:
        iri: The thing.
        facts: Its properties and their values, with labels where they have any: p, o, plabel, olabel, kind.
        uses: Things that point at it, apart from claims and statements: s, p, label.
        claims: Claims about it, said by it, or (of a transcript) made in it, with their evidence.
        neighbours: Things that asserted statements tie to it: other, name, p, back, n (claims).
        n_claims: How many claims there are in all.
        n_said: How many claims it made as a speaker.
    """

    iri: str
    facts: list[Row]
    uses: list[Row]
    claims: list[Row]
    neighbours: list[Row]
    n_claims: int
    n_said: int

    def values(self, predicate: str) -> list[str]:
        """The values of a property, given by its IRI."""
        return [row["o"] for row in self.facts if row["p"] == predicate]


_FACTS = """SELECT DISTINCT ?p ?o ?olabel (isIRI(?o) AS ?iri) {
  %s ?p ?o OPTIONAL { ?o rdfs:label ?olabel }
} ORDER BY ?p ?o LIMIT 500"""

_USES = """SELECT DISTINCT ?s ?p ?label {
  ?s ?p %s FILTER NOT EXISTS { ?s a ?kind FILTER(?kind IN (kg:Claim, kg:Statement, kg:Run, rdf:Seq)) }
  OPTIONAL { ?s rdfs:label ?label }
} ORDER BY ?p ?s LIMIT 200"""

_NEIGHBOURS = """SELECT ?other ?name ?p ?back (COUNT(DISTINCT ?claim) AS ?n) {
  { ?statement kg:subject %s ; kg:object ?other BIND(false AS ?back) }
  UNION { ?statement kg:object %s ; kg:subject ?other BIND(true AS ?back) }
  ?statement a kg:Statement ; kg:isAsserted true ; kg:predicate ?p ; kg:restsOn ?claim .
  ?other rdfs:label ?name
} GROUP BY ?other ?name ?p ?back ORDER BY DESC(?n) ?name LIMIT 60"""

# Which claims belong on the page of which thing.
_ABOUT = """{ ?claim kg:subject %s } UNION { ?claim kg:object %s } UNION { %s kg:restsOn ?claim }
  UNION { VALUES ?claim { %s } } UNION { ?claim prov:wasQuotedFrom %s } UNION { GRAPH %s { ?claim a kg:Claim } }
  ?claim a kg:Claim"""

_CLAIMS = """SELECT DISTINCT ?claim ?s ?sname ?p ?o ?oname ?value ?said ?status ?confidence ?approximate
    ?speaker ?speakername ?document ?title ?url ?quote ?start ?end ?t ?precision {
  { SELECT DISTINCT ?claim { {about} } }
  ?claim kg:subject ?s ; kg:predicate ?p ; kg:assertion ?status ; kg:confidence ?confidence ;
         prov:wasQuotedFrom ?passage .
  ?passage oa:hasSource ?document .
  OPTIONAL { ?s rdfs:label ?sname }
  OPTIONAL { ?claim kg:object ?o OPTIONAL { ?o rdfs:label ?oname } }
  OPTIONAL { ?claim kg:value ?value } OPTIONAL { ?claim kg:asSaid ?said }
  OPTIONAL { ?claim kg:approximate ?approximate }
  OPTIONAL { ?claim kg:saidBy ?speaker OPTIONAL { ?speaker rdfs:label ?speakername } }
  OPTIONAL { ?document rdfs:label ?title } OPTIONAL { ?document schema:url ?url }
  OPTIONAL { ?passage oa:hasSelector [ oa:exact ?quote ] }
  OPTIONAL { ?passage oa:hasSelector [ oa:start ?start ; oa:end ?end ] }
  OPTIONAL { ?passage schema:startTime ?t } OPTIONAL { ?passage kg:timePrecision ?precision }
} ORDER BY ?p DESC(?confidence) ?document ?start LIMIT {most}"""

_N_CLAIMS = "SELECT (COUNT(DISTINCT ?claim) AS ?n) { {about} }"
_N_SAID = "SELECT (COUNT(DISTINCT ?claim) AS ?n) { ?claim kg:saidBy %s }"

_DESCRIPTION = """CONSTRUCT { ?s ?p ?o } {
  {
    SELECT DISTINCT ?s {
      { VALUES ?s { %1 } }
      UNION { ?s a kg:Statement ; kg:subject|kg:object %1 }
      UNION { ?s a kg:Claim ; kg:subject|kg:object %1 }
      UNION { %1 kg:restsOn ?s }
      UNION { ?claim a kg:Claim ; kg:subject|kg:object %1 ; prov:wasQuotedFrom ?s }
      UNION { ?claim a kg:Claim ; kg:subject|kg:object %1 ; prov:wasQuotedFrom/oa:hasSelector ?s }
      UNION { %1 prov:wasQuotedFrom ?s }
      UNION { %1 prov:wasQuotedFrom?/oa:hasSelector ?s }
    }
  }
  ?s ?p ?o
}"""


def iri_of(view: View, name: str) -> ox.NamedNode:
    """The IRI of this local name; raises `Refusal` if that can be none."""
    try:
        return ox.NamedNode(view.base + name)
    except ValueError:
        raise Refusal(404, "there is no such thing") from None


def path_of(view: View, iri: str) -> str | None:
    """The local name of an IRI under the base; None for others."""
    return iri[len(view.base) :] if iri.startswith(view.base) and len(iri) > len(view.base) else None


def description_query(node: ox.NamedNode) -> str:
    """A CONSTRUCT of what the graph says of a thing: its triples, and claims about it with their passages."""
    return _DESCRIPTION.replace("%1", str(node))


async def load_thing(source: Source, node: ox.NamedNode) -> tuple[View, Thing]:
    """What the graph says of `node`.

    Raises:
        Refusal: 404 if it says nothing.
        Fault: If the store cannot be read.
    """
    term = str(node)
    about = _ABOUT.replace("%s", term)
    view, (facts, uses, claims, neighbours, n_claims, n_said) = await source.rows(
        [
            _FACTS.replace("%s", term),
            _USES.replace("%s", term),
            _CLAIMS.replace("{about}", about).replace("{most}", str(MOST_CLAIMS)),
            _NEIGHBOURS.replace("%s", term),
            _N_CLAIMS.replace("{about}", about),
            _N_SAID.replace("%s", term),
        ]
    )
    if not facts and not uses and not claims:
        raise Refusal(404, "the graph knows no such thing", "the search on the front page")
    return view, Thing(
        iri=node.value,
        facts=facts,
        uses=uses,
        claims=claims,
        neighbours=neighbours,
        n_claims=int(n_claims[0]["n"]),
        n_said=int(n_said[0]["n"]),
    )
