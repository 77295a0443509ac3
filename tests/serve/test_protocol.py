"""The SPARQL 1.1 Protocol, after the W3C's protocol test cases (query part) and beyond."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import httpx
import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

D = "https://kg.example/id/"
GRAPH_1, GRAPH_2 = D + "transcript-talk-1", D + "transcript-talk-2"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
XML = {"Accept": "application/sparql-results+xml"}


def ask(client: TestClient, query: str, **parameters: str | list[str]) -> bool:
    answer = client.get("/sparql", params={"query": query, **parameters})
    assert answer.status_code == 200, answer.text
    return bool(answer.json()["boolean"])


# --- How a query is sent -----------------------------------------------------------------------------------


def test_query_by_get(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "ASK {}"}, headers=XML)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/sparql-results+xml"
    assert "<boolean>true</boolean>" in answer.text


def test_query_by_post_of_a_form(client: TestClient) -> None:
    answer = client.post("/sparql", data={"query": "ASK {}"}, headers=XML)
    assert answer.status_code == 200
    assert "true" in answer.text


def test_query_by_post_of_the_query(client: TestClient) -> None:
    answer = client.post("/sparql", content="ASK {}", headers=DIRECT)
    assert answer.json() == {"head": {}, "boolean": True}


def test_query_by_post_with_a_character_set(client: TestClient) -> None:
    headers = {"Content-Type": "application/sparql-query; charset=UTF-8"}
    answer = client.post("/sparql", content='ASK { FILTER(STRLEN("é") = 1) }'.encode(), headers=headers)
    assert answer.json()["boolean"] is True


def test_head_has_the_headers_of_get(client: TestClient) -> None:
    answer = client.head("/sparql", params={"query": "ASK {}"})
    assert answer.status_code == 200
    assert answer.content == b""


# --- Which graphs are asked ----------------------------------------------------------------------------------


def test_the_default_graph_is_all_graphs_together(client: TestClient) -> None:
    query = f"ASK {{ ?a kg:subject d:ada-byron ; prov:wasQuotedFrom/oa:hasSource <{GRAPH_1}> . ?b kg:subject d:ada-byron ; prov:wasQuotedFrom/oa:hasSource <{GRAPH_2}> }}"
    assert ask(client, query)


def test_default_graph_uri_by_get(client: TestClient) -> None:
    one = f"ASK {{ ?c prov:wasQuotedFrom/oa:hasSource <{GRAPH_1}> }}"
    assert ask(client, one, **{"default-graph-uri": GRAPH_1})
    assert not ask(client, one, **{"default-graph-uri": GRAPH_2})


def test_several_default_graph_uris(client: TestClient) -> None:
    query = f"ASK {{ ?c prov:wasQuotedFrom/oa:hasSource <{GRAPH_1}> . ?d prov:wasQuotedFrom/oa:hasSource <{GRAPH_2}> }}"
    assert ask(client, query, **{"default-graph-uri": [GRAPH_1, GRAPH_2]})
    assert not ask(client, query, **{"default-graph-uri": [GRAPH_1]})


@pytest.mark.parametrize("where", ["body", "address"])
def test_default_graph_uri_by_post(client: TestClient, where: str) -> None:
    query = f"ASK {{ ?c prov:wasQuotedFrom/oa:hasSource <{GRAPH_1}> }}"
    graphs = {"default-graph-uri": GRAPH_2}
    if where == "body":
        answer = client.post("/sparql", data={"query": query, **graphs})
    else:
        answer = client.post("/sparql", params=graphs, content=query, headers=DIRECT)
    assert answer.json()["boolean"] is False


def test_default_graph_uri_leaves_no_named_graphs(client: TestClient) -> None:
    assert not ask(client, "ASK { GRAPH ?g { ?s ?p ?o } }", **{"default-graph-uri": GRAPH_1})


def test_named_graph_uri_leaves_an_empty_default_graph(client: TestClient) -> None:
    named = {"named-graph-uri": [GRAPH_1]}
    assert not ask(client, "ASK { ?s ?p ?o }", **named)
    answer = client.get("/sparql", params={"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", **named})
    assert [row["g"]["value"] for row in answer.json()["results"]["bindings"]] == [GRAPH_1]


def test_named_graph_uri_by_post(client: TestClient) -> None:
    query = "ASK { GRAPH ?g { ?s ?p ?o } FILTER(?g = <%s>) }"
    for graph, expected in ((GRAPH_1, True), (GRAPH_2, False)):
        answer = client.post("/sparql", data={"query": query % graph, "named-graph-uri": GRAPH_1})
        assert answer.json()["boolean"] is expected


def test_the_address_may_end_in_a_slash(client: TestClient) -> None:
    assert client.get("/sparql/", params={"query": "ASK {}"}).json()["boolean"] is True
    assert client.get("/store/").status_code == 200


def test_full_dataset(client: TestClient) -> None:
    query = f"ASK {{ ?c prov:wasQuotedFrom/oa:hasSource <{GRAPH_1}> GRAPH <{GRAPH_2}> {{ ?d a kg:Claim }} FILTER NOT EXISTS {{ GRAPH <{GRAPH_1}> {{ ?s ?p ?o }} }} }}"
    assert ask(client, query, **{"default-graph-uri": GRAPH_1, "named-graph-uri": GRAPH_2})


def test_graphs_of_the_request_win_over_from(client: TestClient) -> None:
    query = f"ASK FROM <{GRAPH_1}> {{ ?c prov:wasQuotedFrom/oa:hasSource <{GRAPH_1}> }}"
    assert ask(client, query)
    assert not ask(client, query, **{"default-graph-uri": GRAPH_2})


def test_a_graph_that_does_not_exist_is_empty(client: TestClient) -> None:
    assert not ask(client, "ASK { ?s ?p ?o }", **{"default-graph-uri": "http://example.org/none"})


def test_a_graph_name_that_is_no_iri_is_refused(client: TestClient) -> None:
    assert client.get("/sparql", params={"query": "ASK {}", "default-graph-uri": "no iri"}).status_code == 400


# --- In which form the answer comes ------------------------------------------------------------------------

SELECT, ASK = "SELECT ?s ?name { ?s rdfs:label ?name } ORDER BY ?s LIMIT 2", "ASK {}"
CONSTRUCT = "CONSTRUCT { ?s rdfs:label ?name } WHERE { ?s rdfs:label ?name }"
DESCRIBE = "DESCRIBE d:ada-byron"
RESULT_TYPES = [
    ("application/sparql-results+json", ox.QueryResultsFormat.JSON),
    ("application/json", ox.QueryResultsFormat.JSON),
    ("application/sparql-results+xml", ox.QueryResultsFormat.XML),
    ("text/csv", ox.QueryResultsFormat.CSV),
    ("text/tab-separated-values", ox.QueryResultsFormat.TSV),
]
GRAPH_TYPES = [
    ("text/turtle", ox.RdfFormat.TURTLE),
    ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    ("application/ld+json", ox.RdfFormat.JSON_LD),
    ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    ("application/trig", ox.RdfFormat.TRIG),
    ("application/n-quads", ox.RdfFormat.N_QUADS),
]


@pytest.mark.parametrize(("media_type", "form"), RESULT_TYPES)
def test_select_in_every_type(client: TestClient, media_type: str, form: ox.QueryResultsFormat) -> None:
    answer = client.get("/sparql", params={"query": SELECT}, headers={"Accept": media_type})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert answer.headers["vary"].startswith("Accept")
    if form is ox.QueryResultsFormat.CSV:
        assert answer.text.splitlines()[0] == "s,name"
        assert len(answer.text.splitlines()) == 3
    else:
        parsed = ox.parse_query_results(answer.content, form)
        assert isinstance(parsed, ox.QuerySolutions)
        assert len(list(parsed)) == 2


@pytest.mark.parametrize(("media_type", "form"), RESULT_TYPES)
def test_ask_in_every_type(client: TestClient, media_type: str, form: ox.QueryResultsFormat) -> None:
    answer = client.get("/sparql", params={"query": ASK}, headers={"Accept": media_type})
    assert answer.status_code == 200
    assert "true" in answer.text


@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
@pytest.mark.parametrize(("media_type", "form"), GRAPH_TYPES)
def test_graphs_in_every_type(client: TestClient, query: str, media_type: str, form: ox.RdfFormat) -> None:
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": media_type})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    turtle = client.get("/sparql", params={"query": query}, headers={"Accept": "application/n-triples"})
    expected = {quad.triple for quad in ox.parse(turtle.content, ox.RdfFormat.N_TRIPLES)}
    assert {quad.triple for quad in ox.parse(answer.content, form)} == expected
    assert expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
        ("text/csv, application/json;q=0.9", "text/csv"),
        ("text/csv;q=0.1, application/sparql-results+xml;q=0.2", "application/sparql-results+xml"),
        ("text/*", "text/xml"),
        ("text/*;q=0.5, application/sparql-results+json;q=0", "text/xml"),
        ("*/*;q=0.1, text/tab-separated-values", "text/tab-separated-values"),
        ("text/html, */*;q=0.8", "application/sparql-results+json"),
        ("text/turtle, */*;q=0.01", "application/sparql-results+json"),
        ("TEXT/CSV; Q=0.7", "text/csv"),
        ("application/sparql-results+json; charset=utf-8", "application/sparql-results+json"),
    ],
)
def test_quality_values_decide(client: TestClient, accept: str, expected: str) -> None:
    answer = client.get("/sparql", params={"query": ASK}, headers={"Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == expected


@pytest.mark.parametrize(
    ("query", "accept"),
    [(SELECT, "image/png"), (SELECT, "text/turtle"), (CONSTRUCT, "text/csv"), (SELECT, "text/csv;q=0")],
)
def test_a_type_that_cannot_be_had_is_406(client: TestClient, query: str, accept: str) -> None:
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert answer.status_code == 406
    assert "one of" in answer.text


# --- Requests that break the protocol ------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_405(client: TestClient, method: str) -> None:
    answer = client.request(method, "/sparql", params={"query": ASK})
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


BAD = {
    "two queries": (400, "POST", "query=ASK%20%7B%7D&query=ASK%20%7B%7D", FORM),
    "no query": (400, "POST", "other=1", FORM),
    "wrong media type": (415, "POST", "ASK {}", {"Content-Type": "text/plain"}),
    "no form type": (400, "POST", "query=ASK%20%7B%7D", {}),
    "no direct type": (400, "POST", "ASK {}", {}),
    "not utf-8": (400, "POST", "ASK { FILTER('é' = 'é') }".encode("utf-16"), DIRECT),
    "form not utf-8": (400, "POST", b"query=ASK%20%7B%FF%7D", FORM),
    "other character set": (
        415,
        "POST",
        b"ASK {}",
        {"Content-Type": "application/sparql-query; charset=utf-16"},
    ),
    "syntax": (400, "POST", "query=ASK%20%7B", FORM),
    "empty": (400, "POST", "query=", FORM),
    "query and update": (400, "POST", "query=ASK%20%7B%7D&update=CLEAR%20ALL", FORM),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_requests(client: TestClient, name: str) -> None:
    status, method, body, headers = BAD[name]
    answer = client.request(method, "/sparql", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.text.startswith(f"{status} ")


def test_two_queries_by_get_are_refused(client: TestClient) -> None:
    assert client.get("/sparql?query=ASK%20%7B%7D&query=ASK%20%7B%7D").status_code == 400


def test_update_by_get_is_refused(client: TestClient) -> None:
    assert client.get("/sparql", params={"update": "CLEAR ALL"}).status_code == 400


def test_an_update_as_a_query_is_a_syntax_error(client: TestClient) -> None:
    assert client.get("/sparql", params={"query": "CLEAR ALL"}).status_code == 400


@pytest.mark.parametrize("how", ["form", "direct"])
def test_updates_are_refused_when_read_only(client: TestClient, how: str) -> None:
    if how == "form":
        answer = client.post("/sparql", data={"update": "CLEAR ALL"})
    else:
        answer = client.post(
            "/sparql", content="CLEAR ALL", headers={"Content-Type": "application/sparql-update"}
        )
    assert answer.status_code == 403
    assert ask(client, "ASK { ?s ?p ?o }")


def test_a_syntax_error_says_where(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "SELECT *\nWHERE { ?s ?p }"})
    assert answer.status_code == 400
    assert "line 2" in answer.text
    assert "WHERE { ?s ?p }" in answer.text


def test_an_unknown_function_is_named(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "SELECT (<http://example.org/f>(1) AS ?x) {}"})
    assert answer.status_code == 400
    assert "the custom function <http://example.org/f> is not supported" in answer.text


# --- Descriptions ----------------------------------------------------------------------------------------------


def test_the_endpoint_describes_itself_without_a_query(client: TestClient) -> None:
    answer = client.get("/sparql", headers={"Accept": "application/n-triples"})
    text = answer.text
    assert "<http://www.w3.org/ns/sparql-service-description#Service>" in text
    assert "<http://testserver/sparql>" in text
    assert "sparql-service-description#UnionDefaultGraph" in text
    assert GRAPH_1 in text and GRAPH_2 in text


def test_void_counts_what_is_there(client: TestClient) -> None:
    answer = client.get("/.well-known/void")
    store = ox.Store()
    store.load(answer.content, ox.RdfFormat.TURTLE)
    query = "SELECT ?n { ?d <http://rdfs.org/ns/void#triples> ?n }"
    stated = [int(row["n"].value) for row in store.query(query)]
    counted = client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"})
    assert stated == [int(counted.json()["results"]["bindings"][0]["n"]["value"])]


# --- Caching, compression, other origins --------------------------------------------------------------------


def test_an_answer_that_the_client_has_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/sparql", params={"query": SELECT})
    tag = first.headers["etag"]
    again = client.get("/sparql", params={"query": SELECT}, headers={"If-None-Match": f'"other", {tag}'})
    assert again.status_code == 304
    assert again.content == b""
    other_type = client.get(
        "/sparql", params={"query": SELECT}, headers={"If-None-Match": tag, "Accept": "text/csv"}
    )
    assert other_type.status_code == 200
    other_query = client.get("/sparql", params={"query": ASK}, headers={"If-None-Match": tag})
    assert other_query.status_code == 200


@pytest.mark.parametrize("function", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_answers_that_change_have_no_tag(client: TestClient, function: str) -> None:
    answer = client.get("/sparql", params={"query": f"SELECT ({function} AS ?x) {{}}"})
    assert answer.status_code == 200
    assert "etag" not in answer.headers


def test_gzip_is_used_where_it_is_wanted(client: TestClient) -> None:
    query = {"query": "SELECT * { ?s ?p ?o }"}
    plain = client.get("/sparql", params=query, headers={"Accept-Encoding": "identity"})
    packed = client.get("/sparql", params=query, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["vary"]
    assert packed.json()["head"] == plain.json()["head"]
    assert len(packed.json()["results"]["bindings"]) == len(plain.json()["results"]["bindings"])


def test_other_origins_may_read_where_allowed(client: TestClient) -> None:
    origin = {"Origin": "https://example.org"}
    assert (
        client.get("/sparql", params={"query": ASK}, headers=origin).headers["access-control-allow-origin"]
        == "*"
    )
    asked = {
        **origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    assert client.options("/sparql", headers=asked).status_code == 200


# --- Limits ------------------------------------------------------------------------------------------------------


def test_a_result_over_the_row_limit_is_cut_and_says_so(client: TestClient) -> None:
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    answer = client.get("/sparql", params={"query": query})
    body = answer.json()
    assert len(body["results"]["bindings"]) == 1000
    assert "1000 rows" in body["truncated"]
    for accept in ("text/csv", "text/tab-separated-values"):
        cut = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
        assert cut.headers["kg-truncated"] == "rows"
        assert cut.text.count("\n") == 1001


def test_a_graph_over_the_limit_is_cut_and_says_so(client: TestClient) -> None:
    query = "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "application/n-triples"})
    assert answer.text.endswith("limit of this server\n")
    assert len(list(ox.parse(answer.content, ox.RdfFormat.N_TRIPLES))) == 1000
    whole = client.get("/sparql", params={"query": query}, headers={"Accept": "application/ld+json"})
    assert whole.headers["kg-truncated"] == "rows"


def test_an_answer_within_the_limit_is_not_marked(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": SELECT})
    assert "kg-truncated" not in answer.headers
    assert "truncated" not in answer.json()


def test_a_request_that_is_too_large_is_413(client: TestClient) -> None:
    query = "ASK { } #" + "x" * 1_100_000
    assert client.post("/sparql", content=query, headers=DIRECT).status_code == 413
    assert client.post("/sparql", content=urlencode({"query": query}), headers=FORM).status_code == 413


def test_a_body_without_length_is_counted(client: TestClient) -> None:
    def parts() -> object:
        for _ in range(200):
            yield b"#" + b"x" * 10_000

    answer = client.post("/sparql", content=parts(), headers=DIRECT)  # type: ignore[arg-type]
    assert answer.status_code == 413


def test_json_results_are_those_of_the_engine(client: TestClient, build: object) -> None:
    answer: httpx.Response = client.get("/sparql", params={"query": SELECT})
    assert json.loads(answer.content)["head"]["vars"] == ["s", "name"]
