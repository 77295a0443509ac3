"""A small build, made by hand, and servers over it."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from kg.graph import Document, KnowledgeGraph, Run
from kg.iri import Minter
from kg.model import Assertion, Entity, EvidenceClaim, Literal, Metadata, Statement, TimePrecision
from kg.rdf import to_quads, write_nquads, write_store, write_turtle
from kg.rdf.jsonl import claims_jsonl, entities_jsonl
from kg.serve import create_app

HOSTILE = '<script>alert(1)</script> & "quotes" \u202e'
# With the places that a server fills (docs/view.md).
PAGE = (
    b'<!doctype html><meta http-equiv="Content-Security-Policy" content="connect-src \'none\'">'
    b'<title>graph page</title><script data-entity-url="" data-live-url=""></script>'
)


def small_graph(*, documents: int = 2, note: str = "one") -> KnowledgeGraph:
    """Ada wrote Note G, and worked for an engine; a claim of every status; one hostile name."""
    minter = Minter()
    iris = [minter.document(f"talk-{number}") for number in range(1, documents + 1)]

    def entity(name: str, type_: str, mentions: int, **more: object) -> Entity:
        return Entity(minter.entity(name), name, type_, n_mentions=mentions, documents=tuple(iris), **more)

    ada = entity(
        "Ada Byron",
        "Person",
        9,
        aliases=("Ada Lovelace", "Countess of Lovelace"),
        same_as=("https://en.wikipedia.org/wiki/Ada_Lovelace",),
    )
    note_g = entity("Note G", "Work", 5)
    engine = entity("Analytical Engine", "Hardware", 7)
    hostile = entity(HOSTILE, "Concept", 1, same_as=("javascript:alert(1)", "https://example.org/ok"))
    entities = [ada, note_g, engine, hostile]

    claims: list[EvidenceClaim] = []

    def claim(
        subject: Entity, predicate: str, object_: Entity | Literal, status: Assertion, at: int, document: str
    ) -> None:
        target = None if isinstance(object_, Literal) else object_.iri
        literal = object_ if isinstance(object_, Literal) else None
        quote = f"words {at} of {document[-6:]}, {note}: {subject.name}"
        claims.append(
            EvidenceClaim(
                iri=minter.claim(subject.iri, predicate, target, literal, document, at, at + 5),
                subject=subject.iri,
                predicate=predicate,
                object=target,
                literal=literal,
                assertion=status,
                confidence=0.9 if status is Assertion.ASSERTED else 0.6,
                speaker=ada.iri,
                document=document,
                quote=quote,
                quote_sha256=hashlib.sha256(quote.encode()).hexdigest(),
                reading=quote,
                start=at,
                end=at + 5,
                start_s=61.5,
                end_s=64.0,
                time_precision=TimePrecision.INTERPOLATED,
                qualifiers=(),
                extractor="frames",
                approximate=literal is not None,
            )
        )

    speed = Literal("about 20 teraflops", number=Decimal(20), unit="TeraFLOPS", unit_label="teraflops")
    for iri in iris:
        claim(ada, "authorOf", note_g, Assertion.ASSERTED, 10, iri)
        claim(note_g, "discusses", hostile, Assertion.HEDGED, 20, iri)
        claim(engine, "hasPerformance", speed, Assertion.ASSERTED, 30, iri)
        claim(ada, "authorOf", hostile, Assertion.NEGATED, 40, iri)

    grouped: dict[tuple[object, ...], list[EvidenceClaim]] = {}
    for one in claims:
        grouped.setdefault((one.subject, one.predicate, one.object, one.literal), []).append(one)
    statements = [
        Statement(
            minter.statement(*key),
            members[0].subject,
            members[0].predicate,
            members[0].object,
            members[0].literal,
            tuple(sorted(one.iri for one in members)),
            any(one.assertion is Assertion.ASSERTED for one in members),
            max(one.confidence for one in members),
        )
        for key, members in grouped.items()
    ]
    return KnowledgeGraph(
        documents=tuple(
            Document(
                iri,
                f"talk-{number}",
                f"talk-{number}.txt",
                hashlib.sha256(iri.encode()).hexdigest(),
                "text",
                1000,
                200,
                10,
                Metadata(
                    title=f"Talk {number}: {note}",
                    series="Talks",
                    date="2017-12-13",
                    url="https://www.youtube.com/watch?v=x",
                ),
                speakers=(ada.iri,),
            )
            for number, iri in enumerate(iris, 1)
        ),
        entities=tuple(sorted(entities, key=lambda one: one.iri)),
        statements=tuple(sorted(statements, key=lambda one: one.iri)),
        claims=tuple(sorted(claims, key=lambda one: one.iri)),
        run=Run(minter.run(note), "0.1.0", "none"),
        base=minter.base,
    )


def write_build(folder: Path, graph: KnowledgeGraph) -> Path:
    """The files that the server reads, as ``kg build`` writes them."""
    folder.mkdir(parents=True, exist_ok=True)
    quads = to_quads(graph)
    files = {
        "graph.nq": write_nquads(quads),
        "graph.ttl": write_turtle(quads),
        "graph.html": PAGE,
        "entities.jsonl": entities_jsonl(graph),
        "claims.jsonl": claims_jsonl(graph),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    manifest = {"files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    write_store(quads, folder / "store")
    return folder


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of two transcripts; nobody may change it."""
    return write_build(tmp_path_factory.mktemp("serve") / "build", small_graph())


@pytest.fixture(scope="session")
def client(build: Path) -> Iterator[TestClient]:
    """A read-only server over the build."""
    app = create_app(build, workers=2, time_limit_s=5, max_rows=1000, cors_origins=["*"])
    with TestClient(app, follow_redirects=False) as found:
        yield found


TOKEN = "correct-horse-battery-staple"


@pytest.fixture(scope="session")
def _writable_server(tmp_path_factory: pytest.TempPathFactory, build: Path) -> Iterator[TestClient]:
    # Every change is written through to the disk; in memory that takes no time.
    memory = Path("/dev/shm")
    parent = memory if memory.is_dir() else tmp_path_factory.mktemp("writable")
    with tempfile.TemporaryDirectory(dir=parent) as name:
        folder = Path(name) / "build"
        shutil.copytree(build, folder)
        app = create_app(folder, writable=True, token=TOKEN, workers=1, time_limit_s=5)
        with TestClient(app, follow_redirects=False, headers={"Authorization": f"Bearer {TOKEN}"}) as found:
            yield found


@pytest.fixture
def writable(_writable_server: TestClient, build: Path) -> TestClient:
    """A server that takes changes, with the graph as it was built; the client knows the token."""
    # The tag changes with every change, so it tells whether the last test left anything.
    if _writable_server.get("/store").headers["etag"] == getattr(_writable_server, "clean_tag", None):
        return _writable_server
    data = "".join(
        f"GRAPH {quad.graph_name} {{ {quad.triple} }}\n"
        for quad in ox.parse(path=str(build / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    )
    text = f"CLEAR ALL ; DROP ALL ; INSERT DATA {{ {data} }}"
    answer = _writable_server.post(
        "/sparql", content=text, headers={"Content-Type": "application/sparql-update"}
    )
    assert answer.status_code == 204, answer.text
    _writable_server.clean_tag = _writable_server.get("/store").headers["etag"]  # type: ignore[attr-defined]
    return _writable_server


@pytest.fixture
def make_build(build: Path) -> Callable[..., Path]:
    """Writes a build into a folder; `note` goes into every quote and title."""

    def make(folder: Path, **how: object) -> Path:
        if not how:
            shutil.copytree(build, folder)
            return folder
        return write_build(folder, small_graph(**how))  # type: ignore[arg-type]

    return make
