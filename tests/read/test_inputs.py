"""Files, folders, patterns and standard input."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from kg.read import Input, find_inputs, read
from kg.read.errors import EmptyError, NotFoundError, NothingFoundError, TooLargeError

TEXT = "ANN: Hello.\n\nBO: Hi.\n\nANN: So.\n\nBO: Yes.\n"


def sources(*paths: str | Path, recursive: bool = True) -> list[str]:
    inputs, errors = find_inputs(paths, recursive=recursive)
    assert errors == []
    return [item.source for item in inputs]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "b.txt",
        "a.MD",
        "sub/c.vtt",
        "sub/deep/d.json",
        ".hidden.txt",
        ".git/e.txt",
        "f.py",
        "README.md",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT, encoding="utf-8")
    return tmp_path


def test_folder_is_searched_for_known_endings(folder: Path) -> None:
    assert sources(folder) == ["a.MD", "b.txt", "sub/c.vtt", "sub/deep/d.json"]
    assert sources(folder, recursive=False) == ["a.MD", "b.txt"]


def test_named_file_is_taken_whatever_its_name(folder: Path) -> None:
    assert sources(folder / "f.py", folder / "README.md", folder / ".hidden.txt") == [
        ".hidden.txt",
        "README.md",
        "f.py",
    ]


def test_patterns(folder: Path) -> None:
    assert sources(str(folder / "*.txt")) == ["b.txt"]
    assert sources(str(folder / "**" / "*.vtt")) == ["sub/c.vtt"]


def test_duplicates_come_once_in_any_order(folder: Path) -> None:
    paths = [folder, folder / "b.txt", str(folder / "*.txt"), folder / "sub" / ".." / "b.txt"]
    assert sources(*paths) == sources(*reversed(paths)) == ["a.MD", "b.txt", "sub/c.vtt", "sub/deep/d.json"]


def test_a_link_to_a_file_comes_once(folder: Path) -> None:
    (folder / "z.txt").symlink_to(folder / "b.txt")
    assert len(sources(folder)) == 4


def test_namesakes_from_two_folders_get_distinct_sources(tmp_path: Path) -> None:
    for name in ("one/talk.txt", "two/talk.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    assert sources(tmp_path / "one" / "talk.txt", tmp_path / "two" / "talk.txt") == [
        "one/talk.txt",
        "two/talk.txt",
    ]


def test_sources_are_never_absolute(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "sub")
    for given in (".", "..", "../b.txt", str(folder), "deep/../c.vtt"):
        assert all(not source.startswith(("/", "..")) for source in sources(given))


def test_output_of_a_build_is_left_out(folder: Path) -> None:
    out = folder / "out"
    out.mkdir()
    for name in ("manifest.json", "claims.jsonl", "graph.html"):
        (out / name).write_text("{}", encoding="utf-8")
    assert not any(source.startswith("out/") for source in sources(folder))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    inputs, errors = find_inputs(["-"])
    assert not errors
    transcript = read(inputs[0])
    assert (transcript.source, transcript.name, len(transcript.turns)) == ("stdin", "stdin", 4)


def test_empty_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    inputs, errors = find_inputs(["-"])
    assert inputs == [] and isinstance(errors[0], EmptyError)


def test_nothing_there(tmp_path: Path) -> None:
    inputs, errors = find_inputs([tmp_path / "no.txt", tmp_path, str(tmp_path / "*.srt")])
    assert inputs == []
    assert {type(error) for error in errors} == {NotFoundError, NothingFoundError}
    assert len(errors) == 3


def test_limit_of_bytes(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(TooLargeError, match=r"talk\.txt"):
        read(Input("talk.txt", path), max_bytes=10)
    assert read(Input("talk.txt", path), max_bytes=len(TEXT)).format == "plain-turns"


def test_name_and_hash_come_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "TWiML 74 – Greg.txt"
    path.write_text(TEXT, encoding="utf-8")
    inputs, _ = find_inputs([path])
    transcript = read(inputs[0])
    assert transcript.name == "twiml-74-greg"
    assert len(transcript.sha256) == 64
    assert str(tmp_path) not in repr(transcript)


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be made here")
@pytest.mark.parametrize(
    "name",
    [
        "a\nb.txt",
        "<script>alert(1)<!--.txt",
        "\u202egnp.txt",
        "quo\"te's.txt",
        "back\\slash.txt",
        "x..%2f..txt",
        b"\xff\xfe.txt",
    ],
)
def test_hostile_names_are_harmless(tmp_path: Path, name: str | bytes) -> None:
    path = tmp_path / (os.fsdecode(name) if isinstance(name, bytes) else name)
    try:
        path.write_text(TEXT, encoding="utf-8")
    except OSError as error:
        pytest.skip(f"the file system refuses this name: {error}")
    inputs, errors = find_inputs([tmp_path])
    assert errors == [] and len(inputs) == 1
    transcript = read(inputs[0])
    source = transcript.source
    source.encode("utf-8")
    assert not any(char in source for char in "\n\r\u202e\\") and ".." not in Path(source).parts
    assert transcript.name and all(char.isalnum() or char == "-" for char in transcript.name)
