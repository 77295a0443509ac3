"""The SPARQL 1.1 Graph Store HTTP Protocol."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

G = "http://example.org/g"
TURTLE = {"Content-Type": "text/turtle"}
TRIPLES = {"Accept": "application/n-triples"}
ONE = '<http://example.org/s> <http://example.org/p> "é \\" 1" .'
TWO = "<http://example.org/s> <http://example.org/p> 2 ."
D = "https://kg.example/id/"


def read(client: TestClient, **graph: str) -> set[ox.Triple]:
    answer = client.get("/store", params=graph, headers=TRIPLES)
    assert answer.status_code == 200, answer.text
    return {quad.triple for quad in ox.parse(answer.content, ox.RdfFormat.N_TRIPLES)}


def triples(turtle: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(turtle, ox.RdfFormat.TURTLE)}


# --- Reading ---------------------------------------------------------------------------------------------------


def test_a_graph_by_its_name(client: TestClient) -> None:
    graph = read(client, graph=D + "transcript-talk-1")
    query = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{D}transcript-talk-1> {{ ?s ?p ?o }} }}"
    same = client.get("/sparql", params={"query": query}, headers=TRIPLES)
    assert graph == {quad.triple for quad in ox.parse(same.content, ox.RdfFormat.N_TRIPLES)}
    assert graph


def test_a_graph_by_its_address(client: TestClient) -> None:
    direct = client.get("/store/transcript-talk-1", headers=TRIPLES)
    assert {quad.triple for quad in ox.parse(direct.content, ox.RdfFormat.N_TRIPLES)} == read(
        client, graph=D + "transcript-talk-1"
    )


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/trig", ox.RdfFormat.TRIG),
    ],
)
def test_a_graph_in_every_type(client: TestClient, accept: str, form: ox.RdfFormat) -> None:
    name = D + "transcript-talk-1"
    answer = client.get("/store", params={"graph": name}, headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(accept)
    assert {quad.triple for quad in ox.parse(answer.content, form)} == read(client, graph=name)


def test_the_whole_store_with_its_graphs(client: TestClient) -> None:
    quads = list(ox.parse(client.get("/store").content, ox.RdfFormat.TRIG))
    names = {str(quad.graph_name) for quad in quads}
    assert names == {f"<{D}transcript-talk-1>", f"<{D}transcript-talk-2>", f"<{D}graph-entities>"}
    assert client.get("/store", headers={"Accept": "text/turtle"}).status_code == 406


def test_the_default_graph_of_the_store_is_empty_in_a_build(client: TestClient) -> None:
    assert read(client, default="") == set()


def test_head_has_no_body(client: TestClient) -> None:
    answer = client.head("/store", params={"graph": D + "transcript-talk-1"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/turtle")
    assert answer.content == b""
    assert client.head("/store", params={"graph": G}).status_code == 404


def test_a_graph_that_the_client_has_is_not_sent_again(client: TestClient) -> None:
    parameters = {"graph": D + "transcript-talk-1"}
    tag = client.get("/store", params=parameters).headers["etag"]
    assert client.get("/store", params=parameters, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("status", "path"),
    [
        (404, f"/store?graph={G}"),
        (404, "/store/none"),
        (400, "/store?graph=no%20iri"),
        (400, f"/store?default&graph={G}"),
        (400, f"/store?graph={G}&graph={G}2"),
    ],
)
def test_what_cannot_be_read(client: TestClient, status: int, path: str) -> None:
    assert client.get(path).status_code == status


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize("path", [f"/store?graph={G}", "/store?default", "/store/new", "/store"])
def test_nothing_is_written_when_read_only(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path, content=ONE, headers=TURTLE).status_code == 403


def test_patch_is_not_allowed(client: TestClient) -> None:
    answer = client.patch("/store?default", content=ONE)
    assert answer.status_code == 405
    assert {"GET", "PUT"} <= set(answer.headers["allow"].split(", "))


# --- Writing ---------------------------------------------------------------------------------------------------


def test_put_makes_then_replaces(writable: TestClient) -> None:
    parameters = {"graph": G}
    assert writable.put("/store", params=parameters, content=ONE, headers=TURTLE).status_code == 201
    assert read(writable, graph=G) == triples(ONE)
    assert writable.put("/store", params=parameters, content=TWO, headers=TURTLE).status_code == 204
    assert read(writable, graph=G) == triples(TWO)


def test_post_makes_then_adds(writable: TestClient) -> None:
    parameters = {"graph": G}
    assert writable.post("/store", params=parameters, content=ONE, headers=TURTLE).status_code == 201
    assert writable.post("/store", params=parameters, content=TWO, headers=TURTLE).status_code == 204
    assert read(writable, graph=G) == triples(ONE + TWO)


def test_delete_removes_the_graph(writable: TestClient) -> None:
    writable.put("/store", params={"graph": G}, content=ONE, headers=TURTLE)
    assert writable.delete("/store", params={"graph": G}).status_code == 204
    assert writable.get("/store", params={"graph": G}).status_code == 404
    assert writable.delete("/store", params={"graph": G}).status_code == 404


def test_put_of_nothing_makes_an_empty_graph(writable: TestClient) -> None:
    assert writable.put("/store", params={"graph": G}, content="", headers=TURTLE).status_code == 201
    assert read(writable, graph=G) == set()


def test_the_default_graph(writable: TestClient) -> None:
    for method, content, expected in (
        ("PUT", ONE, ONE),
        ("POST", TWO, ONE + TWO),
        ("PUT", TWO, TWO),
        ("DELETE", "", ""),
    ):
        answer = writable.request(method, "/store?default", content=content, headers=TURTLE)
        assert answer.status_code == 204
        assert read(writable, default="") == triples(expected)


def test_other_graphs_stay_as_they_are(writable: TestClient) -> None:
    before = read(writable, graph=D + "transcript-talk-1")
    writable.put("/store", params={"graph": G}, content=ONE, headers=TURTLE)
    writable.put("/store?default", content=ONE, headers=TURTLE)
    assert read(writable, graph=D + "transcript-talk-1") == before


def test_direct_identification(writable: TestClient) -> None:
    assert writable.put("/store/people/ada.ttl", content=ONE, headers=TURTLE).status_code == 201
    assert read(writable, graph="http://testserver/store/people/ada.ttl") == triples(ONE)
    assert writable.get("/store/people/ada.ttl").status_code == 200
    assert writable.post("/store/people/ada.ttl", content=TWO, headers=TURTLE).status_code == 204
    assert writable.delete("/store/people/ada.ttl").status_code == 204
    assert writable.get("/store/people/ada.ttl").status_code == 404


def test_direct_identification_of_a_transcript_replaces_it(writable: TestClient) -> None:
    assert writable.put("/store/transcript-talk-1", content=ONE, headers=TURTLE).status_code == 204
    assert read(writable, graph=D + "transcript-talk-1") == triples(ONE)


def test_post_to_the_store_makes_a_graph_and_says_where(writable: TestClient) -> None:
    answer = writable.post("/store", content=ONE, headers=TURTLE)
    assert answer.status_code == 201
    location = answer.headers["location"]
    found = writable.get(location, headers=TRIPLES)
    assert {quad.triple for quad in ox.parse(found.content, ox.RdfFormat.N_TRIPLES)} == triples(ONE)


@pytest.mark.parametrize(
    ("media_type", "form"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/trig", ox.RdfFormat.TRIG),
        ("application/n-quads", ox.RdfFormat.N_QUADS),
    ],
)
def test_data_in_every_type(writable: TestClient, media_type: str, form: ox.RdfFormat) -> None:
    data = ox.serialize(triples(ONE + TWO), format=form)
    answer = writable.put("/store", params={"graph": G}, content=data, headers={"Content-Type": media_type})
    assert answer.status_code == 201
    assert read(writable, graph=G) == triples(ONE + TWO)


def test_relative_iris_are_relative_to_the_graph(writable: TestClient) -> None:
    writable.put("/store", params={"graph": "http://example.org/a/"}, content="<b> <c> <d> .", headers=TURTLE)
    assert read(writable, graph="http://example.org/a/") == triples(
        "<http://example.org/a/b> <http://example.org/a/c> <http://example.org/a/d> ."
    )


def test_blank_nodes_of_two_requests_are_different(writable: TestClient) -> None:
    for _ in range(2):
        writable.post("/store", params={"graph": G}, content="_:x <http://example.org/p> 1 .", headers=TURTLE)
    query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{G}> {{ ?s ?p 1 }} }}"
    answer = writable.get("/sparql", params={"query": query})
    assert answer.json()["results"]["bindings"][0]["n"]["value"] == "2"


@pytest.mark.parametrize(
    ("status", "path", "content", "headers"),
    [
        (400, f"/store?graph={G}", "<a <b", TURTLE),
        (400, f"/store?graph={G}", b"\xff\xfe", TURTLE),
        (400, f"/store?graph={G}", ONE, {}),
        (415, f"/store?graph={G}", ONE, {"Content-Type": "text/html"}),
        (400, f"/store?graph={G}", f"<{G}> {{ {ONE} }}", {"Content-Type": "application/trig"}),
        (400, "/store?graph=no%20iri", ONE, TURTLE),
        (400, "/store", ONE, TURTLE),
    ],
)
def test_bad_data_changes_nothing(
    writable: TestClient, status: int, path: str, content: str | bytes, headers: dict[str, str]
) -> None:
    before = writable.get("/store", headers={"Accept": "application/n-quads"}).content
    assert writable.put(path, content=content, headers=headers).status_code == status
    after = writable.get("/store", headers={"Accept": "application/n-quads"}).content
    assert sorted(before.splitlines()) == sorted(after.splitlines())


def test_delete_of_everything_at_once_is_refused(writable: TestClient) -> None:
    assert writable.delete("/store").status_code == 400
