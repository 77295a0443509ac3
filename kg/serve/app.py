"""The application: a site with what surrounds every request."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response

from kg.serve import pages
from kg.serve.access import check_token
from kg.serve.cache import AnswerCache
from kg.serve.errors import NoBuildError, Refusal
from kg.serve.limits import Limits
from kg.serve.middleware import AccessLog, Hosts, Log, SafeHeaders
from kg.serve.negotiate import wants_html
from kg.serve.pool import Fault
from kg.serve.protocol import refuse_fault
from kg.serve.site import Site, root_of
from kg.serve.source import Stamp

__all__ = ["create_app"]


def create_app(
    build_dir: str | Path,
    *,
    writable: bool = False,
    token: str | None = None,
    time_limit_s: float = 30.0,
    max_rows: int = 100_000,
    max_request_bytes: int = 1_000_000,
    max_upload_bytes: int = 64 * 1024**2,
    max_concurrent: int = 256,
    workers: int | None = None,
    max_memory_bytes: int = 2 * 1024**3,
    cache_bytes: int = 64 * 1024**2,
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
        max_request_bytes: Size of a query or an update.
        max_upload_bytes: Size of the data that is written into a graph in one request.
        max_concurrent: Requests that may be at work or wait; more are answered with 503.
        workers: Processes that answer queries; as many as there are processors, two at least, if None.
        max_memory_bytes: Memory of one of them, 0 for no limit; Linux only.
        cache_bytes: How much to keep of earlier answers to queries; nothing if 0.
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
    limits = Limits(
        time_s=time_limit_s,
        rows=max_rows,
        request_bytes=max_request_bytes,
        upload_bytes=max_upload_bytes,
        concurrent=max_concurrent,
        workers=workers or max(2, os.cpu_count() or 1),
        memory_bytes=max_memory_bytes,
    )
    log = log or _no_log
    site = Site(folder, limits, check_token(token) if writable else None, log)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await site.start()
        try:
            yield
        finally:
            await site.stop()

    middleware = [
        Middleware(AccessLog, log=log),
        Middleware(Hosts, allowed=allowed_hosts),
        Middleware(AnswerCache, version=site.version, size_bytes=cache_bytes),
        Middleware(SafeHeaders),
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


def _no_log(event: str, **fields: object) -> None:
    """Nobody listens."""


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    if wants_html(request.headers.get("accept")) and request.method in ("GET", "HEAD"):
        body = pages.error_page(error.status, error.what, error.hint, root_of(request))
        return Response(body, error.status, media_type="text/html", headers=error.headers)
    text = f"{error.status} {error.what}\n" + (f"try {error.hint}\n" if error.hint else "")
    return Response(text, error.status, media_type="text/plain", headers=error.headers)


def _faulted(request: Request, error: Exception) -> Response:
    assert isinstance(error, Fault)
    return _refused(request, refuse_fault(error))


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    known = {404: "there is nothing here", 405: f"{request.method} is not allowed here"}
    what = known.get(error.status_code, "the request cannot be answered")
    return _refused(request, Refusal(error.status_code, what, headers=dict(error.headers or {})))


def _failed(request: Request, error: Exception) -> Response:
    return _refused(request, Refusal(500, "something went wrong here; this is a fault of the server"))
