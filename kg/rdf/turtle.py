"""Turtle for people: all graphs merged, grouped by what things are, claims with their passage beside them.

The same quads give the same bytes, in whatever order they come.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby

import pyoxigraph as ox

from kg.iri import DEFAULT_BASE
from kg.ontology import load_ontology
from kg.rdf.terms import KG, OA, PROV, QUDT, RDF, RDFS, XSD, prefixes

__all__ = ["write_trig", "write_turtle"]

# Local names that need no escape in any Turtle parser.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_\-]*[A-Za-z0-9_])?")
# Besides what Turtle demands: what cannot be seen, or turns the reading direction around.
_ESCAPED = re.compile(
    '[\x00-\x1f\x7f-\x9f"\\\\\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]'
)
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_BARE = {
    XSD("integer").value: re.compile(r"[+-]?[0-9]+"),
    XSD("decimal").value: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD("boolean").value: re.compile(r"true|false"),
}
# What a reader wants to know first; other predicates follow by name.
_FIRST = tuple(
    term.value
    for term in (
        RDF("type"),
        RDFS("label"),
        KG("subject"),
        KG("predicate"),
        KG("object"),
        KG("value"),
        KG("asSaid"),
        KG("assertion"),
        KG("approximate"),
        KG("confidence"),
        KG("saidBy"),
    )
)


def write_turtle(quads: Iterable[ox.Quad]) -> bytes:
    """The merged graphs as Turtle, in UTF-8.

    Order: the run, transcripts, entities by type and name, quantities, statements, then claims by
    transcript and position, each followed by its passage.
    """
    writer = _Writer(quads)
    return (writer.header() + writer.body()).encode()


def write_trig(quads: Iterable[ox.Quad]) -> bytes:
    """The same with the named graphs kept, each in the order of `write_turtle`."""
    by_graph: dict[str, list[ox.Quad]] = defaultdict(list)
    everything = list(quads)
    for quad in everything:
        by_graph[quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""].append(quad)
    whole = _Writer(everything)
    parts = [whole.header()]
    for name in sorted(by_graph):
        writer = _Writer(by_graph[name], whole.prefixes)
        parts.append(f"\n{whole.iri(name)} {{\n{writer.body()}}}\n" if name else writer.body())
    return "".join(parts).encode()


class _Writer:
    """Subjects with their predicates and objects, and how to name them."""

    def __init__(self, quads: Iterable[ox.Quad], known: dict[str, str] | None = None) -> None:
        self.triples: dict[str, dict[str, set[ox.NamedNode | ox.Literal]]] = defaultdict(
            lambda: defaultdict(set)
        )
        for quad in quads:
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                self.triples[quad.subject.value][quad.predicate.value].add(quad.object)
        bases = sorted(
            value.value for terms in self.triples.values() for value in terms.get(KG("baseIri").value, ())
        )
        # Longest first, so that a base inside another namespace is not hidden by it.
        self.prefixes = known or prefixes(bases[0] if bases else DEFAULT_BASE)
        self.namespaces = sorted(self.prefixes.items(), key=lambda item: (-len(item[1]), item[0]))
        self.rank = {iri: index for index, iri in enumerate(_FIRST)}
        self.names: dict[str, str] = {}

    def header(self) -> str:
        return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in self.prefixes.items())

    def body(self) -> str:
        parts: list[str] = []
        done: set[str] = set()
        for title, subjects in self._sections():
            blocks = [self._block(iri) for iri in subjects if iri not in done]
            if blocks:
                parts.append(f"\n# --- {title} {'-' * max(3, 100 - len(title))}\n\n")
                parts.append("\n".join(blocks))
                done.update(subjects)
        return "".join(parts)

    def _sections(self) -> list[tuple[str, list[str]]]:
        by_class: dict[str, list[str]] = defaultdict(list)
        for iri, terms in self.triples.items():
            for class_ in terms.get(RDF("type").value, ()):
                by_class[class_.value].append(iri)
        ontology = load_ontology()
        transcripts = sorted(by_class[KG("Transcript").value])
        sections = [
            ("The run", [iri for run in sorted(by_class[KG("Run").value]) for iri in self._with_parts(run)]),
            ("Transcripts", [part for iri in transcripts for part in self._with_parts(iri)]),
        ]
        for kind in ontology.entity_types:
            things = sorted(
                by_class[kind.iri], key=lambda iri: (self._text(iri, RDFS("label")).casefold(), iri)
            )
            sections.append((f"Entities: {kind.label}", things))
        sections.append(("Quantities", sorted(by_class[QUDT("QuantityValue").value])))
        statements = sorted(
            by_class[KG("Statement").value],
            key=lambda iri: (self._text(iri, KG("subject")), self._text(iri, KG("predicate")), iri),
        )
        sections.append(("Statements, with the claims that they rest on", statements))
        claims: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for iri in by_class[KG("Claim").value]:
            passage = self._text(iri, PROV("wasQuotedFrom"))
            position = passage + "-position"
            claims[self._text(passage, OA("hasSource"))].append(
                (self._number(position, OA("start")), self._number(position, OA("end")), iri)
            )
        for document in sorted(claims):
            # Claims of one passage stand together, before it.
            order: dict[str, None] = {}
            for _, members in groupby(sorted(claims[document]), key=lambda claim: claim[:2]):
                iris = [iri for _, _, iri in members]
                order.update(dict.fromkeys(iris))
                order.update(dict.fromkeys(self._with_parts(self._text(iris[0], PROV("wasQuotedFrom")))))
            title = self._text(document, RDFS("label")) or document
            # A title must not end the comment.
            sections.append((f"Claims in {' '.join(_ESCAPED.sub(' ', title).split())}", list(order)))
        listed = {iri for _, subjects in sections for iri in subjects}
        sections.append(("Everything else", sorted(set(self.triples) - listed)))
        return sections

    def _with_parts(self, iri: str) -> list[str]:
        """The thing, then the nodes that belong to it alone: their IRIs extend its own."""
        children = {
            value.value
            for terms in (self.triples[iri],)
            for values in terms.values()
            for value in values
            if isinstance(value, ox.NamedNode)
            and value.value.startswith(iri + "-")
            and value.value in self.triples
        }
        return [iri, *sorted(children)] if iri in self.triples else []

    def _text(self, iri: str, predicate: ox.NamedNode) -> str:
        values = self.triples[iri].get(predicate.value) if iri in self.triples else None
        return min((value.value for value in values), default="") if values else ""

    def _number(self, iri: str, predicate: ox.NamedNode) -> int:
        text = self._text(iri, predicate)
        return int(text) if text.isdigit() else 0

    def _block(self, iri: str) -> str:
        terms = self.triples[iri]
        lines = []
        for predicate in sorted(
            terms, key=lambda name: (self.rank.get(name, len(self.rank)), self.iri(name))
        ):
            objects = ", ".join(sorted(map(self._term, terms[predicate])))
            name = "a" if predicate == RDF("type").value else self.iri(predicate)
            lines.append(f"{name} {objects}")
        return self.iri(iri) + " " + " ;\n    ".join(lines) + " .\n"

    def _term(self, term: ox.NamedNode | ox.Literal) -> str:
        if isinstance(term, ox.NamedNode):
            return self.iri(term.value)
        text = f'"{_ESCAPED.sub(_escape, term.value)}"'
        if term.language:
            return f"{text}@{term.language}"
        datatype = term.datatype.value
        if datatype == XSD("string").value:
            return text
        bare = _BARE.get(datatype)
        if bare is not None and bare.fullmatch(term.value):
            return term.value
        return f"{text}^^{self.iri(datatype)}"

    def iri(self, iri: str) -> str:
        name = self.names.get(iri)
        if name is None:
            name = f"<{iri}>"
            for prefix, namespace in self.namespaces:
                if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                    name = f"{prefix}:{iri[len(namespace) :]}"
                    break
            self.names[iri] = name
        return name


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    return _SHORT_ESCAPES.get(char) or f"\\u{ord(char):04X}"
