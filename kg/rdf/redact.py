"""Takes the speakers' words out of a graph, so that it can be published without them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from kg.graph import KnowledgeGraph
from kg.model import EvidenceClaim, Literal, Statement
from kg.ontology import Ontology, load_ontology

__all__ = ["checksum", "without_quotes"]

_CHECKSUM = re.compile(r"sha256:[0-9a-f]{64}")
# A role ("co-founder and chief technology officer") or a date is a name for something, a longer stretch is
# speech. Chosen by us, not measured.
_MOST_WORDS = 8


def checksum(text: str) -> str:
    """What stands in the place of words: ``sha256:`` and the SHA-256 of their UTF-8 bytes, in hex.

    A checksum is its own checksum, so that leaving words out twice changes nothing.
    """
    if _CHECKSUM.fullmatch(text):
        return text
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def without_quotes(graph: KnowledgeGraph) -> KnowledgeGraph:
    """The same graph without quotes, readings and other stretches of speech.

    Positions, times, checksums of quotes, names of entities, numbers with units, dates and short titles
    stay. Values and qualifiers that the schema marks ``kg:verbatim``, and all values of more than eight
    words, become checksums; status cues and readers' warnings, which may quote, go.
    """
    ontology = load_ontology()
    return replace(
        graph,
        claims=tuple(_claim(claim, ontology) for claim in graph.claims),
        statements=tuple(_statement(statement, ontology) for statement in graph.statements),
        documents=tuple(replace(document, warnings=()) for document in graph.documents),
        quotes=False,
    )


def _claim(claim: EvidenceClaim, ontology: Ontology) -> EvidenceClaim:
    qualifiers = {
        (name, checksum(value) if ontology.qualifier(name).verbatim else _short(value))
        for name, value in claim.qualifiers
    }
    return replace(
        claim,
        quote=None,
        reading=None,
        status_cue=None,
        literal=_value(claim.literal, claim.predicate, ontology),
        qualifiers=tuple(sorted(qualifiers)),
    )


def _statement(statement: Statement, ontology: Ontology) -> Statement:
    return replace(statement, literal=_value(statement.literal, statement.predicate, ontology))


def _value(literal: Literal | None, predicate: str, ontology: Ontology) -> Literal | None:
    if literal is None:
        return None
    unit_label = None if literal.unit_label is None else _short(literal.unit_label)
    verbatim = ontology.predicate(predicate).verbatim
    value = checksum(literal.value) if verbatim else _short(literal.value)
    return replace(literal, value=value, unit_label=unit_label)


def _short(text: str) -> str:
    return checksum(text) if len(text.split()) > _MOST_WORDS else text
