"""Where the schema's files are."""

from __future__ import annotations

from pathlib import Path

from kg.errors import SchemaError

__all__ = ["MissingSchemaError", "schema_dir"]


class MissingSchemaError(SchemaError):
    """The schema's files are not where they belong."""

    code = "KG301"


def schema_dir() -> Path:
    """The folder of the schema: inside the installed package, or at the top of a checkout.

    Raises:
        MissingSchemaError: If neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "schema", package.parent / "schema"):
        if (folder / "ontology.ttl").is_file():
            return folder
    raise MissingSchemaError(
        "schema/ontology.ttl is missing", where="the installed package kg", hint="installing kg again"
    )
