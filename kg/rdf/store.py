"""The Oxigraph store of a build: written beside its place, renamed into it, opened read-only."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from kg.errors import DataError
from kg.rdf.folder import fresh_sibling, recover, replace_folder

__all__ = ["StoreError", "memory_store", "open_store", "replace_graph", "write_store"]

_MARKER = "CURRENT"


class StoreError(DataError):
    """A store is missing, damaged, or in use by another writer."""

    code = "KG420"


def write_store(quads: Iterable[ox.Quad], folder: Path) -> None:
    """Writes a store with these quads; what was in `folder` before is gone only when the new one is whole.

    A process that is killed at any moment leaves the old store or the new one, and at worst a stray
    folder with a name like ``.store.abc.new`` beside it.

    Raises:
        StoreError: If the disk refuses.
    """
    folder = Path(folder)
    try:
        recover(folder)
        fresh = fresh_sibling(folder)
        try:
            store = ox.Store(str(fresh))
            store.bulk_extend(quads)
            store.optimize()
            store.flush()
            # The last reference closes the files; a store must not be renamed while open.
            del store
            fresh.chmod(0o755)
            replace_folder(fresh, folder)
        finally:
            if fresh.exists():
                shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise StoreError(
            f"the store cannot be written: {error}", where=str(folder), hint="a folder with free space"
        ) from error


def open_store(folder: Path, *, read_only: bool = True) -> ox.Store:
    """The store in a folder; many readers may have it open, or one writer.

    Raises:
        StoreError: If there is no store, it is damaged, or another process writes to it.
    """
    folder = Path(folder)
    recover(folder)
    # Oxigraph would create an empty store; a wrong path must not look like an empty graph.
    if not (folder / _MARKER).is_file():
        raise StoreError("there is no store", where=str(folder), hint="the folder `store` of a build")
    try:
        return ox.Store.read_only(str(folder)) if read_only else ox.Store(str(folder))
    except (OSError, RuntimeError) as error:
        raise StoreError(
            f"the store cannot be opened: {error}",
            where=str(folder),
            hint="closing other programs that write to it, or building it again",
        ) from error


def memory_store(quads: Iterable[ox.Quad]) -> ox.Store:
    """A store in memory with these quads."""
    store = ox.Store()
    store.bulk_extend(quads)
    return store


def replace_graph(store: ox.Store, graph_iri: str, quads: Iterable[ox.Quad]) -> None:
    """Replaces one named graph in one transaction: readers see the old graph or the new one.

    Raises:
        ValueError: If a quad belongs to another graph, or holds a blank node (which would be renamed).
    """
    graph = ox.NamedNode(graph_iri)
    lines = []
    for quad in quads:
        if quad.graph_name != graph:
            raise ValueError(f"{quad} does not belong to <{graph_iri}>")
        if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
            raise ValueError(f"{quad} holds a blank node")
        lines.append(f"{quad.triple} .")
    data = "\n".join(lines)
    store.update(f"DROP SILENT GRAPH {graph} ;\nINSERT DATA {{ GRAPH {graph} {{\n{data}\n}} }}")
