"""Readers from outside packages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import registry
from kg.read import formats, read_text
from kg.read.read import _reader

_MODULE = """
from kg.model import Span, Turn
from kg.read import Reading


class ShoutReader:
    name = "shout"
    description = "text that begins with !!!"
    suffixes = (".shout",)

    def recognises(self, text: str, suffix: str) -> float:
        return 1.0 if text.startswith("!!!") else 0.0

    def parse(self, raw: str, start: int) -> Reading:
        return Reading((Turn((Span(start + 3, len(raw)),)),))
"""


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "kg_shout.py").write_text(_MODULE, encoding="utf-8")
    info = tmp_path / "kg_shout-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: kg-shout\nVersion: 1.0\n", encoding="utf-8")
    entry = "[kg.readers]\nshout = kg_shout:ShoutReader\nprose = kg_shout:ShoutReader\n"
    (info / "entry_points.txt").write_text(entry, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    registry._outside.cache_clear()
    yield
    registry._outside.cache_clear()
    _reader.cache_clear()


@pytest.mark.usefixtures("outside")
def test_reader_of_an_outside_package_is_found_and_used() -> None:
    assert "shout" in dict(formats())
    assert read_text("!!!hello there").format == "shout"
    assert read_text("hello there").format == "prose"


@pytest.mark.usefixtures("outside")
def test_outside_package_cannot_replace_a_reader_of_ours() -> None:
    assert registry.names("reader").count("prose") == 1
    assert getattr(registry.load("reader", "prose"), "__module__", "") == "kg.read.prose"


def test_unknown_component_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        registry.load("reader", "nothing")
