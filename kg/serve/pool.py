"""Worker processes that answer queries: a bounded number of them, each of which can be stopped.

A query that runs over its time is stopped by ending its process; another one takes its place. A query that
ends its process by itself (too much memory, too deeply nested) costs only its own answer.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.serve.errors import Refusal
from kg.serve.spool import Spool
from kg.serve.worker import FRAME

__all__ = ["Answer", "Fault", "Pool"]

# Answers up to this size are sent with their length and can still turn into an error.
_HEAD_BYTES = 64 * 1024

# Seconds between two attempts to start a worker.
_RESTART_S = 1.0

Json = dict[str, Any]


class Fault(Exception):
    """What a worker says is wrong with a request.

    `kind` is ``syntax``, ``unanswerable``, ``unacceptable``, ``missing``, ``stale``, ``store``, ``memory`` or
    ``crashed``.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind
        self.message = message


@dataclass
class Answer:
    """What a worker answers.

    Args:
        head: Kind and form of the answer.
        end: Its number of rows and whether it was cut; None while it is not complete.
        body: The whole answer, where it is complete.
        stream: The rest, where it is not.
        evaluated_s: Seconds that the worker took until the answer, or its first part, was there.
    """

    head: Json
    end: Json | None
    body: bytes
    stream: Spool | None = None
    evaluated_s: float = 0.0

    async def parts(self) -> AsyncIterator[bytes]:
        """The answer piece by piece."""
        if self.body:
            yield self.body
        if self.stream is not None:
            async for part in self.stream:
                yield part


class _Worker:
    """One process and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._process = process
        self._input, self._output = process.stdin, process.stdout

    @classmethod
    async def start(cls, memory_bytes: int) -> _Worker:
        # The package is found where this one was, whatever the folder the server was started in.
        package_folder = str(Path(__file__).resolve().parents[2])
        code = (
            f"import sys; sys.path.append({package_folder!r}); "
            f"from kg.serve.worker import main; main({memory_bytes})"
        )
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-c",
                code,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=256 * 1024,
                # Its own group: Ctrl-C is for the server, which then lets running queries finish.
                start_new_session=os.name == "posix",
            )
        )

    async def ask(self, request: Json) -> None:
        content = json.dumps(request).encode()
        self._input.write(FRAME.pack(b"R", len(content)) + content)
        await self._input.drain()

    async def frame(self) -> tuple[bytes, bytes]:
        kind, size = FRAME.unpack(await self._output.readexactly(FRAME.size))
        return kind, await self._output.readexactly(size) if size else b""

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()

    async def exit_status(self) -> int:
        return await self._process.wait()

    async def stop(self) -> None:
        """Lets the process end by itself, and ends it if it does not."""
        self._input.close()
        try:
            await asyncio.wait_for(self._process.wait(), 2)
        except TimeoutError:
            self.kill()
            await self._process.wait()


@dataclass
class Pool:
    """Workers, and those who wait for one.

    Args:
        size: Number of worker processes.
        time_limit_s: Seconds that one request may keep a worker.
        max_waiting: How many requests may wait for a worker; more are refused.
        memory_bytes: Memory that a worker may use; 0 for no limit. Only kept on Unix.
    """

    size: int
    time_limit_s: float
    max_waiting: int
    memory_bytes: int = 0
    _idle: deque[_Worker] = field(default_factory=deque)
    _waiting: deque[asyncio.Future[_Worker]] = field(default_factory=deque)
    _all: set[_Worker] = field(default_factory=set)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    _closed: bool = False

    async def start(self) -> None:
        """Starts the workers."""
        await asyncio.gather(*(self._add() for _ in range(self.size)))

    async def stop(self) -> None:
        """Stops the workers; requests that still run are given up."""
        self._closed = True
        for waiter in self._waiting:
            waiter.cancel()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        idle = set(self._idle)
        for worker in self._all - idle:
            worker.kill()
        await asyncio.gather(*(worker.stop() for worker in list(self._all)))
        self._all.clear()
        self._idle.clear()

    @property
    def busy(self) -> int:
        """How many workers are at work."""
        return len(self._all) - len(self._idle)

    async def ask(self, request: Json, *, time_limit_s: float | None = None) -> Answer:
        """The answer of a worker.

        Raises:
            Refusal: 503 if too many wait, 504 if the answer takes too long to start.
            Fault: If the worker says so, or does not survive the request.
        """
        limit = self.time_limit_s if time_limit_s is None else time_limit_s
        worker = await self._take(limit)
        started = time.monotonic()
        handed_on = False
        try:
            request = {**request, "time_limit_s": limit}
            try:
                async with asyncio.timeout(limit):
                    answer, failed = await self._first(worker, request)
            except TimeoutError:
                raise _too_slow(limit) from None
            except (asyncio.IncompleteReadError, ConnectionError):
                raise await _crashed(worker) from None
            answer.evaluated_s = time.monotonic() - started
            if failed is not None:
                self._give_back(worker)
                handed_on = True
                raise failed
            if answer.end is None:
                spool = answer.stream = Spool(on_abandon=worker.kill)
                self._spawn(self._rest(worker, answer, spool, limit - answer.evaluated_s))
            else:
                self._give_back(worker)
            handed_on = True
            return answer
        finally:
            # Time was up, the process died, or whoever asked has gone.
            if not handed_on:
                self._replace(worker)

    async def _first(self, worker: _Worker, request: Json) -> tuple[Answer, Fault | None]:
        """The answer as far as it fits into the head, or the fault that took its place."""
        answer = Answer({}, None, b"")
        parts: list[bytes] = []
        size, whole = 0, bool(request.get("whole"))
        await worker.ask(request)
        while True:
            kind, content = await worker.frame()
            if kind == b"D":
                parts.append(content)
                size += len(content)
                if size >= _HEAD_BYTES and not whole:
                    break
            elif kind == b"H":
                answer.head = json.loads(content)
            elif kind == b"Z":
                answer.end = json.loads(content)
                break
            else:
                error = json.loads(content)
                return answer, Fault(error["kind"], error["message"])
        answer.body = b"".join(parts)
        return answer, None

    async def _rest(self, worker: _Worker, answer: Answer, spool: Spool, limit_s: float) -> None:
        """Takes the rest of a long answer off the worker, so that a slow reader does not keep it."""
        fine = False
        try:
            async with asyncio.timeout(limit_s):
                while True:
                    kind, content = await worker.frame()
                    if kind == b"D":
                        spool.put(content)
                    elif kind == b"Z":
                        answer.end = json.loads(content)
                        fine = True
                        break
                    else:
                        break
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            spool.close(complete=fine)
            if fine:
                self._give_back(worker)
            else:
                self._replace(worker)

    async def _take(self, limit_s: float) -> _Worker:
        if self._closed:
            raise _busy("the server is stopping")
        if self._idle:
            return self._idle.pop()
        if len(self._waiting) >= self.max_waiting:
            raise _busy("too many requests at once")
        waiter: asyncio.Future[_Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(limit_s):
                return await waiter
        except BaseException as error:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            if waiter.done() and not waiter.cancelled():
                # A worker became free in the same moment.
                self._give_back(waiter.result())
            if isinstance(error, TimeoutError):
                raise _busy("the server is busy with other requests") from None
            raise

    def _give_back(self, worker: _Worker) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(worker)
                return
        self._idle.append(worker)

    def _replace(self, worker: _Worker) -> None:
        worker.kill()
        self._all.discard(worker)
        self._spawn(worker.exit_status())
        if not self._closed:
            self._spawn(self._add_again())

    async def _add_again(self) -> None:
        while not self._closed:
            with suppress(OSError):
                await self._add()
                return
            # The machine is out of processes or memory for a moment.
            await asyncio.sleep(_RESTART_S)

    async def _add(self) -> None:
        worker = await _Worker.start(self.memory_bytes)
        self._all.add(worker)
        self._give_back(worker)

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _busy(what: str) -> Refusal:
    return Refusal(503, what, "again in a moment", {"Retry-After": "2"})


def _too_slow(limit_s: float) -> Refusal:
    return Refusal(
        504,
        f"the query took longer than {limit_s:g} s and was stopped",
        "LIMIT, fewer free variables, or a more specific pattern",
    )


async def _crashed(worker: _Worker) -> Fault:
    worker.kill()
    status = await worker.exit_status()
    nested = hasattr(signal, "SIGSEGV") and status in (-signal.SIGSEGV, -getattr(signal, "SIGBUS", 0))
    return Fault("nested" if nested else "crashed", "")
