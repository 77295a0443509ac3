"""The pages for people: the front page, lists, a thing with its claims and their evidence, errors."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, urlsplit

from kg.iri import NAMESPACE
from kg.ontology import load_ontology
from kg.serve.markup import Html, element, fill, join
from kg.serve.overview import Found, Overview
from kg.serve.source import View
from kg.serve.things import MOST_CLAIMS, Thing, path_of

__all__ = ["error_page", "front_page", "query_page", "search_page", "thing_page", "type_page"]

# Entities of a type that one page lists.
_MOST_LISTED = 1000

_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_SCHEMA = "https://schema.org/"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABEL, _ALT, _SAME = _RDFS + "label", _SKOS + "altLabel", _SCHEMA + "sameAs"
# Shown in places of their own.
_SHOWN = frozenset({_LABEL, _ALT, _SAME, _TYPE})
_DOWNLOADS = (("Turtle", "ttl"), ("JSON-LD", "jsonld"), ("N-Triples", "nt"), ("RDF/XML", "rdf"))


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
            _more(len(found), _MOST_LISTED),
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


def _more(total: int, shown: int) -> Html:
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


# --- One thing --------------------------------------------------------------------------------------------


def thing_page(view: View, thing: Thing, root: str) -> str:
    """A thing: its names and links, the claims about it with evidence, and what is near it."""
    labels = thing.values(_LABEL)
    name = labels[0] if labels else shorten(view, thing.iri)
    local = path_of(view, thing.iri) or ""
    downloads = [
        element("a", f"as {text}", href=f"{root}/data/{quote(local, safe='/')}.{suffix}", rel="alternate")
        for text, suffix in _DOWNLOADS
    ]
    types = [
        element("span", _term(view, row["o"]), class_="type") for row in thing.facts if row["p"] == _TYPE
    ]
    sections = [
        element("h1", name),
        element("p", *_spaced(types)),
        element("p", element("code", thing.iri), class_="iri"),
        _names(thing),
        _links(thing),
        element("p", *_spaced(downloads), class_="downloads"),
        _claims(view, thing, root),
        _facts(view, thing, root),
        _uses(view, thing, root),
    ]
    head = element(
        "link", rel="alternate", type="text/turtle", href=f"{root}/data/{quote(local, safe='/')}.ttl"
    )
    return page(name, join(sections), root=root, head=head)


def _spaced(items: list[Html]) -> list[Html]:
    return [part for item in items for part in (item, Html(" "))]


def _names(thing: Thing) -> Html:
    names = thing.values(_ALT)
    return element("p", "Also called ", ", ".join(names), ".") if names else Html()


def _links(thing: Thing) -> Html:
    links = [element("a", iri, href=iri, rel="noreferrer") for iri in thing.values(_SAME) if is_web(iri)]
    return element("p", "See also ", *_spaced(links)) if links else Html()


def _claims(view: View, thing: Thing, root: str) -> Html:
    if not thing.claims:
        return Html()
    groups: dict[str, list[Html]] = {}
    for row in thing.claims:
        groups.setdefault(row["p"], []).append(_claim(view, row, root))
    parts = [element("h2", f"Claims ({thing.n_claims:,})")]
    for predicate, items in groups.items():
        parts += [element("h3", _term(view, predicate)), element("ul", *items, class_="claims")]
    parts.append(_more(thing.n_claims, min(thing.n_claims, MOST_CLAIMS)))
    if thing.n_said:
        parts.append(element("p", f"{thing.n_said:,} claims were said by this speaker."))
    return join(parts)


def _claim(view: View, row: dict[str, str], root: str) -> Html:
    """A claim as a sentence, with its status, its words, and who said them where and when."""
    status = row["status"].rpartition("#")[2]
    said = row.get("said") or row.get("value")
    if "o" in row and "said" not in row:
        object_ = link(view, row["o"], row.get("oname", ""), root)
    else:
        object_ = join([said])
    sentence = [
        link(view, row["s"], row.get("sname", ""), root),
        " ",
        element("span", _term(view, row["p"]), class_="predicate"),
        " ",
        object_,
    ]
    marks = [
        element("span", status.lower(), class_=f"status status-{status.lower()}"),
        element("span", f"confidence {row['confidence']}", class_="confidence"),
    ]
    if row.get("approximate") == "true":
        marks.append(element("span", "approximate", class_="status"))
    where: list[Html | str] = []
    if "speaker" in row:
        where += [link(view, row["speaker"], row.get("speakername", ""), root), " in "]
    where.append(link(view, row["document"], row.get("title", ""), root))
    if "t" in row:
        where += [", ", _moment(row)]
    if "start" in row:
        where.append(f", characters {row['start']} to {row['end']}")
    where += [" ", link(view, row["claim"], "(claim)", root)]
    words = element("blockquote", row["quote"], dir="auto") if row.get("quote") else None
    return element(
        "li",
        element("p", *sentence, " ", *_spaced(marks)),
        words,
        element("p", *where, class_="source"),
        class_=status.lower(),
    )


def _moment(row: dict[str, str]) -> Html:
    """The time of a passage, as a link into the recording where that has an address."""
    seconds = float(row["t"])
    text = f"{int(seconds // 3600)}:{int(seconds // 60) % 60:02}:{int(seconds) % 60:02}"
    if row.get("precision", "").endswith("Interpolated"):
        text = "about " + text
    url = row.get("url", "")
    if not is_web(url):
        return element("time", text)
    return element("a", text, href=moment_url(url, seconds), rel="noreferrer")


def moment_url(url: str, seconds: float) -> str:
    """The address of a recording at a moment.

    >>> moment_url("https://www.youtube.com/watch?v=x", 61.5), moment_url("https://example.org/a.mp3", 61.5)
    ('https://www.youtube.com/watch?v=x&t=61s', 'https://example.org/a.mp3#t=61')
    """
    host = urlsplit(url).hostname or ""
    if host == "youtu.be" or host.removeprefix("www.").removeprefix("m.") == "youtube.com":
        return f"{url}{'&' if '?' in url else '?'}t={int(seconds)}s"
    # Media Fragments URI 1.0, section 4.2.1.
    return url if "#" in url else f"{url}#t={int(seconds)}"


def is_web(url: str) -> bool:
    """Whether an address may become a link; ``javascript:`` and the like may not."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _facts(view: View, thing: Thing, root: str) -> Html:
    rows = [
        element(
            "tr", element("th", _term(view, row["p"]), scope="row"), element("td", _value(view, row, root))
        )
        for row in thing.facts
        if row["p"] not in _SHOWN
    ]
    if not rows:
        return Html()
    return join(
        [
            element("h2", "Properties"),
            element("div", element("table", element("tbody", *rows)), class_="scroll"),
        ]
    )


def _value(view: View, row: dict[str, str], root: str) -> Html:
    if row["iri"] == "true":
        return link(view, row["o"], row.get("olabel", ""), root)
    return element("span", row["o"], dir="auto")


def _uses(view: View, thing: Thing, root: str) -> Html:
    if not thing.uses:
        return Html()
    items = [
        element(
            "li",
            link(view, row["s"], row.get("label", ""), root),
            " ",
            element("span", _term(view, row["p"])),
        )
        for row in thing.uses
    ]
    return join([element("h2", "Where it is used"), element("ul", *items, class_="plain")])


def link(view: View, iri: str, text: str, root: str) -> Html:
    """A link to a thing's page, or to the web for things elsewhere."""
    shown = text or shorten(view, iri)
    local = path_of(view, iri)
    if local is not None:
        return element("a", shown, href=f"{root}/page/{quote(local, safe='/')}", dir="auto")
    if is_web(iri) and not iri.startswith(NAMESPACE):
        return element("a", shown, href=iri, rel="noreferrer", dir="auto")
    return element("span", shown, dir="auto")


def _term(view: View, iri: str) -> str:
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
