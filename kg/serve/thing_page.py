"""The page of a thing: its names and links, what was claimed about it in whose words, and what is near it."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from kg.serve.links import is_web, link, shorten, term
from kg.serve.markup import Html, element, join
from kg.serve.pages import more, page
from kg.serve.source import View
from kg.serve.things import MOST_CLAIMS, Thing, path_of

__all__ = ["moment_url", "thing_page"]

_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_SCHEMA = "https://schema.org/"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABEL, _ALT, _SAME = _RDFS + "label", _SKOS + "altLabel", _SCHEMA + "sameAs"
# Shown in places of their own.
_SHOWN = frozenset({_LABEL, _ALT, _SAME, _TYPE})
_DOWNLOADS = (("Turtle", "ttl"), ("JSON-LD", "jsonld"), ("N-Triples", "nt"), ("RDF/XML", "rdf"))


def thing_page(view: View, thing: Thing, root: str) -> str:
    """A thing: its names and links, the claims about it with evidence, and what is near it."""
    labels = thing.values(_LABEL)
    name = labels[0] if labels else shorten(view, thing.iri)
    local = path_of(view, thing.iri) or ""
    downloads = [
        element("a", f"as {text}", href=f"{root}/data/{quote(local, safe='/')}.{suffix}", rel="alternate")
        for text, suffix in _DOWNLOADS
    ]
    types = [element("span", term(view, row["o"]), class_="type") for row in thing.facts if row["p"] == _TYPE]
    sections = [
        element("h1", name),
        element("p", *_spaced(types)),
        element("p", element("code", thing.iri), class_="iri"),
        _names(thing),
        _links(thing),
        element("p", *_spaced(downloads), class_="downloads"),
        _neighbours(view, thing, root),
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


def _neighbours(view: View, thing: Thing, root: str) -> Html:
    """What asserted statements tie to the thing, most often claimed first."""
    if not thing.neighbours:
        return Html()
    items = [
        element(
            "li",
            link(view, row["other"], row.get("name", ""), root),
            " ",
            element(
                "span", f"{'←' if row['back'] == 'true' else '→'} {term(view, row['p'])}", class_="predicate"
            ),
            " ",
            element("span", row["n"], class_="count"),
        )
        for row in thing.neighbours
    ]
    return join([element("h2", "Neighbours"), element("ul", *items, class_="listing")])


def _claims(view: View, thing: Thing, root: str) -> Html:
    if not thing.claims:
        return Html()
    groups: dict[str, list[Html]] = {}
    for row in thing.claims:
        groups.setdefault(row["p"], []).append(_claim(view, row, root))
    parts = [element("h2", f"Claims ({thing.n_claims:,})")]
    for predicate, items in groups.items():
        parts += [element("h3", term(view, predicate)), element("ul", *items, class_="claims")]
    parts.append(more(thing.n_claims, min(thing.n_claims, MOST_CLAIMS)))
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
        element("span", term(view, row["p"]), class_="predicate"),
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


def _facts(view: View, thing: Thing, root: str) -> Html:
    rows = [
        element(
            "tr", element("th", term(view, row["p"]), scope="row"), element("td", _value(view, row, root))
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
            element("span", term(view, row["p"])),
        )
        for row in thing.uses
    ]
    return join([element("h2", "Where it is used"), element("ul", *items, class_="plain")])
