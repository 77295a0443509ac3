"""Nodes and edges as CSV: plain for pandas and spreadsheets, and with the headers of Neo4j's bulk import.

RFC 4180: comma, double quotes doubled, CRLF. Texts stand as they are; a spreadsheet may take one that
begins with ``=`` for a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from kg.graph import KnowledgeGraph
from kg.model import EvidenceClaim
from kg.ontology import load_ontology

__all__ = ["write_csv", "write_neo4j"]

_NODE_COLUMNS = ("id", "label", "type", "subtype", "aliases", "same_as", "n_mentions", "n_documents")
_EDGE_COLUMNS = (
    "id",
    "source",
    "target",
    "predicate",
    "value",
    "number",
    "unit",
    "asserted",
    "assertion",
    "confidence",
    "n_claims",
    "speakers",
    "documents",
    "quote",
)
_SEPARATOR = ";"
_LITERAL = "Literal"


def write_csv(graph: KnowledgeGraph) -> Mapping[str, bytes]:
    """``nodes.csv`` (entities) and ``edges.csv`` (statements; `target` is empty where `value` is not)."""
    return {
        "nodes.csv": _table(_NODE_COLUMNS, _entity_rows(graph)),
        "edges.csv": _table(_EDGE_COLUMNS, _statement_rows(graph)),
    }


def write_neo4j(graph: KnowledgeGraph) -> Mapping[str, bytes]:
    """``nodes.csv`` and ``relationships.csv`` for ``neo4j-admin database import full``.

    Literals become nodes with the label Literal, since Neo4j has no relationship without an end.
    """
    types = {term.name: term.name for term in load_ontology().entity_types}
    nodes = [
        (
            f"{entity.iri}",
            entity.name,
            _SEPARATOR.join(filter(None, ["Entity", types[entity.type], entity.subtype])),
            *row[4:],
        )
        for entity, row in zip(graph.entities, _entity_rows(graph), strict=True)
    ]
    relationships = []
    for statement, row in zip(graph.statements, _statement_rows(graph), strict=True):
        end = statement.object
        if statement.literal is not None:
            end = f"{statement.iri}-value"
            nodes.append((end, statement.literal.value, _LITERAL, "", "", "", ""))
        relationships.append((statement.subject, end, statement.predicate, row[0], *row[4:]))
    node_header = (
        "iri:ID",
        "name",
        ":LABEL",
        "aliases:string[]",
        "sameAs:string[]",
        "mentions:long",
        "documents:long",
    )
    relationship_header = (
        ":START_ID",
        ":END_ID",
        ":TYPE",
        "iri",
        "value",
        "number:double",
        "unit",
        "asserted:boolean",
        "assertion",
        "confidence:double",
        "claims:long",
        "speakers:string[]",
        "transcripts:string[]",
        "quote",
    )
    return {
        "nodes.csv": _table(node_header, nodes),
        "relationships.csv": _table(relationship_header, relationships),
    }


def _entity_rows(graph: KnowledgeGraph) -> list[tuple[object, ...]]:
    return [
        (
            entity.iri,
            entity.name,
            entity.type,
            entity.subtype or "",
            _join(entity.aliases),
            _join(entity.same_as),
            entity.n_mentions,
            len(entity.documents),
        )
        for entity in graph.entities
    ]


def _statement_rows(graph: KnowledgeGraph) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for statement in graph.statements:
        claims = sorted(graph.claims_of(statement), key=lambda claim: (-claim.confidence, claim.iri))
        literal = statement.literal
        rows.append(
            (
                statement.iri,
                statement.subject,
                statement.object or "",
                statement.predicate,
                "" if literal is None else literal.value,
                "" if literal is None or literal.number is None else f"{literal.number.normalize():f}",
                "" if literal is None else literal.unit or literal.unit_label or "",
                str(statement.asserted).lower(),
                claims[0].assertion.value if claims else "",
                repr(statement.confidence),
                len(claims),
                _join(sorted(_speakers(graph, claims))),
                _join(sorted({claim.document for claim in claims})),
                (claims[0].quote or "") if claims else "",
            )
        )
    return rows


def _speakers(graph: KnowledgeGraph, claims: Sequence[EvidenceClaim]) -> set[str]:
    known = graph.entity_by_iri
    return {known[claim.speaker].name for claim in claims if claim.speaker in known}


def _join(items: Iterable[str]) -> str:
    # The separator inside an item would split it in two.
    return _SEPARATOR.join(item.replace(_SEPARATOR, ",") for item in items)


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode()
