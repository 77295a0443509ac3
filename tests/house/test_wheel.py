"""A wheel built here and unpacked elsewhere works without the checkout: schema, model and page travel in it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.model, pytest.mark.slow]

_SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
import kg
assert kg.__file__.startswith(sys.argv[1]), kg.__file__
from kg.ontology import schema_dir
assert str(schema_dir()).startswith(sys.argv[1]), schema_dir()
graph = kg.build(sys.argv[2])
assert graph.entities and graph.validate().conforms
graph.save(sys.argv[3])
"""


def test_the_wheel_works_without_the_checkout(root: Path, tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    assert wheel.stat().st_size < 40_000_000
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert "kg/schema/vocabulary.ttl" in names
        assert not [name for name in names if name.startswith(("tests/", "training/", "examples/"))]
        archive.extractall(tmp_path / "site")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            _SCRIPT,
            str(tmp_path / "site"),
            str(root / "examples" / "chips-at-the-edge.md"),
            str(tmp_path / "out"),
        ],
        cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "graph.html").is_file()
