"""What every test may use: the samples, the optional shared transcripts, golden files."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files; read the diff")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def examples() -> Path:
    """The folder of our own sample transcripts."""
    return ROOT / "examples"


@pytest.fixture(scope="session")
def seeds() -> Path:
    """Three real transcripts that lie beside the checkout where there is a shared folder."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("the real transcripts (../shared/seeds) are not on this machine")
    return folder


@pytest.fixture(scope="session")
def gold() -> Path:
    """Annotations of two of them."""
    folder = SHARED / "gold"
    if not folder.is_dir():
        pytest.skip("the annotations (../shared/gold) are not on this machine")
    return folder
