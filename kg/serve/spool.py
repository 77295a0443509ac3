"""Bytes on their way from a fast worker to a slow reader: in memory, and beyond a size on disk."""

from __future__ import annotations

import asyncio
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import IO

__all__ = ["IncompleteError", "Spool"]

_MEMORY_BYTES = 4 * 1024 * 1024
_READ_BYTES = 256 * 1024


class IncompleteError(Exception):
    """The worker was stopped before its answer was complete."""


class Spool:
    """A queue of bytes without limit, most of it in a temporary file.

    Args:
        on_abandon: Called when the reader goes before everything was put in.
    """

    def __init__(self, on_abandon: Callable[[], None]) -> None:
        self._on_abandon = on_abandon
        self._memory: deque[bytes] = deque()
        self._memory_size = 0
        self._file: IO[bytes] | None = None
        self._written = self._read = 0
        self._closed = self._complete = self._abandoned = False
        self._news = asyncio.Event()

    def put(self, data: bytes) -> None:
        """Adds bytes; comes back at once."""
        if self._abandoned:
            return
        if self._file is None and self._memory_size + len(data) > _MEMORY_BYTES:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  (closed when the reader is done)
        if self._file is not None:
            self._file.seek(self._written)
            self._file.write(data)
            self._written += len(data)
        else:
            self._memory.append(data)
            self._memory_size += len(data)
        self._news.set()

    def close(self, *, complete: bool) -> None:
        """Says that nothing more comes."""
        self._closed, self._complete = True, complete
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """What was put in, in order; raises `IncompleteError` at the end if the worker was stopped."""
        try:
            while True:
                self._news.clear()
                if self._memory:
                    data = self._memory.popleft()
                    self._memory_size -= len(data)
                    yield data
                elif self._file is not None and self._read < self._written:
                    self._file.seek(self._read)
                    data = self._file.read(min(_READ_BYTES, self._written - self._read))
                    self._read += len(data)
                    yield data
                elif self._closed:
                    break
                else:
                    await self._news.wait()
            if not self._complete:
                raise IncompleteError
        finally:
            self._abandoned = True
            if not self._closed:
                self._on_abandon()
            if self._file is not None:
                self._file.close()
                self._file = None
