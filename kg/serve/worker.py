"""A process that answers queries for the server, one after the other, and can be stopped at any moment.

The engine has no way to interrupt a query, and a query that is nested deep enough ends the process that
runs it. So queries run here, and the server ends this process when one takes too long.

Reads requests from standard input and writes answers to standard output, as frames: a letter, the length of
the content as four bytes, the content. Requests are one ``R`` frame of JSON; answers an ``H`` frame (JSON),
``D`` frames (bytes), and a ``Z`` frame (JSON); or an ``E`` frame (JSON) in the place of what is left.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import struct
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any, cast

import pyoxigraph as ox

from kg.serve.changes import RDF_FORMATS, change
from kg.serve.rows import RowCutter, RowLimitError

__all__ = ["FRAME", "main"]

FRAME = struct.Struct(">cI")

_FRAME_BYTES = 64 * 1024

_RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
# A note after the last triple, in the formats that have comments.
_COMMENTS = {
    "turtle": "# {}\n",
    "ntriples": "# {}\n",
    "trig": "# {}\n",
    "nquads": "# {}\n",
    "n3": "# {}\n",
    "rdfxml": "<!-- {} -->\n",
}
_REQUEST_FAULT = re.compile(
    r"The graph \S+ (does not exist|already exists)|The custom (aggregate )?function \S+ is not supported"
)

Request = dict[str, Any]


class _Fault(Exception):
    """An answer that is an error: its kind, and words for the user."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class _Output:
    """Frames of data, filled up before they are sent."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._parts: list[bytes] = []
        self._size = 0

    def frame(self, kind: bytes, content: bytes) -> None:
        self.send()
        self._raw.write(FRAME.pack(kind, len(content)) + content)

    def json(self, kind: bytes, content: object) -> None:
        self.frame(kind, json.dumps(content).encode())

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self._size += len(data)
        if self._size >= _FRAME_BYTES:
            self.send()
        return len(data)

    def flush(self) -> None:
        """The engine's wish to flush is passed over: frames go out full."""

    def send(self) -> None:
        if self._size:
            content = b"".join(self._parts)
            self._parts, self._size = [], 0
            self._raw.write(FRAME.pack(b"D", len(content)) + content)

    def done(self) -> None:
        self.send()
        self._raw.flush()


def _sink(output: _Output | RowCutter) -> IO[bytes]:
    # The engine only ever writes and flushes.
    return cast("IO[bytes]", output)


class _Stores:
    """The store that requests are about; a newer one takes the place of the one before."""

    def __init__(self) -> None:
        self._key: tuple[int, int] | None = None
        self._store: ox.Store | None = None

    def get(self, path: str, identity: tuple[int, int], *, work: str | None = None) -> ox.Store:
        """The store in a folder, which must be the one with this device and inode.

        With `work`, a copy of it in that folder, to be written to.
        """
        if self._store is not None and self._key == identity:
            return self._store
        self._store, self._key = None, None
        # The folder may be replaced at any moment: only what was there before and after is what was asked for.
        _check(path, identity)
        try:
            if work is None:
                store = ox.Store.read_only(path)
            else:
                _copy(path, work)
                store = ox.Store(work)
        except (OSError, RuntimeError) as error:
            _check(path, identity)
            raise _Fault("store", str(error)) from None
        _check(path, identity)
        self._store, self._key = store, identity
        return store

    def published(self, identity: tuple[int, int]) -> None:
        """Says under which identity a copy of the present store will be found."""
        self._key = identity

    def forget(self) -> None:
        """Closes the store, so that it is opened anew."""
        self._store, self._key = None, None


def _copy(source: str, target: str) -> None:
    """Copies a store that nobody writes to; data files, which never change, are shared."""
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(target)  # noqa: PTH103
    for entry in os.scandir(source):
        copy = os.path.join(target, entry.name)  # noqa: PTH118
        if entry.name.endswith(".sst"):
            try:
                os.link(entry.path, copy)
                continue
            except OSError:
                pass  # not every file system has links
        if entry.is_file() and entry.name != "LOCK":
            shutil.copyfile(entry.path, copy)


def _check(path: str, identity: tuple[int, int]) -> None:
    if _identity(path) != identity:
        raise _Fault("stale", "the store was replaced")


def _identity(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116  (kept lean: pathlib is not needed here)
    except OSError:
        return (-1, -1)
    return (status.st_dev, status.st_ino)


def main(memory_bytes: int) -> None:
    """Answers until standard input ends."""
    requests, raw = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Nothing else may write between the frames.
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit(memory_bytes)
    stores, output = _Stores(), _Output(raw)
    while len(head := requests.read(FRAME.size)) == FRAME.size:
        request = json.loads(requests.read(FRAME.unpack(head)[1]))
        _alarm(request.get("time_limit_s", 0))
        try:
            _OPERATIONS[request["op"]](stores, request, output)
        except _Fault as fault:
            output.json(b"E", {"kind": fault.kind, "message": str(fault)})
        except MemoryError:
            output.json(b"E", {"kind": "memory", "message": ""})
        _alarm(0)
        output.done()


def _limit(memory_bytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory_bytes:
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))


def _alarm(seconds: float) -> None:
    """Ends this process after some time, should the server be gone and unable to."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds * 1.5 + 2 if seconds else 0)


def _store(stores: _Stores, request: Request) -> ox.Store:
    device, inode = request["id"]
    return stores.get(request["store"], (device, inode), work=request.get("work"))


def _query(stores: _Stores, request: Request, output: _Output) -> None:
    store = _store(stores, request)
    dataset: dict[str, Any] = {}
    if request["default_graphs"] is None:
        dataset["use_default_graph_as_union"] = True
    else:
        dataset["default_graph"] = [ox.NamedNode(iri) for iri in request["default_graphs"]]
        dataset["named_graphs"] = [ox.NamedNode(iri) for iri in request["named_graphs"]]
    try:
        answer = store.query(
            request["query"], base_iri=request["base"], prefixes=request["prefixes"], **dataset
        )
        if isinstance(answer, ox.QueryTriples):
            _triples(answer, request, output)
        else:
            _rows(answer, request, output)
    except SyntaxError as error:
        raise _Fault("syntax", str(error.msg)) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise _fault(error) from None


def _fault(error: Exception) -> _Fault:
    """The fault of a request, or of the store: the engine has no kinds of errors for it, these are its words."""
    text = str(error)
    if _REQUEST_FAULT.match(text):
        return _Fault("unanswerable", text)
    return _Fault("unanswerable", "") if isinstance(error, ValueError) else _Fault("store", text)


def _rows(answer: ox.QuerySolutions | ox.QueryBoolean, request: Request, output: _Output) -> None:
    form = request["results"]
    if form is None:
        raise _Fault("unacceptable", "results")
    output.json(b"H", {"kind": "results", "form": form})
    if isinstance(answer, ox.QueryBoolean):
        answer.serialize(_sink(output), _RESULTS[form])
        output.json(b"Z", {"n": 1, "cut": False})
        return
    cutter = RowCutter(form, request["max_rows"], output.write)
    cut = False
    try:
        answer.serialize(_sink(cutter), _RESULTS[form])
        cutter.finish()
    except RowLimitError:
        cut = True
        cutter.finish_cut(request["note"])
    output.json(b"Z", {"n": cutter.n_rows, "cut": cut})


def _triples(answer: Iterable[ox.Triple], request: Request, output: _Output) -> None:
    form, most = request["graphs"], request["max_rows"]
    if form is None:
        raise _Fault("unacceptable", "graph")
    output.json(b"H", {"kind": "graph", "form": form})
    rest = iter(answer)
    n_triples = 0

    def counted() -> Iterator[ox.Triple]:
        nonlocal n_triples
        for triple in islice(rest, most):
            n_triples += 1
            yield triple

    ox.serialize(counted(), _sink(output), RDF_FORMATS[form], prefixes=_prefixes(form, request))
    cut = next(rest, None) is not None
    if cut:
        output.write(_COMMENTS.get(form, "").format(request["note"]).encode())
    output.json(b"Z", {"n": n_triples, "cut": cut})


def _prefixes(form: str, request: Request) -> dict[str, str] | None:
    return request["prefixes"] if form in ("turtle", "trig", "n3", "rdfxml") else None


def _dump(stores: _Stores, request: Request, output: _Output) -> None:
    """Writes one graph, or the whole dataset in a format that has graphs."""
    store, form, graph = _store(stores, request), request["graphs"], request["graph"]
    try:
        if graph is not None:
            node = ox.NamedNode(graph) if graph else ox.DefaultGraph()
            if isinstance(node, ox.NamedNode) and not store.contains_named_graph(node):
                raise _Fault("missing", "there is no such graph")
            output.json(b"H", {"kind": "graph", "form": form})
            store.dump(_sink(output), RDF_FORMATS[form], from_graph=node, prefixes=_prefixes(form, request))
        else:
            output.json(b"H", {"kind": "graph", "form": form})
            store.dump(_sink(output), RDF_FORMATS[form], prefixes=_prefixes(form, request))
    except ValueError as error:
        raise _Fault("unanswerable", str(error)) from None
    except OSError as error:
        raise _Fault("store", str(error)) from None
    output.json(b"Z", {"cut": False})


def _batch(stores: _Stores, request: Request, output: _Output) -> None:
    """Answers several SELECTs over one state of the store, as a JSON list of results."""
    store = _store(stores, request)
    output.json(b"H", {"kind": "batch", "form": "json"})
    try:
        for index, query in enumerate(request["queries"]):
            answer = store.query(
                query, base_iri=request["base"], prefixes=request["prefixes"], use_default_graph_as_union=True
            )
            assert isinstance(answer, ox.QuerySolutions)
            output.write(b"," if index else b"[")
            answer.serialize(_sink(output), ox.QueryResultsFormat.JSON)
    except (SyntaxError, ValueError, OSError, RuntimeError) as error:
        raise _Fault("store", str(error)) from None
    output.write(b"]")
    output.json(b"Z", {"n": len(request["queries"]), "cut": False})


def _write(stores: _Stores, request: Request, output: _Output) -> None:
    """Changes a copy of the store, then makes of it what can take the store's place.

    The store itself is never opened for writing: a writer goes by the name of its folder, and would spoil
    another build that is put under that name.
    """
    store, fresh = _store(stores, request), request["fresh"]
    try:
        created = change(store, request)
    except SyntaxError as error:
        raise _Fault("syntax", str(error.msg)) from None
    except LookupError:
        raise _Fault("missing", "there is no such graph") from None
    except ValueError as error:
        raise _Fault("unanswerable", str(error)) from None
    except (OSError, RuntimeError) as error:
        fault = _fault(error)
        if fault.kind == "store":
            stores.forget()
        raise fault from None
    try:
        store.flush()
        store.backup(fresh)
    except (OSError, RuntimeError) as error:
        stores.forget()
        raise _Fault("store", str(error)) from None
    stores.published(_identity(fresh))
    output.json(b"H", {"kind": "written", "form": "", "created": created})
    output.json(b"Z", {"n": 0, "cut": False})


_OPERATIONS = {"query": _query, "batch": _batch, "dump": _dump, "write": _write}
