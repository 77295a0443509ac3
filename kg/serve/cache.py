"""Answers that were given before, kept as long as the graph stays the same.

A cache of whole HTTP responses in front of the application. The same request (path, parameters, body, and the
headers that the answer depends on) about the same state of the graph has the same answer; a new state has a new
version, so what is old is never found again and falls out.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["AnswerCache"]

# Larger bodies and answers are rare, and worth their work.
_LARGEST_BODY = 32 * 1024
_LARGEST_ANSWER = 256 * 1024
# What an entry costs besides its bytes, roughly.
_ENTRY_BYTES = 1024

_DEPENDS_ON = frozenset({b"accept", b"accept-encoding", b"content-type", b"origin", b"host"})
# A client that asks for a part, or tells what it has, gets an answer of its own.
_NOT_FOR = frozenset({b"if-none-match", b"if-modified-since", b"range", b"expect"})

Key = tuple[object, ...]


class AnswerCache:
    """Answers repeated queries from memory.

    Args:
        app: The application.
        version: Gives the version of the graph's present state, or None while there is none.
        size_bytes: How much to keep; nothing if 0.
        path: Which address is cached.
    """

    def __init__(
        self, app: ASGIApp, version: Callable[[], str | None], size_bytes: int, path: str = "/sparql"
    ) -> None:
        self._app = app
        self._version = version
        self._size_bytes = size_bytes
        self._path = path
        self._entries: OrderedDict[Key, tuple[Message, Message]] = OrderedDict()
        self._held_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if (
            not self._size_bytes
            or scope["type"] != "http"
            or scope["path"] != self._path
            or scope["method"] not in ("GET", "POST")
            or any(name in _NOT_FOR for name, _ in scope["headers"])
        ):
            await self._app(scope, receive, send)
            return
        body, messages = await _body(scope, receive)
        version = self._version()
        if body is None or version is None:
            await self._app(scope, _replay(messages, receive), send)
            return
        depends = tuple(pair for pair in scope["headers"] if pair[0] in _DEPENDS_ON)
        key = (
            version,
            scope["method"],
            scope.get("root_path", ""),
            scope.get("query_string", b""),
            body,
            depends,
        )
        held = self._entries.get(key)
        if held is not None:
            self._entries.move_to_end(key)
            scope.setdefault("state", {})["cached"] = True
            for message in held:
                # Layers above add headers of their own to what they are given.
                await send(
                    {**message, "headers": list(message["headers"])} if "headers" in message else message
                )
            return
        await self._app(scope, _replay(messages, receive), self._keeping(key, send))

    def _keeping(self, key: Key, send: Send) -> Send:
        start: Message | None = None

        async def keep(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message["headers"]}
                # Only answers that depend on the graph alone have a tag.
                start = message if message["status"] == 200 and b"etag" in names else None
                if start is not None:
                    start = {**message, "headers": list(message["headers"])}
            elif start is not None:
                if not message.get("more_body", False) and len(message.get("body", b"")) <= _LARGEST_ANSWER:
                    self._add(key, (start, dict(message)))
                start = None
            await send(message)

        return keep

    def _add(self, key: Key, entry: tuple[Message, Message]) -> None:
        if key not in self._entries:
            self._entries[key] = entry
            self._held_bytes += _cost(key, entry)
        while self._held_bytes > self._size_bytes and self._entries:
            old_key, old = self._entries.popitem(last=False)
            self._held_bytes -= _cost(old_key, old)


def _cost(key: Key, entry: tuple[Message, Message]) -> int:
    sizes = [len(part) for part in key if isinstance(part, bytes)]
    return sum(sizes) + len(entry[1].get("body", b"")) + _ENTRY_BYTES


async def _body(scope: Scope, receive: Receive) -> tuple[bytes | None, list[Message]]:
    """The request's body, None if it is too long to be part of a key; and the messages that brought it."""
    if scope["method"] == "GET":
        return b"", []
    messages: list[Message] = []
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        if message["type"] != "http.request":
            return None, messages
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > _LARGEST_BODY:
            return None, messages
        if not message.get("more_body", False):
            return b"".join(parts), messages


def _replay(messages: list[Message], receive: Receive) -> Receive:
    """Gives the messages that were taken already, then those that come."""
    if not messages:
        return receive
    waiting = iter(messages)

    async def again() -> Message:
        for message in waiting:
            return message
        return await receive()

    return again
