"""SPARQL updates over HTTP: the graphs that a request names go into the update itself."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from kg.serve.errors import Refusal
from kg.serve.federation import refuse_load
from kg.serve.pool import Fault
from kg.serve.protocol import Call, refuse_fault
from kg.serve.source import Source

__all__ = ["answer_update", "with_using"]

_TOKEN = re.compile(
    r"""
      (?P<skip> \#[^\r\n]* | \s+
        | \"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | \'{3}(?:[^'\\]|\\.|'(?!''))*\'{3}
        | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*' | <[^<>"{}|^`\\\s]*> | [?$]\w+ | [\w.-]*:[\w.%-]* )
    | (?P<word> [A-Za-z_]\w* ) | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)


async def answer_update(request: Request, call: Call, source: Source) -> Response:
    """204 once the update is made; raises `Refusal` if it is not."""
    refuse_load(call.text)
    text = call.text
    if call.default_graphs or call.named_graphs:
        text = with_using(text, call.default_graphs, call.named_graphs)
    try:
        await source.change({"do": "update", "text": text})
    except Fault as fault:
        raise refuse_fault(fault, text) from None
    return Response(status_code=204)


def with_using(update: str, default: tuple[str, ...], named: tuple[str, ...]) -> str:
    """The update with USING clauses for the graphs that the request names.

    Raises:
        Refusal: If the update names graphs itself (SPARQL 1.1 Protocol, section 2.2.3).

    >>> with_using("DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", ("http://example.org/g",), ())
    'DELETE { ?s ?p 1 } USING <http://example.org/g> WHERE { ?s ?p 1 }'
    """
    clause = "".join([*(f"USING <{iri}> " for iri in default), *(f"USING NAMED <{iri}> " for iri in named)])
    words = _words(update)
    for word, _, _ in words:
        if word in ("USING", "WITH"):
            raise Refusal(
                400, f"the update has a {word} clause, and the request names graphs too", "one of the two"
            )
    parts, position = [], 0
    for (before, _, before_end), (word, start, end) in zip([("", 0, 0), *words], words, strict=False):
        if word != "WHERE":
            continue
        parts.append(update[position:start])
        position = start
        if before == "DELETE" and not any(
            token["other"] for token in _TOKEN.finditer(update, before_end, start)
        ):
            # DELETE WHERE { … } has no place for USING; it stands for DELETE { … } WHERE { … }.
            block = _block(update, end)
            parts.append(f"{block} ")
        parts.append(clause)
    return "".join(parts) + update[position:]


def _words(update: str) -> list[tuple[str, int, int]]:
    """The keywords outside of braces, with their places."""
    words, depth = [], 0
    for match in _TOKEN.finditer(update):
        if match["other"] == "{":
            depth += 1
        elif match["other"] == "}":
            depth -= 1
        elif match["word"] and depth == 0:
            words.append((match["word"].upper(), match.start(), match.end()))
    return words


def _block(update: str, start: int) -> str:
    """The first block in braces after `start`; raises `Refusal` if it does not end."""
    depth, opened = 0, start
    for match in _TOKEN.finditer(update, start):
        if match["other"] == "{":
            opened = match.start() if depth == 0 else opened
            depth += 1
        elif match["other"] == "}":
            depth -= 1
            if depth == 0:
                return update[opened : match.end()]
    raise Refusal(400, "the update has a brace that is not closed")
