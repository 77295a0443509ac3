"""The JSON Lines files, which other programs read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings

from kg.graph import KnowledgeGraph
from kg.rdf.jsonl import claims_jsonl, entities_jsonl
from tests.rdf.strategies import graphs
from tests.rdf.talk import MINTER, talk_graph

ENTITY_KEYS = ["id", "name", "type", "subtype", "aliases", "same_as", "n_mentions", "documents"]
CLAIM_KEYS = [
    "id",
    "subject",
    "predicate",
    "object",
    "value",
    "number",
    "unit",
    "assertion",
    "confidence",
    "speaker",
    "document",
    "quote",
    "start",
    "end",
    "start_s",
    "end_s",
    "time_precision",
    "qualifiers",
    "extractor",
]
SCORE = Path(__file__).parents[2].parent / "shared" / "tools" / "score.py"


@settings(max_examples=60, deadline=None)
@given(graph=graphs())
def test_every_line_is_an_object_with_exactly_the_keys(graph: KnowledgeGraph) -> None:
    entities = [json.loads(line) for line in entities_jsonl(graph).decode().splitlines()]
    claims = [json.loads(line) for line in claims_jsonl(graph).decode().splitlines()]
    assert len(entities) == len(graph.entities)
    assert len(claims) == len(graph.claims)
    assert all(list(line) == ENTITY_KEYS for line in entities)
    assert all(list(line) == CLAIM_KEYS for line in claims)
    assert [line["name"] for line in entities] == [entity.name for entity in graph.entities]


def test_quantity_has_value_number_and_unit() -> None:
    lines = [json.loads(line) for line in claims_jsonl(talk_graph()).splitlines()]
    pascal = next(line for line in lines if line["number"] == 20)
    assert pascal["subject"] == MINTER.entity("Pascal")
    assert (pascal["value"], pascal["unit"], pascal["object"]) == ("about 20 teraflops", "TeraFLOPS", None)
    assert pascal["qualifiers"] == {"approximate": True}
    assert isinstance(pascal["number"], int)
    assert (pascal["start_s"], pascal["time_precision"]) == (90.0, "interpolated")


def test_repeated_qualifier_becomes_a_list() -> None:
    from dataclasses import replace

    graph = talk_graph()
    claim = replace(graph.claims[0], qualifiers=(("note", "a"), ("note", "b"), ("note", "c")))
    line = json.loads(claims_jsonl(replace(graph, claims=(claim,))))
    assert line["qualifiers"] == {"note": ["a", "b", "c"]}


@pytest.mark.skipif(not SCORE.is_file(), reason="the scoring tool is not beside the checkout")
def test_scoring_tool_reads_the_files(tmp_path: Path) -> None:
    (tmp_path / "x.entities.jsonl").write_text(
        '{"id": "volta", "name": "Volta", "type": "Hardware"}\n'
        '{"id": "pascal", "name": "Pascal", "type": "Hardware"}\n'
    )
    (tmp_path / "x.facts.jsonl").write_text(
        '{"s": "pascal", "p": "hasPerformance", "o": "about 20", "literal": true}\n'
        '{"s": "volta", "p": "surpasses", "o": "pascal", "literal": false}\n'
    )
    (tmp_path / "entities.jsonl").write_bytes(entities_jsonl(talk_graph()))
    (tmp_path / "claims.jsonl").write_bytes(claims_jsonl(talk_graph()))
    done = subprocess.run(
        [
            sys.executable,
            str(SCORE),
            str(tmp_path),
            "x",
            str(tmp_path / "entities.jsonl"),
            str(tmp_path / "claims.jsonl"),
            "--json",
        ],
        capture_output=True,
        check=True,
        text=True,
    )
    score = json.loads(done.stdout)
    assert score["entities"]["r"] == 1.0
    assert score["facts_strict"]["r"] == 1.0
