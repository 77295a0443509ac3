"""From claims to statements: what the documents say, over entities, with the evidence kept."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from kg.iri import Minter
from kg.model import Assertion, Claim, EvidenceClaim, Literal, Statement
from kg.ontology import Ontology, load_ontology
from kg.ontology.vocabulary import name_key
from kg.resolve.entities import ResolvedEntities
from kg.stages import CitedClaim, Extracted

__all__ = ["resolve_claims", "to_statements"]


def resolve_claims(
    documents: Sequence[Extracted], resolved: ResolvedEntities, minter: Minter, *, quotes: bool
) -> list[EvidenceClaim]:
    """The claims of all documents over entities, sorted by IRI; claims of a thing about itself are left out."""
    found: dict[str, EvidenceClaim] = {}
    ontology = load_ontology()
    type_by_iri = {entity.iri: entity.type for entity in resolved.entities}
    for index, document in enumerate(documents):
        speakers = {
            mention.refers_to: resolved.iri_of(index, mention)
            for mention in document.mentions
            if mention.refers_to is not None and mention.type == "Person"
        }
        for cited in document.claims:
            claim = _resolve(cited, index, document, resolved, speakers, minter, quotes=quotes)
            if claim is not None and _is_signed(claim, type_by_iri, ontology):
                known = found.get(claim.iri)
                if known is None or claim.confidence > known.confidence:
                    found[claim.iri] = claim
    return [found[iri] for iri in sorted(found)]


def _resolve(
    cited: CitedClaim,
    index: int,
    document: Extracted,
    resolved: ResolvedEntities,
    speakers: dict[str, str],
    minter: Minter,
    *,
    quotes: bool,
) -> EvidenceClaim | None:
    claim, evidence = cited.claim, cited.evidence
    subject = resolved.iri_of(index, claim.subject)
    target = resolved.iri_of(index, claim.object) if claim.object is not None else None
    if subject == target:
        return None
    qualifiers = dict(claim.qualifiers)
    approximate = qualifiers.pop("approximate", "") == "true"
    document_iri = minter.document(document.transcript.name)
    content = _content(claim, subject, target)
    return EvidenceClaim(
        iri=minter.claim(document.transcript.sha256, evidence.span.start, evidence.span.end, *content),
        subject=subject,
        predicate=claim.predicate,
        object=target,
        literal=claim.literal,
        assertion=claim.assertion,
        confidence=claim.confidence,
        speaker=speakers.get(claim.speaker) if claim.speaker else None,
        document=document_iri,
        quote=evidence.quote if quotes else None,
        quote_sha256=hashlib.sha256(evidence.quote.encode("utf-8", "surrogatepass")).hexdigest(),
        reading=evidence.reading if quotes else None,
        start=evidence.span.start,
        end=evidence.span.end,
        start_s=evidence.start_s,
        end_s=evidence.end_s,
        time_precision=evidence.time_precision,
        qualifiers=tuple(sorted(qualifiers.items())),
        extractor=claim.extractor,
        approximate=approximate,
        status_cue=claim.status_cue,
    )


def _is_signed(claim: EvidenceClaim, type_by_iri: dict[str, str], ontology: Ontology) -> bool:
    """Whether the things have the types that the predicate wants.

    A mention is typed in its passage, a thing over all documents; where the two differ, a claim may
    no longer make sense.
    """
    target = None if claim.object is None else type_by_iri[claim.object]
    return ontology.predicate(claim.predicate).accepts(type_by_iri[claim.subject], target)


def _content(claim: Claim, subject: str, target: str | None) -> tuple[str, ...]:
    return (subject, claim.predicate, target or "", _literal_key(claim.literal))


def _literal_key(literal: Literal | None) -> str:
    """Equal for literals that say the same: one number with one unit, or the same words."""
    if literal is None:
        return ""
    if literal.number is not None:
        return f"{literal.number.normalize():f} {literal.unit or name_key(literal.unit_label or '')}"
    return literal.iso or name_key(literal.value) or literal.value


def to_statements(claims: Sequence[EvidenceClaim], minter: Minter, *, threshold: float) -> list[Statement]:
    """Statements over the claims, sorted by IRI.

    A statement is asserted when at least one of its claims is asserted with a confidence of
    `threshold` or more.
    """
    groups: dict[tuple[str, ...], list[EvidenceClaim]] = defaultdict(list)
    for claim in claims:
        groups[(claim.subject, claim.predicate, claim.object or "", _literal_key(claim.literal))].append(
            claim
        )
    statements = []
    for key, members in groups.items():
        strongest = min(members, key=lambda c: (-c.confidence, c.iri))
        statements.append(
            Statement(
                iri=minter.statement(*key),
                subject=strongest.subject,
                predicate=strongest.predicate,
                object=strongest.object,
                literal=strongest.literal,
                claims=tuple(sorted(member.iri for member in members)),
                asserted=any(
                    c.assertion is Assertion.ASSERTED and c.confidence >= threshold for c in members
                ),
                confidence=max(member.confidence for member in members),
            )
        )
    return sorted(statements, key=lambda statement: statement.iri)
