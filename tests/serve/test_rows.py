"""Results are cut at the row limit, and stay well formed."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from typing import IO, cast

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.serve.rows import RowCutter, RowLimitError

FORMS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
tricky = st.one_of(
    st.none(),
    st.text(st.sampled_from("\"\\{}[],\r\n\t<>&'xresult"), max_size=30),
    st.sampled_from(
        [
            '"},{"',
            "},{",
            "[{",
            "<result>",
            "</result>",
            '"',
            "\\",
            '{"',
            "\r\n",
            "\r",
            '""',
            "a" * 9000,
            "},{" * 4000,
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
)


def count_rows(form: str, data: bytes) -> int:
    if form == "json":
        return len(json.loads(data)["results"]["bindings"])
    if form == "xml":
        return len(ET.fromstring(data).findall(".//{*}result"))
    text = data.decode()
    if form == "csv":
        return len(list(csv.reader(io.StringIO(text, newline="")))) - 1
    return text.count("\n") - 1


def serialised(rows: list[tuple[str | None, str | None]], form: str) -> bytes:
    def term(value: str | None) -> str:
        return "UNDEF" if value is None else str(ox.Literal(value))

    values = " ".join(f"({term(a)} {term(b)})" for a, b in rows)
    answer = ox.Store().query(f"SELECT ?x ?y {{ VALUES (?x ?y) {{ {values} }} }}")
    assert isinstance(answer, ox.QuerySolutions)
    result = answer.serialize(format=FORMS[form])
    assert result is not None
    return result


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(tricky, tricky), max_size=8),
    max_rows=st.integers(1, 8),
    piece=st.sampled_from([1, 2, 3, 7, 64, 8192, 10**6]),
)
def test_no_more_rows_than_allowed_and_still_well_formed(
    form: str, rows: list[tuple[str | None, str | None]], max_rows: int, piece: int
) -> None:
    # XML 1.0 has no control characters at all, in whatever spelling.
    if form == "xml":
        rows = [
            (
                None if a is None else "".join(c for c in a if c.isprintable()),
                b
                and b.encode("ascii", "ignore")
                .decode("ascii")
                .translate(dict.fromkeys(range(32)))
                .replace("\x7f", ""),
            )
            for a, b in rows
        ]
    data = serialised(rows, form)
    if len(data) / piece > 5000:
        piece = 64
    written: list[bytes] = []
    cutter = RowCutter(form, max_rows, written.append)
    cut = False
    try:
        for start in range(0, len(data), piece):
            cutter.write(data[start : start + piece])
        cutter.finish()
    except RowLimitError:
        cut = True
        cutter.finish_cut("cut short")
    result = b"".join(written)
    assert cut == (len(rows) > max_rows)
    if cut:
        assert count_rows(form, result) == max_rows == cutter.n_rows
        if form in ("json", "xml"):
            assert b"cut short" in result
    else:
        assert result == data
        assert cutter.n_rows == len(rows)


def test_the_engine_stops_when_the_limit_is_reached() -> None:
    store = ox.Store()
    store.bulk_extend(
        ox.Quad(ox.NamedNode(f"http://example.org/{i}"), ox.NamedNode("http://example.org/p"), ox.Literal(i))
        for i in range(20_000)
    )
    written: list[bytes] = []
    cutter = RowCutter("json", 10, written.append)
    answer = store.query("SELECT * { ?s ?p ?o }")
    assert isinstance(answer, ox.QuerySolutions)
    with pytest.raises(RowLimitError):
        answer.serialize(cast("IO[bytes]", cutter), ox.QueryResultsFormat.JSON)
    cutter.finish_cut("cut short")
    assert len(json.loads(b"".join(written))["results"]["bindings"]) == 10
