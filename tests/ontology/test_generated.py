"""Generated files are fresh, and a stale one is noticed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.ontology import schema_dir
from kg.ontology.generate import generated_files, refresh

ROOT = Path(__file__).parents[2]


def test_generated_files_are_fresh() -> None:
    assert refresh(ROOT / "schema", write=False) == [], "run `kg schema`"


def test_stale_file_is_noticed_and_written(tmp_path: Path) -> None:
    schema = tmp_path / "schema"
    shutil.copytree(schema_dir(), schema)
    assert refresh(schema, write=False) == [], "without docs beside it, there is no reference to write"
    (tmp_path / "docs").mkdir()
    assert refresh(schema, write=True) == ["docs/ontology.md"]
    ontology = schema / "ontology.ttl"
    ontology.write_text(ontology.read_text("utf-8").replace('"works for"@en', '"labours for"@en'), "utf-8")
    (schema / "signatures.ttl").write_text("# edited by hand\n")
    assert refresh(schema, write=True) == ["schema/signatures.ttl"]
    assert refresh(schema, write=True) == []


def test_generated_files_parse() -> None:
    texts = generated_files(schema_dir())
    assert list(ox.parse(texts["schema/signatures.ttl"], format=ox.RdfFormat.TURTLE))
    context = json.loads(texts["schema/context.jsonld"])["@context"]
    assert context["subject"] == {"@id": "kg:subject", "@type": "@id"}
    assert context["unit"] == "http://qudt.org/vocab/unit/", "a term must not hide a prefix"


@pytest.mark.parametrize("name", ["ontology", "shapes", "signatures", "cues", "units", "vocabulary"])
def test_schema_files_are_turtle(name: str) -> None:
    path = schema_dir() / f"{name}.ttl"
    if not path.is_file():
        pytest.skip(f"{path.name} is not there")
    assert list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
