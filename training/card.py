"""Figures in, the tables of the model card out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["figures_markdown", "write_figures"]

_BEGIN = "<!-- figures: written by `python -m training card` -->"
_END = "<!-- end of figures -->"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.1f}"


def _table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def _mention_rows(figures: Mapping[str, Any], full: Mapping[str, Any]) -> Iterator[list[str]]:
    for name, found in figures.items():
        if isinstance(found, dict) and "spans_f1" in found:
            other = full.get(name, {}).get("f1")
            yield [
                name,
                *(_percent(found[k]) for k in ("precision", "recall", "f1", "spans_f1")),
                _percent(other),
                str(found["n_gold"]),
            ]


def _syntax_rows(figures: Mapping[str, Any], full: Mapping[str, Any]) -> Iterator[list[str]]:
    for name, found in figures.items():
        if isinstance(found, dict) and "las" in found:
            keys = ("upos", "xpos", "lemma", "uas", "las", "las_full", "sentences_f1")
            other = full.get(name, {})
            yield [
                name,
                *(_percent(found.get(k)) for k in keys),
                f"{_percent(other.get('upos'))} / {_percent(other.get('las'))}",
            ]


def figures_markdown(figures: Mapping[str, Any]) -> str:
    """The tables, in percent."""
    found, full = figures["quantised"], figures.get("unquantised", {})
    lines = [f"Model {figures['model']}, {found['split']} parts (CrossNER-AI: dev).", ""]
    lines += ["**Mentions**, strict span and type.", ""]
    lines += _table(
        ["corpus", "precision", "recall", "F1", "F1 of spans alone", "F1 before quantisation", "mentions"],
        list(_mention_rows(found, full)),
    )
    lines += ["**Syntax**, the treebank's own words.", ""]
    lines += _table(
        [
            "corpus",
            "UPOS",
            "XPOS",
            "lemmas",
            "UAS",
            "LAS",
            "LAS with subtypes",
            "sentence starts F1",
            "before quantisation: UPOS / LAS",
        ],
        list(_syntax_rows(found, full)),
    )
    for name, title in (
        ("podcasts", "Podcasts by type"),
        ("gum names", "GUM names by type (their own label set)"),
        ("crossner-ai dev", "CrossNER-AI by type (its own label set)"),
    ):
        if name in found:
            lines += [f"**{title}.**", ""]
            lines += _table(
                ["type", "precision", "recall", "F1", "mentions"],
                [
                    [t, *(_percent(v[k]) for k in ("precision", "recall", "f1")), str(v["n_gold"])]
                    for t, v in found[name]["types"].items()
                ],
            )
    return "\n".join(lines).rstrip() + "\n"


def write_figures(card: Path, figures: Mapping[str, Any]) -> None:
    """Replace what stands between the card's two marks."""
    text = card.read_text(encoding="utf-8")
    before, mark, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not mark or not end:
        raise ValueError(f"{card} lacks the marks of the figures")
    card.write_text(f"{before}{_BEGIN}\n\n{figures_markdown(figures)}\n{_END}{after}", encoding="utf-8")
