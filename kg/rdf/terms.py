"""The terms of RDF that a graph is written with: namespaces, prefixes, literals; nothing else mints terms."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

import pyoxigraph as ox

from kg.errors import DataError
from kg.iri import DEFAULT_BASE
from kg.ontology.context import PREFIXES

__all__ = [
    "DCT",
    "KG",
    "OA",
    "OWL",
    "PROV",
    "QUDT",
    "RDF",
    "RDFS",
    "SCHEMA",
    "SKOS",
    "UNIT",
    "XSD",
    "BadIriError",
    "BadTextError",
    "Namespace",
    "boolean",
    "decimal",
    "integer",
    "label",
    "named_node",
    "parse_decimal",
    "prefixes",
    "quantity_number",
    "string",
    "typed",
]


class BadTextError(DataError):
    """A text holds half of a surrogate pair, which no RDF format can carry."""

    code = "KG410"


class BadIriError(DataError):
    """A string that stands for a thing is no absolute IRI."""

    code = "KG411"


class Namespace:
    """Makes the terms of one namespace; terms are cached.

    >>> Namespace("http://example.org/")("a")
    <NamedNode value=http://example.org/a>
    """

    __slots__ = ("_nodes", "iri")

    def __init__(self, iri: str) -> None:
        self.iri = iri
        self._nodes: dict[str, ox.NamedNode] = {}

    def __call__(self, name: str) -> ox.NamedNode:
        node = self._nodes.get(name)
        if node is None:
            node = self._nodes[name] = named_node(self.iri + name)
        return node


KG = Namespace(PREFIXES["kg"])
RDF = Namespace(PREFIXES["rdf"])
RDFS = Namespace(PREFIXES["rdfs"])
XSD = Namespace(PREFIXES["xsd"])
OWL = Namespace(PREFIXES["owl"])
SKOS = Namespace(PREFIXES["skos"])
DCT = Namespace(PREFIXES["dct"])
PROV = Namespace(PREFIXES["prov"])
OA = Namespace(PREFIXES["oa"])
SCHEMA = Namespace(PREFIXES["schema"])
QUDT = Namespace(PREFIXES["qudt"])
UNIT = Namespace(PREFIXES["unit"])


def prefixes(base: str = DEFAULT_BASE) -> dict[str, str]:
    """Prefixes that every output and every query knows, in the order in which they are written.

    `d` stands for the base of the graph's own things.
    """
    return {"kg": PREFIXES["kg"], "d": base, **PREFIXES}


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
# Oxigraph's decimals are 128-bit integers over 10^18: others cannot be compared there (Oxigraph 0.5, 2026-11-21).
_DECIMAL_DIGITS = 20
_DECIMAL_PLACES = 18


def named_node(iri: str) -> ox.NamedNode:
    """The node of an absolute IRI; raises `BadIriError` for anything else."""
    try:
        if not _SCHEME.match(iri):
            raise ValueError("no scheme such as https:")
        return ox.NamedNode(iri)
    except ValueError as error:
        raise BadIriError(
            f"{_shown(iri)} is no absolute IRI: {error}",
            where="an entity, link or unit",
            hint="percent-encoding what IRIs cannot hold",
        ) from None


def string(text: str) -> ox.Literal:
    """A plain string, to the letter; raises `BadTextError` on unpaired surrogates."""
    return _literal(text)


def label(text: str) -> ox.Literal:
    """A label in English, in Unicode's composed form (NFC)."""
    return _literal(unicodedata.normalize("NFC", text), language="en")


def _literal(text: str, language: str | None = None) -> ox.Literal:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadTextError(
            f"{_shown(text)} holds half of a surrogate pair at code point {error.start}",
            where="a text that goes into the graph",
            hint="reading the file in its true encoding",
        ) from None
    return ox.Literal(text, language=language)


def _shown(text: str) -> str:
    safe = text.encode("utf-8", "backslashreplace").decode()
    return repr(safe if len(safe) <= 60 else safe[:57] + "...")


def typed(lexical: str, datatype: str) -> ox.Literal:
    """A literal with the XSD datatype of this local name."""
    return ox.Literal(lexical, datatype=XSD(datatype))


def boolean(value: bool) -> ox.Literal:
    """``true`` or ``false``."""
    return ox.Literal(value)


@lru_cache(maxsize=4096)
def integer(value: int) -> ox.Literal:
    """An xsd:integer."""
    return typed(str(value), "integer")


def decimal(value: Decimal | float) -> ox.Literal:
    """An xsd:decimal, without exponent and needless zeros.

    Raises:
        ValueError: For infinities and what is not a number.

    >>> decimal(Decimal("90.0")).value, decimal(0.25).value
    ('90', '0.25')
    """
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not number.is_finite():
        raise ValueError(f"want a finite number, got {value}")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return typed("0" if text in ("-0", "") else text, "decimal")


def quantity_number(number: Decimal) -> ox.Literal:
    """An xsd:decimal, or an xsd:double where decimals of stores end: from 10^20 on, and below 10^-18.

    >>> quantity_number(Decimal("1.5E+25")).value, quantity_number(Decimal("20")).value
    ('1.5E25', '20')
    """
    if number.is_finite() and number != 0 and not -_DECIMAL_PLACES <= number.adjusted() < _DECIMAL_DIGITS:
        digits = "".join(map(str, number.as_tuple().digits)).strip("0")
        sign = "-" if number < 0 else ""
        mantissa = f"{digits[0]}.{digits[1:] or '0'}".removesuffix(".0")
        return typed(f"{sign}{mantissa}E{number.adjusted()}", "double")
    return decimal(number)


def parse_decimal(literal: ox.Literal) -> Decimal:
    """The number of a numeric literal."""
    return Decimal(literal.value)
