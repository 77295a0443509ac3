"""What a build leaves behind: Turtle, N-Quads, JSON Lines, the page, the store and a manifest.

Everything is written into a fresh folder that takes the place of the old one in one step: a build that
fails or is killed leaves the previous output whole.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from pathlib import Path

from kg.errors import RequestError
from kg.graph import KnowledgeGraph
from kg.rdf import Report, to_quads, validate, write_nquads, write_store, write_turtle
from kg.rdf.folder import fresh_sibling, recover, replace_folder
from kg.rdf.jsonl import claims_jsonl, entities_jsonl
from kg.rdf.redact import without_quotes
from kg.view import write_html

__all__ = ["FILES", "ForeignFolderError", "publish", "summary"]

FILES = ("graph.ttl", "graph.nq", "graph.html", "entities.jsonl", "claims.jsonl", "manifest.json")
"""The files of a build; beside them stands the folder ``store``."""


class ForeignFolderError(RequestError):
    """The output folder holds something that no build wrote."""

    code = "KG210"


def publish(graph: KnowledgeGraph, folder: Path, *, title: str | None = None, store: bool = True) -> Report:
    """Writes the build of `graph` into `folder` and returns the SHACL report.

    Raises:
        ForeignFolderError: If the folder has content and is no build; nothing is touched then.
        OSError: If the disk refuses; the previous build stays.
    """
    folder = Path(folder)
    recover(folder)
    check_target(folder)
    if not graph.quotes:
        graph = without_quotes(graph)
    quads = to_quads(graph)
    report = validate(quads)
    fresh = fresh_sibling(folder)
    try:
        files = {
            "graph.ttl": write_turtle(quads),
            "graph.nq": write_nquads(quads),
            "graph.html": write_html(graph, title=title),
            "entities.jsonl": entities_jsonl(graph),
            "claims.jsonl": claims_jsonl(graph),
        }
        for name, content in files.items():
            (fresh / name).write_bytes(content)
        manifest = _manifest(graph, report, files)
        (fresh / "manifest.json").write_text(
            json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8"
        )
        if store:
            write_store(quads, fresh / "store")
        fresh.chmod(0o755)
        replace_folder(fresh, folder)
    finally:
        if fresh.exists():
            shutil.rmtree(fresh, ignore_errors=True)
    return report


def check_target(folder: Path) -> None:
    """Refuses a folder that holds something else than a build; raises `ForeignFolderError`."""
    if folder.is_dir():
        content = {path.name for path in folder.iterdir()}
        if content and "manifest.json" not in content:
            raise ForeignFolderError(
                f"the folder holds files that no build wrote ({sorted(content)[0]!r})",
                where=str(folder),
                hint="a new or empty folder after -o",
            )
    elif folder.exists():
        raise ForeignFolderError("this is a file", where=str(folder), hint="a folder after -o")


def summary(graph: KnowledgeGraph) -> dict[str, int]:
    """Counts of what the graph holds."""
    return {
        "documents": len(graph.documents),
        "words": sum(document.n_words for document in graph.documents),
        "entities": len(graph.entities),
        "claims": len(graph.claims),
        "statements": len(graph.statements),
        "asserted_statements": sum(statement.asserted for statement in graph.statements),
    }


def _manifest(graph: KnowledgeGraph, report: Report, files: dict[str, bytes]) -> dict[str, object]:
    types = Counter(entity.type for entity in graph.entities)
    predicates = Counter(claim.predicate for claim in graph.claims)
    return {
        "kg": graph.run.version,
        "model": graph.run.model,
        "run": graph.run.iri,
        "settings": dict(graph.run.settings),
        "inputs": [
            {
                "source": document.source,
                "sha256": document.sha256,
                "format": document.format,
                "iri": document.iri,
                "words": document.n_words,
                "warnings": list(document.warnings),
            }
            for document in graph.documents
        ],
        "counts": summary(graph),
        "entities_by_type": dict(sorted(types.items())),
        "claims_by_predicate": dict(sorted(predicates.items())),
        "shacl": {"conforms": report.conforms, "findings": len(report.findings)},
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
