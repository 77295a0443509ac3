"""Nothing that a client sends makes the server ask another one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from kg.serve.errors import Refusal
from kg.serve.federation import refuse_load, refuse_service


class Trap(ThreadingHTTPServer):
    """A server that counts who comes."""

    def __init__(self) -> None:
        self.visits: list[str] = []
        trap = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                trap.visits.append(self.path)
                self.send_response(404)
                self.end_headers()

            do_POST = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    server = Trap()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


SERVICES = [
    "SELECT * { SERVICE <{url}> { ?s ?p ?o } }",
    "SELECT * { service silent <{url}> { ?s ?p ?o } }",
    "SELECT * { SERVICE#x\n<{url}>#y\n{ ?s ?p ?o } }",
    "SELECT * { VALUES ?g { <{url}> } SERVICE ?g { ?s ?p ?o } }",
    "SELECT * { VALUES ?g { <{url}> } SERVICE$g{?s ?p ?o} }",
    "PREFIX t: <{url}> SELECT * { SERVICE t: { ?s ?p ?o } }",
    "PREFIX : <{url}> SELECT * { SERVICESILENT:{?s ?p ?o} }",
    "SELECT * { ?s ?p ?o OPTIONAL { ?s ?p ?x SERVICE <{url}> {} } }",
    "SELECT * { { SELECT * { SERVICE <{url}> { ?s ?p ?o } } } }",
    "ASK { FILTER EXISTS { SERVICE <{url}> { ?s ?p ?o } } }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <{url}> { ?s ?p ?o } }",
    # A tokenizer that takes <?b&&'x> for an IRI sees the clause inside a string.
    "SELECT * { ?a ?p ?b FILTER(?a<?b&&'x>'!='y') SERVICE SILENT <{url}> {?s ?p ?o} FILTER('a'='a') }",
    "SELECT * { ?a ?p ?b FILTER(?a<?b#>\n) SERVICE SILENT <{url}> {?s ?p ?o} }",
    "SELECT * { \\u0053ERVICE <{url}> { ?s ?p ?o } }",
    "SELECT * { SERVICE <\\u0068ttp{rest}> { ?s ?p ?o } }",
]


@pytest.mark.parametrize("template", SERVICES)
def test_service_never_reaches_the_network(client: TestClient, trap: Trap, template: str) -> None:
    url = f"http://127.0.0.1:{trap.server_port}/x"
    query = template.replace("{url}", url).replace("{rest}", url.removeprefix("http"))
    answer = client.post("/sparql", data={"query": query})
    assert answer.status_code in (400, 403)
    assert trap.visits == []


UPDATES = [
    "LOAD <{url}>",
    "load silent <{url}> into graph <http://example.org/g>",
    "# comment\nLOAD#x\n<{url}>",
    "PREFIX t: <{url}> LOAD t:",
    "BASE <{url}> LOAD <>",
    "CLEAR DEFAULT;LOAD <{url}>",
    "INSERT DATA { <a:b> <a:c> 'x' } ; # c\n LOAD SILENT <{url}>",
    "L\\u004FAD <{url}>",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <{url}> { ?s ?p ?o } }",
    "DELETE { ?s ?p ?o } WHERE { SERVICE SILENT <{url}> { ?s ?p ?o } }",
    "LOAD <file:///etc/hostname>",
]


@pytest.mark.parametrize("template", UPDATES)
def test_load_never_reaches_the_network(writable: TestClient, trap: Trap, template: str) -> None:
    url = f"http://127.0.0.1:{trap.server_port}/x"
    answer = writable.post("/sparql", data={"update": template.replace("{url}", url)})
    assert answer.status_code in (400, 403)
    assert trap.visits == []


pieces = st.lists(
    st.sampled_from(
        [
            "SERVICE",
            "service",
            "SILENT",
            "<{url}>",
            "?x",
            "{",
            "}",
            "?s ?p ?o",
            "'",
            '"',
            "'''",
            "<",
            ">",
            "#",
            "\n",
            " ",
            "FILTER(",
            ")",
            "&&",
            "<?b",
            "'x>",
            ".",
            "OPTIONAL",
            "VALUES ?x { <{url}> }",
            "\\",
            "\\u0053",
            "t:",
            "$x",
            "1",
        ]
    ),
    max_size=14,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=pieces)
def test_no_mixture_of_tokens_reaches_the_network(client: TestClient, trap: Trap, parts: list[str]) -> None:
    url = f"http://127.0.0.1:{trap.server_port}/x"
    body = "".join(parts).replace("{url}", url)
    client.post(
        "/sparql", data={"query": f"PREFIX t: <{url}> SELECT * {{ {body} SERVICE SILENT <{url}> {{ }} }}"}
    )
    client.post("/sparql", data={"query": f"PREFIX t: <{url}> SELECT * {{ {body} }}"})
    assert trap.visits == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service ?p ?o }",
        "SELECT * { ?s schema:service ?o . ?o service:x ?p }",
        "SELECT * { ?s rdfs:label 'service' }",
        "# SERVICE\nSELECT * { ?s ?p ?o }",
    ],
)
def test_the_word_itself_is_allowed(query: str) -> None:
    refuse_service(query)


def test_data_may_speak_of_loads() -> None:
    refuse_load("INSERT DATA { <a:b> <a:c> 'we load <things>' }")
    with pytest.raises(Refusal):
        refuse_load("CLEAR ALL ; LOAD <http://example.org/>")
