"""The vocabulary for people: every term with an anchor, so that links to terms lead somewhere."""

from __future__ import annotations

from kg.iri import NAMESPACE
from kg.ontology import load_ontology
from kg.serve.markup import Html, element, join
from kg.serve.pages import page

__all__ = ["vocabulary_page"]


def vocabulary_page(root: str) -> str:
    """Types, predicates and qualifiers with their definitions."""
    ontology = load_ontology()
    body = [
        element("h1", "Vocabulary"),
        element(
            "p", "The terms that the graph is written with, version ", ontology.version, ".", class_="lead"
        ),
        element("p", element("code", NAMESPACE), " ", element("a", "as Turtle", href=f"{root}/ns.ttl")),
        element("h2", "Types"),
        *(_term(one.name, one.label, one.definition, "") for one in ontology.entity_types),
        *(
            _term(one.name, one.label, one.definition, f"a kind of {one.broader}")
            for one in ontology.subtypes
        ),
        element("h2", "Predicates"),
    ]
    for one in ontology.predicates:
        objects = ", ".join([*one.range, *([f"a {one.literal_kind}"] if one.literal_kind else [])])
        body.append(_term(one.name, one.label, one.definition, f"from {', '.join(one.domain)} to {objects}"))
    body.append(element("h2", "Qualifiers"))
    body += [_term(one.name, one.label, one.definition, "") for one in ontology.qualifiers]
    return page("Vocabulary", join(body), root=root)


def _term(name: str, label: str, definition: str, note: str) -> Html:
    return element(
        "section",
        element("h3", label, " ", element("code", f"kg:{name}")),
        element("p", definition),
        element("p", note, class_="source") if note else None,
        id=name,
    )
