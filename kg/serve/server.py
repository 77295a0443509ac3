"""Runs the server until it is told to stop."""

from __future__ import annotations

import json
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import uvicorn

from kg.rdf.store import StoreError, open_store
from kg.serve.app import create_app
from kg.serve.errors import AddressError, PortError
from kg.serve.middleware import Log, is_loopback

__all__ = ["json_log", "run"]

# Seconds that running requests get to finish when the server is told to stop.
_GRACE_S = 10

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


def json_log(stream: IO[str]) -> Log:
    """A log that writes one JSON object a line."""
    lock = threading.Lock()

    def log(event: str, **fields: object) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = json.dumps({"time": now, "event": event, **fields}, ensure_ascii=True) + "\n"
        with lock:
            stream.write(line)
            stream.flush()

    return log


def run(
    build_dir: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 7474,
    writable: bool = False,
    token: str | None = None,
    open_browser: bool = False,
    allow_remote: bool = False,
    time_limit_s: float = 30.0,
    max_rows: int = 100_000,
    max_request_bytes: int = 1_000_000,
    max_upload_bytes: int = 64 * 1024**2,
    max_concurrent: int = 256,
    workers: int | None = None,
    max_memory_bytes: int = 2 * 1024**3,
    cache_bytes: int = 64 * 1024**2,
    cors_origins: Sequence[str] = (),
    allowed_hosts: Sequence[str] = (),
    root_path: str = "",
    say: Callable[[str], None] | None = None,
    log: Log | None = None,
) -> None:
    """Serves a build until the process is interrupted or told to end; running requests may finish.

    Args:
        build_dir: Folder that ``kg build`` wrote.
        host: Address to listen on.
        port: Port to listen on; 0 for a free one.
        open_browser: Whether to open the front page in the user's browser.
        allow_remote: Whether `host` may be an address that other machines can reach.
        root_path: Path under which a proxy makes the server reachable.
        say: Called with the server's address once it listens; writes to standard error if None.
        log: Called with an event and its fields; JSON lines to standard error if None.

    The other arguments are those of `create_app`. On a loopback address only loopback host names are
    answered, unless `allowed_hosts` says otherwise.

    Raises:
        AddressError: If others could reach the server and that was not asked for.
        PortError: If the port cannot be listened on.
        NoBuildError: If there is no build with a store.
        StoreError: If the store is damaged.
        TokenError: If writing is allowed without a good token.
    """
    local = is_loopback(host)
    if not local and not allow_remote:
        raise AddressError(
            f"{host} can be reached by other machines",
            where="--host",
            hint="127.0.0.1, or --allow-remote if that is meant",
        )
    if local and not allowed_hosts:
        allowed_hosts = tuple(dict.fromkeys((*_LOOPBACK_NAMES, host.lower())))
    log = log or json_log(sys.stderr)
    app = create_app(
        build_dir,
        writable=writable,
        token=token,
        time_limit_s=time_limit_s,
        max_rows=max_rows,
        max_request_bytes=max_request_bytes,
        max_upload_bytes=max_upload_bytes,
        max_concurrent=max_concurrent,
        workers=workers,
        max_memory_bytes=max_memory_bytes,
        cache_bytes=cache_bytes,
        cors_origins=cors_origins,
        allowed_hosts=allowed_hosts,
        log=log,
    )
    # A damaged store is reported here, in its own words, before anything listens.
    _check_store(Path(build_dir) / "store")
    listener = _listen(host, port)
    address = _address(host, listener.getsockname()[1]) + root_path
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        root_path=root_path,
        timeout_graceful_shutdown=_GRACE_S,
        lifespan="on",
    )
    server = _Server(config, lambda: _started(address, say, open_browser))
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        # uvicorn hands the signal on when it has stopped.
        pass
    finally:
        listener.close()
    log("stopped")


def _check_store(folder: Path) -> None:
    try:
        open_store(folder)
    except RuntimeError as error:
        # The engine's word for files that are not what they should be.
        raise StoreError(
            f"the store is damaged: {error}", where=str(folder), hint="building it again"
        ) from None


def _started(address: str, say: Callable[[str], None] | None, open_browser: bool) -> None:
    if say is not None:
        say(address)
    else:
        sys.stderr.write(f"serving on {address}/ (Ctrl-C stops)\n")
        sys.stderr.flush()
    if open_browser:
        webbrowser.open(address + "/")


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, then tells."""
        await super().startup(sockets=sockets)
        if self.started:
            self._on_start()


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens; raises `PortError` if the port is taken, forbidden, or the host unknown."""
    try:
        family, kind, protocol, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, OverflowError, UnicodeError) as error:
        raise PortError(f"{host}:{port} is no address ({error})", where="--host", hint="127.0.0.1") from None
    try:
        if sys.platform != "win32":
            # Lets a server that was just stopped start again on its port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(target)
    except OSError as error:
        listener.close()
        raise PortError(
            f"port {port} cannot be used: {error.strerror}",
            where="--port",
            hint="another port, or 0 for any free one",
        ) from None
    listener.set_inheritable(True)
    return listener


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
