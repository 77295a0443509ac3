"""The ready questions of ``schema/queries/*.rq``: SPARQL with a title, a question and parameters.

A file begins with comments: ``# title:``, ``# question:`` and, for each thing that the asker may fill in,
``# parameter: NAME what it is``. A parameter is a variable bound in one line ``BIND("" AS ?NAME)``; empty
means any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.errors import KgError, ManyErrors, RequestError, SchemaError
from kg.ontology import schema_dir

__all__ = [
    "BadQueryFileError",
    "NamedQuery",
    "UnknownQueryError",
    "load_queries",
    "named_queries",
    "named_query",
]

_FIELD = re.compile(r"^#\s*(title|question|parameter):\s*(.+?)\s*$", re.MULTILINE)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class BadQueryFileError(SchemaError):
    """A file of ready questions lacks its header, or a parameter its BIND."""

    code = "KG304"


class UnknownQueryError(RequestError):
    """A ready question or a parameter that does not exist."""

    code = "KG433"


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A ready question.

    Args:
        name: The file's name without its ending.
        title: A few words.
        question: The question in plain words.
        sparql: With every parameter empty.
        parameters: What can be filled in: names and what they are.
    """

    name: str
    title: str
    question: str
    sparql: str
    parameters: tuple[tuple[str, str], ...] = ()

    def fill(self, values: Mapping[str, str]) -> str:
        """The query with parameters filled in.

        Raises:
            UnknownQueryError: If a parameter does not exist.
        """
        text = self.sparql
        for name, value in sorted(values.items()):
            if name not in dict(self.parameters):
                names = ", ".join(name for name, _ in self.parameters)
                raise UnknownQueryError(
                    f"the question {self.name} has no parameter {name!r}",
                    where=f"schema/queries/{self.name}.rq",
                    hint=names or "no parameters",
                )
            escaped = "".join(_ESCAPES.get(char, char) for char in value)
            text = text.replace(f'BIND("" AS ?{name})', f'BIND("{escaped}" AS ?{name})')
        return text


@lru_cache(maxsize=1)
def named_queries() -> dict[str, NamedQuery]:
    """The ready questions by name, sorted; read once."""
    return load_queries(schema_dir() / "queries")


def named_query(name: str) -> NamedQuery:
    """The ready question of this name; raises `UnknownQueryError` with the nearest one."""
    queries = named_queries()
    if name in queries:
        return queries[name]
    from rapidfuzz import process

    near = process.extractOne(name, list(queries))
    raise UnknownQueryError(
        f"there is no ready question {name!r}",
        where="schema/queries",
        hint=f"{near[0]!r}; all: {', '.join(queries)}" if near else "a question of your own",
    )


def load_queries(folder: Path) -> dict[str, NamedQuery]:
    """The questions in a folder, by name.

    Raises:
        ManyErrors: If files lack a title or question, or a parameter has no BIND.
    """
    faults: list[KgError] = []
    found: dict[str, NamedQuery] = {}
    for path in sorted(folder.glob("*.rq")):
        text = path.read_text("utf-8")
        fields: dict[str, list[str]] = {"title": [], "question": [], "parameter": []}
        for key, value in _FIELD.findall(text):
            fields[key].append(value)
        parameters = tuple(
            (name, description)
            for name, _, description in (item.partition(" ") for item in fields["parameter"])
        )
        missing = [f"# {key}:" for key in ("title", "question") if len(fields[key]) != 1]
        missing += [
            f'BIND("" AS ?{name})' for name, _ in parameters if text.count(f'BIND("" AS ?{name})') != 1
        ]
        if missing:
            faults.append(
                BadQueryFileError(
                    f"not exactly once: {', '.join(missing)}",
                    where=f"schema/queries/{path.name}",
                    hint="the header that the other questions have",
                )
            )
            continue
        found[path.stem] = NamedQuery(path.stem, fields["title"][0], fields["question"][0], text, parameters)
    if faults:
        raise ManyErrors(faults)
    return found
