"""The reference of the ontology as Markdown with a Mermaid diagram, generated for docs/ontology.md."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox

from kg.ontology.ontology import Ontology, Predicate, Subtype

__all__ = ["reference_markdown"]

_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_OWL = "http://www.w3.org/2002/07/owl#"
_PREFIXES = {
    "https://kg.example/ns#": "kg:",
    "https://schema.org/": "schema:",
    "http://xmlns.com/foaf/0.1/": "foaf:",
    "http://www.w3.org/ns/prov#": "prov:",
    _SKOS: "skos:",
    "http://purl.org/dc/terms/": "dct:",
    "http://qudt.org/schema/qudt/": "qudt:",
    "http://www.wikidata.org/entity/": "wd:",
    "http://www.w3.org/2001/XMLSchema#": "xsd:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
}
_ALIGNMENTS = (
    (_RDFS + "subPropertyOf", "narrower than"),
    (_RDFS + "subClassOf", "narrower than"),
    (_SKOS + "closeMatch", "close to"),
    (_SKOS + "broadMatch", "narrower than"),
    (_SKOS + "relatedMatch", "related to"),
)
# Predicates that join more pairs of types would hide the others in the diagram.
_MOST_ARROWS = 9
_INTRODUCTION = """\
# The ontology

Generated from `schema/ontology.ttl` (version {version}) by `kg schema`; do not edit.

Namespace `{namespace}`, prefix `kg:`. The file opens in Protégé without fetching anything: the terms of
other vocabularies that it uses are declared in it. How claims, passages and runs are written is explained
in [rdf.md](rdf.md); here are the types of things and what can be said of them. Changes are listed in
`schema/CHANGELOG.md`.

| | |
|---|---|
| entity types | {n_types} |
| subtypes | {n_subtypes} |
| predicates | {n_predicates} |
| qualifiers | {n_qualifiers} |
"""


def reference_markdown(ontology: Ontology, path: Path) -> str:
    """The text of ``docs/ontology.md``; `path` is the ontology's file, for alignments and inverses."""
    links = _Links(path)
    parts = [
        _INTRODUCTION.format(
            version=ontology.version,
            namespace=ontology.namespace,
            n_types=len(ontology.entity_types),
            n_subtypes=len(ontology.subtypes),
            n_predicates=len(ontology.predicates),
            n_qualifiers=len(ontology.qualifiers),
        ),
        _diagram(ontology),
        _types(ontology, links),
        _predicates(ontology, links),
        _qualifiers(ontology),
    ]
    return "\n".join(parts)


class _Links:
    """What the file says of a term beyond its label and signature."""

    def __init__(self, path: Path) -> None:
        self.objects: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.inverse_of: dict[str, str] = {}
        for triple in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode):
                self.objects[triple.subject.value, triple.predicate.value].append(triple.object.value)
                if triple.predicate.value == _OWL + "inverseOf":
                    self.inverse_of[triple.object.value] = triple.subject.value

    def alignments(self, iri: str) -> str:
        """The terms of others, with how they stand to this one."""
        found = [
            f"{words} `{_short(other)}`"
            for relation, words in _ALIGNMENTS
            for other in self.objects.get((iri, relation), ())
        ]
        return ", ".join(found) or "none"


def _short(iri: str) -> str:
    for namespace, prefix in _PREFIXES.items():
        if iri.startswith(namespace):
            return prefix + iri[len(namespace) :]
    return f"<{iri}>"


def _diagram(ontology: Ontology) -> str:
    """Types as boxes; each arrow names the predicates between two types, where the signature is narrow."""
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    anything: list[str] = []
    for term in ontology.predicates:
        if len(term.domain) * max(1, len(term.range)) > _MOST_ARROWS:
            anything.append(term.name)
            continue
        for subject in term.domain:
            for object_ in term.range:
                arrows[subject, object_].append(term.name)
            if term.literal_kind is not None:
                arrows[subject, term.literal_kind].append(term.name)
    lines = ["## Diagram", "", "```mermaid", "flowchart LR"]
    lines += [f"    {term.name}[{term.label}]" for term in ontology.entity_types]
    lines += [f"    {kind}([{kind}])" for kind in ("quantity", "date", "text")]
    for (subject, object_), names in sorted(arrows.items()):
        lines.append(f'    {subject} -->|"{"<br/>".join(names)}"| {object_}')
    lines += [
        "```",
        "",
        "Not drawn, since they join many types: " + ", ".join(f"`{n}`" for n in anything) + ".",
    ]
    return "\n".join(lines) + "\n"


def _types(ontology: Ontology, links: _Links) -> str:
    by_parent: dict[str, list[Subtype]] = defaultdict(list)
    for term in ontology.subtypes:
        by_parent[term.broader].append(term)
    lines = ["## Types", "", "Every entity has exactly one of these types, and at most one subtype.", ""]
    for kind in ontology.entity_types:
        lines += [f"### {kind.name}", "", kind.definition, ""]
        lines += [f"- Examples: {'; '.join(kind.examples)}", f"- Alignment: {links.alignments(kind.iri)}", ""]
        level = [(term, 0) for term in by_parent[kind.name]]
        while level:
            term, depth = level.pop(0)
            lines.append(
                f"{'  ' * depth}- **{term.name}**: {term.definition} Example: {'; '.join(term.examples)}."
            )
            level = [(deeper, depth + 1) for deeper in by_parent[term.name]] + level
        if by_parent[kind.name]:
            lines.append("")
    return "\n".join(lines)


def _predicates(ontology: Ontology, links: _Links) -> str:
    lines = ["## Predicates", "", "| predicate | subject | object |", "|---|---|---|"]
    everything = len(ontology.entity_types)
    for term in ontology.predicates:
        lines.append(
            f"| [{term.name}](#{term.name.lower()}) | {_names(term.domain, everything)} | {_objects(term, everything)} |"
        )
    lines.append("")
    for term in ontology.predicates:
        lines += [f"### {term.name}", "", f"{term.definition}", ""]
        lines += [f"- Sentence: *{term.say('S', 'O')}*; read the other way: *{term.inverse_label}*"]
        lines += [f"- Subject: {_names(term.domain, everything)}", f"- Object: {_objects(term, everything)}"]
        inverse = links.inverse_of.get(term.iri)
        if inverse:
            lines.append(
                f"- Inverse: `{_short(inverse)}` (for reasoners; not written), {links.alignments(inverse)}"
            )
        if term.symmetric:
            lines.append("- Symmetric: it says the same with subject and object exchanged")
        lines += [f"- Alignment: {links.alignments(term.iri)}"]
        lines += [f"- Example: {example}" for example in term.examples]
        lines.append("")
    return "\n".join(lines)


def _names(names: tuple[str, ...], everything: int) -> str:
    return "any" if len(names) == everything else ", ".join(names)


def _objects(term: Predicate, everything: int) -> str:
    parts = [_names(term.range, everything)] if term.range else []
    if term.literal_kind is not None:
        parts.append(f"*{term.literal_kind}*")
    return ", ".join(parts)


def _qualifiers(ontology: Ontology) -> str:
    lines = [
        "## Qualifiers",
        "",
        "Circumstances of a claim, as properties of the claim's node. Those marked as words are stretches of",
        "speech, which a build with `--no-quotes` replaces by checksums.",
        "",
        "| qualifier | what it says | words |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{term.name}` | {term.definition} | {'yes' if term.verbatim else ''} |"
        for term in ontology.qualifiers
    ]
    return "\n".join(lines) + "\n"
