"""Graphs without the speakers' words."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings

from kg.graph import KnowledgeGraph
from kg.ontology import load_ontology
from kg.rdf import FORMATS, export_files, from_quads, to_quads, write_nquads
from kg.rdf.jsonl import claims_jsonl
from kg.rdf.redact import checksum, without_quotes
from tests.rdf.strategies import graphs
from tests.rdf.talk import talk_graph

SECRET = "zanzibar xylophone quixotic"


def _with_secrets() -> KnowledgeGraph:
    """The words stand everywhere where a transcript's words may stand."""
    graph = talk_graph()
    ontology = load_ontology()
    words = tuple(sorted((term.name, SECRET) for term in ontology.qualifiers if term.verbatim))
    claims = tuple(
        replace(
            claim,
            quote=SECRET,
            reading=SECRET,
            status_cue=SECRET,
            qualifiers=words,
            literal=None
            if claim.literal is None
            else replace(
                claim.literal,
                value=SECRET
                if ontology.predicate(claim.predicate).verbatim
                else f"{SECRET} and nine more words than any title has",
            ),
        )
        for claim in graph.claims
    )
    by_iri = {claim.iri: claim for claim in claims}
    return replace(
        graph,
        claims=claims,
        statements=tuple(
            replace(statement, literal=by_iri[statement.claims[0]].literal) for statement in graph.statements
        ),
        documents=tuple(replace(document, warnings=(SECRET,)) for document in graph.documents),
        quotes=False,
    )


def test_no_word_of_the_transcript_leaks_in_any_format() -> None:
    graph = _with_secrets()
    for name in FORMATS:
        for file, data in export_files(graph, name).items():
            for word in SECRET.split():
                assert word.encode() not in data, (name, file)


def test_the_same_words_stand_in_a_graph_with_quotes() -> None:
    """The test above can fail: with quotes, the words are there."""
    graph = replace(_with_secrets(), quotes=True)
    assert SECRET.encode() in write_nquads(to_quads(graph))
    assert SECRET.encode() in claims_jsonl(graph)


def test_names_numbers_dates_and_positions_stay() -> None:
    text = write_nquads(to_quads(talk_graph(quotes=False))).decode()
    for kept in ("Theo Guest", "Example Labs", "about 20 teraflops", "chief scientist", "2015-12", "praises"):
        assert kept in text
    assert "oa#start" in text
    assert "quoteSha256" in text
    assert "it is wonderful" not in text
    assert "ten times faster" not in text


def test_checksum_stands_in_the_place_of_the_quote_in_jsonl() -> None:
    graph = talk_graph(quotes=False)
    lines = [json.loads(line) for line in claims_jsonl(graph).decode().splitlines()]
    checksums = {claim.iri: claim.quote_sha256 for claim in graph.claims}
    assert all(line["quote"] == f"sha256:{checksums[line['id']]}" for line in lines)


@settings(max_examples=40, deadline=None)
@given(graph=graphs())
def test_leaving_words_out_twice_changes_nothing(graph: KnowledgeGraph) -> None:
    once = without_quotes(graph)
    assert without_quotes(once) == once
    assert from_quads(to_quads(once)) == once


def test_checksum_of_a_checksum_is_itself() -> None:
    assert checksum(checksum("words")) == checksum("words")
    assert checksum("words") != checksum("other words")
