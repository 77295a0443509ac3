"""What each address answers: pages for people, data about things, and the two protocols."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from kg.ontology import UnknownTermError, schema_dir
from kg.rdf import named_queries
from kg.serve import pages
from kg.serve.access import require_token
from kg.serve.changes import RDF_FORMATS
from kg.serve.describe import PREFIXES, service_description, void_description
from kg.serve.errors import Refusal
from kg.serve.graph_store import GraphStore
from kg.serve.limits import Limits
from kg.serve.markup import asset
from kg.serve.middleware import Log
from kg.serve.negotiate import GRAPHS, HTML, Offer, choose, content_type, refuse_types, wants_html
from kg.serve.pool import Pool
from kg.serve.protocol import answer_query, cut_note, parse_call, respond, tag_matches
from kg.serve.source import Source
from kg.serve.thing_page import thing_page
from kg.serve.things import description_query, iri_of, load_thing, path_of
from kg.serve.updates import answer_update
from kg.serve.vocabulary_page import vocabulary_page

__all__ = ["Site", "root_of"]

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

# More of a search than this is no name.
_LONGEST_SEARCH = 200


class Site:
    """A build, as it is served.

    Args:
        folder: Of the build.
        limits: Of the server.
        token: What writers must know; None for a read-only server.
        log: Called with events.
    """

    def __init__(self, folder: Path, limits: Limits, token: str | None, log: Log) -> None:
        self._folder = folder
        self._limits = limits
        self._token = token
        self._pool = Pool(
            size=limits.workers,
            time_limit_s=limits.time_s,
            max_waiting=max(0, limits.concurrent - limits.workers),
            memory_bytes=limits.memory_bytes,
        )
        self._writer: Pool | None = None
        if token is not None:
            # One writer: changes follow one another.
            self._writer = Pool(1, limits.time_s, limits.concurrent, limits.memory_bytes)
        self._source = Source(folder, self._pool, log, self._writer)
        self._store = GraphStore(self._source, limits, token)

    async def start(self) -> None:
        """Starts the workers and opens the build; raises `NoBuildError` if it cannot be opened."""
        await self._pool.start()
        try:
            if self._writer is not None:
                await self._writer.start()
            await self._source.start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stops the workers."""
        if self._writer is not None:
            await self._writer.stop()
        await self._pool.stop()
        await self._source.stop()

    def version(self) -> str | None:
        """The version of the graph's present state; None while there is none."""
        return self._source.version

    def routes(self) -> list[Route]:
        """Addresses and who answers for them."""
        store = ["GET", "HEAD", "PUT", "POST", "DELETE"]
        return [
            Route("/", self.front),
            Route("/graph", self.graph),
            Route("/search", self.search),
            Route("/suggest", self.suggest),
            Route("/type/{name}", self.type),
            Route("/ns", self.vocabulary),
            Route("/ns.{suffix}", self.vocabulary_data),
            Route("/questions", self.questions),
            *(Route(path, self.sparql, methods=["GET", "HEAD", "POST"]) for path in ("/sparql", "/sparql/")),
            *(Route(path, self._store.indirect, methods=store) for path in ("/store", "/store/")),
            Route("/store/{name:path}", self._store.direct, methods=store),
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
        """The front page."""
        view, overview = await self._source.overview()
        return self._html(request, lambda root: pages.front_page(view, overview, root))

    async def search(self, request: Request) -> Response:
        """What a search finds, as a page."""
        text = request.query_params.get("q", "")[:_LONGEST_SEARCH]
        view, overview = await self._source.overview()
        return self._html(
            request, lambda root: pages.search_page(view, text, overview.search(text, 50), root)
        )

    async def suggest(self, request: Request) -> Response:
        """What a search finds, for the suggestions under the field."""
        view, overview = await self._source.overview()
        root = root_of(request)
        found = overview.search(request.query_params.get("q", "")[:_LONGEST_SEARCH], 10)
        items = [
            {
                "name": item.name,
                "type": item.type,
                "matched": item.matched,
                "href": f"{root}/page/{quote(path_of(view, item.iri) or '', safe='/')}",
            }
            for item in found
        ]
        return JSONResponse(items, headers={"Cache-Control": "no-cache"})

    async def questions(self, request: Request) -> Response:
        """What the query page knows: prefixes and the ready questions."""
        view = self._source.view
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
        """The entities of a type."""
        name = request.path_params["name"]
        view, overview = await self._source.overview()
        try:
            return self._html(request, lambda root: pages.type_page(view, overview, name, root))
        except UnknownTermError:
            raise Refusal(404, "there is no such type") from None

    async def vocabulary(self, request: Request) -> Response:
        """The vocabulary: a page for people, its file for machines."""
        if wants_html(request.headers.get("accept")):
            return self._html(request, vocabulary_page)
        offer = choose(request.headers.get("accept"), GRAPHS)
        if offer is None:
            raise refuse_types((HTML, *GRAPHS))
        suffix = _FORM_SUFFIX.get(offer.form, "ttl")
        return RedirectResponse(
            f"{root_of(request)}/ns.{suffix}", status_code=303, headers={"Vary": "Accept"}
        )

    async def vocabulary_data(self, request: Request) -> Response:
        """The vocabulary in the format that the name's ending says."""
        offer = _SUFFIXES.get(request.path_params["suffix"])
        if offer is None:
            raise Refusal(404, "there is no such file", "a name that ends in .ttl, .nt, .jsonld or .rdf")
        source = (schema_dir() / "ontology.ttl").read_bytes()
        if offer.form == "turtle":
            body: bytes | None = source
        else:
            triples = (quad.triple for quad in ox.parse(source, format=ox.RdfFormat.TURTLE))
            body = ox.serialize(triples, format=RDF_FORMATS[offer.form])
        headers = {"Content-Type": content_type(offer.media_type), "Cache-Control": "no-cache"}
        return Response(body, headers=headers)

    async def graph(self, request: Request) -> Response:
        """The interactive page of the build."""
        view = self._source.view
        if view.page is None:
            raise Refusal(404, "this build has no interactive page", "`kg build` again")
        tag = f'"{hashlib.sha256(view.page).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Security-Policy": _GRAPH_POLICY}
        if tag_matches(request, tag):
            return Response(status_code=304, headers=headers)
        return Response(view.page, media_type="text/html", headers=headers)

    async def asset(self, request: Request) -> Response:
        """A style sheet or script of the pages."""
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
        tag = self._source.view.tag("page", request.url.path, request.url.query)
        headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}
        if tag_matches(request, tag):
            return Response(status_code=304, headers=headers)
        return Response(make(root_of(request)), media_type="text/html", headers=headers)

    # --- Things -----------------------------------------------------------------------------------------

    async def identifier(self, request: Request) -> Response:
        """Sends people to the page and machines to the data.

        Source:
            Cool URIs for the Semantic Web, W3C Note, section 4.3 (303 redirects).
        """
        root, name = root_of(request), quote(request.path_params["name"], safe="/")
        offer = choose(request.headers.get("accept"), (HTML, *GRAPHS))
        if offer is None:
            raise refuse_types((HTML, *GRAPHS))
        suffix = _FORM_SUFFIX.get(offer.form, "ttl")
        target = f"{root}/page/{name}" if offer is HTML else f"{root}/data/{name}.{suffix}"
        return RedirectResponse(target, status_code=303, headers={"Vary": "Accept"})

    async def elsewhere(self, request: Request) -> Response:
        """A thing at the path that its IRI has, or nothing."""
        path, base_path = "/" + request.path_params["name"], urlsplit(self._source.view.base).path
        if len(base_path) > 1 and path.startswith(base_path) and len(path) > len(base_path):
            request.path_params["name"] = path[len(base_path) :]
            return await self.identifier(request)
        raise Refusal(404, "there is nothing here", "the front page")

    async def thing(self, request: Request) -> Response:
        """The page of a thing."""
        view = self._source.view
        view, thing = await load_thing(self._source, iri_of(view, request.path_params["name"]))
        return self._html(request, lambda root: thing_page(view, thing, root))

    async def data(self, request: Request) -> Response:
        """What the graph says of a thing, in the format that the name's ending says."""
        name, _, suffix = request.path_params["name"].rpartition(".")
        offer = _SUFFIXES.get(suffix)
        if offer is None or not name:
            raise Refusal(404, "there is no such file", "a name that ends in .ttl, .nt, .jsonld or .rdf")
        view = self._source.view
        node = iri_of(view, name)
        tag = view.tag("data", name, suffix)
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if tag_matches(request, tag):
            return Response(status_code=304, headers=headers)
        view, answer = await self._source.ask(
            {
                "op": "query",
                "query": description_query(node),
                "default_graphs": None,
                "named_graphs": None,
                "results": None,
                "graphs": offer.form,
                "max_rows": self._limits.rows,
                "note": cut_note(self._limits),
            }
        )
        if answer.end is not None and answer.end.get("n") == 0:
            raise Refusal(404, "the graph knows no such thing", "the search on the front page")
        return respond(request, answer, offer, {**headers, "ETag": view.tag("data", name, suffix)})

    async def file(self, request: Request) -> Response:
        """A file of the build."""
        name = request.path_params["name"]
        path = self._folder / name
        if name not in _FILES or not path.is_file():
            raise Refusal(404, "there is no such file", f"one of {', '.join(_FILES)}")
        return FileResponse(path, headers={"Content-Type": _FILES[name], "Cache-Control": "no-cache"})

    # --- Protocols --------------------------------------------------------------------------------------

    async def sparql(self, request: Request) -> Response:
        """A query or an update; without one the query page for people, the description for machines."""
        call = await parse_call(request, self._limits)
        if call is None:
            if wants_html(request.headers.get("accept")):
                return self._html(request, pages.query_page)
            _, overview = await self._source.overview()
            endpoint = f"{_site(request)}/sparql"
            return _describe(
                request, service_description(overview, endpoint, writable=self._token is not None)
            )
        if call.is_update:
            require_token(request, self._token)
            return await answer_update(request, call, self._source)
        return await answer_query(request, call, self._source, self._limits)

    async def void(self, request: Request) -> Response:
        """The dataset described."""
        view, overview = await self._source.overview()
        return _describe(request, void_description(view, overview, _site(request)))


def _describe(request: Request, triples: list[ox.Triple]) -> Response:
    offer = choose(request.headers.get("accept"), GRAPHS)
    if offer is None:
        raise refuse_types(GRAPHS)
    body = ox.serialize(triples, format=RDF_FORMATS[offer.form], prefixes=PREFIXES)
    headers = {"Content-Type": content_type(offer.media_type), "Vary": "Accept", "Cache-Control": "no-cache"}
    return Response(body, headers=headers)


def _site(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def root_of(request: Request) -> str:
    """The path under which the application is mounted, without slash at its end."""
    return str(request.scope.get("root_path", "")).rstrip("/")
