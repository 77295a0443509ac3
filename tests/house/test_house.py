"""The house rules that a machine can check."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest


def test_import_layers_hold(root: Path) -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    if not tool.exists():
        pytest.skip("import-linter is not installed")
    done = subprocess.run([tool, "--no-cache"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_types_hold(root: Path) -> None:
    pytest.importorskip("mypy")
    done = subprocess.run([sys.executable, "-m", "mypy"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_style_holds(root: Path) -> None:
    tool = Path(sys.executable).with_name("ruff")
    if not tool.exists():
        pytest.skip("ruff is not installed")
    for arguments in (["check", "."], ["format", "--check", "kg", "tests", "benchmarks", "training"]):
        done = subprocess.run([tool, *arguments], cwd=root, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_there_is_no_utils(root: Path) -> None:
    assert not [
        path for path in (root / "kg").rglob("*.py") if path.stem in ("utils", "helpers", "misc", "common")
    ]


def test_modules_stay_small(root: Path) -> None:
    long = {
        str(p.relative_to(root)): n
        for p in (root / "kg").rglob("*.py")
        if (n := len(p.read_text("utf-8").splitlines())) > 600
    }
    assert not long


def test_every_error_code_is_used_once(root: Path) -> None:
    codes: dict[str, str] = {}
    for path in sorted((root / "kg").rglob("*.py")):
        for code in re.findall(
            r'^    code(?:: ClassVar\[str\])? = "(KG\d{3})"', path.read_text("utf-8"), re.MULTILINE
        ):
            assert code not in codes, f"{code} in {path.name} and {codes[code]}"
            codes[code] = path.name
    assert len(codes) > 10


def test_the_lock_holds_every_dependency(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    lock = (root / "requirements" / "dev.txt").read_text("utf-8").lower()
    for wanted in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        name = re.split(r"[<>=!\[; ]", wanted)[0].lower()
        assert re.search(rf"^{re.escape(name)}==", lock, re.MULTILINE), name
    assert "--hash=sha256:" in lock
    assert "torch" not in re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE)


def test_the_version_stands_in_one_place() -> None:
    import kg

    assert re.fullmatch(r"\d+\.\d+\.\d+", kg.__version__)
