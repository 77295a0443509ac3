"""A real server on a real port: how it starts, what it says, how it stops."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from kg.rdf.store import StoreError
from kg.serve import create_app, run
from kg.serve.errors import AddressError, NoBuildError, PortError
from kg.serve.middleware import is_loopback

CODE = """
import sys
from pathlib import Path
from kg.serve import run
run(Path(sys.argv[1]), port=0, workers=1, time_limit_s=20, max_rows=2_000_000)
"""


class Server:
    """A server in a process of its own."""

    def __init__(self, build: Path) -> None:
        root = Path(__file__).resolve().parents[2]
        self.process = subprocess.Popen(
            [sys.executable, "-c", CODE, str(build)],
            cwd=root,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(root)},
            text=True,
        )
        assert self.process.stderr is not None
        self.greeting = self.process.stderr.readline()
        self.port = int(self.greeting.partition("127.0.0.1:")[2].partition("/")[0])
        self.log: list[dict[str, object]] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(json.loads(line))

    def get(self, path: str, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers=headers)
        return connection.getresponse()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(20)
        self.reader.join(5)
        return status


@pytest.fixture
def server(build: Path) -> Iterator[Server]:
    found = Server(build)
    yield found
    if found.process.poll() is None:
        found.stop()
    assert found.process.stderr is not None
    found.process.stderr.close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_it_says_where_it_is_logs_what_it_does_and_stops(server: Server) -> None:
    assert "http://127.0.0.1:" in server.greeting
    answer = server.get("/sparql?query=ASK%7B%7D&secret=1", Authorization="Bearer very-secret-token")
    assert json.loads(answer.read()) == {"head": {}, "boolean": True}
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers.get("server") is None
    assert server.get("/nothing").status == 404
    assert server.stop() == 0
    requests = [entry for entry in server.log if entry["event"] == "request"]
    assert [(entry["path"], entry["status"]) for entry in requests] == [("/sparql", 200), ("/nothing", 404)]
    assert "secret" not in json.dumps(server.log)
    assert server.log[-1]["event"] == "stopped"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_an_answer_that_has_begun_is_finished_before_it_stops(server: Server) -> None:
    query = quote("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 60000")
    answer = server.get(f"/sparql?query={query}")
    start = answer.read(1000)
    server.process.send_signal(signal.SIGTERM)
    body = start + answer.read()
    assert len(json.loads(body)["results"]["bindings"]) > 10_000
    assert server.process.wait(20) in (0, -signal.SIGTERM, 128 + signal.SIGTERM)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_reader_that_goes_away_frees_its_worker(server: Server) -> None:
    query = quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    started = time.monotonic()
    assert server.get("/sparql?query=ASK%7B%7D").status == 200
    assert time.monotonic() - started < 10


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_strangers_cannot_come_in_under_another_name(server: Server) -> None:
    assert server.get("/", Host="evil.example").status == 421
    assert server.get("/", Host="localhost:1").status == 200


def test_a_port_that_is_taken_is_named(build: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortError, match=str(port)) as error:
            run(build, port=port)
    assert error.value.code == "KG521"


def test_other_machines_are_let_in_only_when_asked(build: Path) -> None:
    with pytest.raises(AddressError, match=r"0\.0\.0\.0") as error:
        run(build, host="0.0.0.0")
    assert error.value.code == "KG522"


def test_a_folder_without_a_build_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoBuildError) as error:
        run(tmp_path)
    assert error.value.code == "KG520"
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_store_is_reported(tmp_path: Path, make_build: object) -> None:
    folder = make_build(tmp_path / "build")  # type: ignore[operator]
    (folder / "store" / "CURRENT").write_text("nonsense")
    with pytest.raises(StoreError):
        run(folder, port=0)
    with pytest.raises(NoBuildError), TestClient(create_app(folder, workers=1)):
        pass


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("127.9.9.9", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.0.1", False),
        ("example.org", False),
    ],
)
def test_what_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_hosts_are_checked_where_told(build: Path) -> None:
    app = create_app(build, workers=1, allowed_hosts=["data.example.org"])
    with TestClient(app, base_url="http://data.example.org") as client:
        assert client.get("/").status_code == 200
        assert client.get("/", headers={"Host": "other.example.org"}).status_code == 421


def test_other_origins_may_not_read_by_default(build: Path) -> None:
    with TestClient(create_app(build, workers=1)) as client:
        answer = client.get("/sparql", params={"query": "ASK {}"}, headers={"Origin": "https://example.org"})
        assert "access-control-allow-origin" not in answer.headers


def test_under_a_path_of_a_proxy(build: Path) -> None:
    with TestClient(create_app(build, workers=1), root_path="/kg") as client:
        answer = client.get("/kg/", headers={"Accept": "text/html"})
        assert 'href="/kg/assets/serve.css"' in answer.text
        assert client.get("/kg/id/ada-byron", follow_redirects=False).headers["location"].startswith("/kg/")
