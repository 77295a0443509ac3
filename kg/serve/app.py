"""The application: which address is answered by what."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from kg.ontology import UnknownTermError
from kg.rdf import named_queries
from kg.serve import pages
from kg.serve.describe import PREFIXES, service_description, void_description
from kg.serve.errors import NoBuildError, Refusal, TokenError
from kg.serve.limits import Limits
from kg.serve.markup import asset
from kg.serve.middleware import AccessLog, Hosts, Log, SafeHeaders
from kg.serve.negotiate import (
    DATASETS,
    GRAPHS,
    HTML,
    Offer,
    choose,
    content_type,
    refuse_types,
    wants_html,
)
from kg.serve.pool import Fault, Pool
from kg.serve.protocol import answer_query, parse_call, refuse_fault, respond, tag_matches
from kg.serve.source import Source, Stamp
from kg.serve.things import description_query, iri_of, load_thing, path_of

__all__ = ["create_app"]

# A token shorter than this can be guessed.
_LEAST_TOKEN = 16

_FILES = {
    "graph.ttl": "text/turtle; charset=utf-8",
    "graph.nq": "application/n-quads; charset=utf-8",
    "entities.jsonl": "application/x-ndjson",
    "claims.jsonl": "application/x-ndjson",
    "manifest.json": "application/json",
}
_ASSETS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_SUFFIXES = {
    "ttl": Offer("text/turtle", "turtle"),
    "nt": Offer("application/n-triples", "ntriples"),
    "jsonld": Offer("application/ld+json", "jsonld"),
    "rdf": Offer("application/rdf+xml", "rdfxml"),
}
_FORM_SUFFIX = {offer.form: suffix for suffix, offer in _SUFFIXES.items()}

# The interactive page has a policy of its own inside; this adds what a page cannot say of itself.
_GRAPH_POLICY = "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'none'"

Handler = Callable[[Request], Awaitable[Response]]


def create_app(
    build_dir: str | Path,
    *,
    writable: bool = False,
    token: str | None = None,
    time_limit_s: float = 30.0,
    max_rows: int = 100_000,
    max_request_bytes: int = 1_000_000,
    max_concurrent: int = 256,
    workers: int | None = None,
    max_memory_bytes: int = 2 * 1024**3,
    cors_origins: Sequence[str] = (),
    allowed_hosts: Sequence[str] = (),
    log: Log | None = None,
) -> Starlette:
    """The server as an ASGI application; its lifespan opens the build and starts the workers.

    Args:
        build_dir: Folder that ``kg build`` wrote.
        writable: Whether updates and writes to the graph store are taken, from those who know `token`.
        token: What writers send as ``Authorization: Bearer …``; 16 characters at least.
        time_limit_s: Seconds that a query may take.
        max_rows: Rows or triples of an answer; longer ones are cut, and marked so.
        max_request_bytes: Size of a request.
        max_concurrent: Requests that may be at work or wait; more are answered with 503.
        workers: Processes that answer queries; as many as there are processors, two at least, if None.
        max_memory_bytes: Memory of one of them, 0 for no limit; Unix only.
        cors_origins: Origins whose pages may read answers; ``*`` for all, none by default.
        allowed_hosts: Host names that requests may name; all if empty.
        log: Called with an event's name and its fields.

    Raises:
        NoBuildError: If the folder holds no build with a store.
        TokenError: If writing is allowed without a good token.
    """
    folder = Path(build_dir)
    if Stamp.of(folder) is None:
        raise NoBuildError(
            "there is no build with a store", where=str(folder), hint="the folder after `kg build -o`"
        )
    if writable:
        _check_token(token)
    n_workers = workers or max(2, os.cpu_count() or 1)
    limits = Limits(time_limit_s, max_rows, max_request_bytes, max_concurrent, n_workers, max_memory_bytes)
    site = _Site(folder, limits, log or _no_log)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await site.start()
        try:
            yield
        finally:
            await site.stop()

    middleware = [
        Middleware(AccessLog, log=site.log),
        Middleware(SafeHeaders),
        Middleware(Hosts, allowed=allowed_hosts),
        Middleware(
            CORSMiddleware,
            allow_origins=list(cors_origins),
            allow_methods=["GET", "HEAD", "POST", *(["PUT", "DELETE"] if writable else [])],
            allow_headers=["Accept", "Authorization", "Content-Type", "If-None-Match"],
            expose_headers=["ETag", "KG-Truncated", "KG-Row-Limit", "Location"],
        ),
        Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
    ]
    return Starlette(
        routes=site.routes(),
        middleware=middleware,
        lifespan=lifespan,
        exception_handlers={Refusal: _refused, Fault: _faulted, HTTPException: _http_error, 500: _failed},
    )


def _check_token(token: str | None) -> None:
    hint = "the output of `python -c 'import secrets; print(secrets.token_urlsafe(32))'`, in a file or in KG_TOKEN"
    if not token:
        raise TokenError("writing needs a token", where="--writable", hint=hint)
    if len(token) < _LEAST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise TokenError(
            f"the token must have {_LEAST_TOKEN} printable ASCII characters at least, and no spaces",
            where="the token",
            hint=hint,
        )


def _no_log(event: str, **fields: object) -> None:
    """Nobody listens."""


class _Site:
    """What is served, and how each address answers."""

    def __init__(self, folder: Path, limits: Limits, log: Log) -> None:
        self.folder = folder
        self.limits = limits
        self.log = log
        self.pool = Pool(
            size=limits.workers,
            time_limit_s=limits.time_s,
            max_waiting=max(0, limits.concurrent - limits.workers),
            memory_bytes=limits.memory_bytes,
        )
        self.source = Source(folder, self.pool, log)

    async def start(self) -> None:
        await self.pool.start()
        try:
            await self.source.start()
        except BaseException:
            await self.pool.stop()
            raise

    async def stop(self) -> None:
        await self.source.stop()
        await self.pool.stop()

    def routes(self) -> list[Route]:
        return [
            Route("/", self.front),
            Route("/graph", self.graph),
            Route("/search", self.search),
            Route("/suggest", self.suggest),
            Route("/type/{name}", self.type),
            Route("/questions", self.questions),
            Route("/sparql", self.sparql, methods=["GET", "HEAD", "POST"]),
            Route("/store", self.store),
            Route("/.well-known/void", self.void),
            Route("/files/{name}", self.file),
            Route("/assets/{name}", self.asset),
            Route("/id/{name:path}", self.identifier),
            Route("/page/{name:path}", self.thing),
            Route("/data/{name:path}", self.data),
            # Under a domain of its own, things are found where their IRIs say.
            Route("/{name:path}", self.elsewhere),
        ]

    # --- Pages ------------------------------------------------------------------------------------------

    async def front(self, request: Request) -> Response:
        return self._html(request, lambda root: pages.front_page(self.source.view, root))

    async def search(self, request: Request) -> Response:
        text = request.query_params.get("q", "")[:200]
        view = self.source.view
        found = view.overview.search(text, 50)
        return self._html(request, lambda root: pages.search_page(view, text, found, root))

    async def suggest(self, request: Request) -> Response:
        view, root = self.source.view, _root(request)
        found = view.overview.search(request.query_params.get("q", "")[:200], 10)
        return JSONResponse(
            [
                {
                    "name": item.name,
                    "type": item.type,
                    "matched": item.matched,
                    "href": f"{root}/page/{quote(path_of(view, item.iri) or '', safe='/')}",
                }
                for item in found
            ],
            headers={"Cache-Control": "no-cache"},
        )

    async def questions(self, request: Request) -> Response:
        """What the query page knows: prefixes and the ready questions."""
        view = self.source.view
        questions = [
            {
                "name": item.name,
                "title": item.title,
                "question": item.question,
                "sparql": item.sparql,
                "parameters": [{"name": name, "description": text} for name, text in item.parameters],
            }
            for item in named_queries().values()
        ]
        content = {"base": view.base, "prefixes": view.prefixes, "questions": questions}
        return JSONResponse(content, headers={"Cache-Control": "no-cache"})

    async def type(self, request: Request) -> Response:
        view = self.source.view
        try:
            return self._html(request, lambda root: pages.type_page(view, request.path_params["name"], root))
        except UnknownTermError:
            raise Refusal(404, "there is no such type") from None

    async def graph(self, request: Request) -> Response:
        view = self.source.view
        if view.page is None:
            raise Refusal(404, "this build has no interactive page", "`kg build` again")
        tag = view.tag("graph")
        headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Security-Policy": _GRAPH_POLICY}
        if tag_matches(request, tag):
            return Response(status_code=304, headers=headers)
        return Response(view.page, media_type="text/html", headers=headers)

    async def asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        kind = _ASSETS.get(Path(name).suffix)
        if kind is None or not name.replace(".", "").replace("-", "").isalnum():
            raise Refusal(404, "there is no such file")
        try:
            content = asset(name)
        except FileNotFoundError:
            raise Refusal(404, "there is no such file") from None
        return Response(content, headers={"Content-Type": kind, "Cache-Control": "no-cache"})

    def _html(self, request: Request, make: Callable[[str], str]) -> Response:
        tag = self.source.view.tag("page", str(request.url.path), str(request.url.query))
        headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}
        if tag_matches(request, tag):
            return Response(status_code=304, headers=headers)
        return Response(make(_root(request)), media_type="text/html", headers=headers)

    # --- Things -----------------------------------------------------------------------------------------

    async def identifier(self, request: Request) -> Response:
        """Sends people to the page and machines to the data (Cool URIs for the Semantic Web, section 4.3)."""
        root, name = _root(request), quote(request.path_params["name"], safe="/")
        offer = choose(request.headers.get("accept"), (HTML, *GRAPHS))
        if offer is None:
            raise refuse_types((HTML, *GRAPHS))
        suffix = _FORM_SUFFIX.get(offer.form, "ttl")
        target = f"{root}/page/{name}" if offer is HTML else f"{root}/data/{name}.{suffix}"
        return RedirectResponse(target, status_code=303, headers={"Vary": "Accept"})

    async def elsewhere(self, request: Request) -> Response:
        path, base_path = "/" + request.path_params["name"], urlsplit(self.source.view.base).path
        if len(base_path) > 1 and path.startswith(base_path) and len(path) > len(base_path):
            request.path_params["name"] = path[len(base_path) :]
            return await self.identifier(request)
        raise Refusal(404, "there is nothing here", "the front page")

    async def thing(self, request: Request) -> Response:
        view = self.source.view
        view, thing = await load_thing(self.source, view, iri_of(view, request.path_params["name"]))
        return self._html(request, lambda root: pages.thing_page(view, thing, root))

    async def data(self, request: Request) -> Response:
        name, _, suffix = request.path_params["name"].rpartition(".")
        offer = _SUFFIXES.get(suffix)
        if offer is None or not name:
            raise Refusal(404, "there is no such file", "a name that ends in .ttl, .nt, .jsonld or .rdf")
        view = self.source.view
        node = iri_of(view, name)
        tag = view.tag("data", name, suffix)
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if tag_matches(request, tag):
            return Response(status_code=304, headers=headers)
        view, answer = await self.source.ask(
            {
                "op": "query",
                "query": description_query(node),
                "default_graphs": None,
                "named_graphs": None,
                "results": None,
                "graphs": offer.form,
                "max_rows": self.limits.rows,
                "note": "cut",
            }
        )
        if answer.end is not None and answer.end.get("n") == 0:
            raise Refusal(404, "the graph knows no such thing")
        return respond(request, answer, offer, {**headers, "ETag": view.tag("data", name, suffix)})

    async def file(self, request: Request) -> Response:
        name = request.path_params["name"]
        path = self.folder / name
        if name not in _FILES or not path.is_file():
            raise Refusal(404, "there is no such file", ", ".join(_FILES))
        return FileResponse(path, headers={"Content-Type": _FILES[name], "Cache-Control": "no-cache"})

    # --- Protocols --------------------------------------------------------------------------------------

    async def sparql(self, request: Request) -> Response:
        call = await parse_call(request, self.limits)
        if call is None:
            if wants_html(request.headers.get("accept")):
                return self._html(request, pages.query_page)
            return self._describe(request, "sparql")
        if call.is_update:
            raise Refusal(403, "this server is read-only", "a server that was started with --writable")
        return await answer_query(request, call, self.source, self.limits)

    async def void(self, request: Request) -> Response:
        return self._describe(request, "void")

    def _describe(self, request: Request, what: str) -> Response:
        offer = choose(request.headers.get("accept"), GRAPHS)
        if offer is None:
            raise refuse_types(GRAPHS)
        view, site = self.source.view, str(request.base_url).rstrip("/")
        if what == "void":
            triples = void_description(view, site)
        else:
            triples = service_description(view, site + "/sparql", writable=False)
        body = ox.serialize(triples, format=_rdf_format(offer.form), prefixes=PREFIXES)
        headers = {
            "Content-Type": content_type(offer.media_type),
            "Vary": "Accept",
            "Cache-Control": "no-cache",
        }
        return Response(body, headers=headers)

    async def store(self, request: Request) -> Response:
        graph = request.query_params.get("graph")
        default = "default" in request.query_params
        if graph is not None and default:
            raise Refusal(400, "a request names one graph", "`default` or `graph`")
        whole = graph is None and not default
        offers = DATASETS if whole else GRAPHS
        offer = choose(request.headers.get("accept"), offers)
        if offer is None:
            raise refuse_types(offers)
        if graph is not None:
            try:
                ox.NamedNode(graph)
            except ValueError:
                raise Refusal(400, f"{graph[:100]!r} is no absolute IRI", "the name of a graph") from None
        wanted = None if whole else graph or ""
        view, answer = await self.source.ask({"op": "dump", "graph": wanted, "graphs": offer.form})
        tag = view.tag("store", wanted, offer)
        return respond(request, answer, offer, {"ETag": tag, "Cache-Control": "no-cache"})


def _rdf_format(form: str) -> ox.RdfFormat:
    return {
        "turtle": ox.RdfFormat.TURTLE,
        "ntriples": ox.RdfFormat.N_TRIPLES,
        "jsonld": ox.RdfFormat.JSON_LD,
        "rdfxml": ox.RdfFormat.RDF_XML,
        "n3": ox.RdfFormat.N3,
        "trig": ox.RdfFormat.TRIG,
        "nquads": ox.RdfFormat.N_QUADS,
    }[form]


def _root(request: Request) -> str:
    """The path under which this application is mounted, without slash at its end."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    if wants_html(request.headers.get("accept")) and request.method in ("GET", "HEAD"):
        body = pages.error_page(error.status, error.what, error.hint, _root(request))
        return Response(body, error.status, media_type="text/html", headers=error.headers)
    text = f"{error.status} {error.what}\n" + (f"try {error.hint}\n" if error.hint else "")
    return Response(text, error.status, media_type="text/plain", headers=error.headers)


def _faulted(request: Request, error: Exception) -> Response:
    assert isinstance(error, Fault)
    return _refused(request, refuse_fault(error))


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    known = {404: "there is nothing here", 405: f"{request.method} is not allowed here"}
    refusal = Refusal(error.status_code, known.get(error.status_code, "the request cannot be answered"))
    refusal.headers = dict(error.headers or {})
    return _refused(request, refusal)


def _failed(request: Request, error: Exception) -> Response:
    return _refused(request, Refusal(500, "something went wrong here; this is a fault of the server"))
