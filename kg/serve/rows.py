"""Cuts serialised query results after a number of rows, so that the result stays well formed.

The engine writes results as bytes, many times faster than Python could; the row limit is therefore kept by
watching those bytes for the marks that stand between rows and cannot be confused with a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["RowCutter", "RowLimitError"]


class RowLimitError(Exception):
    """Raised out of the engine's serialiser when the last allowed row is written."""


@dataclass(frozen=True, slots=True)
class _Marks:
    """How rows show in a format.

    Args:
        start: Where rows start, as alternatives; each stands once before every row.
        keep: How many bytes of the mark still belong to what is before the row.
        edge: Bytes at which a chunk may not end, since a mark or an escape may go on after them.
        quoted: Whether values stand in quotation marks, inside of which marks count for nothing.
        escapes: Whether backslashes escape inside quotation marks (else quotation marks are doubled).
    """

    start: tuple[bytes, ...]
    keep: int
    edge: bytes
    quoted: bool = False
    escapes: bool = False


_MARKS = {
    # A binding starts with {", so only rows have },{ outside of strings.
    "json": _Marks((b"[{", b"},{"), 1, b"}],{[\\", quoted=True, escapes=True),
    # "<" is escaped inside values.
    "xml": _Marks((b"<result>",), 0, b"<result"),
    "csv": _Marks((b"\r\n",), 2, b"\r\n", quoted=True),
    # Line ends are escaped inside values.
    "tsv": _Marks((b"\n",), 1, b"\n"),
}


class RowCutter:
    """A binary output that passes on at most `max_rows` rows and then raises `RowLimitError`.

    Args:
        form: ``json``, ``xml``, ``csv`` or ``tsv``.
        max_rows: How many rows to let through, at least one.
        write: Where the bytes go.
    """

    def __init__(self, form: str, max_rows: int, write: Callable[[bytes], object]) -> None:
        self.n_rows = 0
        self._form = form
        self._marks = _MARKS[form]
        self._max_rows = max_rows
        self._write = write
        self._held = b""
        self._inside = False
        self._is_cut = False

    def write(self, data: bytes) -> int:
        """Passes `data` on, up to the end of the last allowed row."""
        if self._is_cut:
            # The engine writes what it still holds when it gives up.
            return len(data)
        chunk = self._held + bytes(data)
        # What is looked at ends neither within a mark nor within an escape.
        self._pass(chunk, len(chunk.rstrip(self._marks.edge)))
        return len(data)

    def _pass(self, chunk: bytes, size: int) -> None:
        part = chunk[:size]
        outside, inside_after = self._outside(part)
        n_found = sum(outside.count(mark) for mark in self._marks.start)
        if self.n_rows + n_found > self._max_rows:
            self._write(part[: self._end_of_last_row(part)])
            self.n_rows, self._is_cut = self._max_rows, True
            raise RowLimitError
        self.n_rows += n_found
        self._inside = inside_after
        self._held = chunk[size:]
        self._write(part)

    def flush(self) -> None:
        """Nothing to do: what is held back may still turn out to be too much."""

    def finish(self) -> None:
        """Passes on what was held back, for the result is complete; like `write`, it may find a row too many."""
        # A line end that is the very last byte starts no further row.
        self._pass(self._held, max(0, len(self._held) - 1))
        self._write(self._held)

    def finish_cut(self, note: str) -> None:
        """Completes a result that was cut; `note`, plain words, says so where the format has room for it."""
        ends = {
            "json": f']}},"truncated":"{note}"}}',
            "xml": f"</results><!-- {note} --></sparql>",
        }
        self._write(ends.get(self._form, "").encode())

    def _outside(self, part: bytes) -> tuple[bytes, bool]:
        """The bytes outside quotation marks, and whether the part ends inside of them."""
        if not self._marks.quoted:
            return part, False
        if self._marks.escapes:
            part = part.replace(b"\\\\", b"").replace(b'\\"', b"")
        pieces = part.split(b'"')
        ends_inside = self._inside ^ (len(pieces) % 2 == 0)
        return b'"'.join(pieces[1 if self._inside else 0 :: 2]), ends_inside

    def _end_of_last_row(self, part: bytes) -> int:
        """Where the row ends after which the next one would be too many."""
        value = rb'"(?:[^"\\]|\\.)*"?' if self._marks.escapes else rb'"[^"]*"?'
        pattern = b"|".join([*map(re.escape, self._marks.start), *([value] if self._marks.quoted else [])])
        opening = b'"' if self._inside else b""
        n_rows = self.n_rows
        for match in re.finditer(pattern, opening + part, re.DOTALL):
            if match[0] in self._marks.start:
                if n_rows == self._max_rows:
                    return match.start() + self._marks.keep - len(opening)
                n_rows += 1
        raise AssertionError("the marks were counted, so one is over")
