"""The graph on the web: SPARQL endpoint, graph store, entity pages and a query page, in one process.

In: the folder of a build. Out: an ASGI application (`create_app`) or a running server (`run`).
Queries are answered by worker processes, so that one that runs over can be stopped (docs/serve.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.serve.app import create_app
    from kg.serve.server import run

__all__ = ["create_app", "run"]


def __getattr__(name: str) -> Any:
    # Worker processes import this package too, and need no web framework.
    if name == "create_app":
        from kg.serve.app import create_app

        return create_app
    if name == "run":
        from kg.serve.server import run

        return run
    raise AttributeError(f"module 'kg.serve' has no attribute {name!r}")
