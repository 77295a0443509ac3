"""Links and names: how a page writes an IRI."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, urlsplit

from kg.iri import NAMESPACE
from kg.ontology import load_ontology
from kg.serve.markup import Html, element
from kg.serve.source import View
from kg.serve.things import path_of

__all__ = ["is_web", "link", "shorten", "term"]


def is_web(url: str) -> bool:
    """Whether an address may become a link; ``javascript:`` and the like may not."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def link(view: View, iri: str, text: str, root: str) -> Html:
    """A link to a thing's page, or to the web for things elsewhere."""
    shown = text or shorten(view, iri)
    local = path_of(view, iri)
    if local is not None:
        return element("a", shown, href=f"{root}/page/{quote(local, safe='/')}", dir="auto")
    if iri.startswith(NAMESPACE):
        return element("a", shown, href=f"{root}/ns#{quote(iri[len(NAMESPACE) :])}")
    if is_web(iri):
        return element("a", shown, href=iri, rel="noreferrer", dir="auto")
    return element("span", shown, dir="auto")


def term(view: View, iri: str) -> str:
    """A term of the schema in words; others shortened with a prefix."""
    return _labels().get(iri) or shorten(view, iri)


@lru_cache(maxsize=1)
def _labels() -> dict[str, str]:
    ontology = load_ontology()
    return (
        {term.iri: term.label for term in ontology.entity_types}
        | {term.iri: term.label for term in ontology.subtypes}
        | {term.iri: term.label for term in ontology.qualifiers}
        | {term.iri: term.label for term in ontology.predicates}
    )


def shorten(view: View, iri: str) -> str:
    """An IRI with a prefix, where one fits."""
    for prefix, namespace in view.prefixes.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return iri[len(namespace) :] if prefix == "d" else f"{prefix}:{iri[len(namespace) :]}"
    return iri
