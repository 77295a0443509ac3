"""The guide's queries run, and it lists every ready question."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.rdf import named_queries, prefixes, query
from tests.rdf.talk import talk_graph

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "sparql.md").read_text("utf-8")
QUERIES = re.findall(r"```sparql\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize("text", QUERIES)
def test_query_of_the_guide_has_an_answer(text: str) -> None:
    # The sample that the tests use has other recordings and smaller numbers than the guide's.
    text = text.replace("transcript-chips-at-the-edge", "transcript-chips-1").replace("> 100", "> 10")
    if "hiddenLabel" in text:
        text = text.replace("skos:hiddenLabel", "skos:altLabel")
    result = query(talk_graph(), text)
    assert result.rows or result.boolean is False


def test_guide_lists_every_ready_question() -> None:
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", GUIDE, re.MULTILINE))
    assert listed == set(named_queries())


def test_worked_claim_is_turtle() -> None:
    text = (DOCS / "rdf.md").read_text("utf-8")
    block = re.search(r"```turtle\n(.*?)```", text, re.DOTALL)
    assert block is not None
    # Ellipses stand for long checksums.
    header = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes().items())
    assert len(list(ox.parse(header + block[1].replace("…", "x"), format=ox.RdfFormat.TURTLE))) > 40
