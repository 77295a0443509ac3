"""The SPARQL 1.1 Graph Store HTTP Protocol: graphs as resources."""

from __future__ import annotations

import base64
import secrets
from urllib.parse import quote

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response

from kg.serve.access import require_token
from kg.serve.errors import Refusal
from kg.serve.limits import Limits
from kg.serve.negotiate import DATASETS, GRAPH_INPUTS, GRAPHS, choose, refuse_types
from kg.serve.pool import Fault
from kg.serve.protocol import parse_iri, read_body, refuse_fault, respond, tag_matches
from kg.serve.source import Source, View

__all__ = ["GraphStore"]


class GraphStore:
    """Answers for ``/store`` (indirect) and ``/store/NAME`` (direct identification).

    Args:
        source: What is served.
        limits: Of the server.
        token: What writers must know; None on a read-only server.
    """

    def __init__(self, source: Source, limits: Limits, token: str | None) -> None:
        self._source = source
        self._limits = limits
        self._token = token

    async def indirect(self, request: Request) -> Response:
        """Answers for the graph that a parameter names, or for the whole store."""
        graphs = request.query_params.getlist("graph")
        is_default = "default" in request.query_params
        if len(graphs) + is_default > 1:
            raise Refusal(400, "a request names one graph", "`default` or `graph`, once")
        if graphs:
            return await self._answer(request, parse_iri(graphs[0]))
        if is_default:
            return await self._answer(request, "")
        if request.method in ("GET", "HEAD"):
            return await self._read(request, None)
        if request.method == "POST":
            return await self._create(request)
        require_token(request, self._token)
        raise Refusal(400, "the request names no graph", "`default` or `graph`")

    async def direct(self, request: Request) -> Response:
        """Answers for the graph that the address itself names.

        ``/store/NAME`` is the graph of that name under the base of the build, if there is one; else the graph
        whose IRI is the address.
        """
        view, name = self._source.view, request.path_params["name"]
        own = parse_iri(f"{str(request.base_url).rstrip('/')}/store/{quote(name, safe='/:@')}")
        try:
            ours = ox.NamedNode(view.base + name).value
        except ValueError:
            ours = own
        ask = f"ASK {{ GRAPH <{ours}> {{}} }}"
        return await self._answer(request, ours if ours != own and await self._holds(ask) else own)

    async def _holds(self, ask: str) -> bool:
        request = {
            "op": "query",
            "query": ask,
            "default_graphs": None,
            "named_graphs": None,
            "results": "csv",
            "graphs": None,
            "max_rows": 1,
            "note": "",
        }
        _, answer = await self._source.ask(request)
        return answer.body.strip() == b"true"

    async def _answer(self, request: Request, graph: str) -> Response:
        if request.method in ("GET", "HEAD"):
            return await self._read(request, graph)
        require_token(request, self._token)
        if request.method == "DELETE":
            await self._change({"do": "delete", "graph": graph})
            return Response(status_code=204)
        data = await self._data(request)
        created = await self._change({"do": request.method.lower(), "graph": graph, **data})
        return Response(status_code=201 if created else 204, headers={"Location": graph} if created else None)

    async def _create(self, request: Request) -> Response:
        """Makes a graph with a new name (Graph Store Protocol, section 5.5)."""
        require_token(request, self._token)
        data = await self._data(request)
        name = f"graph-{secrets.token_hex(8)}"
        await self._change({"do": "put", "graph": self._source.view.base + name, **data})
        location = f"{str(request.base_url).rstrip('/')}/store/{name}"
        return Response(status_code=201, headers={"Location": location})

    async def _data(self, request: Request) -> dict[str, str]:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not kind:
            raise Refusal(400, "the request does not say what it holds", "Content-Type: text/turtle")
        form = GRAPH_INPUTS.get(kind)
        if form is None:
            raise Refusal(415, f"the type {kind[:80]} cannot be read", f"one of {', '.join(GRAPH_INPUTS)}")
        body = await read_body(request, self._limits.upload_bytes)
        return {"form": form, "data": base64.b64encode(body).decode()}

    async def _change(self, change: dict[str, str]) -> bool:
        try:
            return await self._source.change(change)
        except Fault as fault:
            if fault.kind == "syntax":
                raise Refusal(400, f"the data cannot be read: {fault.message[:300]}", "valid RDF") from None
            if fault.kind == "unanswerable":
                raise Refusal(
                    400, "the data names graphs of its own", "triples, or quads of the default graph"
                ) from None
            raise refuse_fault(fault) from None

    async def _read(self, request: Request, graph: str | None) -> Response:
        offers = DATASETS if graph is None else GRAPHS
        offer = choose(request.headers.get("accept"), offers)
        if offer is None:
            raise refuse_types(offers)
        if tag_matches(request, self._tag(self._source.view, graph, offer.media_type)):
            return Response(
                status_code=304, headers=self._headers(self._source.view, graph, offer.media_type)
            )
        try:
            view, answer = await self._source.ask({"op": "dump", "graph": graph, "graphs": offer.form})
        except Fault as fault:
            raise refuse_fault(fault) from None
        return respond(request, answer, offer, self._headers(view, graph, offer.media_type))

    def _tag(self, view: View, graph: str | None, media_type: str) -> str:
        return view.tag("store", graph, media_type)

    def _headers(self, view: View, graph: str | None, media_type: str) -> dict[str, str]:
        return {"ETag": self._tag(view, graph, media_type), "Cache-Control": "no-cache", "Vary": "Accept"}
