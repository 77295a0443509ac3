"""Refuses queries and updates that would make the engine fetch something from another server.

The engine follows SERVICE and LOAD to any HTTP address. The patterns below match wherever SPARQL's grammar
could see such a clause, in strings and comments too: a tokenizer that disagrees with the engine's about
where a string starts could be led past the word, this cannot.
"""

from __future__ import annotations

import re

from kg.rdf.sparql import holds_service, unescape
from kg.serve.errors import Refusal

__all__ = ["refuse_load", "refuse_service"]

_GAP = r"(?:\s|\#[^\r\n]*(?:[\r\n]|\Z))*"
_NAME = r"(?:<[^>]*>|[?$]\w+|[^\s<>{}()\"'?$]*:[^\s{]*)"
_LOAD = re.compile(rf"(?:\A|[;>]){_GAP}LOAD{_GAP}(?:SILENT{_GAP})?{_NAME}", re.IGNORECASE)


def refuse_service(query: str) -> None:
    """Raises `Refusal` if the text holds a SERVICE clause."""
    if holds_service(query):
        raise Refusal(
            403,
            "SERVICE is refused: this server never asks another one",
            "a query over this graph alone (a string that looks like a SERVICE clause is refused as well)",
        )


def refuse_load(update: str) -> None:
    """Raises `Refusal` if the text holds a LOAD operation or a SERVICE clause."""
    refuse_service(update)
    if any(_LOAD.search(text) for text in (update, unescape(update))):
        raise Refusal(
            403,
            "LOAD is refused: this server fetches nothing",
            "sending the data itself, with POST or PUT to the graph store",
        )
