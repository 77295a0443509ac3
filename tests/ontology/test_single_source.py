"""Terms of the schema stand in the schema: no list or table of predicates in Python."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.ontology import load_ontology

KG = Path(__file__).parents[2] / "kg"
# A collection with one such word may mean something else ("uses", "limits"); with two it is a list of terms.
AT_MOST = 1


def _collections(tree: ast.AST) -> Iterator[tuple[int, list[str]]]:
    """Line and constant strings of each list, tuple, set, dictionary, and of each chain of comparisons."""
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            items: list[ast.expr | None] = list(node.elts)
        elif isinstance(node, ast.Dict):
            items = [*node.keys, *node.values]
        else:
            continue
        yield (
            node.lineno,
            [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)],
        )


def listed_terms(source: str, terms: frozenset[str]) -> list[tuple[int, list[str]]]:
    """Lines with collections that hold more predicates than chance would."""
    return [
        (line, sorted(set(texts) & terms))
        for line, texts in _collections(ast.parse(source))
        if len(set(texts) & terms) > AT_MOST
    ]


PREDICATES = frozenset(term.name for term in load_ontology().predicates)


@pytest.mark.parametrize("path", sorted(KG.rglob("*.py")), ids=lambda path: str(path.relative_to(KG)))
def test_module_lists_no_predicates(path: Path) -> None:
    found = listed_terms(path.read_text("utf-8"), PREDICATES)
    assert not found, f"{path.name}: predicates belong in schema/ontology.ttl: {found}"


def test_every_predicate_iri_comes_from_the_ontology() -> None:
    """No module spells the full IRI of a predicate."""
    for path in KG.rglob("*.py"):
        text = path.read_text("utf-8")
        for name in PREDICATES:
            assert f"kg.example/ns#{name}" not in text, (path.name, name)


@pytest.mark.parametrize(
    "source",
    [
        "x = ['founded', 'hosts']",
        "x = {'founded': 1, 'hosts': 2}",
        "x = {'a': ('knows', 'worksFor')}",
        "f(a in {'isA', 'partOf'})",
    ],
)
def test_list_of_predicates_is_noticed(source: str) -> None:
    assert listed_terms(source, PREDICATES)


@pytest.mark.parametrize(
    "source", ["x = ontology.predicate('founded')", "x = ['uses', 'other words']", "'founded'"]
)
def test_single_name_is_allowed(source: str) -> None:
    assert not listed_terms(source, PREDICATES)
