"""The SPARQL 1.1 Protocol: how a query comes out of a request, and how its answer goes back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

import pyoxigraph as ox
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from kg.serve.errors import Refusal
from kg.serve.federation import refuse_service
from kg.serve.limits import Limits
from kg.serve.negotiate import GRAPHS, RESULTS, Offer, choose, content_type, refuse_types
from kg.serve.pool import Answer, Fault
from kg.serve.source import Source

__all__ = [
    "Call",
    "answer_query",
    "cut_note",
    "parse_call",
    "parse_iri",
    "read_body",
    "refuse_fault",
    "respond",
    "tag_matches",
]

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

# Answers of these functions differ from time to time, so they are never cached.
_FICKLE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)
_POSITION = re.compile(r"error at (\d+):(\d+): ")


@dataclass(frozen=True, slots=True)
class Call:
    """A query or an update with the graphs that the request names.

    `default_graphs` and `named_graphs` are empty where the request names none.
    """

    text: str
    is_update: bool
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


async def read_body(request: Request, limit: int) -> bytes:
    """The body of a request; raises `Refusal` if it is longer than `limit` bytes."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > limit:
                raise _too_large(limit)
            parts.append(part)
    except ClientDisconnect:
        raise Refusal(400, "the request ended before its body was complete") from None
    return b"".join(parts)


def _too_large(limit: int) -> Refusal:
    return Refusal(
        413, f"the request is longer than {limit:,} bytes", "a shorter one", {"Connection": "close"}
    )


async def parse_call(request: Request, limits: Limits) -> Call | None:
    """The query or update of a request; None for a GET without one.

    Raises:
        Refusal: If the request breaks the protocol.

    Source:
        SPARQL 1.1 Protocol, sections 2.1 and 2.2.
    """
    raw_query = request.scope.get("query_string", b"")
    if len(raw_query) > limits.request_bytes:
        raise Refusal(414, f"the address is longer than {limits.request_bytes:,} bytes", "POST")
    pairs = _pairs(raw_query)
    if request.method in ("GET", "HEAD"):
        if any(name == "update" for name, _ in pairs):
            raise Refusal(400, "an update must be sent with POST", "POST with the parameter `update`")
        return _call(pairs, "query") if any(name == "query" for name, _ in pairs) else None
    body = await read_body(request, limits.request_bytes)
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    charset = re.search(r"charset\s*=\s*\"?([\w.-]+)", parameters, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Refusal(415, f"the character set {charset[1][:40]} is not supported", "UTF-8")
    if kind == FORM:
        # Some clients name the graphs in the address even when the query is in the body.
        pairs += _pairs(body)
        names = {name for name, _ in pairs}
        if "query" in names and "update" in names:
            raise Refusal(400, "a request holds a query or an update, not both")
        return _call(pairs, "update" if "update" in names else "query")
    if kind in (QUERY, UPDATE):
        name = "query" if kind == QUERY else "update"
        if any(other in ("query", "update") for other, _ in pairs):
            raise Refusal(400, "there is a query in the address and one in the body", "one of them")
        return _call([*pairs, (name, _decode(body))], name)
    if not kind:
        raise Refusal(400, "the request does not say what it holds", f"Content-Type: {QUERY} or {FORM}")
    raise Refusal(415, f"the type {kind[:80]} is no query", f"Content-Type: {QUERY} or {FORM}")


def _pairs(data: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            data.decode("ascii", "strict") if data.isascii() else data.decode("utf-8"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=1000,
        )
    except UnicodeDecodeError:
        raise Refusal(400, "the parameters are not in UTF-8", "UTF-8, percent-encoded") from None
    except ValueError:
        raise Refusal(400, "there are too many parameters", "1000 at most") from None


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(400, "the body is not in UTF-8", "UTF-8") from None


def _call(pairs: list[tuple[str, str]], name: str) -> Call:
    texts = [value for key, value in pairs if key == name]
    if not texts:
        raise Refusal(400, "there is no query", "the parameter `query`, or `update` to write")
    if len(texts) > 1:
        raise Refusal(400, f"there is more than one {name}", "one at a time")
    is_update = name == "update"
    default, named = (
        ("using-graph-uri", "using-named-graph-uri")
        if is_update
        else ("default-graph-uri", "named-graph-uri")
    )
    return Call(
        texts[0],
        is_update,
        tuple(parse_iri(value) for key, value in pairs if key == default),
        tuple(parse_iri(value) for key, value in pairs if key == named),
    )


def parse_iri(text: str) -> str:
    """`text` if it is an absolute IRI; raises `Refusal` if not."""
    try:
        return ox.NamedNode(text).value
    except ValueError:
        raise Refusal(400, f"{text[:100]!r} is no absolute IRI", "the name of a graph") from None


async def answer_query(request: Request, call: Call, source: Source, limits: Limits) -> Response:
    """The answer to a query in the form that the client wants.

    Raises:
        Refusal: If it cannot be had.
    """
    refuse_service(call.text)
    accept = request.headers.get("accept")
    results, graphs = choose(accept, RESULTS), choose(accept, GRAPHS)
    if results is None and graphs is None:
        raise refuse_types((*RESULTS, *GRAPHS))
    fickle = _FICKLE.search(call.text) is not None
    key = (call, results, graphs, limits.rows)
    before = source.view
    tag = None if fickle else before.tag(*key)
    if tag is not None and tag_matches(request, tag):
        return Response(status_code=304, headers=_caching(tag))
    named = bool(call.default_graphs or call.named_graphs)
    try:
        view, answer = await source.ask(
            {
                "op": "query",
                "query": call.text,
                "default_graphs": call.default_graphs if named else None,
                "named_graphs": call.named_graphs if named else None,
                "results": results and results.form,
                "graphs": graphs and graphs.form,
                "max_rows": limits.rows,
                "note": cut_note(limits),
                # These have no room for the mark that a result was cut, so the header must bear it.
                "whole": {offer.form for offer in (results, graphs) if offer} & {"csv", "tsv", "jsonld"}
                != set(),
            }
        )
    except Fault as fault:
        raise refuse_fault(fault, call.text) from None
    offer = results if answer.head["kind"] == "results" else graphs
    assert offer is not None
    headers = {"KG-Row-Limit": str(limits.rows)}
    if tag is not None:
        headers |= _caching(tag if view is before else view.tag(*key))
    return respond(request, answer, offer, headers)


def respond(request: Request, answer: Answer, offer: Offer, headers: dict[str, str]) -> Response:
    """A response with the worker's answer: whole if it is small, else piece by piece."""
    headers = {**headers, "Vary": "Accept"}
    if answer.end is not None and answer.end.get("cut"):
        headers["KG-Truncated"] = "rows"
    request.state.engine_s = answer.evaluated_s
    media_type = content_type(offer.media_type)
    if answer.stream is None:
        return Response(answer.body, media_type=None, headers={**headers, "Content-Type": media_type})
    return StreamingResponse(answer.parts(), headers={**headers, "Content-Type": media_type})


def _caching(tag: str) -> dict[str, str]:
    # Always asked again, since the graph may be built anew at any time; then mostly answered with 304.
    return {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}


def tag_matches(request: Request, tag: str) -> bool:
    """Whether the client already has what bears this entity tag."""
    held = request.headers.get("if-none-match")
    if held is None:
        return False
    if held.strip() == "*":
        return True
    # RFC 9110, section 13.1.2: weak comparison.
    return tag.removeprefix("W/") in {item.strip().removeprefix("W/") for item in held.split(",")}


def cut_note(limits: Limits) -> str:
    """The words that mark a result that was cut."""
    return f"cut after {limits.rows} rows, the limit of this server"


def refuse_fault(fault: Fault, text: str = "") -> Refusal:
    """The refusal for what a worker says is wrong; nothing of this machine is in it."""
    if fault.kind == "syntax":
        return Refusal(
            400, f"this is no valid SPARQL: {_located(fault.message, text)}", "the guide docs/sparql.md"
        )
    if fault.kind == "unacceptable":
        return refuse_types(RESULTS if fault.message == "results" else GRAPHS)
    if fault.kind == "missing":
        return Refusal(
            404, fault.message, "one of the graphs that `SELECT DISTINCT ?g { GRAPH ?g {} }` lists"
        )
    if fault.kind == "unanswerable":
        what = fault.message[:1].lower() + fault.message[1:300]
        return Refusal(400, what or "the query cannot be answered", "functions and clauses of SPARQL 1.1")
    if fault.kind == "nested":
        return Refusal(400, "the query is nested too deeply", "a simpler one")
    if fault.kind in ("memory", "crashed"):
        return Refusal(503, "the query needs more memory than it may have", "a more specific pattern")
    return Refusal(503, "the graph cannot be read at the moment", "again in a moment", {"Retry-After": "2"})


def _located(message: str, text: str) -> str:
    match = _POSITION.match(message)
    if match is None:
        return message[:300]
    line, column = int(match[1]), int(match[2])
    lines = text.splitlines() or [""]
    shown = lines[min(line, len(lines)) - 1].strip()[:120]
    return f"line {line}, column {column}: {message[match.end() :][:300]}\n  {shown}"
