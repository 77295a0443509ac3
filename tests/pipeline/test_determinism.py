"""The same input gives the same bytes: over hash seeds, file orders, processes and locales."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.publish import FILES

pytestmark = [pytest.mark.model, pytest.mark.slow]

_SCRIPT = """
import sys
import kg
kg.build(sys.argv[3:], processes=int(sys.argv[2])).save(sys.argv[1])
"""


def _build(output: Path, paths: list[Path], *, processes: int, seed: str, locale: str) -> dict[str, bytes]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "LANG": locale, "TZ": "Asia/Tokyo"}
    subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(output), str(processes), *map(str, paths)],
        check=True,
        env=environment,
        capture_output=True,
    )
    return {name: (output / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> dict[str, bytes]:
    return _build(tmp_path_factory.mktemp("first"), _paths(examples), processes=1, seed="0", locale="C.UTF-8")


def _paths(examples: Path) -> list[Path]:
    return sorted(path for path in examples.iterdir() if path.name != "README.md")


def test_another_order_two_processes_another_seed_and_locale_change_nothing(
    first: dict[str, bytes], tmp_path: Path, examples: Path
) -> None:
    again = _build(tmp_path / "again", _paths(examples)[::-1], processes=2, seed="4711", locale="C")
    assert {name: again[name] == first[name] for name in FILES} == dict.fromkeys(FILES, True)


def test_a_second_build_into_the_same_folder_changes_nothing(
    first: dict[str, bytes], tmp_path: Path, examples: Path
) -> None:
    paths = _paths(examples)
    output = tmp_path / "build"
    _build(output, paths[:2], processes=1, seed="1", locale="C.UTF-8")
    again = _build(output, paths, processes=1, seed="2", locale="C.UTF-8")
    assert again == first
