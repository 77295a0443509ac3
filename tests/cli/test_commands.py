"""The command line as a user meets it: output, messages, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.model

TALK = """**Ada Roe:** I'm your host, Ada Roe, and I'm joined by Ben Poe.

**Ben Poe:** OpenAI was founded by Sam Altman. The Volta GPU is about 90 teraflops.
"""


def run(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "kg.cli", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env={**os.environ, "COLUMNS": "160"},
        timeout=120,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("cli")
    (base / "talk.md").write_text(TALK, "utf-8")
    done = run("build", base / "talk.md", "-o", base / "build")
    assert done.returncode == 0, done.stderr.decode()
    assert b"conforms" in done.stdout
    assert done.stderr == b""
    return base / "build"


def test_help_of_every_command_has_an_example() -> None:
    top = run("--help").stdout.decode()
    for command in (
        "build",
        "query",
        "export",
        "validate",
        "trace",
        "inspect",
        "eval",
        "view",
        "serve",
        "formats",
    ):
        assert command in top
        assert "Example" in run(command, "--help").stdout.decode()


def test_json_summary_is_one_object(folder: Path) -> None:
    done = run("build", folder.parent / "talk.md", "-o", folder.parent / "again", "--json")
    summary = json.loads(done.stdout)
    assert summary["documents"] == 1
    assert summary["shacl_conforms"] is True
    assert summary["errors"] == []


def test_standard_input_is_read(tmp_path: Path) -> None:
    done = run("build", "-", "-o", tmp_path / "build", stdin=TALK.encode())
    assert done.returncode == 0, done.stderr.decode()


def test_a_ready_question_answers(folder: Path) -> None:
    done = run("query", folder, "founders", "-f", "json")
    assert b"Sam Altman" in done.stdout
    assert b"founders" in run("query", folder).stdout


def test_sparql_answers_as_table_json_and_csv(folder: Path) -> None:
    sparql = "SELECT ?name WHERE { ?x a kg:Hardware ; rdfs:label ?name }"
    assert b"Volta" in run("query", folder, sparql).stdout
    assert json.loads(run("query", folder, sparql, "-f", "json").stdout)
    assert run("query", folder, sparql, "-f", "csv").stdout.startswith(b"name")
    assert b"Volta" in run("query", folder, "-", stdin=sparql.encode()).stdout


def test_a_wide_answer_becomes_a_block_on_a_narrow_terminal(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kg.cli", "query", str(folder), "hardware-performance"],
        capture_output=True,
        env={**os.environ, "COLUMNS": "60"},
        timeout=120,
    )
    assert b"\n  performance: " in done.stdout
    assert b"  speaker: Ben Poe" in done.stdout


def test_a_wrong_question_names_near_ones(folder: Path) -> None:
    done = run("query", folder, "founder")
    assert done.returncode == 2
    assert b"founders" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_syntax_fault_says_where(folder: Path) -> None:
    done = run("query", folder, "SELECT ?x WHERE { ?x a }")
    assert done.returncode == 2
    assert b"line 1" in done.stderr


@pytest.mark.parametrize(
    "format",
    ["turtle", "trig", "nquads", "ntriples", "jsonld", "rdfxml", "graphml", "gexf", "csv", "nodelink"],
)
def test_export_writes(folder: Path, tmp_path: Path, format: str) -> None:
    target = tmp_path / format
    done = run("export", folder, format, "-o", target)
    assert done.returncode == 0, done.stderr.decode()
    written = list(target.iterdir()) if target.is_dir() else [target]
    assert written
    assert all(path.stat().st_size for path in written)


def test_validate_says_that_it_conforms(folder: Path) -> None:
    done = run("validate", folder)
    assert (done.returncode, b"conforms" in done.stdout) == (0, True)


def test_trace_leads_from_the_statement_to_the_words(folder: Path) -> None:
    claim = next(
        json.loads(line)
        for line in (folder / "claims.jsonl").read_text("utf-8").splitlines()
        if json.loads(line)["predicate"] == "hasPerformance"
    )
    text = run("trace", folder, claim["id"]).stdout.decode()
    for part in ("statement", "Volta", "resolve", "claim", "evidence", "talk.md", "Ben Poe", "90 teraflops"):
        assert part in text
    assert b"statement" in run("trace", folder, "Volta").stdout


def test_inspect_shows_speech_and_claims(folder: Path) -> None:
    text = run("inspect", folder.parent / "talk.md").stdout.decode()
    assert "Ben Poe" in text
    assert "hasPerformance" in text


def test_an_empty_file_is_data_at_fault(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    done = run("build", tmp_path / "empty.txt", "-o", tmp_path / "build")
    assert done.returncode == 1
    assert b"[KG1" in done.stderr
    assert b"Traceback" not in done.stderr
    assert not (tmp_path / "build").exists()


def test_a_wrong_option_is_a_wrong_request(tmp_path: Path) -> None:
    for arguments in (
        ["build"],
        ["nonsense"],
        ["build", "x", "-o", tmp_path / "b", "--base-iri", "not an iri"],
    ):
        done = run(*arguments)
        assert done.returncode == 2, done.stderr.decode()
        assert b"Traceback" not in done.stderr


def test_a_missing_build_is_told_kindly(tmp_path: Path) -> None:
    for command in (
        ["query", tmp_path, "founders"],
        ["validate", tmp_path],
        ["trace", tmp_path, "X"],
        ["export", tmp_path, "turtle"],
    ):
        done = run(*command)
        assert done.returncode in (1, 2)
        assert b"[KG" in done.stderr
        assert b"Traceback" not in done.stderr


def test_view_writes_a_shaped_page(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done = run("view", folder, "--focus", "OpenAI", "-o", page)
    assert done.returncode == 0, done.stderr.decode()
    assert b"OpenAI" in page.read_bytes()


def test_formats_are_listed() -> None:
    assert b"webvtt" in run("formats").stdout
