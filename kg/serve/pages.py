"""The pages for people: the front page, lists, the query page, errors."""

from __future__ import annotations

from urllib.parse import quote

from kg.ontology import load_ontology
from kg.serve.links import link
from kg.serve.markup import Html, element, fill, join
from kg.serve.overview import Found, Overview
from kg.serve.source import View

__all__ = ["error_page", "front_page", "more", "page", "query_page", "search_page", "type_page"]

# Entities of a type that one page lists.
_MOST_LISTED = 1000


def page(title: str, body: Html, *, root: str, head: Html | None = None, search: str = "") -> str:
    """A whole page."""
    return fill(
        "page.html",
        title=join([title]),
        root=join([root]),
        head=head or Html(),
        search=join([search]),
        body=body,
    )


def front_page(view: View, overview: Overview, root: str) -> str:
    """Types with counts, recordings, and where else to go."""
    types = [
        element(
            "li",
            element("a", label, href=f"{root}/type/{quote(name)}"),
            " ",
            element("span", f"{count:,}", class_="count"),
        )
        for name, label, count in overview.types()
    ]
    recordings = [
        element(
            "tr",
            element("td", link(view, item.iri, item.title, root)),
            element("td", item.series),
            element("td", item.date),
            element("td", f"{item.n_words:,}", class_="number"),
            element("td", f"{item.n_claims:,}", class_="number"),
        )
        for item in overview.recordings
    ]
    headings = [
        element("th", name, scope="col", class_=kind)
        for name, kind in (
            ("Title", None),
            ("Series", None),
            ("Date", None),
            ("Words", "number"),
            ("Claims", "number"),
        )
    ]
    head = element("thead", element("tr", *headings))
    body = join(
        [
            element("h1", _headline(overview)),
            element("p", _summary(overview), class_="lead"),
            element(
                "p",
                element("a", "See the graph", href=f"{root}/graph", class_="button"),
                " ",
                element("a", "Ask a question", href=f"{root}/sparql", class_="button"),
            ),
            element("h2", "What it is about"),
            element("ul", *types, class_="types"),
            element("h2", "Most often mentioned"),
            _listing(view, list(overview.entities[:20]), root),
            element("h2", "Recordings"),
            element("div", element("table", head, element("tbody", *recordings)), class_="scroll"),
            element("h2", "For machines"),
            _machines(root),
        ]
    )
    return page(_headline(overview), body, root=root)


def _headline(overview: Overview) -> str:
    if len(overview.recordings) == 1:
        return overview.recordings[0].title
    return f"What was said in {len(overview.recordings):,} recordings"


def _summary(overview: Overview) -> str:
    return (
        f"{len(overview.entities):,} entities, {overview.n_statements:,} statements, resting on "
        f"{overview.n_claims:,} claims; each with the words that carry it."
    )


def _machines(root: str) -> Html:
    items = (
        ("/sparql", "SPARQL 1.1 endpoint"),
        ("/store", "Graph Store Protocol (all graphs as TriG)"),
        ("/.well-known/void", "VoID description"),
        ("/files/graph.ttl", "everything as Turtle"),
        ("/files/graph.nq", "everything as N-Quads"),
        ("/files/entities.jsonl", "entities as JSON Lines"),
        ("/files/claims.jsonl", "claims as JSON Lines"),
    )
    return element(
        "ul", *(element("li", element("a", text, href=root + path)) for path, text in items), class_="plain"
    )


def type_page(view: View, overview: Overview, name: str, root: str) -> str:
    """The entities of a type, most often mentioned first."""
    term = load_ontology().entity_type(name)
    found = overview.of_type(name)
    body = join(
        [
            element("h1", term.label),
            element("p", term.definition, class_="lead"),
            element("p", f"{len(found):,} entities; the number says how often each is mentioned."),
            _listing(view, found[:_MOST_LISTED], root),
            more(len(found), _MOST_LISTED),
        ]
    )
    return page(term.label, body, root=root)


def search_page(view: View, text: str, found: list[Found], root: str) -> str:
    """The entities that a search found."""
    body = join(
        [
            element("h1", "Search"),
            element(
                "p",
                f"{len(found):,} found for “{text}”." if text.strip() else "Type a name above.",
                role="status",
            ),
            _listing(view, found, root),
        ]
    )
    return page("Search", body, root=root, search=text)


def _listing(view: View, found: list[Found], root: str) -> Html:
    label = {term.name: term.label for term in load_ontology().entity_types}
    items = [
        element(
            "li",
            link(view, item.iri, item.name, root),
            " ",
            element("span", label.get(item.type, item.type), class_=f"type type-{item.type.lower()}"),
            f" also {item.matched}" if item.matched else "",
            " ",
            element("span", f"{item.n_mentions:,}", class_="count"),
        )
        for item in found
    ]
    return element("ul", *items, class_="listing")


def more(total: int, shown: int) -> Html:
    """A line that says how many are left out, or nothing."""
    return element("p", f"{total - shown:,} more are not listed.") if total > shown else Html()


def error_page(status: int, what: str, hint: str, root: str) -> str:
    """An error for people."""
    body = join(
        [
            element("h1", str(status)),
            element("p", f"{what[:1].upper()}{what[1:]}.", class_="lead"),
            element("p", f"Try {hint}.") if hint else None,
            element("p", element("a", "Back to the front page", href=root + "/")),
        ]
    )
    return page(f"{status}", body, root=root)


def query_page(root: str) -> str:
    """The page on which people write queries."""
    script = element("script", type="module", src=f"{root}/assets/sparql.js")
    return page("Ask the graph", fill("sparql.html"), root=root, head=script)
