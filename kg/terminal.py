"""Tables and progress bars for the terminal: what the library found, in a shape people read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from kg.graph import KnowledgeGraph
from kg.pipeline import Progress as OnProgress

if TYPE_CHECKING:
    from kg.evaluate import Score
    from kg.rdf import NamedQuery, QueryResult, Report

__all__ = ["build_table", "pairs_table", "query_list", "query_table", "report_table", "score_table", "watch"]

# A table that wants more than this many times the room folds its cells into towers of letters.
_MOST_FOLDED = 1.5
_STAGES = {"read": "Reading", "extract": "Finding claims", "resolve": "Resolving", "write": "Writing"}


@contextmanager
def watch(console: Console) -> Iterator[OnProgress]:
    """A progress callback that draws bars on a terminal and stays quiet in a pipe."""
    if not console.is_terminal:
        yield lambda stage, done, total, name: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<15}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[name]}"),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        tasks = {}

        def show(stage: str, done: int, total: int, name: str) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(_STAGES.get(stage, stage), total=total, name="")
            bars.update(tasks[stage], completed=done, total=total, name=escape(name))

        yield show


def _table(*columns: str, title: str | None = None) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim"
    )
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def build_table(graph: KnowledgeGraph, report: Report, output: Path) -> RenderableType:
    """What a build holds and where it lies."""
    documents = _table("transcript", "format", "words", "claims", "recording")
    claims = Counter(claim.document for claim in graph.claims)
    for document in graph.documents:
        recording = graph.entity_by_iri[document.recording].name if document.recording else "-"
        documents.add_row(
            Text(document.source),
            document.format,
            f"{document.n_words:,}",
            str(claims[document.iri]),
            Text(recording),
        )
    types = Counter(entity.type for entity in graph.entities)
    predicates = Counter(s.predicate for s in graph.statements if s.asserted)
    facts = _table("", "")
    facts.add_row(
        "entities",
        f"{len(graph.entities):,}   " + ", ".join(f"{n} {name}" for name, n in types.most_common()),
    )
    asserted = sum(statement.asserted for statement in graph.statements)
    facts.add_row(
        "statements",
        f"{asserted:,} asserted of {len(graph.statements):,}   "
        + ", ".join(f"{n} {name}" for name, n in predicates.most_common(8)),
    )
    facts.add_row(
        "SHACL", "conforms" if report.conforms else f"{len(report.findings)} findings (kg validate {output})"
    )
    facts.add_row("page", f"{output}/graph.html")
    facts.add_row("Turtle", f"{output}/graph.ttl")
    return Group(documents, Text(), facts)


def query_list(ready: Mapping[str, NamedQuery]) -> RenderableType:
    """The ready questions."""
    return pairs_table("name", "question", [(name, ready[name].question) for name in sorted(ready)])


def pairs_table(left: str, right: str, rows: Sequence[tuple[str, str]]) -> RenderableType:
    """Two columns of text."""
    table = _table(left, right)
    for first, second in rows:
        table.add_row(Text(first, style="bold"), Text(second))
    return table


def query_table(result: QueryResult, *, width: int) -> RenderableType:
    """Answers as a table, IRIs shortened; as one block an answer where `width` columns cannot hold a table."""
    from kg.rdf.sparql import shorten

    if result.boolean is not None:
        return Text("yes" if result.boolean else "no")
    if not result.rows:
        return Text("no answers", style="dim")
    rows = [["" if cell is None else shorten(cell, result.base) for cell in row] for row in result.rows]
    columns = list(zip(result.columns, *rows, strict=True))
    natural = sum(max(len(text) for text in column) + 2 for column in columns)
    if natural > _MOST_FOLDED * width:
        return Group(*(_record(result.columns, row) for row in rows))
    table = _table(*result.columns)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _record(names: Sequence[str], row: Sequence[str]) -> Text:
    """One answer as a block: the first value, then the others with their names."""
    text = Text(row[0] or "-", style="bold")
    for name, value in list(zip(names, row, strict=True))[1:]:
        if value:
            text.append(f"\n  {name}: ", style="dim not bold").append(value, style="not bold")
    return text


def report_table(report: Report) -> RenderableType:
    """The findings of a validation, or that there are none."""
    if not report.findings:
        return Text("conforms: every shape holds", style="green")
    table = _table("severity", "where", "what", "focus")
    for finding in report.findings:
        where = ", ".join(str(place) for place in finding.places) or "-"
        table.add_row(finding.severity, Text(where), Text(finding.message), Text(finding.focus))
    return table


def score_table(scores: Sequence[Score]) -> RenderableType:
    """Scores by document."""
    table = _table("document", "entities P", "R", "F1", "types", "dupl.", "facts P", "R", "F1", "relaxed F1")
    for score in scores:
        table.add_row(
            score.name,
            f"{score.entities.precision:.3f}",
            f"{score.entities.recall:.3f}",
            f"{score.entities.f1:.3f}",
            f"{score.types_right:.3f}",
            str(score.duplicates),
            f"{score.facts.precision:.3f}",
            f"{score.facts.recall:.3f}",
            f"{score.facts.f1:.3f}",
            f"{score.facts_relaxed.f1:.3f}",
        )
    return table
