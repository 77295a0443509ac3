"""The walk of one statement, from the words to the triple, in lines a reader can follow.

Comes in: a graph and an IRI (statement, claim or entity). Goes out: lines of (stage, text).
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.errors import RequestError
from kg.graph import KnowledgeGraph
from kg.model import Entity, EvidenceClaim, Statement
from kg.ontology import load_ontology

__all__ = ["clock", "trace"]

_NEAR = 3


def clock(seconds: float | None) -> str:
    """Seconds as hh:mm:ss, or a dash where there is no time.

    >>> clock(821.2), clock(None)
    ('00:13:41', '-')
    """
    if seconds is None:
        return "-"
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def trace(graph: KnowledgeGraph, iri: str) -> list[tuple[str, str]]:
    """Stages and texts that lead from `iri` back to the words.

    `iri` may be a statement's, a claim's or an entity's, whole, without its base, or an entity's name.

    Raises:
        RequestError: If the graph holds nothing of that name.
    """
    wanted = iri if iri.startswith(("http://", "https://")) else graph.base + iri.removeprefix("d:")
    statements = {statement.iri: statement for statement in graph.statements}
    if wanted in statements:
        return list(_statement(graph, statements[wanted]))
    if wanted in graph.claim_by_iri:
        claim = graph.claim_by_iri[wanted]
        owner = next(s for s in graph.statements if wanted in s.claims)
        return list(_statement(graph, owner, only=claim.iri))
    found = graph.find(wanted) or graph.find(iri)
    if found:
        return list(_entity(graph, found[0]))
    raise RequestError(
        f"the graph holds nothing called {iri!r}",
        where="kg trace",
        hint="an IRI from graph.ttl or claims.jsonl, or the name of an entity",
    )


def say(graph: KnowledgeGraph, statement: Statement) -> str:
    """A statement in words."""
    names = graph.entity_by_iri
    subject = names[statement.subject].name
    if statement.object is not None:
        target = names[statement.object].name
    else:
        target = statement.literal.value if statement.literal else ""
    return f"{subject} — {statement.predicate} → {target}"


def _statement(
    graph: KnowledgeGraph, statement: Statement, only: str | None = None
) -> Iterator[tuple[str, str]]:
    predicate = load_ontology().predicate(statement.predicate)
    names = graph.entity_by_iri
    target = (
        names[statement.object].name
        if statement.object
        else (statement.literal.value if statement.literal else "")
    )
    yield "statement", say(graph, statement)
    yield "", predicate.say(names[statement.subject].name, target)
    yield "", statement.iri
    for iri in filter(None, (statement.subject, statement.object)):
        yield "resolve", _known_as(names[iri])
    for claim in graph.claims_of(statement):
        if only is None or claim.iri == only:
            yield from _claim(graph, claim)
    if statement.asserted:
        yield "triple", f"asserted: confidence {statement.confidence:.2f} ≥ {graph.threshold:.2f}"
    else:
        yield "triple", "none: no asserted claim reaches the threshold"


def _claim(graph: KnowledgeGraph, claim: EvidenceClaim) -> Iterator[tuple[str, str]]:
    status = claim.assertion.value + (f" (“{claim.status_cue}”)" if claim.status_cue else "")
    qualifiers = "".join(f"   {name}: {value}" for name, value in claim.qualifiers)
    approximate = "   approximate" if claim.approximate else ""
    yield (
        "claim",
        f"{claim.predicate}   {status}   {claim.confidence:.2f}   extractor {claim.extractor}{approximate}{qualifiers}",
    )
    document = graph.document_by_iri[claim.document]
    speaker = graph.entity_by_iri[claim.speaker].name if claim.speaker else "speaker unknown"
    time = clock(claim.start_s)
    if claim.time_precision is not None:
        time += f" ({claim.time_precision.value})"
    words = f"“{claim.reading}”" if claim.reading is not None else f"sha256 {claim.quote_sha256[:16]}…"
    yield "evidence", f"{document.source}:{claim.start}-{claim.end}   {time}   {speaker}   {words}"


def _known_as(entity: Entity) -> str:
    parts = [f"{entity.name} ({entity.type}{', ' + entity.subtype if entity.subtype else ''})"]
    if entity.aliases:
        parts.append("also " + ", ".join(entity.aliases[:6]))
    if entity.hidden:
        parts.append("misheard as " + ", ".join(entity.hidden[:6]))
    if entity.same_as:
        parts.append(entity.same_as[0])
    return "; ".join(parts)


def _entity(graph: KnowledgeGraph, entity: Entity) -> Iterator[tuple[str, str]]:
    yield "entity", _known_as(entity)
    yield "", entity.iri
    yield "", f"{entity.n_mentions} mentions in {len(entity.documents)} documents"
    for statement in graph.statements:
        if entity.iri in (statement.subject, statement.object):
            yield "statement", f"{say(graph, statement)}   {statement.iri.removeprefix(graph.base)}"
