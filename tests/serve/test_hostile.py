"""Malformed, huge and slow requests: an answer each time, never a 500, never a path of this machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from kg.serve import create_app

PATHS = [
    "/",
    "/sparql",
    "/store",
    "/store/x",
    "/search",
    "/suggest",
    "/page/x",
    "/data/x.ttl",
    "/id/x",
    "/graph",
    "/type/x",
    "/files/x",
    "/assets/x.js",
    "/.well-known/void",
    "/questions",
]
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"]
TYPES = [
    "application/sparql-query",
    "application/sparql-update",
    "application/x-www-form-urlencoded",
    "text/turtle",
    "application/ld+json",
    "application/rdf+xml",
    "text/plain",
    "multipart/form-data; boundary=x",
    "",
    "nonsense",
    ";;;",
    "application/sparql-query; charset=utf-7",
]

words = st.one_of(
    st.sampled_from(
        [
            "SELECT",
            "ASK",
            "CONSTRUCT",
            "DESCRIBE",
            "*",
            "WHERE",
            "{",
            "}",
            "(",
            ")",
            "?s",
            "?p",
            "?o",
            "<http://x.example/>",
            "kg:subject",
            "FILTER",
            "OPTIONAL",
            "UNION",
            "MINUS",
            "GRAPH ?g",
            "BIND(1 AS ?x)",
            "VALUES ?x { 1 UNDEF }",
            "ORDER BY",
            "GROUP BY",
            "LIMIT 1",
            "LIMIT -1",
            "LIMIT 99999999999999999999",
            "OFFSET 3",
            "SERVICE",
            "FROM <x:y>",
            "PREFIX a: <b>",
            "BASE <x>",
            "'",
            '"',
            "'''",
            "\\",
            "#",
            ";",
            ",",
            ".",
            "a",
            "1e999",
            '"x"^^xsd:date',
            "@en",
            "_:b",
            "[]",
            "<<",
            ">>",
            "^",
            "/",
            "|",
            "+",
            "REGEX(?s, '(a+)+$')",
            "REPLACE('a', '', 'b')",
            "SUBSTR('é', 0, -1)",
            "IRI('x y')",
            "COUNT(*)",
            "AS",
            "DISTINCT",
            "LOAD",
            "DROP ALL",
            "\x00",
            "\ud7ff",
            "\u202e",
            "𝔘",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
queries = st.lists(words, max_size=25).map(" ".join)
header_values = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)


@pytest.fixture(scope="module")
def hostile(build: Path) -> Iterator[TestClient]:
    app = create_app(build, workers=2, time_limit_s=2, max_rows=500, max_request_bytes=100_000)
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as found:
        yield found


def check(answer: httpx.Response, build: Path) -> None:
    assert answer.status_code != 500, answer.text
    for text in (answer.text, *answer.headers.values()):
        for part in ("/tmp/", "Traceback", ".py", "site-packages", str(build)):
            assert part not in text, text[:500]


@settings(max_examples=220, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=queries,
    accept=st.one_of(st.sampled_from(["*/*", "text/csv", "text/turtle", "text/html"]), header_values),
)
def test_malformed_queries(hostile: TestClient, build: Path, query: str, accept: str) -> None:
    started = time.monotonic()
    check(hostile.post("/sparql", data={"query": query}, headers={"Accept": accept}), build)
    assert time.monotonic() - started < 10


@settings(max_examples=220, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(METHODS),
    path=st.one_of(
        st.sampled_from(PATHS),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(
            lambda text: "/" + quote(text, safe="/%.:;,~")
        ),
    ),
    names=st.lists(
        st.tuples(
            st.sampled_from(
                ["query", "update", "default-graph-uri", "named-graph-uri", "graph", "default", "q", "x"]
            ),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=15),
        ),
        max_size=3,
    ),
    body=st.binary(max_size=60),
    kind=st.sampled_from(TYPES),
    headers=st.dictionaries(
        st.sampled_from(
            [
                "Accept",
                "If-None-Match",
                "Accept-Encoding",
                "Authorization",
                "Origin",
                "Range",
                "Content-Length",
                "Expect",
            ]
        ),
        header_values,
        max_size=3,
    ),
)
def test_malformed_requests(
    hostile: TestClient,
    build: Path,
    method: str,
    path: str,
    names: list[tuple[str, str]],
    body: bytes,
    kind: str,
    headers: dict[str, str],
) -> None:
    headers = {**headers, **({"Content-Type": kind} if kind else {})}
    check(hostile.request(method, path, params=names, content=body, headers=headers), build)


HUGE = {
    "nested groups": "SELECT * {" + "{" * 20_000 + "}" * 20_000 + "}",
    "nested parentheses": "SELECT * { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }",
    "many negations": "SELECT * { FILTER(" + "!" * 40_000 + "1) }",
    "many unions": "ASK {" + "{?s ?p ?o} UNION " * 5_000 + "{?s ?p ?o} }",
    "nested optionals": "ASK {" + "?s ?p ?o OPTIONAL {" * 4_000 + "}" * 4_000 + "}",
    "long path": "ASK { ?s " + "(" * 15_000 + "<a:p>" + ")" * 15_000 + " ?o }",
    "long sum": "SELECT (1" + "+1" * 40_000 + " AS ?x) {}",
    "long iri": "ASK { <http://x.example/" + "a" * 90_000 + "> ?p ?o }",
    "long string": "ASK { ?s ?p '" + "a" * 90_000 + "' }",
    "many variables": "SELECT * { " + " ".join(f"?s{i} ?p{i} ?o{i} ." for i in range(4_000)) + " } LIMIT 1",
    "many values": "SELECT * { VALUES ?x { " + "1 " * 45_000 + "} }",
    "cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }",
    "long result": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "sorted product": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY DESC(?l) ?a",
    "endless path": "SELECT (COUNT(*) AS ?n) { ?a (!<a:a>|^!<a:a>)* ?b . ?c (!<a:a>|^!<a:a>)* ?d }",
    "growing string": "SELECT (STRLEN(GROUP_CONCAT(?x)) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i BIND(CONCAT(STR(?a), STR(?d), STR(?g)) AS ?x) }",
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_and_slow_queries_end_in_time(hostile: TestClient, build: Path, name: str) -> None:
    started = time.monotonic()
    answer = hostile.post("/sparql", data={"query": HUGE[name]})
    check(answer, build)
    assert answer.status_code in (200, 400, 413, 503, 504), answer.status_code
    assert time.monotonic() - started < 15
    after = hostile.get("/sparql", params={"query": "ASK {}"})
    assert after.status_code == 200


def test_a_query_that_is_stopped_frees_its_worker(build: Path) -> None:
    app = create_app(build, workers=1, time_limit_s=1)
    with TestClient(app) as client:
        for _ in range(2):
            assert client.post("/sparql", data={"query": HUGE["cross product"]}).status_code == 504
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200


def test_memory_of_a_query_is_limited(build: Path) -> None:
    app = create_app(build, workers=1, time_limit_s=20, max_memory_bytes=300 * 1024**2)
    with TestClient(app) as client:
        answer = client.post("/sparql", data={"query": HUGE["sorted product"]})
        assert answer.status_code in (503, 504)
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200


def test_more_requests_than_may_wait_are_told_to_come_back(build: Path) -> None:
    app = create_app(build, workers=1, time_limit_s=2, max_concurrent=2)
    with TestClient(app) as client:
        answers: list[httpx.Response] = []
        threads = [
            threading.Thread(
                target=lambda: answers.append(client.post("/sparql", data={"query": HUGE["cross product"]}))
            )
            for _ in range(5)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        statuses = sorted(answer.status_code for answer in answers)
        assert 503 in statuses and set(statuses) <= {503, 504}
        for answer in answers:
            if answer.status_code == 503:
                assert int(answer.headers["retry-after"]) > 0
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
