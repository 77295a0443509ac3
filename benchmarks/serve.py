"""Many readers at once: `kg serve` while its build is replaced, and `oxigraph serve` on the same data.

Run: ``python benchmarks/serve.py --seconds 60 --readers 200 [--oxigraph PATH]``; the path is the program
``oxigraph`` of the package of that name, which is not needed otherwise. Prints one JSON object.

The readers ask as fast as they are answered, each over a connection of its own that stays open. Each answer is
checked: the status, and that all quotes in it come from one and the same build.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import multiprocessing
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kg.graph import Document, KnowledgeGraph, Run
from kg.iri import Minter
from kg.model import Assertion, Entity, EvidenceClaim, Literal, Metadata, Statement, TimePrecision
from kg.rdf import prefixes, to_quads, write_nquads, write_store
from kg.rdf.folder import fresh_sibling, replace_folder

N_PEOPLE, N_WORKS, N_HARDWARE = 300, 300, 60
PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes().items())

# What readers ask; %d is the number of a thing. The weights are ours: mostly look-ups, some counts.
QUERIES: list[tuple[int, str, str]] = [
    (4, "neighbours", "SELECT DISTINCT ?o ?name { d:person-%d ?p ?o . ?o rdfs:label ?name } LIMIT 50"),
    (
        3,
        "two hops",
        "SELECT DISTINCT ?b { d:person-%d ?p ?a . ?a ?q ?b . ?b rdfs:label ?n FILTER(isIRI(?b)) } LIMIT 200",
    ),
    (
        3,
        "claims with quotes",
        "SELECT ?claim ?quote ?t { ?claim kg:subject d:person-%d ; prov:wasQuotedFrom ?w . ?w oa:hasSelector ?q ."
        " ?q oa:exact ?quote . OPTIONAL { ?w schema:startTime ?t } }",
    ),
    (2, "ask", "ASK { d:person-%d kg:authorOf ?work }"),
    (2, "describe", "DESCRIBE d:work-%d"),
    (
        1,
        "count by speaker",
        "SELECT ?who (COUNT(?c) AS ?n) { ?c kg:saidBy ?who ; kg:object d:work-%d } GROUP BY ?who ORDER BY DESC(?n)",
    ),
]


def make_graph(n_documents: int, n_claims: int, note: str) -> KnowledgeGraph:
    """A graph of that size from a fixed seed; every quote holds `note`."""
    rng = random.Random(7)
    minter = Minter()
    documents = [minter.document(f"talk-{i}") for i in range(n_documents)]

    def entities(kind: str, name: str, count: int) -> list[Entity]:
        return [
            Entity(
                minter.entity(f"{name} {i}"),
                f"{name} {i}",
                kind,
                n_mentions=rng.randint(1, 50),
                documents=tuple(documents[:1]),
            )
            for i in range(count)
        ]

    people = entities("Person", "Person", N_PEOPLE)
    works = entities("Work", "Work", N_WORKS)
    hardware = entities("Hardware", "Chip", N_HARDWARE)
    claims: dict[str, EvidenceClaim] = {}
    for document in documents:
        for index in range(n_claims // n_documents):
            start = index * 40
            subject: Entity = rng.choice(people)
            predicate, target, literal = "authorOf", rng.choice(works).iri, None
            if index % 10 == 0:
                subject, predicate, target = rng.choice(hardware), "hasPerformance", None
                literal = Literal(
                    f"{index} teraflops", number=Decimal(index), unit="TeraFLOPS", unit_label="teraflops"
                )
            iri = minter.claim(subject.iri, predicate, target, literal, document, start, start + 30)
            quote = f"{note}: words {start} to {start + 30} of a talk"
            claims[iri] = EvidenceClaim(
                iri,
                subject.iri,
                predicate,
                target,
                literal,
                rng.choice(list(Assertion)),
                0.8,
                rng.choice(people).iri,
                document,
                quote,
                hashlib.sha256(quote.encode()).hexdigest(),
                quote,
                start,
                start + 30,
                start / 10,
                start / 10 + 3,
                TimePrecision.CUE,
                (),
                "frames",
            )
    grouped: dict[tuple[object, ...], list[EvidenceClaim]] = {}
    for claim in claims.values():
        grouped.setdefault((claim.subject, claim.predicate, claim.object, claim.literal), []).append(claim)
    statements = [
        Statement(
            minter.statement(*key),
            found[0].subject,
            found[0].predicate,
            found[0].object,
            found[0].literal,
            tuple(sorted(claim.iri for claim in found)),
            True,
            0.8,
        )
        for key, found in grouped.items()
    ]
    return KnowledgeGraph(
        tuple(
            Document(
                iri,
                f"talk-{i}",
                f"talk-{i}.txt",
                "0" * 64,
                "text",
                100_000,
                20_000,
                500,
                Metadata(title=f"Talk {i}"),
            )
            for i, iri in enumerate(documents)
        ),
        tuple(sorted([*people, *works, *hardware], key=lambda entity: entity.iri)),
        tuple(sorted(statements, key=lambda statement: statement.iri)),
        tuple(sorted(claims.values(), key=lambda claim: claim.iri)),
        Run(minter.run(note), "0.1.0", "none"),
    )


def write_build(folder: Path, graph: KnowledgeGraph) -> int:
    """The part of a build that is served; returns the number of quads."""
    quads = to_quads(graph)
    folder.mkdir(parents=True, exist_ok=True)
    data = write_nquads(quads)
    (folder / "graph.nq").write_bytes(data)
    (folder / "manifest.json").write_text(
        json.dumps({"files": {"graph.nq": hashlib.sha256(data).hexdigest()}})
    )
    write_store(quads, folder / "store")
    return len(quads)


# --- Readers ------------------------------------------------------------------------------------------------


def questions(seed: int) -> Iterator[tuple[str, str]]:
    """Queries without end, by their weights."""
    rng = random.Random(seed)
    weights = [weight for weight, _, _ in QUERIES]
    while True:
        _, name, text = rng.choices(QUERIES, weights)[0]
        yield name, PREFIXES + text.replace("%d", str(rng.randrange(N_PEOPLE)))


async def reader(
    path: str, port: int, seed: int, until: float, found: list[tuple[str, float]], faults: Counter[str]
) -> None:
    """Asks until the time is over; notes how long each answer took, in seconds, and what was wrong."""
    stream, sink = await asyncio.open_connection("127.0.0.1", port)
    for name, text in questions(seed):
        if time.monotonic() >= until:
            break
        body = urlencode({"query": text})
        sink.write(
            f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: application/sparql-results+json, text/turtle\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        started = time.monotonic()
        try:
            head = await stream.readuntil(b"\r\n\r\n")
            content = await _content(stream, head)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            faults[type(error).__name__] += 1
            stream, sink = await asyncio.open_connection("127.0.0.1", port)
            continue
        found.append((name, time.monotonic() - started))
        status = head.split(b" ", 2)[1].decode()
        if status != "200":
            faults[status] += 1
        elif len(set(re.findall(rb"n\d+(?=: words)", content))) > 1:
            faults["half a graph"] += 1
    sink.close()


async def _content(stream: asyncio.StreamReader, head: bytes) -> bytes:
    lower = head.lower()
    if b"transfer-encoding: chunked" in lower:
        parts = []
        while size := int((await stream.readline()).split(b";")[0], 16):
            parts.append(await stream.readexactly(size))
            await stream.readexactly(2)
        await stream.readexactly(2)
        return b"".join(parts)
    match = re.search(rb"content-length: (\d+)", lower)
    return await stream.readexactly(int(match[1])) if match else b""


def read_all(path: str, port: int, n_readers: int, seconds: float, seed: int, results: object) -> None:
    """Runs readers in this process."""

    async def run() -> tuple[list[tuple[str, float]], Counter[str]]:
        found: list[tuple[str, float]] = []
        faults: Counter[str] = Counter()
        until = time.monotonic() + seconds
        await asyncio.gather(*(reader(path, port, seed + i, until, found, faults) for i in range(n_readers)))
        return found, faults

    results.put(asyncio.run(run()))  # type: ignore[attr-defined]


def load(path: str, port: int, n_readers: int, seconds: float, pid: int) -> dict[str, object]:
    """What the readers measured, and the memory of the server and its children, in MiB, over the time."""
    results: multiprocessing.Queue[tuple[list[tuple[str, float]], Counter[str]]] = multiprocessing.Queue()
    process = multiprocessing.Process(target=read_all, args=(path, port, n_readers, seconds, 1000, results))
    memory: list[float] = []
    before_s = cpu_s(pid)
    process.start()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        memory.append(resident_mib(pid))
        time.sleep(min(5.0, seconds / 6))
    used_s = cpu_s(pid) - before_s
    found, faults = results.get(timeout=120)
    process.join()
    times = sorted(value for _, value in found)
    by_name: dict[str, list[float]] = {}
    for name, value in found:
        by_name.setdefault(name, []).append(value)
    return {
        "requests": len(times),
        "per_second": round(len(times) / seconds, 1),
        "server_cpu_ms_per_request": round(used_s * 1000 / len(times), 2),
        "p50_ms": round(times[len(times) // 2] * 1000, 1),
        "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 1),
        "max_ms": round(times[-1] * 1000, 1),
        "faults": dict(faults),
        "memory_mib": [round(value) for value in memory],
        "p50_ms_by_query": {
            name: round(sorted(v)[len(v) // 2] * 1000, 1) for name, v in sorted(by_name.items())
        },
    }


def cpu_s(pid: int) -> float:
    """Processor seconds that a process and its children have used (Linux)."""
    total = 0
    for one in [str(pid), *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]:
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def resident_mib(pid: int) -> float:
    """Proportional memory of a process and its children; shared pages count once (Linux)."""
    total = 0
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for one in [str(pid), *children]:
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        match = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
        total += int(match[1]) if match else 0
    return total / 1024


# --- Servers ------------------------------------------------------------------------------------------------


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(command: list[str], port: int) -> Iterator[int]:
    """A server in a process of its own, until it listens; gives its process id."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            raise RuntimeError("the server does not listen")
        yield process.pid
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def kg_command(folder: Path, port: int, workers: int, cache_bytes: int) -> list[str]:
    """The server under test; the log goes nowhere, as with the other one."""
    code = (
        "import sys; from kg.serve import run; "
        "run(sys.argv[1], port=int(sys.argv[2]), workers=int(sys.argv[3]), max_concurrent=1000, cache_bytes=int(sys.argv[4]), log=lambda *a, **k: None)"
    )
    return [sys.executable, "-c", code, str(folder), str(port), str(workers), str(cache_bytes)]


def replace_often(folder: Path, builds: list[Path], every_s: float, stop: threading.Event) -> None:
    """Puts a build in the folder's place again and again, as ``kg build`` does at its end."""
    index = 0
    while not stop.wait(every_s):
        index += 1
        fresh = fresh_sibling(folder)
        subprocess.run(["cp", "-r", f"{builds[index % len(builds)]}/.", str(fresh)], check=True)
        replace_folder(fresh, folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--claims", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=max(2, os.cpu_count() or 1))
    parser.add_argument("--oxigraph", help="path of the program `oxigraph`")
    arguments = parser.parse_args()
    os.chdir(Path(__file__).resolve().parents[1])
    report: dict[str, object] = {
        "seconds": arguments.seconds,
        "readers": arguments.readers,
        "cpus": os.cpu_count(),
    }
    with tempfile.TemporaryDirectory() as name:
        builds = [Path(name) / f"build-{i}" for i in range(2)]
        for i, build in enumerate(builds):
            report["quads"] = write_build(build, make_graph(10, arguments.claims, f"n{i}"))
        folder = Path(name) / "served"
        subprocess.run(["cp", "-r", str(builds[0]), str(folder)], check=True)
        port = free_port()
        with running(kg_command(folder, port, arguments.workers, 0), port) as pid:
            report["kg serve, nothing cached"] = load(
                "/sparql", port, arguments.readers, arguments.seconds, pid
            )
        port = free_port()
        with running(kg_command(folder, port, arguments.workers, 64 * 1024**2), port) as pid:
            report["kg serve"] = load("/sparql", port, arguments.readers, arguments.seconds, pid)
            stop = threading.Event()
            changer = threading.Thread(
                target=replace_often, args=(folder, builds, arguments.seconds / 8, stop)
            )
            changer.start()
            report["kg serve, build replaced"] = load(
                "/sparql", port, arguments.readers, arguments.seconds, pid
            )
            stop.set()
            changer.join()
        if arguments.oxigraph:
            port = free_port()
            command = [
                arguments.oxigraph,
                "serve-read-only",
                "--location",
                str(builds[0] / "store"),
                "--union-default-graph",
            ]
            with running([*command, "--bind", f"127.0.0.1:{port}"], port) as pid:
                report["oxigraph serve"] = load("/query", port, arguments.readers, arguments.seconds, pid)
    report["load_average"] = os.getloadavg()
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
