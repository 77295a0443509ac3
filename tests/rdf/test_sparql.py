"""SPARQL over graphs, stores and folders; the ready questions in two engines."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import time
from pathlib import Path

import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.errors import ManyErrors
from kg.rdf import (
    memory_store,
    named_queries,
    open_store,
    prefixes,
    query,
    refuse_federation,
    to_quads,
    write_store,
)
from kg.rdf.bridge import to_rdflib_graph
from kg.rdf.named import NamedQuery, UnknownQueryError, load_queries, named_query
from kg.rdf.sparql import FederationError, QueryError, QueryTimeoutError
from tests.rdf.strategies import texts
from tests.rdf.talk import talk_graph

QUESTIONS = sorted(named_queries())


@pytest.fixture(scope="module")
def merged() -> rdflib.Graph:
    return to_rdflib_graph(to_quads(talk_graph()))


@pytest.mark.parametrize("name", QUESTIONS)
def test_ready_question_has_the_same_answers_in_rdflib_and_oxigraph(name: str, merged: rdflib.Graph) -> None:
    text = named_queries()[name].sparql
    ours = [
        tuple("" if cell is None else cell.value for cell in row) for row in query(talk_graph(), text).rows
    ]
    theirs = [
        tuple("" if cell is None else str(cell) for cell in row)
        for row in merged.query(text, initNs=prefixes())  # type: ignore[union-attr]
    ]
    assert ours == theirs
    assert ours, "the sample must have an answer to every question"
    assert len(set(ours)) == len(ours), "no answer twice"


def test_there_are_a_dozen_questions_with_plain_words() -> None:
    assert len(QUESTIONS) >= 12
    assert all(question.question.endswith("?") and question.title for question in named_queries().values())


def _column(name: str, column: str, **values: str) -> list[str]:
    result = query(talk_graph(), named_query(name).fill(values))
    index = result.columns.index(column)
    return [row[index] for row in result.plain()]


def test_hardware_question_tells_who_said_what_when() -> None:
    result = query(talk_graph(), named_query("hardware-performance").sparql)
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.plain()]
    pascal = next(row for row in rows if row["hardwareName"] == "Pascal")
    assert pascal == {
        "hardwareName": "Pascal",
        "performance": "about 20 teraflops",
        "number": "20",
        "unit": "teraflops",
        "approximate": "true",
        "assertion": "asserted",
        "speaker": "Theo Guest",
        "recording": "Chips Weekly 1: chips",
        "seconds": "90",
        "precision": "interpolated",
        "quote": "about 20 teraflops",
    }


def test_denied_founder_is_no_founder() -> None:
    assert _column("founders", "founder") == ["Theo Guest"]


def test_question_is_narrowed_by_a_parameter() -> None:
    assert _column("hardware-performance", "hardwareName", hardware="volt") == ["Volta", "Volta"]
    assert set(_column("denied-or-hedged", "assertion", status="hedged")) == {"hedged"}
    assert _column("most-mentioned", "name", type="hardware") == ["Volta", "Pascal"]


def test_other_names_are_found() -> None:
    assert "Theo Guest" in _column("who-said-what", "subject", about="labs")


@settings(max_examples=60, deadline=None)
@given(value=texts)
def test_parameter_cannot_break_out_of_its_string(value: str) -> None:
    filled = named_query("hardware-performance").fill({"hardware": value})
    result = query([], filled)
    assert result.rows == ()
    check = NamedQuery("x", "t", "q", 'SELECT ?v { BIND("" AS ?v) }', (("v", ""),)).fill({"v": value})
    assert query([], check).rows[0][0].value == value  # type: ignore[union-attr]


def test_unknown_question_and_parameter_name_the_nearest() -> None:
    with pytest.raises(UnknownQueryError, match="founders"):
        named_query("founder")
    with pytest.raises(UnknownQueryError, match="organization"):
        named_query("founders").fill({"org": "x"})


def test_faulty_question_files_are_reported_together(tmp_path: Path) -> None:
    (tmp_path / "a.rq").write_text("SELECT * {}")
    (tmp_path / "b.rq").write_text("# title: b\n# question: b?\n# parameter: x an x\nSELECT * {}")
    with pytest.raises(ManyErrors) as caught:
        load_queries(tmp_path)
    assert len(caught.value.errors) == 2


@pytest.mark.parametrize("kind", ["graph", "quads", "store", "build", "folder"])
def test_query_takes_any_target(kind: str, tmp_path: Path) -> None:
    graph = talk_graph()
    write_store(to_quads(graph), tmp_path / "store")
    target = {
        "graph": graph,
        "quads": to_quads(graph),
        "store": memory_store(to_quads(graph)),
        "build": tmp_path,
        "folder": tmp_path / "store",
    }[kind]
    result = query(target, "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a kg:Claim }")
    assert result.plain() == [(str(len(graph.claims)),)]


def test_ask_construct_and_select_have_their_forms() -> None:
    graph = talk_graph()
    asked = query(graph, "ASK { d:volta a kg:Hardware }")
    assert asked.boolean is True
    assert json.loads(asked.to_json()) == {"head": {}, "boolean": True}
    built = query(graph, "CONSTRUCT { ?s a kg:Thing } { ?s a kg:Hardware }")
    assert built.is_graph
    assert built.to_ntriples().count(b"\n") == 2
    with pytest.raises(ValueError, match="CONSTRUCT"):
        asked.to_ntriples()
    selected = query(graph, "SELECT ?l ?none { d:volta rdfs:label ?l }")
    assert json.loads(selected.to_json())["results"]["bindings"] == [
        {"l": {"type": "literal", "value": "Volta", "xml:lang": "en"}}
    ]
    assert list(csv.reader(io.StringIO(selected.to_csv()))) == [["l", "none"], ["Volta", ""]]


def test_base_of_the_graph_is_its_prefix_d() -> None:
    result = query([], "SELECT ?x { BIND(d:a AS ?x) }", base="https://data.example.org/")
    assert result.rows[0][0].value == "https://data.example.org/a"  # type: ignore[union-attr]
    assert result.plain() == [("d:a",)]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("SELECT * {\n  ?s ?p\n}", "line 3"),
        ("", "line 1"),
        ("SELEC ?x {}", "line 1, column 1"),
        ("SELECT * { ?s foo:bar ?o }", "line 1"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "line 1"),
        ("DROP ALL", "line 1"),
        ("LOAD <http://example.org/>", "line 1"),
    ],
)
def test_faulty_query_says_where(text: str, where: str) -> None:
    with pytest.raises(QueryError, match=where) as caught:
        query([], text)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { service SILENT ?x { ?s ?p ?o } }",
        "SELECT * { ?a ?b ?c.SERVICE<http://example.org/>{?s ?p ?o} }",
        'SELECT * { ?a ?b "#" SERVICE <http://example.org/> { ?s ?p ?o } }',
        "SELECT * { ?a ?b '\\'' . SERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { FILTER(?a<?b)SERVICE<http://example.org/>{?s ?p ?o} }",
        "SELECT * { ?a ?p ?b FILTER(?a<?b&&'x>'!='y') SERVICE SILENT <http://example.org/> {?s ?p ?o} }",
        'SELECT * { ?a ?b """ \\\\""" . SERVICE <http://example.org/> { ?s ?p ?o } #""" }',
        "PREFIX x: <http://example.org/#> SELECT * { # comment\nSERVICE x:a { ?s ?p ?o } }",
    ],
)
def test_no_query_asks_another_server(text: str) -> None:
    with pytest.raises(FederationError, match="KG432"):
        query([], text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service a <http://example.org/SERVICE> }",
        'SELECT * { ?s rdfs:label "SERVICE" }',
        "SELECT * { ?s a kg:Service } # SERVICE",
        "PREFIX service: <http://example.org/> SELECT * { ?s a service:x }",
    ],
)
def test_the_word_alone_is_harmless(text: str) -> None:
    refuse_federation(text)
    query([], text)


@settings(max_examples=80, deadline=None)
@given(text=st.one_of(st.text(max_size=60), st.text("SELECT*{}?p.<>\"'#\\ :aserviceu0053", max_size=60)))
@example("SELECT * { \\U00110000 }")
def test_no_text_crashes_the_query(text: str) -> None:
    with contextlib.suppress(QueryError, FederationError):
        query([], text)


_PIECES = st.sampled_from(
    [
        *"\\#\n.:)a",
        "FILTER(",
        "kg:a",
        "SILENT",
        "&&",
        "\\u0053",
        "_:b",
        "SERVICE",
        "service",
        " ",
        "<http://nobody.invalid/>",
        "{",
        "}",
        "?s ?p ?o",
        "?a",
        "<",
        ">",
        '"',
        '"""',
        "'",
    ]
)


@settings(max_examples=300, deadline=None)
@given(middle=st.lists(_PIECES, max_size=8), after=st.lists(_PIECES, max_size=4))
def test_what_passes_the_check_makes_no_request(middle: list[str], after: list[str]) -> None:
    """The engine's own parser may not find a SERVICE where ours finds none."""
    text = (
        "SELECT * { "
        + "".join(middle)
        + " SERVICE <http://nobody.invalid/> {?x ?y ?z}"
        + "".join(after)
        + " }"
    )
    try:
        refuse_federation(text)
    except FederationError:
        return
    try:
        list(memory_store([]).query(text, prefixes=prefixes()))
    except SyntaxError:
        pass
    except (OSError, RuntimeError) as error:
        raise AssertionError(f"reached out: {text}") from error


def test_slow_query_is_given_up() -> None:
    quads = to_quads(talk_graph())
    started = time.monotonic()
    with pytest.raises(QueryTimeoutError, match="KG431"):
        query(
            quads,
            "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c < ?f && ?f < ?i) }",
            timeout_s=0.5,
        )
    assert time.monotonic() - started < 5


def test_store_is_opened_read_only(tmp_path: Path) -> None:
    write_store(to_quads(talk_graph()), tmp_path / "store")
    store = open_store(tmp_path / "store")
    with pytest.raises(RuntimeError, match="read-write"):
        store.update("DROP ALL")
