"""Units of measure as people say them, read from ``schema/units.ttl``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.errors import SchemaError
from kg.iri import NAMESPACE

__all__ = ["Unit", "Units", "load_units"]

_SKOS = "http://www.w3.org/2004/02/skos/core#"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its IRI (QUDT's, or our own where QUDT has none), the name that is shown, and what a number with it speaks for.

    `measures` is the local name of a predicate, or "Duration" for lengths of time, which qualify
    rather than describe.
    """

    iri: str
    name: str
    measures: str

    @property
    def local(self) -> str:
        """The last part of the IRI ("TeraFLOPS")."""
        return self.iri.rsplit("/", 1)[-1]


class Units:
    """Units by what people say."""

    def __init__(self, unit_by_label: dict[str, Unit]) -> None:
        self._by_label = unit_by_label
        self._by_local = {unit.local: unit for unit in unit_by_label.values()}
        words = sorted((re.escape(label) for label in unit_by_label), key=lambda label: (-len(label), label))
        self.pattern = "|".join(word.replace(r"\ ", r"[\s\-]+") for word in words)
        """Regular expression of all labels, longest first; for use with IGNORECASE."""

    def named(self, label: str) -> Unit | None:
        """The unit that people call so, or None.

        >>> load_units().named("Teraflops").local
        'TeraFLOPS'
        """
        return self._by_label.get(" ".join(label.casefold().replace("-", " ").split()))

    def local(self, name: str) -> Unit | None:
        """The unit with this QUDT local name, or None."""
        return self._by_local.get(name)


@lru_cache(maxsize=1)
def load_units() -> Units:
    """The units of the schema; raises `SchemaError` if the file is no Turtle or a label is taken twice."""
    from kg.ontology import schema_dir

    path = schema_dir() / "units.ttl"
    fields: dict[str, dict[str, list[str]]] = {}
    try:
        for triple in parse(path=str(path), format=RdfFormat.TURTLE):
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
                fields.setdefault(triple.subject.value, {}).setdefault(triple.predicate.value, []).append(
                    triple.object.value
                )
    except (OSError, SyntaxError, ValueError) as error:
        raise SchemaError(
            f"the units cannot be read: {error}", where=path.name, hint="valid Turtle"
        ) from None
    found: dict[str, Unit] = {}
    for iri, values in sorted(fields.items()):
        name = values[_SKOS + "prefLabel"][0]
        unit = Unit(iri, name, values[NAMESPACE + "measures"][0].removeprefix(NAMESPACE))
        for label in (name, *values.get(_SKOS + "altLabel", [])):
            key = " ".join(label.casefold().replace("-", " ").split())
            if found.setdefault(key, unit) is not unit:
                raise SchemaError(
                    f"the label {label!r} names two units", where=path.name, hint="one unit a label"
                )
    return Units(found)
