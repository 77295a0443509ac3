"""Changes over HTTP: SPARQL updates after the W3C's protocol test cases, and who may make them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kg.serve import create_app
from kg.serve.errors import Refusal, TokenError
from kg.serve.updates import with_using

TOKEN = "correct-horse-battery-staple"
UPDATE = {"Content-Type": "application/sparql-update"}
G = "http://example.org/"
DATA = f"""CLEAR ALL ;
INSERT DATA {{ GRAPH <{G}1> {{ <{G}s> <{G}p> 1 }} GRAPH <{G}2> {{ <{G}s> <{G}p> 2 }} GRAPH <{G}3> {{ <{G}s> <{G}p> 3 }} }}"""


def update(client: TestClient, text: str, **parameters: str | list[str]) -> int:
    return client.post("/sparql", params=parameters, content=text, headers=UPDATE).status_code


def ask(client: TestClient, pattern: str) -> bool:
    return bool(client.get("/sparql", params={"query": f"ASK {{ {pattern} }}"}).json()["boolean"])


def test_update_by_post_of_a_form(writable: TestClient) -> None:
    answer = writable.post("/sparql", data={"update": f"INSERT DATA {{ <{G}a> <{G}b> 1 }}"})
    assert answer.status_code == 204
    assert ask(writable, f"<{G}a> <{G}b> 1")


def test_update_by_post_of_the_update(writable: TestClient) -> None:
    assert update(writable, f"INSERT DATA {{ <{G}a> <{G}b> 1 }}") == 204
    assert ask(writable, f"<{G}a> <{G}b> 1")


def test_update_with_a_base(writable: TestClient) -> None:
    assert update(writable, f"BASE <{G}> INSERT DATA {{ GRAPH <g> {{ <a> <b> <c> }} }}") == 204
    assert ask(writable, f"GRAPH <{G}g> {{ <{G}a> <{G}b> <{G}c> }}")


def test_using_graph_uri(writable: TestClient) -> None:
    assert update(writable, DATA) == 204
    insert = f"INSERT {{ GRAPH <{G}o> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
    assert update(writable, insert, **{"using-graph-uri": G + "1"}) == 204
    assert ask(writable, f"GRAPH <{G}o> {{ ?s ?p 1 }} FILTER NOT EXISTS {{ GRAPH <{G}o> {{ ?s ?p 2 }} }}")


def test_several_using_graph_uris(writable: TestClient) -> None:
    assert update(writable, DATA) == 204
    insert = f"INSERT {{ GRAPH <{G}o> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
    assert update(writable, insert, **{"using-graph-uri": [G + "1", G + "2"]}) == 204
    assert ask(writable, f"GRAPH <{G}o> {{ ?s ?p 1, 2 }} FILTER NOT EXISTS {{ GRAPH <{G}o> {{ ?s ?p 3 }} }}")


def test_using_named_graph_uri(writable: TestClient) -> None:
    assert update(writable, DATA) == 204
    insert = f"INSERT {{ GRAPH <{G}o> {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert update(writable, insert, **{"using-named-graph-uri": G + "2"}) == 204
    assert ask(writable, f"GRAPH <{G}o> {{ ?s ?p 2 }} FILTER NOT EXISTS {{ GRAPH <{G}o> {{ ?s ?p 1 }} }}")


def test_using_both_kinds_in_a_form(writable: TestClient) -> None:
    assert update(writable, DATA) == 204
    insert = f"INSERT {{ GRAPH <{G}o> {{ ?a ?b ?o }} }} WHERE {{ ?s ?p ?o GRAPH ?g {{ ?a ?b ?c }} }}"
    graphs = {"using-graph-uri": G + "1", "using-named-graph-uri": G + "2"}
    assert writable.post("/sparql", data={"update": insert, **graphs}).status_code == 204
    assert ask(writable, f"GRAPH <{G}o> {{ ?s ?p 1 }} FILTER NOT EXISTS {{ GRAPH <{G}o> {{ ?s ?p 2 }} }}")


def test_using_with_delete_where(writable: TestClient) -> None:
    assert update(writable, DATA) == 204
    assert (
        update(
            writable, f"DELETE WHERE {{ GRAPH <{G}1> {{ ?s ?p ?o }} }}", **{"using-named-graph-uri": G + "1"}
        )
        == 204
    )
    assert not ask(writable, f"GRAPH <{G}1> {{ ?s ?p ?o }}")
    assert ask(writable, f"GRAPH <{G}2> {{ ?s ?p ?o }}")


@pytest.mark.parametrize("clause", ["USING <http://example.org/1>", "USING NAMED <http://example.org/1>"])
def test_graphs_in_both_places_are_refused(writable: TestClient, clause: str) -> None:
    text = f"INSERT {{ ?s ?p ?o }} {clause} WHERE {{ ?s ?p ?o }}"
    assert update(writable, text) == 204
    assert update(writable, text, **{"using-graph-uri": G + "2"}) == 400


def test_with_and_a_named_graph_are_refused(writable: TestClient) -> None:
    text = f"WITH <{G}1> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}"
    assert update(writable, text, **{"using-named-graph-uri": G + "2"}) == 400


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DELETE WHERE { ?a ?b ?c }", "DELETE { ?a ?b ?c } USING <g:1> WHERE { ?a ?b ?c }"),
        ("INSERT DATA { <a:b> <a:c> 'WHERE' }", "INSERT DATA { <a:b> <a:c> 'WHERE' }"),
        (
            "delete {?a ?b ?c} # where {\n where {?a ?b ?c} ; INSERT {?a ?b ?c} WHERE {?c ?b '}'}",
            "delete {?a ?b ?c} # where {\n USING <g:1> where {?a ?b ?c} ; INSERT {?a ?b ?c} USING <g:1> WHERE {?c ?b '}'}",
        ),
        ("CLEAR ALL", "CLEAR ALL"),
        ("PREFIX where: <a:b> CLEAR ALL", "PREFIX where: <a:b> CLEAR ALL"),
    ],
)
def test_where_using_goes(text: str, expected: str) -> None:
    assert with_using(text, ("g:1",), ()) == expected


def test_a_brace_that_is_not_closed_is_refused() -> None:
    with pytest.raises(Refusal, match="not closed"):
        with_using("DELETE WHERE { ?a ?b", ("g:1",), ())


@pytest.mark.parametrize(
    ("status", "content", "headers"),
    [
        (400, "INSERT DATA {", UPDATE),
        (400, "ASK {}", UPDATE),
        (415, "CLEAR ALL", {"Content-Type": "text/plain"}),
        (400, "update=CLEAR%20ALL", {}),
        (400, "CLEAR ALL", {}),
        (400, "update=CLEAR%20ALL&update=CLEAR%20ALL", {"Content-Type": "application/x-www-form-urlencoded"}),
        (400, "CLEAR ALL".encode("utf-16"), UPDATE),
        (400, "DROP GRAPH <http://example.org/none>", UPDATE),
    ],
)
def test_bad_updates_change_nothing(
    writable: TestClient, status: int, content: str | bytes, headers: dict[str, str]
) -> None:
    assert writable.post("/sparql", content=content, headers=headers).status_code == status
    assert ask(writable, "?s ?p ?o")


def test_a_query_still_may_not_change_anything(writable: TestClient) -> None:
    assert writable.post("/sparql", data={"query": "CLEAR ALL"}).status_code == 400
    assert writable.get("/sparql", params={"update": "CLEAR ALL"}).status_code == 400


# --- Who may -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        f"Basic {TOKEN}",
        TOKEN,
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        "Bearer é",
    ],
)
def test_without_the_token_nothing_is_written(writable: TestClient, authorization: str) -> None:
    headers = {**UPDATE, "Authorization": authorization.encode("utf-8")}
    answer = writable.post("/sparql", content="CLEAR ALL", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert writable.delete("/store?default", headers=headers).status_code == 401
    assert ask(writable, "?s ?p ?o")


def test_reading_needs_no_token(writable: TestClient) -> None:
    assert (
        writable.get("/sparql", params={"query": "ASK {}"}, headers={"Authorization": ""}).status_code == 200
    )


@pytest.mark.parametrize("token", [None, "", "short", "has spaces in it all over", "ümläut-but-long-enough"])
def test_a_bad_token_is_refused_at_the_start(build: Path, token: str | None) -> None:
    with pytest.raises(TokenError) as error:
        create_app(build, writable=True, token=token)
    assert error.value.code == "KG523"
    assert str(token or "none") not in str(error.value)


# --- What readers see ------------------------------------------------------------------------------------------


def test_everything_shows_a_change_at_once(writable: TestClient) -> None:
    before = writable.get("/sparql", params={"query": "SELECT * { ?s rdfs:label ?o }"})
    page = writable.get("/page/ada-byron")
    update(
        writable,
        'INSERT DATA { GRAPH d:new { d:grace-hopper a kg:Person ; rdfs:label "Grace Hopper"@en ; kg:mentionCount 1 } }',
    )
    held = {"If-None-Match": before.headers["etag"]}
    assert (
        writable.get("/sparql", params={"query": "SELECT * { ?s rdfs:label ?o }"}, headers=held).status_code
        == 200
    )
    assert writable.get("/page/grace-hopper").status_code == 200
    assert "Grace Hopper" in writable.get("/type/Person").text
    assert [item["name"] for item in writable.get("/suggest?q=grace").json()] == ["Grace Hopper"]
    assert writable.get("/page/ada-byron").headers["etag"] != page.headers["etag"]


def test_changes_survive_a_restart(tmp_path: Path, make_build: object) -> None:
    folder = make_build(tmp_path / "build")  # type: ignore[operator]
    for expected in (False, True):
        app = create_app(folder, writable=True, token=TOKEN, workers=1)
        with TestClient(app, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
            assert ask(client, f"<{G}a> <{G}b> 1") is expected
            assert update(client, f"INSERT DATA {{ <{G}a> <{G}b> 1 }}") == 204
    assert not (folder / ".serving").exists()


def test_an_update_over_time_is_stopped_and_the_next_one_works(tmp_path: Path, make_build: object) -> None:
    folder = make_build(tmp_path / "build")  # type: ignore[operator]
    app = create_app(folder, writable=True, token=TOKEN, workers=1, time_limit_s=1)
    slow = (
        "INSERT { ?a ?b 70707 } WHERE { "
        + " ".join(f"GRAPH ?g{i} {{ ?a{i} ?b{i} ?c{i} }}" for i in range(5))
        + " }"
    )
    with TestClient(app, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        started = time.monotonic()
        assert update(client, slow) == 504
        assert time.monotonic() - started < 5
        assert update(client, f"INSERT DATA {{ <{G}a> <{G}b> 1 }}") == 204
        assert ask(client, f"<{G}a> <{G}b> 1")
        assert not ask(client, "?s ?p 70707")


def test_only_one_server_may_write(tmp_path: Path, make_build: object) -> None:
    from kg.serve.errors import NoBuildError

    folder = make_build(tmp_path / "build")  # type: ignore[operator]
    first = create_app(folder, writable=True, token=TOKEN, workers=1)
    second = create_app(folder, writable=True, token=TOKEN, workers=1)
    with TestClient(first), pytest.raises(NoBuildError), TestClient(second):
        pass
