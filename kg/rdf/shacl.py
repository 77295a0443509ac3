"""SHACL validation by pyshacl, with every finding led back to the transcript's words.

The shapes are plain SHACL Core (schema/shapes.ttl by hand, schema/signatures.ttl generated), so that any
SHACL engine gives the same findings; this module adds where in which transcript a finding belongs.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

import pyoxigraph as ox
import rdflib
from rdflib.namespace import SH

from kg.errors import ValidationError
from kg.graph import KnowledgeGraph
from kg.ontology import load_ontology, schema_dir
from kg.rdf.bridge import to_rdflib_graph
from kg.rdf.dataset import to_quads
from kg.rdf.terms import KG, OA, PROV, RDF

__all__ = ["Finding", "InvalidGraphError", "Place", "Report", "ShapeError", "validate"]

_SEVERITY_ORDER = {"Violation": 0, "Warning": 1, "Info": 2}
_SHAPES = "https://kg.example/shapes#"


class ShapeError(ValidationError):
    """The shapes themselves cannot be used."""

    code = "KG402"


class InvalidGraphError(ValidationError):
    """A graph has findings of severity Violation."""

    code = "KG401"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in which transcript: code points ``[start, end)`` of the raw text, and the line if it is known.

    `document` is an IRI; lines count from 1.
    """

    document: str
    start: int
    end: int
    line: int | None = None

    def __str__(self) -> str:
        line = "" if self.line is None else f" line {self.line},"
        return f"<{self.document}>{line} code points {self.start} to {self.end}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault.

    Args:
        severity: "Violation", "Warning" or "Info".
        shape: Local name of the shape that is broken, as in the schema's files.
        focus: IRI of the claim, entity, passage or other thing at fault.
        message: What should be.
        value: What is, or None where something is missing.
        places: Passages that lead to it, sorted; empty where it rests on none.
    """

    severity: str
    shape: str
    focus: str
    message: str
    value: str | None = None
    places: tuple[Place, ...] = ()

    def __str__(self) -> str:
        value = "" if self.value is None else f" Found: {self.value}."
        where = "".join(f"\n    at {place}" for place in self.places[:3])
        return f"{self.severity} {self.shape}: {self.message}{value}\n    on <{self.focus}>{where}"


@dataclass(frozen=True)
class Report:
    """What validation found; `conforms` if nothing is a violation.

    Args:
        findings: Sorted by severity, shape and focus.
        n_triples: Distinct triples that were checked.
        seconds: Wall time, by step.
    """

    findings: tuple[Finding, ...]
    n_triples: int
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; warnings are allowed."""
        return all(finding.severity != "Violation" for finding in self.findings)

    def __str__(self) -> str:
        violations = sum(finding.severity == "Violation" for finding in self.findings)
        head = f"{self.n_triples} triples: {'conforms' if self.conforms else 'does not conform'}, "
        head += f"{violations} violations, {len(self.findings) - violations} warnings"
        return "\n".join([head, *map(str, self.findings)])

    def raise_if_invalid(self, where: str) -> None:
        """Raises `InvalidGraphError` if the graph does not conform."""
        if not self.conforms:
            first = next(finding for finding in self.findings if finding.severity == "Violation")
            raise InvalidGraphError(
                f"the graph breaks its shapes: {first}", where=where, hint="`kg validate` for all findings"
            )


def validate(target: KnowledgeGraph | Iterable[ox.Quad], *, texts: Mapping[str, str] | None = None) -> Report:
    """The findings of all shapes on a graph.

    Args:
        target: A graph or its quads; named graphs are checked together.
        texts: Raw texts by transcript IRI, for line numbers.

    Raises:
        ShapeError: If the shapes' files cannot be read.
    """
    # Half of this package's import time, and most commands do not validate.
    import pyshacl

    started = time.perf_counter()
    quads = to_quads(target) if isinstance(target, KnowledgeGraph) else list(target)
    data = to_rdflib_graph(quads)
    converted = time.perf_counter()
    with _quiet():
        _, results, _ = pyshacl.validate(data, shacl_graph=_shapes(), inplace=True, allow_warnings=True)
    if not isinstance(results, rdflib.Graph):
        raise ShapeError(
            f"pyshacl gave up: {results}", where="schema/shapes.ttl", hint="SHACL Core that parses"
        )
    checked = time.perf_counter()
    findings = _findings(results, _Index(quads, texts or {}))
    done = time.perf_counter()
    return Report(
        findings=tuple(findings),
        n_triples=len(data),
        seconds={"convert": converted - started, "check": checked - converted, "locate": done - checked},
    )


@lru_cache(maxsize=1)
def _shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for name in ("shapes.ttl", "signatures.ttl"):
        try:
            graph.parse(schema_dir() / name, format="turtle")
        except (OSError, SyntaxError, ValueError) as error:
            raise ShapeError(str(error), where=f"schema/{name}", hint="Turtle that parses") from error
    return graph


@contextmanager
def _quiet() -> Iterator[None]:
    """Ill-typed literals are findings; rdflib would log each with a traceback."""
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _findings(results: rdflib.Graph, index: _Index) -> list[Finding]:
    names = {term.iri for term in load_ontology().predicates}
    found: dict[tuple[object, ...], Finding] = {}
    for result in results.subjects(rdflib.RDF.type, SH.ValidationResult):
        severity = str(results.value(result, SH.resultSeverity)).rsplit("#", 1)[-1]
        shape = str(results.value(result, SH.sourceShape))
        focus = str(results.value(result, SH.focusNode))
        value = results.value(result, SH.value)
        # An engine may add messages of its own; ours is in English.
        messages = sorted(
            (getattr(text, "language", None) != "en", str(text))
            for text in results.objects(result, SH.resultMessage)
        )
        message = messages[0][1] if messages else "The shape is broken."
        text = None if value is None or str(value) == focus else str(value)
        # Signature shapes target the predicate; who uses it with that value is at fault.
        role = _name(shape).rpartition("-")[2]
        focuses = index.users_of(focus, role, text) if focus in names else [focus]
        for node in focuses or [focus]:
            finding = Finding(severity, _name(shape), node, message, text, index.places(node))
            found[severity, finding.shape, node, text] = finding
    return sorted(
        found.values(),
        key=lambda item: (_SEVERITY_ORDER.get(item.severity, 3), item.shape, item.focus, item.value or ""),
    )


def _name(shape: str) -> str:
    return shape.removeprefix(_SHAPES)


class _Index:
    """Finds the passages behind a node."""

    def __init__(self, quads: list[ox.Quad], texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.objects: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.subjects: dict[tuple[str, str], list[str]] = defaultdict(list)
        followed = {
            term.value
            for term in (
                KG("subject"),
                KG("predicate"),
                KG("object"),
                KG("value"),
                KG("restsOn"),
                KG("recording"),
                PROV("wasQuotedFrom"),
                OA("hasSelector"),
                OA("hasSource"),
                OA("start"),
                OA("end"),
                RDF("type"),
            )
        }
        for quad in quads:
            predicate = quad.predicate.value
            if predicate in followed:
                subject, value = _text(quad.subject), _text(quad.object)
                self.objects[subject][predicate].append(value)
                self.subjects[predicate, value].append(subject)

    def users_of(self, predicate: str, role: str, value: str | None) -> list[str]:
        """Claims and statements with this predicate that have the value as subject, object or value."""
        users = set(self.subjects.get((KG("predicate").value, predicate), ()))
        if value is not None:
            users &= set(self.subjects.get((KG(role).value, value), ()))
        return sorted(users)

    def places(self, node: str) -> tuple[Place, ...]:
        """Where the words behind a node stand: of a claim, statement, passage, selector, entity or value."""
        passages = self._passages(node)
        if not passages:
            users = [
                user
                for role in (KG("subject"), KG("object"), KG("value"))
                for user in self.subjects.get((role.value, node), ())
            ]
            passages = {passage for user in users for passage in self._passages(user)}
        return tuple(sorted(place for passage in passages for place in self._place(passage)))

    def _passages(self, node: str) -> set[str]:
        terms = self.objects.get(node, {})
        if OA("hasSource").value in terms:
            return {node}
        found = set(terms.get(PROV("wasQuotedFrom").value, ()))
        found.update(self.subjects.get((OA("hasSelector").value, node), ()))
        for claim in terms.get(KG("restsOn").value, ()):
            found.update(self.objects.get(claim, {}).get(PROV("wasQuotedFrom").value, ()))
        return found

    def _place(self, passage: str) -> Iterator[Place]:
        terms = self.objects.get(passage, {})
        for document in terms.get(OA("hasSource").value, ()):
            for selector in terms.get(OA("hasSelector").value, ()):
                position = self.objects.get(selector, {})
                starts, ends = position.get(OA("start").value, ()), position.get(OA("end").value, ())
                if starts and ends and starts[0].isdigit() and ends[0].isdigit():
                    start = int(starts[0])
                    text = self.texts.get(document)
                    line = None if text is None else text.count("\n", 0, start) + 1
                    yield Place(document, start, int(ends[0]), line)


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value
