"""What surrounds every request: headers that keep pages safe, who may call, and one line of log."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["AccessLog", "Hosts", "SafeHeaders", "is_loopback"]

Log = Callable[..., None]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)

_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


class SafeHeaders:
    """Adds the headers that keep a browser from doing more with an answer than it should."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"].extend(pair for pair in _HEADERS if pair[0] not in present)
            await send(message)

        await self._app(scope, receive, send_safely)


class Hosts:
    """Refuses requests that name another host than this one.

    A page of a stranger can make its own host name point to 127.0.0.1 and would then be let in by the browser;
    the Host header gives it away.
    """

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        self._app = app
        self._allowed = {name.lower() for name in allowed}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] == "http" and self._allowed:
            name = _host_name(Headers(scope=scope).get("host", ""))
            if name not in self._allowed:
                response = PlainTextResponse(
                    "421 this server does not answer for that host\n", status_code=421
                )
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _host_name(header: str) -> str:
    """The name of a Host header, without port and brackets.

    >>> _host_name("[::1]:7474"), _host_name("LocalHost:80")
    ('::1', 'localhost')
    """
    header = header.strip().lower()
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches that address.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class AccessLog:
    """Reports every request once it is answered; never the query itself, nor a token."""

    def __init__(self, app: ASGIApp, log: Log) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status, size, complete = 0, 0, False

        async def send_counted(message: Message) -> None:
            nonlocal status, size, complete
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
                complete = not message.get("more_body", False)
            await send(message)

        try:
            await self._app(scope, receive, send_counted)
        finally:
            state = scope.get("state") or {}
            client = scope.get("client")
            self._log(
                "request",
                client=client[0] if client else "",
                method=scope["method"],
                path=scope["path"],
                status=status,
                bytes=size,
                ms=round((time.perf_counter() - started) * 1000, 1),
                **({"engine_ms": round(state["engine_s"] * 1000, 1)} if "engine_s" in state else {}),
                **({"cached": True} if state.get("cached") else {}),
                **({} if complete else {"complete": False}),
            )
