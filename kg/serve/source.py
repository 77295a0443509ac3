"""The build that is served: opened once, watched, and exchanged in one step when it is built again."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.iri import DEFAULT_BASE
from kg.rdf import prefixes
from kg.rdf.folder import recover
from kg.serve.errors import NoBuildError, Refusal
from kg.serve.overview import QUERIES, Overview, make_overview
from kg.serve.pool import Answer, Fault, Pool

__all__ = ["Source", "Stamp", "View", "plain_rows"]

# Seconds between two looks at the folder.
_WATCH_S = 0.5
# How often a request is repeated when the store is replaced under it, and the pause in seconds.
_RETRIES, _RETRY_S = 40, 0.05
# Seconds that opening a build may take.
_OPEN_S = 600.0


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which store a folder holds: device and inode of the store, and what tells manifests apart."""

    store: tuple[int, int]
    manifest: tuple[int, int, int]

    @classmethod
    def of(cls, folder: Path) -> Stamp | None:
        """The folder's present stamp, or None if there is no store."""
        try:
            store = (folder / "store").stat()
        except OSError:
            return None
        try:
            manifest = (folder / "manifest.json").stat()
            mark = (manifest.st_ino, manifest.st_mtime_ns, manifest.st_size)
        except OSError:
            mark = (0, 0, 0)
        return cls((store.st_dev, store.st_ino), mark)


@dataclass(frozen=True)
class View:
    """One state of the graph, as all answers to one request see it.

    Args:
        stamp: Which store it is.
        store: Folder of the store.
        version: Digest of the content, for entity tags.
        base: Base of the things' IRIs.
        overview: What the front page and the search show.
        page: The interactive page of the build, or None.
    """

    stamp: Stamp
    store: Path
    version: str
    base: str
    overview: Overview
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
    """The folder of a build, and the present view of it."""

    def __init__(self, folder: Path, pool: Pool, log: Callable[..., None]) -> None:
        self.folder = folder
        self.pool = pool
        self._log = log
        self._view: View | None = None
        self._renewing = asyncio.Lock()
        self._watcher: asyncio.Task[None] | None = None

    @property
    def view(self) -> View:
        """The present state; raises `Refusal` while there is none."""
        if self._view is None:
            raise Refusal(503, "the graph is not open yet", "again in a moment", {"Retry-After": "1"})
        return self._view

    async def start(self) -> None:
        """Opens the build; raises `NoBuildError` if it cannot be opened."""
        await self._open()
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    async def stop(self) -> None:
        """Stops watching."""
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)

    async def ask(self, request: dict[str, Any]) -> tuple[View, Answer]:
        """The pool's answer about the present state, and that state.

        The store may be replaced while the request waits for a worker; it is then asked about the new one.

        Raises:
            Refusal: If the server is busy, or the answer takes too long.
            Fault: If the request is at fault.
        """
        for _ in range(_RETRIES):
            view = self.view
            try:
                return view, await self._ask(view, request)
            except Fault as fault:
                if fault.kind != "stale":
                    raise
            await self.renew()
            if self.view is view:
                await asyncio.sleep(_RETRY_S)
        raise Refusal(503, "the graph is being replaced", "again in a moment", {"Retry-After": "1"})

    async def rows(self, queries: list[str]) -> tuple[View, list[list[dict[str, str]]]]:
        """The values that several SELECTs find in one and the same state of the graph."""
        view, answer = await self.ask({"op": "batch", "queries": queries, "whole": True})
        return view, plain_rows(answer.body)

    async def _ask(self, view: View, request: dict[str, Any]) -> Answer:
        about = {
            "store": str(view.store),
            "id": view.stamp.store,
            "base": view.base,
            "prefixes": view.prefixes,
        }
        return await self.pool.ask({**about, **request})

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
                        f"the store cannot be read ({fault.kind})",
                        where=str(self.folder / "store"),
                        hint="building it again",
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
        store = self.folder / "store"
        manifest, page = _read(self.folder / "manifest.json"), _read(self.folder / "graph.html")
        digest = hashlib.sha256(manifest if manifest is not None else repr(stamp).encode())

        answer = await self.pool.ask(
            {
                "op": "batch",
                "store": str(store),
                "id": stamp.store,
                "base": DEFAULT_BASE,
                "prefixes": prefixes(DEFAULT_BASE),
                "queries": QUERIES,
                "whole": True,
            },
            # Larger graphs take longer to open than a query may take.
            time_limit_s=_OPEN_S,
        )
        overview = make_overview(plain_rows(answer.body))
        return View(stamp, store, digest.hexdigest(), overview.base, overview, page)

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


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
