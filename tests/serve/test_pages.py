"""What people see, and that nothing in the graph can become markup or a script."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import quote, unquote

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from kg.serve.links import is_web
from kg.serve.markup import element
from kg.serve.thing_page import moment_url

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
D = "https://kg.example/id/"


class Reader(HTMLParser):
    """Elements, links and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def links(self) -> list[str]:
        return [found["href"] or "" for tag, found in self.tags if tag == "a" and "href" in found]


def thing_names(client: TestClient) -> list[str]:
    query = f"SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), '{D}')) }}"
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return [row["s"]["value"].removeprefix(D) for row in rows]


PAGES = [
    "/",
    "/search?q=a",
    "/search?q=",
    "/type/Person",
    "/sparql",
    "/page/ada-byron",
    "/page/transcript-talk-1",
    "/nothing",
]


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_no_script_but_those_of_the_server(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=HTML)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    page = Reader(answer.text)
    for tag, attributes in page.tags:
        assert tag not in ("style", "iframe", "object", "base")
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        if tag == "script":
            assert (attributes["src"] or "").startswith("/assets/")
    for link in page.links():
        assert link.startswith(("/", "#", "https://", "http://")), link
    names = [attributes for tag, attributes in page.tags if tag in ("html", "main", "h1")]
    assert names[0].get("lang") == "en"
    assert any(tag == "h1" for tag, _ in page.tags)


def test_every_thing_under_the_base_answers(client: TestClient) -> None:
    names = thing_names(client)
    assert len(names) > 40
    for name in names:
        answer = client.get(f"/id/{quote(name)}", headers=HTML)
        assert answer.status_code == 303
        assert unquote(answer.headers["location"]) == f"/page/{name}"
        assert client.get(answer.headers["location"], headers=HTML).status_code == 200
        machine = client.get(f"/id/{quote(name)}", headers={"Accept": "text/turtle"})
        assert machine.status_code == 303
        data = client.get(machine.headers["location"])
        subjects = {quad.subject for quad in ox.parse(data.content, ox.RdfFormat.TURTLE)}
        assert ox.NamedNode(D + name) in subjects


def test_links_between_pages_lead_somewhere(client: TestClient) -> None:
    seen: set[str] = set()
    waiting = ["/", "/page/ada-byron"]
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith("/graph"):
            continue
        seen.add(path)
        answer = client.get(path, headers=HTML)
        assert answer.status_code == 200, path
        if "html" in answer.headers["content-type"]:
            waiting += [link for link in Reader(answer.text).links() if link.startswith("/")]
    assert len(seen) > 30


def test_the_page_of_an_entity_has_names_claims_evidence_and_links(client: TestClient) -> None:
    page = Reader(client.get("/page/ada-byron", headers=HTML).text)
    for expected in (
        "Ada Byron",
        "Also called Ada Lovelace, Countess of Lovelace.",
        "words 10 of talk-1, one: Ada Byron",
        "about 0:01:01",
        "negated",
        "characters 10 to 15",
        "Talk 1: one",
    ):
        assert expected in page.text, expected
    links = page.links()
    assert "https://en.wikipedia.org/wiki/Ada_Lovelace" in links
    assert "https://www.youtube.com/watch?v=x&t=61s" in links
    assert {"/data/ada-byron.ttl", "/data/ada-byron.jsonld", "/page/note-g"} <= set(links)


def test_hostile_names_are_text(client: TestClient) -> None:
    text = client.get("/", headers=HTML).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    page = Reader(client.get("/page/script-alert-1-script-and-quotes", headers=HTML).text)
    assert "https://example.org/ok" in page.links()
    assert not any("javascript" in link for link in page.links())


def test_the_graph_page_is_the_one_of_the_build(client: TestClient) -> None:
    answer = client.get("/graph", headers=HTML)
    assert "<title>graph page</title>" in answer.text
    assert 'data-entity-url="page/" data-live-url="graph"' in answer.text
    assert "connect-src 'self'" in answer.text
    assert client.head("/graph").headers["etag"] == answer.headers["etag"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("text", "first"), [("ada", "Ada Byron"), ("COUNTESS", "Ada Byron"), ("engine", "Analytical Engine")]
)
def test_search_finds_by_any_name(client: TestClient, text: str, first: str) -> None:
    assert client.get("/suggest", params={"q": text}).json()[0]["name"] == first
    assert first in client.get("/search", params={"q": text}, headers=HTML).text


def test_neighbours_are_those_of_asserted_statements(client: TestClient) -> None:
    page = Reader(client.get("/page/ada-byron", headers=HTML).text)
    section = page.text.partition("Neighbours")[2].partition("Claims (")[0]
    assert "Note G" in section
    assert "alert" not in section


def test_the_vocabulary_answers_people_and_machines(client: TestClient) -> None:
    page = Reader(client.get("/ns", headers=HTML).text)
    assert {"authorOf", "Person"} <= {attributes.get("id") for _, attributes in page.tags}
    answer = client.get("/ns", headers={"Accept": "application/ld+json"})
    assert answer.status_code == 303
    for suffix, form in (("ttl", ox.RdfFormat.TURTLE), ("jsonld", ox.RdfFormat.JSON_LD)):
        data = client.get(f"/ns.{suffix}").content
        subjects = {quad.subject for quad in ox.parse(data, form)}
        assert ox.NamedNode("https://kg.example/ns#authorOf") in subjects
    assert client.get("/ns.exe").status_code == 404


def test_search_repeats_what_was_typed_as_text(client: TestClient) -> None:
    text = client.get("/search", params={"q": '"><script>alert(2)</script>'}, headers=HTML).text
    assert "<script>alert(2)" not in text


def test_the_query_page_is_for_people_and_the_description_for_machines(client: TestClient) -> None:
    assert "textarea" in client.get("/sparql", headers=HTML).text
    assert client.get("/sparql").headers["content-type"].startswith("text/turtle")


def test_the_query_page_knows_the_ready_questions(client: TestClient) -> None:
    content = client.get("/questions").json()
    assert content["base"] == D
    assert content["prefixes"]["kg"] == "https://kg.example/ns#"
    for question in content["questions"]:
        assert {"name", "title", "question", "sparql", "parameters"} <= question.keys()
        assert client.get("/sparql", params={"query": question["sparql"]}).status_code == 200


@pytest.mark.parametrize("name", ["serve.css", "search.js", "sparql.js", "dom.js", "tokens.js"])
def test_assets_are_there(client: TestClient, name: str) -> None:
    answer = client.get(f"/assets/{name}")
    assert answer.status_code == 200
    assert re.match("text/(css|javascript)", answer.headers["content-type"])


@pytest.mark.parametrize(
    "path",
    [
        "/assets/page.html",
        "/assets/none.js",
        "/assets/..%2fapp.py",
        "/files/store",
        "/files/..%2f..%2fx",
        "/files/graph.html",
        "/page/",
        "/data/ada-byron",
        "/data/.ttl",
        "/type/None",
        "/id",
    ],
)
def test_what_is_not_there_is_404(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_files_of_the_build_can_be_fetched(client: TestClient) -> None:
    for name in ("graph.ttl", "graph.nq", "entities.jsonl", "claims.jsonl", "manifest.json"):
        assert client.get(f"/files/{name}").status_code == 200


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//x", False),
        ("https://", False),
        ("http://[", False),
        ("https://x.example/", True),
        ("HTTP://x", True),
    ],
)
def test_only_web_addresses_become_links(url: str, expected: bool) -> None:
    assert is_web(url) is expected


def test_moments_of_recordings() -> None:
    assert moment_url("https://youtu.be/abc", 5) == "https://youtu.be/abc?t=5s"
    assert moment_url("https://example.org/x#y", 5) == "https://example.org/x#y"


@given(text=st.text(), value=st.text())
def test_content_and_attributes_cannot_break_out(text: str, value: str) -> None:
    page = Reader(element("p", text, title=value))
    assert [tag for tag, _ in page.tags] == ["p"]
    assert list(page.tags[0][1]) == ["title"]
