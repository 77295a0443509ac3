"""Media types, and which of them a client wants most."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kg.serve.errors import Refusal

__all__ = [
    "DATASETS",
    "GRAPHS",
    "GRAPH_INPUTS",
    "HTML",
    "RESULTS",
    "Offer",
    "choose",
    "content_type",
    "wants_html",
]


@dataclass(frozen=True, slots=True)
class Offer:
    """A format that can be had: its media type and its name inside kg."""

    media_type: str
    form: str


HTML = Offer("text/html", "html")

RESULTS = (
    Offer("application/sparql-results+json", "json"),
    Offer("application/json", "json"),
    Offer("application/sparql-results+xml", "xml"),
    Offer("application/xml", "xml"),
    Offer("text/xml", "xml"),
    Offer("text/csv", "csv"),
    Offer("text/tab-separated-values", "tsv"),
)
"""For SELECT and ASK; the first one is for clients that do not care."""

_TRIPLES = (
    Offer("text/turtle", "turtle"),
    Offer("application/n-triples", "ntriples"),
    Offer("application/ld+json", "jsonld"),
    Offer("application/rdf+xml", "rdfxml"),
    Offer("text/n3", "n3"),
)
_QUADS = (Offer("application/trig", "trig"), Offer("application/n-quads", "nquads"))

GRAPHS = (
    *_TRIPLES,
    *_QUADS,
    Offer("application/json", "jsonld"),
    Offer("application/xml", "rdfxml"),
    Offer("text/xml", "rdfxml"),
    Offer("application/x-turtle", "turtle"),
    Offer("text/plain", "ntriples"),
)
"""For CONSTRUCT, DESCRIBE and single graphs."""

DATASETS = (*_QUADS, Offer("application/ld+json", "jsonld"), Offer("application/json", "jsonld"))
"""For several graphs together."""

GRAPH_INPUTS = {offer.media_type: offer.form for offer in (*_TRIPLES, *_QUADS)}
"""What can be written into a graph."""

_TEXT = ("text/", "application/n-triples", "application/n-quads", "application/trig")


def content_type(media_type: str) -> str:
    """The media type with its character set, where it takes one."""
    return f"{media_type}; charset=utf-8" if media_type.startswith(_TEXT) else media_type


@dataclass(frozen=True, slots=True)
class _Range:
    """A media range of an Accept header."""

    type: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """0 if the type is outside of the range, more the closer it is."""
        kind, _, sub = media_type.partition("/")
        if self.type == "*" and self.subtype == "*":
            return 1
        if self.type != kind:
            return 0
        return 3 if self.subtype == sub else 2 if self.subtype == "*" else 0


def _parse(header: str) -> list[_Range]:
    ranges = []
    # Nobody means more than this many; the rest is noise.
    for item in header.split(",")[:64]:
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        kind, slash, subtype = name.partition("/")
        if not slash or not kind or not subtype:
            # Some old clients send a lone star.
            if name != "*":
                continue
            kind = subtype = "*"
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                quality = float(value) if re.fullmatch(r"\s*(0(\.\d*)?|1(\.0*)?)\s*", value) else 0.0
        ranges.append(_Range(kind, subtype, quality))
    return ranges


@lru_cache(maxsize=512)
def choose(accept: str | None, offers: tuple[Offer, ...]) -> Offer | None:
    """The offer that the client wants most; the first of equals, None if it wants none.

    Source:
        RFC 9110, section 12.5.1: the most specific range that fits an offer decides on its quality.

    >>> choose("text/csv;q=0.5, application/json", RESULTS).form
    'json'
    >>> choose("image/png", RESULTS) is None
    True
    """
    if not accept or not accept.strip():
        return offers[0]
    ranges = _parse(accept)
    best: tuple[float, int, Offer] | None = None
    for offer in offers:
        fitting = [(found, one.quality) for one in ranges if (found := one.specificity(offer.media_type))]
        if not fitting:
            continue
        specificity, quality = max(fitting, key=lambda pair: pair[0])
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, specificity, offer)
    return None if best is None else best[2]


def wants_html(accept: str | None) -> bool:
    """Whether a person with a browser asks, rather than a program.

    >>> wants_html("text/html,application/xhtml+xml,*/*;q=0.8"), wants_html("*/*")
    (True, False)
    """
    if not accept or "text/html" not in accept.lower():
        return False
    best = choose(accept, (HTML, *RESULTS, *GRAPHS))
    return best is HTML


def refuse_types(offers: Iterable[Offer]) -> Refusal:
    """The refusal for a client that wants none of these."""
    names = ", ".join(dict.fromkeys(offer.media_type for offer in offers))
    return Refusal(406, "the answer cannot be had in a type that Accept names", f"one of {names}")
