"""The graph as the page reads it: columns of plain values that refer to each other by position.

In: a `KnowledgeGraph`. Out: a mapping ready for JSON, described in ``docs/view.md``. Entities stand in the order in
which to show them, so the page takes the first ones that pass its filters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from kg.graph.layout import layout
from kg.graph.measures import Links, backbone, centrality, links, partition
from kg.model import Assertion, Entity, EvidenceClaim, Literal, Statement, TimePrecision
from kg.view import words

if TYPE_CHECKING:
    from kg.graph import Document, KnowledgeGraph

__all__ = ["DATA_VERSION", "Json", "page_data"]

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
"""What JSON can hold."""

DATA_VERSION = 1
"""Of the contract in ``docs/view.md``; the page refuses other versions."""

_STATUSES = tuple(status.value for status in Assertion)
_PRECISIONS = tuple(precision.value for precision in TimePrecision)

# Radii in world units; the largest node is drawn about four times as wide as the smallest.
_LEAST_RADIUS, _MEAN_RADIUS, _MOST_RADIUS = 6.5, 8.0, 26.0

T = TypeVar("T")


def page_data(
    graph: KnowledgeGraph,
    *,
    title: str | None = None,
    focus: str | None = None,
    types: Sequence[str] = (),
    date_from: str | None = None,
    date_to: str | None = None,
    max_nodes: int = 400,
) -> dict[str, Json]:
    """Everything that the page shows; the keyword arguments are how it starts.

    `focus` is an entity's IRI and `types` are local names; both must be in the graph.
    """
    network = links(graph)
    importance = centrality(graph, network)
    ranked = backbone(network, [importance[iri] for iri in network.iris])
    member = partition(network)
    shown = [i for i in ranked if int(network.degree[i]) > 0][:max_nodes]
    radius = _radii([importance[iri] for iri in network.iris], shown)
    spots = layout(network, ranked, member, radius, core=min(max_nodes, 600))
    entities = [graph.entities[i] for i in ranked]
    position = {entity.iri: i for i, entity in enumerate(entities)}
    type_list = words.type_words(entity.type for entity in entities)
    group_names, group = _groups(entities, ranked, member)
    return {
        "version": DATA_VERSION,
        "title": title or _title(graph),
        "base": graph.base,
        "quotes": graph.quotes,
        "threshold": graph.threshold,
        "made_with": graph.run.version,
        "statuses": list(_STATUSES),
        "precisions": list(_PRECISIONS),
        "types": [{"name": term["name"], "label": term["label"]} for term in type_list],
        "documents": [_document(graph, document, position) for document in graph.documents],
        "groups": list(group_names),
        "entities": _entities(graph, entities, [t["name"] for t in type_list], network)
        | {
            "group": list(group),
            "radius": [round(radius[i], 1) for i in ranked],
            "x": [int(spots[i, 0]) for i in ranked],
            "y": [int(spots[i, 1]) for i in ranked],
        },
        **_statements(graph, position),
        "start": {
            "max_nodes": max_nodes,
            "focus": position[focus] if focus is not None else None,
            "types": list(types),
            "from": date_from,
            "to": date_to,
        },
    }


def _title(graph: KnowledgeGraph) -> str:
    if len(graph.documents) == 1:
        only = graph.documents[0]
        return only.metadata.title or only.name
    return f"What was said in {len(graph.documents):,} recordings" if graph.documents else "An empty graph"


def _radii(importance: Sequence[float], shown: Sequence[int]) -> list[float]:
    """Area in proportion to importance, within limits; those `shown` at first have the mean radius on average."""
    mean = math.fsum(importance[i] for i in shown) / len(shown) if shown else 1.0
    return [
        round(min(_MOST_RADIUS, max(_LEAST_RADIUS, _MEAN_RADIUS * math.sqrt(max(value, 0.0) / mean))), 1)
        for value in importance
    ]


def _groups(
    entities: Sequence[Entity], ranked: Sequence[int], member: Sequence[int]
) -> tuple[list[str], list[int]]:
    """Names of the groups of three or more, and the group of each entity or -1."""
    size: dict[int, int] = {}
    for number in member:
        size[number] = size.get(number, 0) + 1
    number_of: dict[int, int] = {}
    leaders: dict[int, list[str]] = {}
    for entity, node in zip(entities, ranked, strict=True):
        if size[member[node]] >= 3:
            names = leaders.setdefault(member[node], [])
            if len(names) < 2:
                names.append(entity.name)
    for number in sorted(leaders):
        number_of[number] = len(number_of)
    names = [" and ".join(_short(name) for name in leaders[number]) for number in sorted(leaders)]
    return names, [number_of.get(member[node], -1) for node in ranked]


def _short(name: str, most: int = 40) -> str:
    """The name, cut where it would not fit a line."""
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def _sparse(values: Iterable[T], keep: Callable[[T], bool], value: Callable[[T], Json]) -> dict[str, Json]:
    """Only the values worth keeping, by position; most columns are empty most of the time."""
    return {str(i): value(item) for i, item in enumerate(values) if keep(item)}


def _column(values: list[Json]) -> Json:
    """The values, or the one value that all of them have: many columns of many graphs are of one value."""
    return values[0] if len(values) > 1 and all(value == values[0] for value in values) else values


def _local(iri: str, base: str) -> str:
    """The IRI without the base, or whole where it has another."""
    return iri.removeprefix(base)


def _without_prefix(names: list[str]) -> tuple[str, list[str]]:
    """What all names begin with, and the rest of each; one name has no prefix."""
    if len(names) < 2:
        return "", names
    first, last = min(names), max(names)
    n = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:n], [name[n:] for name in names]


def _document(graph: KnowledgeGraph, document: Document, position: dict[str, int]) -> Json:
    meta = document.metadata
    recording = graph.entity_by_iri.get(document.recording or "")
    return {
        "iri": document.iri,
        "name": document.name,
        "title": meta.title or (recording.name if recording is not None else document.name),
        "series": meta.series,
        "episode": meta.episode,
        "date": meta.date,
        "url": meta.url,
        "duration_s": meta.duration_s,
        "recording": position.get(document.recording or "", -1),
        "speakers": [position[iri] for iri in document.speakers if iri in position],
        "n_words": document.n_words,
        "n_code_points": document.n_code_points,
    }


def _entities(
    graph: KnowledgeGraph, entities: list[Entity], types: list[str], network: Links
) -> dict[str, Json]:
    type_at = {name: i for i, name in enumerate(types)}
    document_at = {document.iri: i for i, document in enumerate(graph.documents)}
    labels = words.subtype_words(entity.subtype for entity in entities if entity.subtype)
    degree = dict(zip(network.iris, network.degree.tolist(), strict=True))
    return {
        "id": [_local(entity.iri, graph.base) for entity in entities],
        "name": [entity.name for entity in entities],
        "type": [type_at[entity.type] for entity in entities],
        "subtype": _sparse(entities, lambda e: bool(e.subtype), lambda e: labels[e.subtype or ""]),
        "aliases": _sparse(entities, lambda e: bool(e.aliases), lambda e: list(e.aliases)),
        "hidden": _sparse(entities, lambda e: bool(e.hidden), lambda e: list(e.hidden)),
        "same_as": _sparse(entities, lambda e: bool(e.same_as), lambda e: list(e.same_as)),
        "mentions": [entity.n_mentions for entity in entities],
        "degree": [degree[entity.iri] for entity in entities],
        "documents": [[document_at[iri] for iri in e.documents if iri in document_at] for e in entities],
    }


def _statements(graph: KnowledgeGraph, position: dict[str, int]) -> dict[str, Json]:
    predicates = words.predicate_words(statement.predicate for statement in graph.statements)
    predicate_at = {term["name"]: i for i, term in enumerate(predicates)}
    # Statements about an entity that the graph does not hold have no place on the page.
    kept = [statement for statement in graph.statements if statement.subject in position]
    claims = [claim for statement in kept for claim in graph.claims_of(statement)]
    prefix, names = _without_prefix([_local(statement.iri, graph.base) for statement in kept])
    return {
        "predicates": [words.as_json(term) for term in predicates],
        "qualifiers": dict(words.qualifier_words(name for claim in claims for name, _ in claim.qualifiers)),
        "statements": {
            "prefix": prefix,
            "id": list(names),
            "subject": [position[statement.subject] for statement in kept],
            "predicate": [predicate_at[statement.predicate] for statement in kept],
            "object": [position.get(statement.object or "", -1) for statement in kept],
            "value": {
                str(i): _value(statement, graph.base)
                for i, statement in enumerate(kept)
                if statement.object not in position
            },
            "n_claims": _column([len(statement.claims) for statement in kept]),
            "asserted": [int(statement.asserted) for statement in kept],
        },
        "claims": _claims(graph, claims, position),
    }


def _value(statement: Statement, base: str) -> str:
    literal: Literal | None = statement.literal
    if literal is not None:
        return literal.value
    return _local(statement.object or "", base)


def _tenths(seconds: float | None) -> float | None:
    """Rounded down: a link must not start after the first word."""
    return None if seconds is None else math.floor(seconds * 10) / 10


def _claims(graph: KnowledgeGraph, claims: list[EvidenceClaim], position: dict[str, int]) -> dict[str, Json]:
    document_at = {document.iri: i for i, document in enumerate(graph.documents)}
    status_at = {value: i for i, value in enumerate(_STATUSES)}
    precision_at = {value: i for i, value in enumerate(_PRECISIONS)}
    extractors = sorted({claim.extractor for claim in claims})
    prefix, names = _without_prefix([_local(claim.iri, graph.base) for claim in claims])
    return {
        "prefix": prefix,
        "id": list(names),
        "status": [status_at[claim.assertion.value] for claim in claims],
        "confidence": [round(claim.confidence, 3) for claim in claims],
        "speaker": [position.get(claim.speaker or "", -1) for claim in claims],
        "document": [document_at.get(claim.document, -1) for claim in claims],
        "quote": _column([claim.reading or claim.quote or 0 for claim in claims]),
        "start": [claim.start for claim in claims],
        "length": [claim.end - claim.start for claim in claims],
        "start_s": _column([_tenths(claim.start_s) for claim in claims]),
        "precision": _column(
            [-1 if c.time_precision is None else precision_at[c.time_precision.value] for c in claims]
        ),
        "qualifiers": _sparse(
            claims, lambda c: bool(c.qualifiers), lambda c: [list(q) for q in c.qualifiers]
        ),
        "cue": _sparse(claims, lambda c: bool(c.status_cue), lambda c: c.status_cue),
        "approximate": _sparse(claims, lambda c: c.approximate, lambda _: 1),
        "extractors": list(extractors),
        "extractor": _column([extractors.index(claim.extractor) for claim in claims]),
    }
