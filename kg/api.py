"""kg from Python: build a graph, open one, ask it, hand it on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.config import Settings
from kg.errors import KgError, RequestError
from kg.graph import Document, KnowledgeGraph, to_networkx
from kg.iri import DEFAULT_BASE
from kg.model import Entity, EvidenceClaim, Statement
from kg.pipeline import Progress
from kg.pipeline import build as _build
from kg.publish import publish
from kg.rdf import (
    QueryResult,
    Report,
    named_queries,
    open_store,
    read_build,
    to_quads,
    validate,
    write_nquads,
)
from kg.rdf import export as _export
from kg.rdf import query as _query
from kg.rdf.named import named_query

if TYPE_CHECKING:
    import networkx as nx
    import rdflib

__all__ = ["Graph", "ask", "build", "make_settings", "open_build"]


class Graph:
    """A built graph.

    Args:
        data: Entities, statements, claims and documents.
        errors: Files that could not be built.
        warnings: (file, warning) pairs of the readers.
        timings_s: Seconds by stage; empty for a graph that was opened.
    """

    def __init__(
        self,
        data: KnowledgeGraph,
        *,
        errors: Sequence[KgError] = (),
        warnings: Sequence[tuple[str, str]] = (),
        timings_s: Sequence[tuple[str, float]] = (),
    ) -> None:
        self.data = data
        self.errors = tuple(errors)
        self.warnings = tuple(warnings)
        self.timings_s = tuple(timings_s)

    @property
    def entities(self) -> tuple[Entity, ...]:
        """All entities, by IRI."""
        return self.data.entities

    @property
    def claims(self) -> tuple[EvidenceClaim, ...]:
        """All claims, by IRI."""
        return self.data.claims

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All statements, by IRI."""
        return self.data.statements

    @property
    def documents(self) -> tuple[Document, ...]:
        """All transcripts, by IRI."""
        return self.data.documents

    def entity(self, name: str) -> Entity:
        """The entity with this name, other name or IRI; raises `RequestError` that names near ones."""
        return self.data.entity(name)

    def query(self, sparql: str) -> QueryResult:
        """What a SPARQL query answers; the usual prefixes are known.

        Raises:
            KgError: If the query is no SPARQL; the message says where.
        """
        return _query(self.data, sparql)

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """The graph as a networkx multigraph; see `kg.graph.to_networkx`."""
        return to_networkx(self.data)

    def to_rdflib(self) -> rdflib.Dataset:
        """The graph as an rdflib dataset with one named graph a transcript."""
        import rdflib

        dataset = rdflib.Dataset()
        dataset.parse(data=write_nquads(to_quads(self.data)), format="nquads")
        return dataset

    def validate(self) -> Report:
        """The SHACL report."""
        return validate(self.data)

    def export(self, format: str) -> bytes:
        """The graph in one of the export formats ("turtle", "jsonld", "graphml", …)."""
        return _export(self.data, format)

    def save(self, folder: str | Path, *, title: str | None = None) -> Report:
        """Writes all the files of a build into `folder`, in the place of an earlier build."""
        return publish(self.data, Path(folder), title=title)

    def _repr_html_(self) -> str:
        from kg.view import display_html

        return display_html(self.data)

    def __repr__(self) -> str:
        return (
            f"<kg.Graph: {len(self.documents)} documents, {len(self.entities)} entities, "
            f"{len(self.statements)} statements, {len(self.claims)} claims>"
        )


def build(
    paths: str | Path | Sequence[str | Path], *, progress: Progress | None = None, **settings: object
) -> Graph:
    """A graph of the transcripts at `paths` (a path, several, folders, globs).

    Args:
        paths: What to read.
        progress: Is called as the walk goes on; see `kg.pipeline.Progress`.
        settings: Fields of `kg.config.Settings`.

    Raises:
        RequestError: If a setting is unknown or wrong.
        KgError: If no file could be built.
    """
    several = [paths] if isinstance(paths, str | Path) else list(paths)
    checked = make_settings(settings)
    result = _build(several, checked, progress) if progress else _build(several, checked)
    return Graph(result.graph, errors=result.errors, warnings=result.warnings, timings_s=result.timings_s)


def make_settings(values: dict[str, object]) -> Settings:
    """Checked settings; raises `RequestError` with every fault at once."""
    from pydantic import ValidationError

    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise RequestError(
            f"settings are wrong: {faults}",
            where="settings",
            hint=f"one of {', '.join(sorted(Settings.model_fields))}",
        ) from None


def open_build(folder: str | Path) -> Graph:
    """The graph that an earlier build left in `folder`.

    Raises:
        KgError: If there is no build in it.
    """
    return Graph(read_build(Path(folder)))


def ask(folder: str | Path, question: str, values: dict[str, str] | None = None) -> QueryResult:
    """What a build answers to a question: SPARQL text, a file with it, or the name of a ready question.

    Args:
        folder: Of the build.
        question: What to ask.
        values: Fill in the parameters of a ready question.

    Raises:
        RequestError: If `question` is none of these; the message names the nearest ready questions.
        KgError: If the query is no SPARQL, or there is no build.
    """
    store = open_store(Path(folder) / "store")
    ready = named_queries()
    if question in ready:
        text = ready[question].fill(values or {})
    elif values:
        raise RequestError(f"{question!r} takes no values", where="--with", hint="a ready question")
    elif any(char.isspace() for char in question.strip()) or "{" in question:
        text = question
    elif Path(question).is_file():
        text = Path(question).read_text("utf-8")
    else:
        text = named_query(question).sparql
    return _query(store, text, base=_base(Path(folder)))


def _base(folder: Path) -> str:
    """The base IRI that the build in `folder` was made with."""
    try:
        settings = json.loads((folder / "manifest.json").read_text("utf-8"))["settings"]
        return str(settings["base_iri"])
    except (OSError, ValueError, KeyError, TypeError):
        return DEFAULT_BASE
