"""Keeps fresh what is generated from the ontology: signature shapes, JSON-LD context, reference."""

from __future__ import annotations

from pathlib import Path

from kg.ontology.context import context_json
from kg.ontology.reader import parse_ontology
from kg.ontology.reference import reference_markdown
from kg.ontology.signatures import signatures_turtle

__all__ = ["generated_files", "refresh"]


def generated_files(schema: Path) -> dict[str, str]:
    """What the generated files should hold, by path from the folder above the schema's.

    The reference is among them only in a checkout, which has a folder ``docs``.
    """
    path = schema / "ontology.ttl"
    ontology = parse_ontology(path)
    texts = {
        f"{schema.name}/signatures.ttl": signatures_turtle(ontology),
        f"{schema.name}/context.jsonld": context_json(path),
    }
    if (schema.parent / "docs").is_dir():
        texts["docs/ontology.md"] = reference_markdown(ontology, path)
    return texts


def refresh(schema: Path, *, write: bool) -> list[str]:
    """The generated files that are missing or stale, sorted; they are written anew if `write`."""
    stale = []
    for name, text in sorted(generated_files(schema).items()):
        path = schema.parent / name
        if not path.is_file() or path.read_text("utf-8") != text:
            stale.append(name)
            if write:
                path.write_text(text, "utf-8")
    return stale
