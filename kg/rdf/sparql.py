"""SPARQL over a graph: prefixes known, faults explained, time limited, results as plain rows."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from kg.errors import KgError, RequestError
from kg.graph import KnowledgeGraph
from kg.iri import DEFAULT_BASE
from kg.rdf.dataset import to_quads
from kg.rdf.store import memory_store, open_store
from kg.rdf.terms import prefixes

__all__ = [
    "Cell",
    "FederationError",
    "QueryError",
    "QueryResult",
    "QueryTimeoutError",
    "holds_service",
    "query",
    "refuse_federation",
    "shorten",
    "unescape",
]

Cell: TypeAlias = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple | None
Target: TypeAlias = KnowledgeGraph | ox.Store | Path | Iterable[ox.Quad]

# SERVICE as SPARQL's grammar could see it, in strings and comments too: a tokenizer that disagrees with
# the engine's about where a string starts could be led past the word, this cannot.
_GAP = r"(?:\s|\#[^\r\n]*(?:[\r\n]|\Z))*"
_NAME = r"(?:<[^>]*>|[?$]\w+|[^\s<>{}()\"'?$]*:[^\s{]*)"
_SERVICE = re.compile(rf"SERVICE{_GAP}(?:SILENT{_GAP})?{_NAME}{_GAP}\{{", re.IGNORECASE)
_CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_POSITION = re.compile(r"error at (\d+):(\d+): ", re.DOTALL)


class QueryError(RequestError):
    """A query is no SPARQL, or asks for what a local graph does not do."""

    code = "KG430"


class FederationError(RequestError):
    """A query wants to ask another server."""

    code = "KG432"


class QueryTimeoutError(RequestError):
    """A query took longer than it may."""

    code = "KG431"


@dataclass(frozen=True)
class QueryResult:
    """What a query answers: rows (SELECT), a truth value (ASK) or triples (CONSTRUCT, DESCRIBE).

    Args:
        columns: Names of the variables, in the query's order; empty for ASK.
        rows: One tuple a solution; None where a variable is unbound. Triples come as subject,
            predicate, object.
        boolean: The answer to ASK, else None.
        base: What IRIs are shortened with.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    boolean: bool | None = None
    is_graph: bool = False
    base: str = DEFAULT_BASE

    def plain(self) -> list[tuple[str, ...]]:
        """The rows as text for people: literals without datatype, IRIs with prefix, unbound as ``""``."""
        return [tuple(shorten(cell, self.base) for cell in row) for row in self.rows]

    def to_json(self) -> str:
        """SPARQL 1.1 Query Results JSON; for triples, a list of their rows in the same form."""
        if self.boolean is not None:
            return json.dumps({"head": {}, "boolean": self.boolean}) + "\n"
        bindings = [
            {name: _json(cell) for name, cell in zip(self.columns, row, strict=True) if cell is not None}
            for row in self.rows
        ]
        result = {"head": {"vars": list(self.columns)}, "results": {"bindings": bindings}}
        return json.dumps(result, ensure_ascii=False, indent=1) + "\n"

    def to_csv(self) -> str:
        """SPARQL 1.1 Query Results CSV: values without their types."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\r\n")
        if self.boolean is not None:
            writer.writerow(["boolean"])
            writer.writerow([str(self.boolean).lower()])
        else:
            writer.writerow(self.columns)
            for row in self.rows:
                writer.writerow("" if cell is None else _value(cell) for cell in row)
        return buffer.getvalue()

    def to_ntriples(self) -> bytes:
        """Triples as sorted N-Triples; raises `ValueError` for answers that are no triples."""
        if not self.is_graph:
            raise ValueError("only CONSTRUCT and DESCRIBE answer with triples")
        lines = {f"{row[0]} {row[1]} {row[2]} .\n" for row in self.rows}
        return "".join(sorted(lines)).encode()


def query(
    target: Target, sparql: str, *, base: str | None = None, timeout_s: float | None = None
) -> QueryResult:
    """The answer to a SPARQL 1.1 query over all named graphs together.

    Args:
        target: A graph, quads, an open store, or a folder: of a build or of its store.
        sparql: SELECT, ASK, CONSTRUCT or DESCRIBE. The usual prefixes need no declaration.
        base: Base of the graph's things, for the prefix ``d:``; a graph knows its own.
        timeout_s: Seconds that the query may take; None for no limit. A query that is given up goes on
            in the background until the process ends, since the engine cannot be interrupted.

    Raises:
        QueryError: If the query is no SPARQL; the message gives line and column.
        FederationError: If it holds SERVICE.
        QueryTimeoutError: If the limit is passed.
        StoreError: If a folder holds no store.
    """
    if base is None:
        base = target.base if isinstance(target, KnowledgeGraph) else DEFAULT_BASE
    refuse_federation(sparql)
    store = _store(target)
    if timeout_s is None:
        return _run(store, sparql, base, threading.Event())
    given_up = threading.Event()
    outcome: list[QueryResult | BaseException] = []

    def work() -> None:
        try:
            outcome.append(_run(store, sparql, base, given_up))
        except Exception as error:  # carried over to the caller's thread
            outcome.append(error)

    worker = threading.Thread(target=work, daemon=True, name="kg-query")
    worker.start()
    worker.join(timeout_s)
    if worker.is_alive():
        given_up.set()
        raise QueryTimeoutError(
            f"the query took longer than {timeout_s:g} s",
            where="the query",
            hint="LIMIT, or fewer free variables",
        )
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]


def refuse_federation(sparql: str) -> None:
    """Raises `FederationError` if a query holds SERVICE: kg never reaches out to the network.

    The engine cannot be told so, hence the look at the text. SPARQL allows ``\\u`` escapes anywhere, so
    they are read first.

    >>> refuse_federation("SELECT ?service { ?service a <http://service/> } # SERVICE")
    """

    if holds_service(sparql):
        raise FederationError(
            "SERVICE would ask another server",
            where="the query",
            hint="a query over this graph alone (a string that looks like a SERVICE clause is refused as well)",
        )


def holds_service(sparql: str) -> bool:
    """Whether a query or update holds what could be a SERVICE clause, ``\\u`` escapes read or not."""
    return any(_SERVICE.search(text) for text in (sparql, unescape(sparql)))


def unescape(sparql: str) -> str:
    """The text with its ``\\u`` escapes read, as SPARQL does before anything else."""

    def character(match: re.Match[str]) -> str:
        code = int(match.group(1) or match.group(2), 16)
        return chr(code) if code < 0x110000 else match.group()

    return _CODE_POINT.sub(character, sparql)


def _store(target: Target) -> ox.Store:
    if isinstance(target, ox.Store):
        return target
    if isinstance(target, KnowledgeGraph):
        return memory_store(to_quads(target))
    if isinstance(target, Path):
        inner = target / "store"
        return open_store(inner if inner.is_dir() else target)
    return memory_store(target)


def _run(store: ox.Store, sparql: str, base: str, given_up: threading.Event) -> QueryResult:
    try:
        answer = store.query(sparql, base_iri=base, prefixes=prefixes(base), use_default_graph_as_union=True)
        if isinstance(answer, ox.QueryBoolean):
            return QueryResult((), (), boolean=bool(answer), base=base)
        rows: list[tuple[Cell, ...]] = []
        if isinstance(answer, ox.QueryTriples):
            for triple in answer:
                rows.append((triple.subject, triple.predicate, triple.object))
                if given_up.is_set():
                    break
            return QueryResult(("subject", "predicate", "object"), tuple(rows), is_graph=True, base=base)
        columns = tuple(variable.value for variable in answer.variables)
        for solution in answer:
            rows.append(tuple(solution))
            if given_up.is_set():
                break
        return QueryResult(columns, tuple(rows), base=base)
    except SyntaxError as error:
        raise _explain(error, sparql) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(
            f"the query cannot be answered: {error}",
            where="the query",
            hint="a query over this graph alone, without SERVICE",
        ) from None


def _explain(error: SyntaxError, sparql: str) -> KgError:
    message = str(error.msg)
    match = _POSITION.match(message)
    if match is None:
        return QueryError(
            f"no valid SPARQL: {message}", where="the query", hint="SELECT, ASK, CONSTRUCT or DESCRIBE"
        )
    line, column = int(match.group(1)), int(match.group(2))
    lines = sparql.splitlines() or [""]
    text = lines[min(line, len(lines)) - 1].strip()
    return QueryError(
        f"no valid SPARQL: {message[match.end() :]}",
        where=f"line {line}, column {column}: {text[:120]}",
        hint="the guide docs/sparql.md, or `kg query --list` for ready questions",
    )


def shorten(cell: Cell, base: str = DEFAULT_BASE) -> str:
    """A term as text for people.

    >>> shorten(ox.NamedNode("https://kg.example/id/openai")), shorten(ox.Literal(20))
    ('d:openai', '20')
    """
    if cell is None:
        return ""
    if isinstance(cell, ox.NamedNode):
        for prefix, namespace in prefixes(base).items():
            if cell.value.startswith(namespace) and "/" not in cell.value[len(namespace) :]:
                return f"{prefix}:{cell.value[len(namespace) :]}"
    return _value(cell)


def _value(cell: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple) -> str:
    if isinstance(cell, ox.NamedNode | ox.Literal):
        return cell.value
    return str(cell)


def _json(cell: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple) -> dict[str, str]:
    if isinstance(cell, ox.NamedNode):
        return {"type": "uri", "value": cell.value}
    if isinstance(cell, ox.BlankNode):
        return {"type": "bnode", "value": cell.value}
    if isinstance(cell, ox.Literal):
        result = {"type": "literal", "value": cell.value}
        if cell.language:
            result["xml:lang"] = cell.language
        elif cell.datatype.value != "http://www.w3.org/2001/XMLSchema#string":
            result["datatype"] = cell.datatype.value
        return result
    return {"type": "literal", "value": str(cell)}
