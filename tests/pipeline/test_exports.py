"""What lies in ``exports/`` is what a build makes now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kg
from benchmarks import make_exports

pytestmark = [pytest.mark.model, pytest.mark.slow]


@pytest.mark.parametrize("name", ["samples", "seeds"])
def test_exports_are_fresh(name: str) -> None:
    if name not in make_exports.exports():
        pytest.skip("the real transcripts (../shared/seeds) are not on this machine")
    old = make_exports.stale(name)
    if old and not make_exports.same_arithmetic():
        # Another processor: the last digit of a confidence may differ, the graph must not.
        _compare_names(name)
        return
    assert old == [], "run: make exports"


def _compare_names(name: str) -> None:
    inputs, quotes, _ = make_exports.exports()[name]
    graph = kg.build(inputs, quotes=quotes)
    folder = make_exports.ROOT / "exports" / name
    for file, now in (
        ("entities.jsonl", {e.iri for e in graph.entities}),
        ("claims.jsonl", {(c.subject, c.predicate, c.object) for c in graph.claims}),
    ):
        rows = [json.loads(line) for line in (folder / file).read_text("utf-8").splitlines()]
        then = (
            {r["id"] for r in rows}
            if "name" in rows[0]
            else {(r["subject"], r["predicate"], r["object"]) for r in rows}
        )
        assert len(now & then) >= 0.95 * len(now | then), "run: make exports"


def test_the_real_transcripts_are_published_without_their_words(seeds: Path, root: Path) -> None:
    """No run of eight words of speech stands in what is published of other people's recordings."""
    import re

    def words(text: str) -> list[str]:
        return re.findall(r"[a-z0-9']+", re.sub(r"\[[\d:.\s>-]+\]", " ", text.lower()))

    n = 8
    known = set()
    for path in seeds.glob("*.txt"):
        found = words(path.read_text("utf-8"))
        known.update(tuple(found[i : i + n]) for i in range(len(found) - n))
    for name in ("graph.ttl", "entities.jsonl", "claims.jsonl", "manifest.json"):
        text = (root / "exports" / "seeds" / name).read_text("utf-8")
        for line in text.splitlines():
            found = words(line)
            runs = [found[i : i + n] for i in range(len(found) - n) if tuple(found[i : i + n]) in known]
            # The recordings' own titles are facts about them.
            runs = [run for run in runs if "chief" not in run and "scientist" not in run]
            assert not runs, (name, " ".join(runs[0]))
