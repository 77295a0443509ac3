"""Stores are whole at every moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.rdf import folder as folder_module
from kg.rdf import memory_store, open_store, replace_graph, to_quads, write_store
from kg.rdf.folder import fresh_sibling, recover, replace_folder
from kg.rdf.store import StoreError
from tests.rdf.talk import FIRST, talk_graph


def _quads(n: int, text: str) -> list[ox.Quad]:
    return [
        ox.Quad(
            ox.NamedNode(f"http://example.org/{i}"),
            ox.NamedNode("http://example.org/p"),
            ox.Literal(text),
            ox.NamedNode("http://example.org/g"),
        )
        for i in range(n)
    ]


def test_store_holds_the_quads(tmp_path: Path) -> None:
    quads = to_quads(talk_graph())
    write_store(quads, tmp_path / "store")
    assert set(open_store(tmp_path / "store")) == set(quads)
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_second_store_takes_the_place_of_the_first(tmp_path: Path) -> None:
    write_store(_quads(10, "old"), tmp_path / "store")
    write_store(_quads(20, "new"), tmp_path / "store")
    assert len(open_store(tmp_path / "store")) == 20
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_a_reader_keeps_the_old_store_while_it_is_replaced(tmp_path: Path) -> None:
    write_store(_quads(10, "old"), tmp_path / "store")
    reader = open_store(tmp_path / "store")
    write_store(_quads(20, "new"), tmp_path / "store")
    assert len(reader) == 10


def test_several_readers_may_have_it_open(tmp_path: Path) -> None:
    write_store(_quads(10, "old"), tmp_path / "store")
    assert len(open_store(tmp_path / "store")) == len(open_store(tmp_path / "store")) == 10


def test_missing_store_is_no_empty_graph(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="KG420"):
        open_store(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_damaged_store_has_a_code(tmp_path: Path) -> None:
    write_store(_quads(10, "old"), tmp_path / "store")
    (tmp_path / "store" / "CURRENT").write_text("MANIFEST-999999\n")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path / "store")


_WRITER = """
import os, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.rdf.test_store import _quads
from kg.rdf.store import write_store
# Forks a writer for each line, so that imports are paid once.
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        write_store(_quads(3000, "new"), Path({folder!r}))
        os._exit(0)
    print(child, flush=True)
    if line == "wait\\n":
        os.waitpid(child, 0)
        print("done", flush=True)
    else:
        sys.stdin.readline()
        os.waitpid(child, 0)
        print("dead", flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
def test_killed_writer_leaves_the_old_store_or_the_new_one(tmp_path: Path) -> None:
    """Killed at 20 moments spread over the time that a write takes."""
    store = tmp_path / "store"
    script = _WRITER.format(root=str(Path(__file__).parents[2]), folder=str(store))
    writer = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert writer.stdin is not None
    assert writer.stdout is not None

    def ask(line: str) -> str:
        writer.stdin.write(line + "\n")  # type: ignore[union-attr]
        return writer.stdout.readline().strip()  # type: ignore[union-attr]

    write_store(_quads(1000, "old"), store)
    ask("wait")
    started = time.perf_counter()
    writer.stdout.readline()
    took = time.perf_counter() - started
    found_old = False
    for moment in range(20):
        write_store(_quads(1000, "old"), store)
        child = int(ask("kill"))
        time.sleep(took * moment / 19)
        os.kill(child, signal.SIGKILL)
        assert ask("reap") == "dead"
        found = list(open_store(store))
        texts = {quad.object.value for quad in found}
        assert (len(found), texts) in [(1000, {"old"}), (3000, {"new"})]
        found_old |= len(found) == 1000
    writer.stdin.close()
    writer.wait()
    assert found_old, "no kill came before the end"


def test_death_between_two_renamings_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where two names cannot be exchanged at once, the old folder steps aside first."""
    write_store(_quads(10, "old"), tmp_path / "store")
    (tmp_path / "store").rename(tmp_path / ".store.previous")
    assert len(open_store(tmp_path / "store")) == 10

    monkeypatch.setattr(folder_module, "_exchange", lambda first, second: False)
    write_store(_quads(20, "new"), tmp_path / "store")
    assert len(open_store(tmp_path / "store")) == 20
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_replacement_that_fails_leaves_the_old_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_module, "_exchange", lambda first, second: False)
    target = tmp_path / "out"
    target.mkdir()
    (target / "old").touch()
    with pytest.raises(OSError, match="No such file"):
        replace_folder(tmp_path / "missing", target)
    assert (target / "old").exists()


def test_recover_changes_nothing_where_nothing_is_amiss(tmp_path: Path) -> None:
    target = tmp_path / "out"
    recover(target)
    assert not target.exists()
    fresh = fresh_sibling(target)
    replace_folder(fresh, target)
    recover(target)
    assert target.is_dir()


def test_graph_is_replaced_in_one_transaction() -> None:
    quads = to_quads(talk_graph())
    store = memory_store(quads)
    mine = [quad for quad in quads if quad.graph_name.value == FIRST]
    replace_graph(store, FIRST, mine[:10])
    assert set(store.quads_for_pattern(None, None, None, ox.NamedNode(FIRST))) == set(mine[:10])
    assert len(store) == len(quads) - len(mine) + 10
    replace_graph(store, FIRST, mine)
    assert set(store) == set(quads)


def test_graph_takes_only_its_own_quads() -> None:
    store = memory_store([])
    with pytest.raises(ValueError, match="does not belong"):
        replace_graph(store, FIRST, _quads(1, "x"))
    blank = ox.Quad(
        ox.BlankNode(), ox.NamedNode("http://example.org/p"), ox.Literal("x"), ox.NamedNode(FIRST)
    )
    with pytest.raises(ValueError, match="blank"):
        replace_graph(store, FIRST, [blank])
