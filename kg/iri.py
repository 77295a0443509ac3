"""IRIs minted from content: the same input gives the same names, whatever the order or the machine."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from kg.errors import ConfigError

__all__ = [
    "DEFAULT_BASE",
    "NAMESPACE",
    "Minter",
    "check_base",
    "digest",
    "slug",
]

NAMESPACE = "https://kg.example/ns#"
"""Namespace of kg's own terms; `.example` is reserved, so nobody is impersonated."""

DEFAULT_BASE = "https://kg.example/id/"
"""Base of the things' IRIs, unless the user publishes under a domain of their own."""

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_ABSOLUTE = re.compile(r"^https?://[A-Za-z0-9.\-\[\]:]+(/[^\s<>\"{}|\\^`]*)?$")


def slug(name: str) -> str:
    """A name as a lower-case path segment of ASCII letters, digits and hyphens.

    Names of which nothing would be left (other scripts) give a digest instead.

    >>> slug("TPU 2.0"), slug("Gonçalves, Bruno"), slug("C++")
    ('tpu-2-0', 'goncalves-bruno', 'c-plus-plus')
    """
    spelt = name.replace("+", " plus ").replace("#", " sharp ").replace("&", " and ")
    folded = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode().lower()
    result = _NOT_SLUG.sub("-", folded).strip("-")
    letters = sum(char.isalnum() for char in name)
    if len(result.replace("-", "")) * 2 < letters:
        return "x-" + digest(name)
    # Longer names would make IRIs that no one can read; the digest keeps them apart.
    return result if len(result) <= 80 else result[:71].rstrip("-") + "-" + digest(name)[:8]


def digest(*parts: object, length: int = 12) -> str:
    """The first `length` hex digits of the SHA-256 of the parts, kept apart by a unit separator.

    >>> digest("a", "b") == digest("ab")
    False
    """
    text = "\x1f".join("" if part is None else unicodedata.normalize("NFC", str(part)) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def check_base(base: str) -> str:
    """`base` if it can carry names, with a closing slash or hash added where it has none.

    Raises:
        ConfigError: If it is no absolute http(s) IRI.

    >>> check_base("https://data.example.org/talks")
    'https://data.example.org/talks/'
    """
    if not _ABSOLUTE.match(base) or any(ord(char) < 33 for char in base):
        raise ConfigError(
            f"{base!r} is no base IRI",
            where="--base-iri",
            hint="an absolute http(s) IRI such as https://data.example.org/talks/",
        )
    return base if base.endswith(("/", "#")) else base + "/"


class Minter:
    """Makes the IRIs of one build under one base.

    >>> Minter().entity("OpenAI")
    'https://kg.example/id/openai'
    """

    __slots__ = ("base",)

    def __init__(self, base: str = DEFAULT_BASE) -> None:
        self.base = check_base(base)

    def thing(self, local: str) -> str:
        """The IRI with this local name."""
        return self.base + local

    def entity(self, name: str, *, apart: str | None = None) -> str:
        """Of an entity; `apart` (its type, a document's name) tells namesakes apart."""
        return self.thing(slug(name) if apart is None else f"{slug(name)}-{slug(apart)}")

    def document(self, name: str) -> str:
        """Of a transcript; also the name of its graph."""
        return self.thing(f"transcript-{slug(name)}")

    def claim(self, *content: object) -> str:
        """Of a claim, from what it says and where."""
        return self.thing("claim-" + digest(*content))

    def statement(self, *content: object) -> str:
        """Of a statement, from subject, predicate and object."""
        return self.thing("statement-" + digest(*content))

    def passage(self, document: str, start: int, end: int) -> str:
        """Of a passage of a transcript; `document` is the transcript's IRI."""
        return f"{document}-span-{start}-{end}"

    def quantity(self, number: str, unit: str) -> str:
        """Of a quantity value."""
        return self.thing(f"quantity-{slug(number.replace('.', '-point-').replace('-', ' '))}-{slug(unit)}")

    def run(self, *content: object) -> str:
        """Of the build that generated the claims, from inputs and settings, never from the clock."""
        return self.thing("run-" + digest(*content))
