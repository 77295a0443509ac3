"""What one request may ask for, and what the server may be told; plain values that the app hands around."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a server.

    Args:
        time_s: Seconds that a query may take.
        rows: Rows or triples of an answer.
        request_bytes: Size of a request's body or query string.
        upload_bytes: Size of the data of one graph.
        concurrent: Requests at work or waiting for a worker at one time.
        workers: Processes that answer queries.
        memory_bytes: Memory of one of them; 0 for no limit.
    """

    time_s: float
    rows: int
    request_bytes: int
    upload_bytes: int
    concurrent: int
    workers: int
    memory_bytes: int
