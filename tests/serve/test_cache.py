"""Repeated queries are answered from memory, and only as long as that is right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kg.serve import create_app

SELECT = "SELECT ?s ?name { ?s rdfs:label ?name } ORDER BY ?s"


class Logged:
    """A server and what it logged."""

    def __init__(self, client: TestClient, log: list[dict[str, object]]) -> None:
        self.client = client
        self.log = log

    def was_cached(self) -> bool:
        return self.log[-1].get("cached", False) is True


@pytest.fixture(scope="module")
def logged(build: Path) -> Iterator[Logged]:
    log: list[dict[str, object]] = []
    app = create_app(
        build, workers=1, cors_origins=["https://a.example"], log=lambda event, **fields: log.append(fields)
    )
    with TestClient(app) as client:
        yield Logged(client, log)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_second_answer_comes_from_memory_and_is_the_same(logged: Logged, method: str) -> None:
    def ask() -> tuple[int, bytes, dict[str, str]]:
        if method == "GET":
            answer = logged.client.get("/sparql", params={"query": SELECT})
        else:
            answer = logged.client.post("/sparql", data={"query": SELECT})
        return answer.status_code, answer.content, dict(answer.headers)

    first = ask()
    assert not logged.was_cached()
    assert ask() == first
    assert logged.was_cached()


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "text/csv"},
        {"Origin": "https://a.example"},
        {"Accept-Encoding": "identity"},
        {"If-None-Match": '"x"'},
    ],
)
def test_other_headers_get_an_answer_of_their_own(logged: Logged, headers: dict[str, str]) -> None:
    logged.client.get("/sparql", params={"query": SELECT})
    answer = logged.client.get("/sparql", params={"query": SELECT}, headers=headers)
    assert not logged.was_cached()
    if "Origin" in headers:
        assert answer.headers["access-control-allow-origin"] == "https://a.example"


def test_a_held_answer_is_not_sent_to_who_has_it(logged: Logged) -> None:
    tag = logged.client.get("/sparql", params={"query": SELECT}).headers["etag"]
    assert (
        logged.client.get("/sparql", params={"query": SELECT}, headers={"If-None-Match": tag}).status_code
        == 304
    )


@pytest.mark.parametrize("query", ["SELECT (NOW() AS ?n) {}", "SELECT (RAND() AS ?n) {}", "nonsense"])
def test_what_changes_or_fails_is_not_held(logged: Logged, query: str) -> None:
    for _ in range(2):
        logged.client.get("/sparql", params={"query": query})
        assert not logged.was_cached()


def test_a_change_makes_old_answers_unfindable(writable: TestClient) -> None:
    ask = {"query": "ASK { <http://example.org/a> ?p ?o }"}
    for _ in range(2):
        assert writable.get("/sparql", params=ask).json()["boolean"] is False
    writable.post(
        "/sparql", data={"update": "INSERT DATA { <http://example.org/a> <http://example.org/b> 1 }"}
    )
    assert writable.get("/sparql", params=ask).json()["boolean"] is True


def test_memory_is_bounded(build: Path) -> None:
    log: list[dict[str, object]] = []
    app = create_app(build, workers=1, cache_bytes=20_000, log=lambda event, **fields: log.append(fields))
    with TestClient(app) as client:
        for number in range(30):
            client.get("/sparql", params={"query": f"SELECT ({number} AS ?n) {{}}"})
        client.get("/sparql", params={"query": "SELECT (29 AS ?n) {}"})
        assert log[-1].get("cached")
        client.get("/sparql", params={"query": "SELECT (0 AS ?n) {}"})
        assert "cached" not in log[-1]


def test_nothing_is_held_when_told_so(build: Path) -> None:
    log: list[dict[str, object]] = []
    app = create_app(build, workers=1, cache_bytes=0, log=lambda event, **fields: log.append(fields))
    with TestClient(app) as client:
        for _ in range(2):
            client.get("/sparql", params={"query": SELECT})
        assert "cached" not in log[-1]
