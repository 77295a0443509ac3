"""``entities.jsonl`` and ``claims.jsonl``: one JSON object a line, a public interface.

Keys are fixed; unknown things are null. Numbers keep their value; where quotes are left out, the SHA-256
of the quote stands in its place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal

from kg.graph import KnowledgeGraph
from kg.model import Entity, EvidenceClaim
from kg.rdf.redact import without_quotes

__all__ = ["claims_jsonl", "entities_jsonl"]


def entities_jsonl(graph: KnowledgeGraph) -> bytes:
    """All entities, sorted by IRI, as UTF-8."""
    return _lines(_entity(entity) for entity in sorted(graph.entities, key=lambda entity: entity.iri))


def claims_jsonl(graph: KnowledgeGraph) -> bytes:
    """All claims, sorted by IRI, as UTF-8."""
    if not graph.quotes:
        graph = without_quotes(graph)
    return _lines(_claim(claim) for claim in sorted(graph.claims, key=lambda claim: claim.iri))


def _lines(objects: Iterable[dict[str, object]]) -> bytes:
    text = "".join(json.dumps(item, ensure_ascii=False, allow_nan=False) + "\n" for item in objects)
    # JSON allows U+2028 and U+2029 raw, but many programs that read lines break there, and at U+0085.
    for separator in "\x85\u2028\u2029":
        text = text.replace(separator, f"\\u{ord(separator):04x}")
    return text.encode()


def _entity(entity: Entity) -> dict[str, object]:
    return {
        "id": entity.iri,
        "name": entity.name,
        "type": entity.type,
        "subtype": entity.subtype,
        "aliases": list(entity.aliases),
        "same_as": list(entity.same_as),
        "n_mentions": entity.n_mentions,
        "documents": list(entity.documents),
    }


def _claim(claim: EvidenceClaim) -> dict[str, object]:
    literal = claim.literal
    qualifiers: dict[str, object] = {}
    for name, value in claim.qualifiers:
        before = qualifiers.get(name)
        if before is None:
            qualifiers[name] = value
        else:
            qualifiers[name] = [*before, value] if isinstance(before, list) else [before, value]
    if claim.approximate:
        qualifiers["approximate"] = True
    return {
        "id": claim.iri,
        "subject": claim.subject,
        "predicate": claim.predicate,
        "object": claim.object,
        "value": None if literal is None else literal.value,
        "number": None if literal is None or literal.number is None else _number(literal.number),
        "unit": None if literal is None else literal.unit or literal.unit_label,
        "assertion": claim.assertion.value,
        "confidence": claim.confidence,
        "speaker": claim.speaker,
        "document": claim.document,
        "quote": f"sha256:{claim.quote_sha256}" if claim.quote is None else claim.quote,
        "start": claim.start,
        "end": claim.end,
        "start_s": claim.start_s,
        "end_s": claim.end_s,
        "time_precision": None if claim.time_precision is None else claim.time_precision.value,
        "qualifiers": qualifiers,
        "extractor": claim.extractor,
    }


def _number(number: Decimal) -> int | float:
    whole = number.adjusted() < 30 and number == number.to_integral_value()
    return int(number) if whole else float(number)
