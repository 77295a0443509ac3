"""What the front page, the search and VoID say of a graph, read from its store once when it is opened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from kg.graph.knowledge_graph import fold
from kg.ontology import load_ontology

__all__ = ["BASE_QUERY", "QUERIES", "Found", "Overview", "Recording", "make_overview"]

Rows = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """An entity as lists show it."""

    iri: str
    name: str
    type: str
    n_mentions: int
    matched: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """A transcript as the front page shows it."""

    iri: str
    title: str
    series: str
    date: str
    n_words: int
    n_claims: int


@dataclass(frozen=True)
class Overview:
    """Counts, names and recordings of a graph.

    Args:
        entities: Most often mentioned first.
        names: Folded names with the position of their entity; preferred, other and misheard ones.
        recordings: By date and title.
        n_triples: In all graphs together.
    """

    entities: tuple[Found, ...]
    names: tuple[tuple[str, str, int], ...]
    recordings: tuple[Recording, ...]
    n_claims: int
    n_statements: int
    n_triples: int

    def types(self) -> list[tuple[str, str, int]]:
        """Entity types that occur: local name, label, number of entities; in the schema's order."""
        count = Counter(entity.type for entity in self.entities)
        terms = load_ontology().entity_types
        return [(term.name, term.label, count[term.name]) for term in terms if count[term.name]]

    def of_type(self, name: str) -> list[Found]:
        """The entities of a type, most often mentioned first."""
        return [entity for entity in self.entities if entity.type == name]

    def search(self, text: str, limit: int = 20) -> list[Found]:
        """Entities by name, case and accents ignored.

        The whole name comes before its beginning, that before the beginning of a word, that before the
        middle of one; equals by how often they are mentioned.
        """
        wanted = fold(text)
        if not wanted:
            return []
        best: dict[int, tuple[int, str]] = {}
        for folded, name, position in self.names:
            at = folded.find(wanted)
            if at < 0:
                continue
            if folded == wanted:
                rank = 0
            elif at == 0:
                rank = 1
            else:
                rank = 2 if f" {wanted}" in folded else 3
            if position not in best or rank < best[position][0]:
                best[position] = (rank, name)
        ranked = sorted(best.items(), key=lambda item: (item[1][0], item[0]))[:limit]
        results = []
        for position, (_, name) in ranked:
            entity = self.entities[position]
            matched = "" if name == entity.name else name
            results.append(Found(entity.iri, entity.name, entity.type, entity.n_mentions, matched))
        return results


BASE_QUERY = "SELECT ?base { ?run kg:baseIri ?base } LIMIT 1"
_ENTITIES = "SELECT ?iri ?name ?type ?n { ?iri kg:mentionCount ?n ; rdfs:label ?name ; a ?type }"
_NAMES = (
    "SELECT ?iri ?name { VALUES ?p { skos:altLabel skos:hiddenLabel } ?iri ?p ?name ; kg:mentionCount ?n }"
)
_RECORDINGS = """SELECT ?iri ?title ?series ?date ?words (COUNT(DISTINCT ?claim) AS ?claims) {
  ?iri a kg:Transcript ; rdfs:label ?title
  OPTIONAL { ?iri kg:seriesName ?series } OPTIONAL { ?iri schema:datePublished ?date }
  OPTIONAL { ?iri kg:wordCount ?words }
  OPTIONAL { GRAPH ?iri { ?claim a kg:Claim } }
} GROUP BY ?iri ?title ?series ?date ?words"""
_CLAIMS = "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a kg:Claim }"
_STATEMENTS = "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a kg:Statement }"
_TRIPLES = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"


QUERIES = [_ENTITIES, _NAMES, _RECORDINGS, _CLAIMS, _STATEMENTS, _TRIPLES]
"""What `make_overview` wants to know."""


def make_overview(answers: list[Rows]) -> Overview:
    """The overview that the answers to `QUERIES` make."""
    entity_rows, name_rows, recording_rows, claims, statements, triples = answers
    type_by_iri = {term.iri: term.name for term in load_ontology().entity_types}
    by_iri: dict[str, Found] = {}
    for row in sorted(entity_rows, key=lambda row: (row["iri"], row["name"], row["type"])):
        name = type_by_iri.get(row["type"])
        if name is not None and row["iri"] not in by_iri:
            by_iri[row["iri"]] = Found(row["iri"], row["name"], name, _int(row["n"]))
    entities = sorted(by_iri.values(), key=lambda entity: (-entity.n_mentions, fold(entity.name), entity.iri))
    position = {entity.iri: i for i, entity in enumerate(entities)}
    names = [(fold(entity.name), entity.name, i) for i, entity in enumerate(entities)]
    others = {(row["iri"], row["name"]) for row in name_rows if row["iri"] in position}
    names += [(fold(name), name, position[iri]) for iri, name in sorted(others)]
    recordings = [
        Recording(
            row["iri"],
            row["title"],
            row.get("series", ""),
            row.get("date", ""),
            _int(row.get("words", "0")),
            _int(row["claims"]),
        )
        for row in recording_rows
        if "iri" in row
    ]
    return Overview(
        entities=tuple(entities),
        names=tuple(names),
        recordings=tuple(sorted(recordings, key=lambda item: (item.date, item.title, item.iri))),
        n_claims=_int(claims[0]["n"]),
        n_statements=_int(statements[0]["n"]),
        n_triples=_int(triples[0]["n"]),
    )


def _int(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0
