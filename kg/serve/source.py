"""The build that is served: opened once, watched, and exchanged in one step when it is built again."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg.iri import DEFAULT_BASE
from kg.rdf import prefixes
from kg.rdf.folder import recover
from kg.serve.errors import NoBuildError, Refusal
from kg.serve.overview import BASE_QUERY, QUERIES, Overview, make_overview
from kg.serve.pool import Answer, Fault, Pool
from kg.serve.workshop import Workshop
from kg.view import ViewError, as_served

__all__ = ["Source", "Stamp", "View", "plain_rows"]

# Seconds between two looks at the folder.
_WATCH_S = 0.5
# How often a request is repeated when the store is replaced under it, and the pause in seconds.
_RETRIES, _RETRY_S = 40, 0.05
# Seconds that opening a build may take.
_OPEN_S = 600.0


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which build a folder holds: device and inode of its store, and what tells states of it apart."""

    store: tuple[int, int]
    made: tuple[int, ...]

    @classmethod
    def of(cls, folder: Path) -> Stamp | None:
        """The folder's present stamp, or None if there is no store."""
        try:
            store = (folder / "store").stat()
            # A missing store must not be made by opening it.
            (folder / "store" / "CURRENT").stat()
        except OSError:
            return None
        try:
            manifest = (folder / "manifest.json").stat()
        except OSError:
            made: tuple[int, ...] = (store.st_mtime_ns,)
        else:
            made = (store.st_mtime_ns, manifest.st_ino, manifest.st_mtime_ns, manifest.st_size)
        return cls((store.st_dev, store.st_ino), made)


@dataclass(frozen=True, slots=True)
class View:
    """One state of the graph, as all answers to one request see it.

    Args:
        stamp: Which build it is.
        store: Folder of its store.
        version: Digest of the content, for entity tags.
        base: Base of the things' IRIs.
        page: The interactive page of the build, or None.
    """

    stamp: Stamp
    store: Path
    version: str
    base: str
    page: bytes | None

    @property
    def prefixes(self) -> dict[str, str]:
        """Prefixes that queries need not declare."""
        return prefixes(self.base)

    def tag(self, *parts: object) -> str:
        """An entity tag for what this state answers to `parts`; weak, since the order of rows is open."""
        text = json.dumps([self.version, *parts], default=str)
        return 'W/"' + hashlib.sha256(text.encode()).hexdigest()[:32] + '"'


class Source:
    """The folder of a build, and the present view of it.

    Args:
        folder: Of the build.
        pool: Who answers queries.
        log: Called with events.
        writer: Who carries out changes, one after the other; None if there are none.
    """

    def __init__(
        self, folder: Path, pool: Pool, log: Callable[..., None], writer: Pool | None = None
    ) -> None:
        self.folder = folder
        self.pool = pool
        self._workshop = None if writer is None else Workshop(folder, writer)
        self._log = log
        self._view: View | None = None
        self._overview: tuple[str, Overview] | None = None
        self._renewing = asyncio.Lock()
        self._writing = asyncio.Lock()
        self._reading = asyncio.Lock()
        self._watcher: asyncio.Task[None] | None = None

    @property
    def view(self) -> View:
        """The present state; raises `Refusal` while there is none."""
        if self._view is None:
            raise Refusal(503, "the graph is not open yet", "again in a moment", {"Retry-After": "1"})
        return self._view

    @property
    def version(self) -> str | None:
        """The version of the present state; None while there is none."""
        return None if self._view is None else self._view.version

    async def start(self) -> None:
        """Opens the build; raises `NoBuildError` if it cannot be opened."""
        await self._open()
        await self.overview()
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    async def stop(self) -> None:
        """Stops watching."""
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)
        if self._workshop is not None:
            self._workshop.close()

    # --- Reading ----------------------------------------------------------------------------------------

    async def ask(self, request: dict[str, Any], *, time_limit_s: float | None = None) -> tuple[View, Answer]:
        """The pool's answer about the present state, and that state.

        The store may be replaced while the request waits for a worker; it is then asked about the new one.

        Raises:
            Refusal: If the server is busy, or the answer takes too long.
            Fault: If the request is at fault.
        """
        for _ in range(_RETRIES):
            view = self.view
            try:
                return view, await self._ask(view, request, time_limit_s)
            except Fault as fault:
                if fault.kind != "stale":
                    raise
            await self.renew()
            if self.view is view:
                await asyncio.sleep(_RETRY_S)
        raise Refusal(503, "the graph is being replaced", "again in a moment", {"Retry-After": "1"})

    async def rows(
        self, queries: list[str], *, time_limit_s: float | None = None
    ) -> tuple[View, list[list[dict[str, str]]]]:
        """The values that several SELECTs find in one and the same state of the graph."""
        request = {"op": "batch", "queries": queries, "whole": True}
        view, answer = await self.ask(request, time_limit_s=time_limit_s)
        return view, plain_rows(answer.body)

    async def overview(self) -> tuple[View, Overview]:
        """Counts and names of the present state; read from the store when it has changed."""
        async with self._reading:
            if self._overview is None or self._overview[0] != self.view.version:
                # Larger graphs take longer to count than a query may take.
                view, answers = await self.rows(QUERIES, time_limit_s=_OPEN_S)
                self._overview = (view.version, make_overview(answers))
                return view, self._overview[1]
            return self.view, self._overview[1]

    async def _ask(self, view: View, request: dict[str, Any], time_limit_s: float | None = None) -> Answer:
        about = {
            "store": str(view.store),
            "id": view.stamp.store,
            "base": view.base,
            "prefixes": view.prefixes,
        }
        return await self.pool.ask({**about, **request}, time_limit_s=time_limit_s)

    # --- Writing ----------------------------------------------------------------------------------------

    async def change(self, request: dict[str, Any]) -> bool:
        """Carries out a change; returns whether it made a graph. Those who ask afterwards see it.

        Raises:
            Refusal: If the server is busy, the change takes too long, or the build is replaced meanwhile; the
                change is then not made.
            Fault: If the request is at fault; nothing is changed then.
        """
        if self._workshop is None:
            raise Refusal(403, "this server is read-only", "a server that was started with --writable")
        async with self._writing:
            for _ in range(_RETRIES):
                view = self.view
                try:
                    created = await self._workshop.change(view.stamp.store, view.base, request)
                except Fault as fault:
                    if fault.kind != "stale":
                        raise
                    await self.renew()
                    await asyncio.sleep(_RETRY_S)
                else:
                    await self.renew()
                    return created
        raise Refusal(503, "the graph is being replaced", "again in a moment", {"Retry-After": "1"})

    # --- Opening and watching ---------------------------------------------------------------------------

    async def renew(self) -> None:
        """Opens the store anew if the folder holds another one."""
        async with self._renewing:
            stamp = Stamp.of(self.folder)
            if stamp is None or (self._view is not None and self._view.stamp == stamp):
                return
            try:
                await self._open()
            except (NoBuildError, Refusal) as error:
                self._log("reload-failed", reason=type(error).__name__)
            else:
                self._log("reloaded", version=self.view.version[:12])

    async def _open(self) -> None:
        for _ in range(_RETRIES):
            recover(self.folder)
            stamp = Stamp.of(self.folder)
            if stamp is None:
                raise NoBuildError(
                    "there is no build with a store",
                    where=str(self.folder),
                    hint="`kg build … -o` this folder",
                )
            try:
                view = await self._load(stamp)
            except Fault as fault:
                if fault.kind != "stale":
                    raise NoBuildError(
                        "the store cannot be opened",
                        where=str(self.folder / "store"),
                        hint="ending other programs that write to it, or building it again",
                    ) from None
            else:
                # What was read from files belongs to the store only if neither changed meanwhile.
                if Stamp.of(self.folder) == stamp:
                    self._view = view
                    return
            await asyncio.sleep(_RETRY_S)
        raise NoBuildError(
            "the build changes all the time", where=str(self.folder), hint="waiting until it is done"
        )

    async def _load(self, stamp: Stamp) -> View:
        if self._workshop is not None:
            self._workshop.open()
        manifest, page = _read(self.folder / "manifest.json"), _read(self.folder / "graph.html")
        page = None if page is None else _as_served(page)
        # The store may hold changes that the manifest knows nothing of.
        version = hashlib.sha256((manifest or b"") + repr(stamp).encode()).hexdigest()
        view = View(stamp, self.folder / "store", version, DEFAULT_BASE, page)
        request = {"op": "batch", "queries": [BASE_QUERY], "whole": True}
        rows = plain_rows((await self._ask(view, request, _OPEN_S)).body)[0]
        return replace(view, base=rows[0]["base"]) if rows else view

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_WATCH_S)
            await self.renew()


def plain_rows(body: bytes) -> list[list[dict[str, str]]]:
    """The values of several results, without their types."""
    return [
        [{name: cell["value"] for name, cell in row.items()} for row in result["results"]["bindings"]]
        for result in json.loads(body)
    ]


def _as_served(page: bytes) -> bytes:
    """The page with links to the entities' own pages; a page that kg did not write stays as it is."""
    try:
        return as_served(page, entity_url="page/", live_url="graph")
    except ViewError:
        return page


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
