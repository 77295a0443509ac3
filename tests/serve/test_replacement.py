"""A build that is made again takes the place of the old one in one step, for every reader."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from kg.rdf.folder import fresh_sibling, replace_folder
from kg.serve import create_app

QUOTES = "SELECT ?quote { ?s oa:exact ?quote }"
PRODUCT = "SELECT ?quote { ?s oa:exact ?quote . ?a ?b ?c . ?d ?e ?f } LIMIT 40000"
MakeBuild = Callable[..., Path]


def exchange(make_build: MakeBuild, folder: Path, **how: object) -> None:
    """What ``kg build`` does at its end."""
    fresh = fresh_sibling(folder)
    make_build(fresh, **how)
    replace_folder(fresh, folder)


def notes(client: TestClient, query: str = QUOTES) -> list[str]:
    answer = client.get("/sparql", params={"query": query})
    assert answer.status_code == 200, answer.text
    rows = answer.json()["results"]["bindings"]
    return [row["quote"]["value"].partition(", ")[2].partition(":")[0] for row in rows]


def wait_for(client: TestClient, note: str) -> None:
    deadline = time.monotonic() + 10
    while set(notes(client)) != {note}:
        assert time.monotonic() < deadline, "the new build is not seen"
        time.sleep(0.05)


def test_a_new_build_is_seen_everywhere(tmp_path: Path, make_build: MakeBuild) -> None:
    folder = make_build(tmp_path / "build", note="one")
    with TestClient(create_app(folder, workers=1)) as client:
        tag = client.get("/sparql", params={"query": QUOTES}).headers["etag"]
        exchange(make_build, folder, note="two", documents=3)
        wait_for(client, "two")
        again = client.get("/sparql", params={"query": QUOTES}, headers={"If-None-Match": tag})
        assert again.status_code == 200
        assert "Talk 3: two" in client.get("/").text
        assert client.get("/page/transcript-talk-3").status_code == 200
        assert b"two" in client.get("/files/claims.jsonl").content


def test_no_reader_sees_half_or_fails(tmp_path: Path, make_build: MakeBuild) -> None:
    folder = make_build(tmp_path / "build", note="n0")
    faults: list[str] = []
    seen: set[str] = set()
    stop = threading.Event()
    with TestClient(create_app(folder, workers=2, time_limit_s=20)) as client:

        def read(query: str, n_rows: int) -> None:
            while not stop.is_set():
                answer = client.get("/sparql", params={"query": query})
                if answer.status_code != 200:
                    faults.append(f"{answer.status_code} {answer.text}")
                    continue
                found = [
                    row["quote"]["value"].partition(", ")[2].partition(":")[0]
                    for row in answer.json()["results"]["bindings"]
                ]
                seen.update(found)
                if len(set(found)) != 1 or len(found) != n_rows:
                    faults.append(f"{set(found)} {len(found)}")

        readers = [threading.Thread(target=read, args=(QUOTES, 8)) for _ in range(4)]
        readers.append(threading.Thread(target=read, args=(PRODUCT, 40_000)))
        for reader in readers:
            reader.start()
        for number in range(1, 5):
            exchange(make_build, folder, note=f"n{number}")
            wait_for(client, f"n{number}")
        stop.set()
        for reader in readers:
            reader.join()
    assert faults == []
    assert seen == {f"n{number}" for number in range(5)}


def test_a_long_answer_that_has_begun_is_finished_on_the_old_build(
    tmp_path: Path, make_build: MakeBuild
) -> None:
    folder = make_build(tmp_path / "build", note="old")
    with TestClient(create_app(folder, workers=1)) as client:
        with client.stream("GET", "/sparql", params={"query": PRODUCT}) as answer:
            parts = answer.iter_bytes(65536)
            start = next(parts)
            exchange(make_build, folder, note="new")
            body = start + b"".join(parts)
        rows = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
        assert isinstance(rows, ox.QuerySolutions)
        assert {", old:" in row["quote"].value for row in rows} == {True}
        wait_for(client, "new")


def test_a_build_that_vanishes_leaves_what_was_open(tmp_path: Path, make_build: MakeBuild) -> None:
    folder = make_build(tmp_path / "build", note="one")
    with TestClient(create_app(folder, workers=1)) as client:
        assert set(notes(client)) == {"one"}
        folder.rename(tmp_path / "elsewhere")
        time.sleep(0.8)
        answer = client.get("/sparql", params={"query": QUOTES})
        assert answer.status_code == 200
        (tmp_path / "elsewhere").rename(folder)
        wait_for(client, "one")


@pytest.mark.parametrize("change", ["update", "put"])
def test_a_new_build_replaces_what_was_written(tmp_path: Path, make_build: MakeBuild, change: str) -> None:
    token = "correct-horse-battery-staple"
    folder = make_build(tmp_path / "build", note="one")
    app = create_app(folder, writable=True, token=token, workers=1)
    with TestClient(app, headers={"Authorization": f"Bearer {token}"}) as client:
        if change == "update":
            answer = client.post("/sparql", data={"update": "INSERT DATA { <a:b> <a:c> 1 }"})
        else:
            answer = client.put(
                "/store?default", content="<a:b> <a:c> 1 .", headers={"Content-Type": "text/turtle"}
            )
        assert answer.status_code == 204
        exchange(make_build, folder, note="two")
        wait_for(client, "two")
        gone = client.get("/sparql", params={"query": "ASK { <a:b> <a:c> 1 }"})
        assert gone.json()["boolean"] is False
        assert client.post("/sparql", data={"update": "INSERT DATA { <a:b> <a:c> 2 }"}).status_code == 204
        there = client.get("/sparql", params={"query": "ASK { <a:b> <a:c> 2 }"})
        assert there.json()["boolean"] is True
