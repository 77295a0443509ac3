"""Speed of the RDF side on invented graphs: writing, reading, validating, the store, the ready questions.

    python benchmarks/rdf.py [--recordings 3 78] [--claims 330] [--repeat 5]

Prints a Markdown table for each size; 330 claims make some 13,000 triples, so 78 recordings make a million.
Times are wall-clock medians on one machine; nothing is asserted here.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from kg.graph import Document, KnowledgeGraph, Run
from kg.iri import Minter
from kg.model import Assertion, Entity, EvidenceClaim, Literal, Metadata, Statement, TimePrecision
from kg.ontology import Predicate, load_ontology
from kg.rdf import (
    export,
    from_quads,
    named_queries,
    open_store,
    query,
    read_nquads,
    to_quads,
    validate,
    write_nquads,
    write_store,
    write_turtle,
)

ENTITIES_PER_RECORDING = 60
WORDS = [
    "the",
    "model",
    "was",
    "trained",
    "on",
    "a",
    "lot",
    "of",
    "data",
    "and",
    "it",
    "runs",
    "at",
    "more",
    "than",
    "before",
    "so",
    "we",
    "bought",
    "twenty",
    "chips",
]


def invented_graph(n_recordings: int, n_claims: int, seed: int = 0) -> KnowledgeGraph:
    """A graph whose signatures hold, with `n_claims` claims a recording; the same for the same numbers."""
    rng = random.Random(seed)
    ontology, minter = load_ontology(), Minter()
    documents = [minter.document(f"recording {i:05}") for i in range(n_recordings)]
    by_type: dict[str, list[str]] = {term.name: [] for term in ontology.entity_types}
    entities: dict[str, Entity] = {}
    for i in range(n_recordings * ENTITIES_PER_RECORDING):
        kind = ontology.entity_types[i % len(ontology.entity_types)].name
        iri = minter.entity(f"{kind} thing {i}")
        subtypes = [term.name for term in ontology.subtypes if term.parent == kind]
        by_type[kind].append(iri)
        entities[iri] = Entity(
            iri=iri,
            name=f"{kind} thing {i}",
            type=kind,
            subtype=rng.choice([None, *subtypes]),
            aliases=tuple(f"alias {i} {k}" for k in range(rng.randrange(3))),
            same_as=(f"https://en.wikipedia.org/wiki/Thing_{i}",),
            n_mentions=rng.randint(1, 50),
            documents=tuple(sorted(rng.sample(documents, min(len(documents), rng.randint(1, 3))))),
        )
    claims = {}
    for document in documents:
        for _ in range(n_claims):
            claim = _claim(rng, rng.choice(ontology.predicates), by_type, document, minter)
            claims[claim.iri] = claim
    grouped: dict[tuple[object, ...], list[EvidenceClaim]] = {}
    for claim in claims.values():
        grouped.setdefault((claim.subject, claim.predicate, claim.object, claim.literal), []).append(claim)
    statements = [_statement(minter.statement(*key), members) for key, members in grouped.items()]
    return KnowledgeGraph(
        documents=tuple(_document(iri, by_type["Person"][:2]) for iri in sorted(documents)),
        entities=tuple(entities[iri] for iri in sorted(entities)),
        statements=tuple(sorted(statements, key=lambda statement: statement.iri)),
        claims=tuple(claims[iri] for iri in sorted(claims)),
        run=Run(minter.run("benchmark"), "0.0.0", "none"),
    )


def _claim(
    rng: random.Random, predicate: Predicate, by_type: dict[str, list[str]], document: str, minter: Minter
) -> EvidenceClaim:
    subject = rng.choice(by_type[rng.choice(predicate.domain)])
    object_, literal = None, None
    if predicate.literal_kind is not None and (not predicate.range or rng.random() < 0.5):
        number = rng.randint(1, 400)
        literal = {
            "quantity": Literal(f"about {number} teraflops", Decimal(number), "TeraFLOPS", "teraflops"),
            "date": Literal("back then", datatype="gYear", iso=str(1990 + number % 35)),
            "text": Literal(" ".join(rng.choices(WORDS, k=4))),
        }[predicate.literal_kind]
    else:
        object_ = rng.choice(by_type[rng.choice(predicate.range)])
    start = rng.randrange(60_000)
    quote = " ".join(rng.choices(WORDS, k=15))
    return EvidenceClaim(
        iri=minter.claim(subject, predicate.name, object_, literal, document, start),
        subject=subject,
        predicate=predicate.name,
        object=object_,
        literal=literal,
        assertion=rng.choices(list(Assertion), [7, 2, 1, 1, 1])[0],
        confidence=round(rng.random(), 3),
        speaker=rng.choice(by_type["Person"]),
        document=document,
        quote=quote,
        quote_sha256=hashlib.sha256(quote.encode()).hexdigest(),
        reading=quote,
        start=start,
        end=start + len(quote),
        start_s=start / 16,
        end_s=(start + len(quote)) / 16,
        time_precision=TimePrecision.INTERPOLATED,
        qualifiers=(("date", "2017"),) if rng.random() < 0.2 else (),
        extractor="frames",
        approximate=literal is not None and literal.number is not None,
    )


def _statement(iri: str, claims: list[EvidenceClaim]) -> Statement:
    first = claims[0]
    return Statement(
        iri=iri,
        subject=first.subject,
        predicate=first.predicate,
        object=first.object,
        literal=first.literal,
        claims=tuple(sorted(claim.iri for claim in claims)),
        asserted=any(claim.assertion is Assertion.ASSERTED and claim.confidence >= 0.5 for claim in claims),
        confidence=max(claim.confidence for claim in claims),
    )


def _document(iri: str, speakers: list[str]) -> Document:
    name = iri.rsplit("/", 1)[-1]
    return Document(
        iri=iri,
        name=name,
        source=f"{name}.txt",
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        format="whisper",
        n_code_points=70_000,
        n_words=12_000,
        n_turns=300,
        metadata=Metadata(title=f"Talk {name}", date="2017-12-13"),
        speakers=tuple(speakers),
    )


# What an entity's page shows: its neighbours and theirs, over the statements that hold it.
TWO_HOPS = """
SELECT DISTINCT ?far ?label WHERE {
  ?one kg:isAsserted true ; kg:subject|kg:object <%s> ; kg:subject|kg:object ?near .
  ?near kg:mentionCount ?_ .
  ?two kg:isAsserted true ; kg:subject|kg:object ?near ; kg:subject|kg:object ?far .
  ?far rdfs:label ?label ; kg:mentionCount ?count
}
"""


def _timed(repeat: int, work: Callable[[], object]) -> float:
    """Median milliseconds."""
    times = []
    for _ in range(repeat):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def measure(n_recordings: int, n_claims: int, repeat: int) -> None:
    """Prints the tables of one size."""
    graph = invented_graph(n_recordings, n_claims)
    quads = to_quads(graph)
    print(f"\n## {n_recordings} recordings, {len(graph.claims):,} claims, {len(quads):,} quads\n")
    print("| step | ms | µs a quad |\n|---|---|---|")
    once = max(1, min(repeat, 100_000 // len(quads)))
    data = write_nquads(quads)
    with tempfile.TemporaryDirectory() as folder:
        store_folder = Path(folder) / "store"
        steps: list[tuple[str, Callable[[], object]]] = [
            ("graph to quads", lambda: to_quads(graph)),
            ("quads to graph", lambda: from_quads(quads)),
            ("write N-Quads", lambda: write_nquads(quads)),
            ("read N-Quads", lambda: read_nquads(data)),
            ("write Turtle", lambda: write_turtle(quads)),
            ("write store", lambda: write_store(quads, store_folder)),
            ("open store", lambda: open_store(store_folder)),
        ]
        if len(quads) < 100_000:
            steps.append(("SHACL, all shapes", lambda: validate(quads)))
            steps += [
                (f"export {name}", lambda name=name: export(graph, name))
                for name in ("jsonld", "graphml", "rdfxml")
            ]
        for name, work in steps:
            took = _timed(once, work)
            print(f"| {name} | {took:,.0f} | {took * 1000 / len(quads):.1f} |")
        store = open_store(store_folder)
        print("\n| question | rows | ms |\n|---|---|---|")
        for name, question in named_queries().items():
            rows = len(query(store, question.sparql).rows)
            print(
                f"| {name} | {rows:,} | {_timed(repeat, lambda text=question.sparql: query(store, text)):,.0f} |"
            )
        rng = random.Random(1)
        hops = [TWO_HOPS % entity.iri for entity in rng.sample(graph.entities, 20)]
        times = sorted(_timed(1, lambda text=text: query(store, text)) for text in hops)
        print(f"| two hops, median of 20 entities | | {statistics.median(times):,.0f} |")
        print(f"| two hops, slowest of 20 entities | | {times[-1]:,.0f} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nPeak memory so far: {peak:,.0f} MiB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recordings", type=int, nargs="+", default=[3, 78])
    parser.add_argument("--claims", type=int, default=330)
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    for size in arguments.recordings:
        measure(size, arguments.claims, arguments.repeat)
