"""The whole walk on our own samples, from Python."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import networkx as nx
import pytest

import kg
from kg.config import Settings
from kg.errors import KgError, ManyErrors, RequestError
from kg.model import Assertion
from kg.pipeline import build_from_transcripts
from kg.publish import FILES, ForeignFolderError
from kg.read import read_text

pytestmark = pytest.mark.model

TALK = """**Ada Roe:** Welcome to the show. I'm joined by Ben Poe, who is a professor at Stanford University.

**Ben Poe:** Thanks. OpenAI was founded by Sam Altman and Elon Musk. The Volta GPU is like 90 teraflops.
I don't think that Google uses PyTorch. If Intel buys Nvidia, that would be odd.
"""


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    path = tmp_path_factory.mktemp("talk") / "talk.md"
    path.write_text(TALK, "utf-8")
    return kg.build(path)


@pytest.fixture(scope="module")
def samples(examples: Path) -> kg.Graph:
    return kg.build(examples)


def _said(graph: kg.Graph, predicate: str, assertion: Assertion = Assertion.ASSERTED) -> set[tuple[str, str]]:
    names = graph.data.entity_by_iri
    return {
        (names[c.subject].name, names[c.object].name if c.object else c.literal.value)  # type: ignore[union-attr]
        for c in graph.claims
        if c.predicate == predicate and c.assertion is assertion
    }


def test_founders_are_found_in_a_passive(talk: kg.Graph) -> None:
    assert _said(talk, "founded") >= {("Sam Altman", "OpenAI"), ("Elon Musk", "OpenAI")}


def test_a_performance_has_number_unit_and_speaker(talk: kg.Graph) -> None:
    claim = next(c for c in talk.claims if c.predicate == "hasPerformance")
    assert claim.literal is not None
    assert (str(claim.literal.number), claim.literal.unit, claim.approximate) == ("90", "TeraFLOPS", True)
    assert claim.speaker is not None
    assert talk.data.entity_by_iri[claim.speaker].name == "Ben Poe"


def test_what_is_denied_or_imagined_is_not_asserted(talk: kg.Graph) -> None:
    names = talk.data.entity_by_iri
    for statement in talk.statements:
        if statement.asserted and statement.object is not None:
            pair = (names[statement.subject].name, names[statement.object].name)
            assert pair not in {("Google", "PyTorch"), ("Intel", "Nvidia"), ("Nvidia", "Intel")}


def test_every_quote_stands_at_its_span(samples: kg.Graph, examples: Path) -> None:
    raw = {
        document.iri: (examples / document.source).read_bytes().decode("utf-8-sig")
        for document in samples.documents
    }
    for claim in samples.claims:
        assert claim.quote == raw[claim.document][claim.start : claim.end]


def test_each_entity_has_one_of_the_types_and_a_unique_iri(samples: kg.Graph) -> None:
    from kg.ontology import load_ontology

    types = {entity_type.name for entity_type in load_ontology().entity_types}
    assert {entity.type for entity in samples.entities} <= types
    iris = [entity.iri for entity in samples.entities]
    assert len(set(iris)) == len(iris)


def test_the_samples_conform_to_the_shapes(samples: kg.Graph) -> None:
    assert samples.validate().conforms


def test_saved_graph_opens_as_the_same_graph(samples: kg.Graph, tmp_path: Path) -> None:
    samples.save(tmp_path / "build")
    again = kg.open(tmp_path / "build")
    assert again.data == samples.data
    assert sorted(p.name for p in (tmp_path / "build").iterdir()) == sorted([*FILES, "store"])


def test_turtle_means_the_same_to_rdflib_and_oxigraph(samples: kg.Graph, tmp_path: Path) -> None:
    import pyoxigraph
    import rdflib

    turtle = samples.export("turtle")
    theirs = {str(t) for t in pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE)}
    parsed = rdflib.Graph().parse(data=turtle, format="turtle")
    # There are no blank nodes, so isomorphic means equal.
    ours = {
        str(t)
        for t in pyoxigraph.parse(
            parsed.serialize(format="nt").encode(), format=pyoxigraph.RdfFormat.N_TRIPLES
        )
    }
    assert not any(isinstance(term, rdflib.BNode) for triple in parsed for term in triple)
    assert {line.replace(" .", "") for line in ours} == {line.replace(" .", "") for line in theirs}


def test_networkx_graph_has_a_node_an_entity(samples: kg.Graph) -> None:
    graph = samples.to_networkx()
    assert isinstance(graph, nx.MultiDiGraph)
    assert {entity.iri for entity in samples.entities} <= set(graph)
    assert graph.number_of_edges() == len(samples.statements)


def test_query_and_entity_answer(samples: kg.Graph) -> None:
    assert samples.entity("openai").name == "OpenAI"
    with pytest.raises(RequestError, match="OpenAI"):
        samples.entity("OpenAJ")
    rows = samples.query("SELECT ?x WHERE { ?x a kg:Hardware }").rows
    assert rows


def test_no_quotes_leaves_no_words_of_the_recording(examples: Path, tmp_path: Path) -> None:
    path = tmp_path / "talk.md"
    path.write_text(TALK, "utf-8")
    graph = kg.build(path, quotes=False)
    graph.save(tmp_path / "build")
    text = "".join((tmp_path / "build" / name).read_text("utf-8") for name in FILES)
    for words in ("was founded by Sam", "is like 90", "Welcome to the show", "that would be odd"):
        assert words not in text
    assert all(claim.quote is None for claim in kg.open(tmp_path / "build").claims)


def test_base_iri_names_everything(tmp_path: Path) -> None:
    path = tmp_path / "talk.md"
    path.write_text(TALK, "utf-8")
    graph = kg.build(path, base_iri="https://data.example.org/talks")
    assert all(entity.iri.startswith("https://data.example.org/talks/") for entity in graph.entities)
    graph.save(tmp_path / "build")
    assert "https://kg.example/id/" not in (tmp_path / "build" / "graph.nq").read_text("utf-8")


def test_a_faulty_file_is_reported_and_the_others_are_built(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(TALK, "utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    graph = kg.build(tmp_path)
    assert len(graph.documents) == 1
    assert len(graph.errors) == 1
    assert "empty.txt" in graph.errors[0].where
    with pytest.raises(KgError):
        kg.build(tmp_path, strict=True)


def test_nothing_to_build_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    with pytest.raises(ManyErrors, match=r"empty\.txt"):
        kg.build(tmp_path / "empty.txt")


def test_unknown_setting_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="threshold"):
        kg.build(tmp_path, treshold=0.4)


def test_two_files_of_one_name_keep_apart_and_equal_files_count_once() -> None:
    first = read_text(TALK, source="a/talk.md")
    second = read_text(TALK + "\n\n**Ada Roe:** Bye.\n", source="b/talk.md")
    result = build_from_transcripts([first, second, first], Settings())
    names = [document.name for document in result.graph.documents]
    assert len(names) == 2
    assert names == [f"talk-{d.sha256[:8]}" for d in result.graph.documents]


def test_a_folder_of_other_things_is_not_overwritten(talk: kg.Graph, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", "utf-8")
    with pytest.raises(ForeignFolderError, match=r"thesis\.txt"):
        talk.save(tmp_path)
    assert (tmp_path / "thesis.txt").read_text("utf-8") == "years of work"


@pytest.mark.slow
def test_a_killed_build_leaves_the_previous_one_whole(examples: Path, tmp_path: Path) -> None:
    output = tmp_path / "build"
    path = tmp_path / "talk.md"
    path.write_text(TALK, "utf-8")
    kg.build(path).save(output)
    before = {name: (output / name).read_bytes() for name in FILES}
    script = "import sys, kg\ng = kg.build(sys.argv[2:])\nprint('built', flush=True)\ng.save(sys.argv[1])"
    for delay in (0.0, 0.05, 0.15):
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(output), str(examples / "scaling-the-stack.md")],
            stdout=subprocess.PIPE,
            env={**os.environ},
        )
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"built"
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        now = {name: (output / name).read_bytes() for name in FILES}
        manifest = json.loads(now["manifest.json"])
        if now != before:
            # It was quick enough to finish: then the new one is whole.
            assert manifest["inputs"][0]["source"] == "scaling-the-stack.md"
            kg.open(output)
            kg.build(path).save(output)


def test_seeds_answer_the_four_questions(seeds: Path) -> None:
    graph = kg.build(seeds)
    names = graph.data.entity_by_iri
    performance = {}
    for claim in graph.claims:
        if claim.predicate == "hasPerformance" and claim.literal and claim.literal.unit == "TeraFLOPS":
            performance[str(claim.literal.number)] = claim
    for number, hardware in (("20", "Pascal"), ("90", "Volta"), ("180", "TPU")):
        claim = performance[number]
        assert hardware in names[claim.subject].name or any(
            hardware in a for a in names[claim.subject].aliases
        )
        assert claim.speaker is not None
        assert names[claim.speaker].name == "Greg Brockman"
        assert claim.assertion is Assertion.ASSERTED
        assert claim.approximate
        assert claim.time_precision is not None
        assert claim.time_precision.value == "interpolated"
        # The turn starts at 0:13:41 and lasts until the next one.
        assert claim.start_s is not None
        assert claim.start_s >= 821.2
    asserted = {
        (names[s.subject].name, s.predicate, names[s.object].name)
        for s in graph.statements
        if s.asserted and s.object
    }
    assert {
        (who, "founded", "OpenAI") for who in ("Elon Musk", "Reid Hoffman", "Greg Brockman", "Ilya Sutskever")
    } <= asserted
    assert ("Greg Brockman", "worksFor", "OpenAI") in asserted
    assert ("Greg Brockman", "formerlyWorkedFor", "Stripe") in asserted
    hosts = {who for who, predicate, _ in asserted if predicate == "hosts"}
    guests = {who for who, predicate, _ in asserted if predicate == "guestOn"}
    assert "Sam Charrington" in hosts
    assert {"Greg Brockman", "Ilya Sutskever"} <= guests
    assert graph.validate().conforms
