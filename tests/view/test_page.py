"""The page as bytes: safe, complete, the same every time, and clear about wrong requests."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.synthetic_graphs import HOSTILE, synthetic_graph
from kg.errors import RequestError
from kg.view import ViewError, as_served, display_html, open_page, write_html
from kg.view.page import to_json

ROOT = Path(__file__).resolve().parents[2]


def data_of(page: bytes) -> dict[str, object]:
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page.decode(), re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert isinstance(data, dict)
    return data


def test_page_loads_nothing_from_elsewhere() -> None:
    page = write_html(synthetic_graph(40)).decode()
    outside = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert re.findall(r"\b(?:src|href)\s*=\s*(\S+?)>", outside) == ['"data:,"']
    assert "@import" not in page
    assert "url(" not in re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]  # type: ignore[index]


def test_no_script_can_be_ended_from_within() -> None:
    page = write_html(synthetic_graph(40, hostile=True)).decode()
    assert page.lower().count("</script") == 3
    assert page.count("</style>") == 1
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL)
    assert not any("<!--" in script for script in scripts)


def test_policy_allows_its_own_scripts_only() -> None:
    page = write_html(synthetic_graph(10)).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    assert "base-uri 'none'" in policy[1]
    assert "form-action 'none'" in policy[1]
    assert "connect-src 'none'" in policy[1]


def test_same_graph_gives_the_same_bytes_under_any_hash_seed() -> None:
    program = (
        "import sys, hashlib; sys.path.insert(0, '.')\n"
        "from benchmarks.synthetic_graphs import synthetic_graph\n"
        "from kg.view import write_html\n"
        "print(hashlib.sha256(write_html(synthetic_graph(300, scripts=True))).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "4242")
    }
    assert len(digests) == 1


@given(
    st.recursive(st.text() | st.integers() | st.none(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
@settings(max_examples=150, deadline=None)
def test_data_block_cannot_be_left_and_keeps_every_value(value: object) -> None:
    text = to_json(value)  # type: ignore[arg-type]
    assert not set("<>&\u2028\u2029") & set(text)
    text.encode("utf-8")
    clean = json.loads(json.dumps(value).encode("utf-8", "replace").decode())
    if "\\ud" not in json.dumps(value):
        assert json.loads(text) == clean


def test_hostile_names_survive_as_text() -> None:
    page = write_html(synthetic_graph(40, hostile=True))
    entities = data_of(page)["entities"]
    assert isinstance(entities, dict)
    names = set(entities["name"])
    for name in HOSTILE:
        assert name.encode("utf-8", "replace").decode() in names
    # Nowhere but in the data block, and there without a character that could end it.
    assert page.count(b"dataset.broken") == page[page.index(b'id="data"') :].split(b"</script>")[0].count(
        b"dataset.broken"
    )


def test_all_statements_and_claims_are_in_the_page() -> None:
    graph = synthetic_graph(200)
    data = data_of(write_html(graph))
    assert len(data["statements"]["id"]) == len(graph.statements)  # type: ignore[index, call-overload]
    assert len(data["claims"]["id"]) == len(graph.claims)  # type: ignore[index, call-overload]
    assert len(data["entities"]["id"]) == len(graph.entities)  # type: ignore[index, call-overload]


def test_empty_graph_has_a_page() -> None:
    assert b"<canvas" not in write_html(synthetic_graph(0, documents=0))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"types": ["Persn"]}, "Person"),
        ({"date_from": "last year"}, "YYYY"),
        ({"date_from": "2019", "date_to": "2018"}, "earlier"),
        ({"max_nodes": 0}, "10 to"),
    ],
)
def test_wrong_requests_say_what_to_try(options: dict[str, object], says: str) -> None:
    with pytest.raises(ViewError, match=says):
        write_html(synthetic_graph(60), **options)  # type: ignore[arg-type]


def test_unknown_focus_names_the_nearest() -> None:
    graph = synthetic_graph(60)
    name = graph.entities[3].name
    with pytest.raises(RequestError, match=re.escape(name)):
        write_html(graph, focus=name + "x")


def test_types_are_found_whatever_their_case() -> None:
    graph = synthetic_graph(60)
    start = data_of(write_html(graph, types=[graph.entities[0].type.lower()]))["start"]
    assert start["types"] == [graph.entities[0].type]  # type: ignore[index]


def test_notebook_frame_is_walled_off() -> None:
    frame = display_html(synthetic_graph(10, hostile=True))
    assert 'sandbox="allow-scripts' in frame
    assert "allow-same-origin" not in frame
    assert frame.count("<") == 2


def test_served_page_differs_in_its_addresses_only() -> None:
    page = write_html(synthetic_graph(10))
    served = as_served(page, entity_url='id/"><script>', live_url="graph")
    assert b"connect-src 'self'" in served
    assert b'data-entity-url="id/&quot;&gt;&lt;script&gt;"' in served
    assert abs(len(served) - len(page)) < 60
    assert b"connect-src 'none'" in as_served(page, entity_url="id/")
    with pytest.raises(ViewError):
        as_served(b"<html></html>", entity_url="id/")


def test_open_page_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ViewError, match=r"graph\.html"):
        open_page(tmp_path)
